// What do keys do in Inspect? Layers, heads, the query, the overlay and the pictures, as one list.
import type { Command } from '../../state/commands.ts'
import { nextQuery, stepPatch } from '../../state/query.ts'
import { strings } from '../../state/strings.ts'
import { copyCommand, copyFigure, saveFigure } from './exports.ts'
import type { InspectModel } from './inspect.svelte.ts'
import { layerIn, nextOf, overlays, plainMaps } from './settings.ts'

const s = strings.command
const round = (value: number): number => Math.round(value * 100) / 100

/** The commands of one Inspect tab, as they stand now. */
export function inspectCommands(model: InspectModel): readonly Command[] {
  const { settings, facts } = model
  const enabled = facts !== null
  const heads = facts?.heads ?? 0
  const command = (
    id: string,
    text: string,
    keys: readonly string[],
    icon: string,
    run: Command['run'],
    more: Partial<Command> = {},
  ): Command => ({ id: `inspect.${id}`, text, keys, icon, group: 'inspect', enabled, run, ...more })

  const head = (from: number, shift: boolean) => (pressed?: KeyboardEvent) => {
    const digit = Number(/^(?:Digit|Numpad)(\d)$/.exec(pressed?.code ?? '')?.[1] ?? NaN)
    const chosen = from + digit
    if (!(chosen < heads) || Boolean(pressed?.shiftKey) !== shift) return false
    model.change({ head: chosen, shown: 'attention' }, 'head')
  }
  const digits = Array.from({ length: 10 }, (_, n) => String(n))
  const layerBy = (step: number) => () => {
    if (!facts) return false
    const now = layerIn(settings.layer, facts.depth)
    const next = Math.min(facts.depth - 1, Math.max(0, now + step))
    if (next !== now) model.change({ layer: next }, 'layer')
  }
  const move = (rows: number, columns: number) => () => {
    if (facts) model.change({ query: stepPatch(facts.layout, settings.query, rows, columns) }, 'query')
  }

  return [
    command('head', s.head, digits, 'scan-eye', head(0, false), { keysOnly: true }),
    command(
      'headTen',
      s.headTen,
      digits.map((digit) => `Shift+${digit}`),
      'scan-eye',
      head(10, true),
      { keysOnly: true, enabled: heads > 10 },
    ),
    command('mean', s.mean, ['M'], 'scan-eye', () => model.change({ head: 'mean', shown: 'attention' })),
    command('layerUp', s.layerUp, ['ArrowUp'], 'scan-eye', layerBy(1)),
    command('layerDown', s.layerDown, ['ArrowDown'], 'scan-eye', layerBy(-1)),
    command('next', s.nextPicture, ['ArrowRight'], 'image', () => model.stepPicture(1), {
      enabled: model.session.workspace.pictures.length > 1,
    }),
    command('previous', s.previousPicture, ['ArrowLeft'], 'image', () => model.stepPicture(-1), {
      enabled: model.session.workspace.pictures.length > 1,
    }),
    command('patchUp', s.movePatch, ['Alt+ArrowUp'], 'scan-eye', move(-1, 0)),
    command('patchDown', s.movePatch, ['Alt+ArrowDown'], 'scan-eye', move(1, 0), { keysOnly: true }),
    command('patchLeft', s.movePatch, ['Alt+ArrowLeft'], 'scan-eye', move(0, -1), { keysOnly: true }),
    command('patchRight', s.movePatch, ['Alt+ArrowRight'], 'scan-eye', move(0, 1), { keysOnly: true }),
    command('query', s.query, ['Q'], 'scan-eye', () => {
      if (facts) model.change({ query: nextQuery(facts.layout, settings.query), shown: 'attention' })
    }),
    command('opacityLess', s.opacityLess, ['['], 'scan-eye', () =>
      model.change({ opacity: round(Math.max(0, settings.opacity - 0.05)) }, 'opacity'),
    ),
    command('opacityMore', s.opacityMore, [']'], 'scan-eye', () =>
      model.change({ opacity: round(Math.min(1, settings.opacity + 0.05)) }, 'opacity'),
    ),
    command('massLess', s.massLess, [','], 'scan-eye', () =>
      model.change({ mass: round(Math.max(0.05, settings.mass - 0.05)) }, 'mass'),
    ),
    command('massMore', s.massMore, ['.'], 'scan-eye', () =>
      model.change({ mass: round(Math.min(1, settings.mass + 0.05)) }, 'mass'),
    ),
    command('overlay', s.overlay, ['O'], 'scan-eye', () =>
      model.change({ overlay: nextOf(overlays, settings.overlay) }),
    ),
    command('colours', s.colours, ['C'], 'scan-eye', () =>
      model.change({ colours: nextOf(plainMaps, settings.colours ?? model.session.settings.colours) }),
    ),
    command('fit', s.fit, ['F'], 'maximize', () => model.change({ view: null }, 'view')),
    command('oneToOne', s.oneToOne, ['Shift+F'], 'maximize', () => model.stage?.oneToOne()),
    command('twin', s.twin, ['T'], 'table', () => {
      model.twin = !model.twin
    }),
    command(
      'alone',
      s.alone,
      ['Space'],
      'image',
      () => {
        model.alone = true
      },
      { keysOnly: true },
    ),
    command('copyFigure', s.copyFigure, ['Mod+Shift+C'], 'copy', () => void copyFigure(model)),
    command('savePng', s.savePng, ['Mod+E'], 'save', () => void saveFigure(model, 'png'), {
      also: ['export', 'screenshot'],
    }),
    command('saveSvg', s.saveSvg, [], 'save', () => void saveFigure(model, 'svg'), {
      also: ['export', 'vector'],
    }),
    command('savePdf', s.savePdf, [], 'save', () => void saveFigure(model, 'pdf'), {
      also: ['export', 'print'],
    }),
    command('copyCommand', s.copyCommand, [], 'terminal', () => void copyCommand(model), {
      also: ['cli', 'shell'],
    }),
  ]
}

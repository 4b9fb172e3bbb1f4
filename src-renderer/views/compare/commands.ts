// What do keys do in Compare? Layers and heads of the side that was touched last, the common query, swap, blink, figures.
import type { Command } from '../../state/commands.ts'
import type { Query } from '../../state/query.ts'
import { strings } from '../../state/strings.ts'
import { nextOf, overlays, plainMaps } from '../inspect/settings.ts'
import type { CompareModel } from './compare.svelte.ts'
import { copyCommands, copyFigure, saveAgreement, saveFigure } from './exports.ts'
import { layerOf, layouts } from './settings.ts'

const s = strings.command
const round = (value: number): number => Math.round(value * 100) / 100

/** The next kind of query: [CLS], a point, a register where some side has one. */
export function nextQuery(query: Query, hasRegisters: boolean): Query {
  if (query.kind === 'cls') return { kind: 'patch', x: 0.5, y: 0.5 }
  return query.kind === 'patch' && hasRegisters ? { kind: 'register', index: 0 } : { kind: 'cls' }
}

/** A point a step away: one patch of the side that was touched last, held inside the picture. */
export function stepPoint(
  query: Query,
  step: { readonly x: number; readonly y: number },
  grid: readonly [number, number],
): Query {
  const from = query.kind === 'patch' ? query : { x: 0.5, y: 0.5 }
  const along = (at: number, by: number, of: number): number =>
    Math.min(1 - 0.5 / of, Math.max(0.5 / of, at + by / of))
  return { kind: 'patch', x: along(from.x, step.x, grid[1]), y: along(from.y, step.y, grid[0]) }
}

/** The commands of one Compare tab, as they stand now. */
export function compareCommands(model: CompareModel): readonly Command[] {
  const { settings, sides } = model
  const side = sides[model.active]
  const facts = side?.facts ?? null
  const enabled = facts !== null
  const command = (
    id: string,
    text: string,
    keys: readonly string[],
    icon: string,
    run: Command['run'],
    more: Partial<Command> = {},
  ): Command => ({ id: `compare.${id}`, text, keys, icon, group: 'inspect', enabled, run, ...more })

  const layerBy = (by: number) => () => {
    if (!facts || !side?.side) return false
    const now = layerOf(side.side, side.row?.spec ?? null, facts.depth)
    const next = Math.min(facts.depth - 1, Math.max(0, now + by))
    if (next !== now) model.changeSide(model.active, { layer: next }, 'layer')
  }
  const digit = (pressed?: KeyboardEvent) => {
    const head = Number(/^(?:Digit|Numpad)(\d)$/.exec(pressed?.code ?? '')?.[1] ?? NaN)
    if (!facts || !(head < facts.heads) || pressed?.shiftKey) return false
    model.stepHead(head)
  }
  const move = (x: number, y: number) => () => {
    if (facts)
      model.change(
        { query: stepPoint(settings.query, { x, y }, facts.layout.grid), shown: 'attention' },
        'query',
      )
  }
  const hasRegisters = sides.some((one) => (one.facts?.layout.registers ?? 0) > 0)
  const slide = (name: 'opacity' | 'mass', by: number, least: number) => () =>
    model.change({ [name]: round(Math.min(1, Math.max(least, settings[name] + by))) }, name)

  return [
    command('swap', s.swap, ['X'], 'shuffle', () => model.swap(), { enabled: settings.sides.length > 1 }),
    command('query', s.query, ['Q'], 'scan-eye', () =>
      model.change({ query: nextQuery(settings.query, hasRegisters) }),
    ),
    command('layerUp', s.layerUp, ['ArrowUp'], 'scan-eye', layerBy(1)),
    command('layerDown', s.layerDown, ['ArrowDown'], 'scan-eye', layerBy(-1)),
    command(
      'head',
      s.head,
      Array.from({ length: 10 }, (_, n) => String(n)),
      'scan-eye',
      digit,
      { keysOnly: true },
    ),
    command('mean', s.mean, ['M'], 'scan-eye', () => model.stepHead('mean')),
    command('patchUp', s.movePatch, ['Alt+ArrowUp'], 'scan-eye', move(0, -1)),
    command('patchDown', s.movePatch, ['Alt+ArrowDown'], 'scan-eye', move(0, 1), { keysOnly: true }),
    command('patchLeft', s.movePatch, ['Alt+ArrowLeft'], 'scan-eye', move(-1, 0), { keysOnly: true }),
    command('patchRight', s.movePatch, ['Alt+ArrowRight'], 'scan-eye', move(1, 0), { keysOnly: true }),
    command('opacityLess', s.opacityLess, ['['], 'scan-eye', slide('opacity', -0.05, 0)),
    command('opacityMore', s.opacityMore, [']'], 'scan-eye', slide('opacity', 0.05, 0)),
    command('massLess', s.massLess, [','], 'scan-eye', slide('mass', -0.05, 0.05)),
    command('massMore', s.massMore, ['.'], 'scan-eye', slide('mass', 0.05, 0.05)),
    command('overlay', s.overlay, ['O'], 'scan-eye', () =>
      model.change({ overlay: nextOf(overlays, settings.overlay) }),
    ),
    command('colours', s.colours, ['C'], 'scan-eye', () =>
      model.change({ colours: nextOf(plainMaps, settings.colours ?? model.session.settings.colours) }),
    ),
    command('fit', s.fit, ['F'], 'maximize', () => model.change({ view: null }, 'view')),
    command('twin', s.twin, ['T'], 'table', () => {
      model.twin = !model.twin
    }),
    command('turn', strings.compare.change, ['Space'], 'columns-2', () => model.turn(), {
      enabled: settings.layout === 'blink' && settings.sides.length > 1,
    }),
    ...layouts.map((layout) =>
      command(layout, `${strings.view.compare}: ${strings.compare.layouts[layout]}`, [], 'columns-2', () =>
        model.change({ layout }),
      ),
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
    command('saveAgreement', strings.figure.csv, [], 'table', () => void saveAgreement(model)),
    command('copyCommands', strings.compare.copyCommands, [], 'terminal', () => void copyCommands(model), {
      also: ['cli', 'shell'],
    }),
  ]
}

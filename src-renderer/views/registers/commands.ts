// What do keys do in Registers & norms? The layer, the line to outliers, what lies over the picture, figures.
import type { Command } from '../../state/commands.ts'
import { strings } from '../../state/strings.ts'
import { nextOf } from '../inspect/settings.ts'
import { copyCommand, copyFigure, saveCsv, saveFigure, saveJson } from './exports.ts'
import { rules } from './norms.ts'
import type { RegistersModel } from './registers.svelte.ts'
import type { Shown } from './settings.ts'

const s = strings.command
const r = strings.registers.command

/** The commands of one tab, as they stand now. */
export function registersCommands(model: RegistersModel): readonly Command[] {
  const { settings, sides } = model
  const enabled = sides.some(({ now }) => now !== null)
  const command = (
    id: string,
    text: string,
    keys: readonly string[],
    icon: string,
    run: Command['run'],
    more: Partial<Command> = {},
  ): Command => ({ id: `registers.${id}`, text, keys, icon, group: 'study', enabled, run, ...more })
  const shownOf: readonly Shown[] = [
    'norms',
    ...new Set(sides.flatMap(({ readings }) => readings.map(({ shown }) => shown))),
  ]
  const move = (down: number, across: number) => () => model.step(down, across)
  const opacity = (by: number) => () =>
    model.change(
      { opacity: Math.round(Math.min(1, Math.max(0, settings.opacity + by)) * 100) / 100 },
      'opacity',
    )
  return [
    command('layerUp', s.layerUp, ['ArrowUp'], 'ruler', () => model.stepColumn(1)),
    command('layerDown', s.layerDown, ['ArrowDown'], 'ruler', () => model.stepColumn(-1)),
    command('shown', r.shown, ['O'], 'ruler', () => model.change({ shown: nextOf(shownOf, settings.shown) })),
    command('rule', r.rule, ['R'], 'ruler', () => model.change({ rule: nextOf(rules, settings.rule) })),
    command('rings', r.rings, ['C'], 'ruler', () => model.change({ rings: !settings.rings })),
    command('log', r.log, ['L'], 'ruler', () => model.change({ log: !settings.log })),
    command('shared', r.shared, ['S'], 'ruler', () => model.change({ shared: !settings.shared }), {
      enabled: enabled && sides.length > 1,
    }),
    command('opacityLess', s.opacityLess, ['['], 'ruler', opacity(-0.05)),
    command('opacityMore', s.opacityMore, [']'], 'ruler', opacity(0.05)),
    command('moveUp', s.movePatch, ['Alt+ArrowUp'], 'ruler', move(-1, 0), { keysOnly: true }),
    command('moveDown', s.movePatch, ['Alt+ArrowDown'], 'ruler', move(1, 0), { keysOnly: true }),
    command('moveLeft', s.movePatch, ['Alt+ArrowLeft'], 'ruler', move(0, -1), { keysOnly: true }),
    command('moveRight', s.movePatch, ['Alt+ArrowRight'], 'ruler', move(0, 1), { keysOnly: true }),
    command('clear', r.clear, [], 'x', () => model.change({ patch: null }), {
      enabled: settings.patch !== null,
    }),
    command('swap', r.swap, ['X'], 'shuffle', () => model.swap(), { enabled: sides.length > 1 }),
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
      also: ['export'],
    }),
    command('saveSvg', s.saveSvg, [], 'save', () => void saveFigure(model, 'svg'), { also: ['export'] }),
    command('savePdf', s.savePdf, [], 'save', () => void saveFigure(model, 'pdf'), { also: ['export'] }),
    command('saveCsv', strings.registers.saveCsv, [], 'table', () => void saveCsv(model), {
      also: ['export'],
    }),
    command('saveJson', strings.registers.saveJson, [], 'table', () => void saveJson(model), {
      also: ['export'],
    }),
    command('copyCommand', s.copyCommand, [], 'terminal', () => void copyCommand(model), {
      also: ['cli', 'shell'],
    }),
  ]
}

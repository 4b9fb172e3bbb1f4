// What do keys do in Reconstruct? The ratio, a new mask, the brush, figures.
import type { Command } from '../../state/commands.ts'
import { strings } from '../../state/strings.ts'
import { mostBrush } from './brush.ts'
import { copyCommand, copyFigure, saveFigure, saveNumbers } from './exports.ts'
import type { ReconstructModel } from './reconstruct.svelte.ts'
import { nextOf } from '../inspect/settings.ts'
import { besides, leastRatio, mostRatio } from './settings.ts'

const s = strings.command
const r = strings.reconstruct

/** The commands of one Reconstruct tab, as they stand now. */
export function reconstructCommands(model: ReconstructModel): readonly Command[] {
  const { settings } = model
  const enabled = model.judged !== null
  const command = (
    id: string,
    text: string,
    keys: readonly string[],
    icon: string,
    run: Command['run'],
    more: Partial<Command> = {},
  ): Command => ({
    id: `reconstruct.${id}`,
    text,
    keys,
    icon,
    group: 'parts',
    enabled,
    run,
    ...more,
  })
  const ratioBy = (step: number) => () => {
    if (settings.mask === 'brush') return false
    const ratio = Math.round(Math.min(mostRatio, Math.max(leastRatio, settings.ratio + step)) * 100) / 100
    model.change({ ratio }, 'ratio')
  }
  const opacityBy = (step: number) => () =>
    model.change(
      { opacity: Math.round(Math.min(1, Math.max(0, settings.opacity + step)) * 100) / 100 },
      'opacity',
    )
  const brushBy = (step: number) => () =>
    model.change({ brush: Math.min(mostBrush, Math.max(1, settings.brush + step)) }, 'brush')
  return [
    command('newMask', r.newMask, ['R'], 'shuffle', () => model.newMask()),
    command('less', r.less, [','], 'blend', ratioBy(-0.05)),
    command('more', r.more, ['.'], 'blend', ratioBy(0.05)),
    command('brush', r.brush, ['B'], 'pencil', () => model.takeBrush()),
    command('brushLess', r.brushLess, [], 'pencil', brushBy(-1)),
    command('brushMore', r.brushMore, [], 'pencil', brushBy(1)),
    command('opacityLess', s.opacityLess, ['['], 'blend', opacityBy(-0.05)),
    command('opacityMore', s.opacityMore, [']'], 'blend', opacityBy(0.05)),
    command('beside', r.besideCommand, ['O'], 'blend', () =>
      model.change({ beside: nextOf(besides, settings.beside) }),
    ),
    command('twin', s.twin, ['T'], 'table', () => {
      model.twin = !model.twin
    }),
    command('copyFigure', s.copyFigure, ['Mod+Shift+C'], 'copy', () => void copyFigure(model)),
    command('savePng', s.savePng, ['Mod+E'], 'save', () => void saveFigure(model, 'png'), {
      also: ['export'],
    }),
    command('saveSvg', s.saveSvg, [], 'save', () => void saveFigure(model, 'svg'), { also: ['export'] }),
    command('savePdf', s.savePdf, [], 'save', () => void saveFigure(model, 'pdf'), { also: ['export'] }),
    command('saveNumbers', strings.figure.csv, [], 'table', () => void saveNumbers(model), {
      also: ['export'],
    }),
    command('copyCommand', s.copyCommand, [], 'terminal', () => void copyCommand(model), {
      also: ['cli', 'shell'],
    }),
  ]
}

// What do keys do in Parts? The threshold, the colours, the layer, what is shown, and figures.
import type { Command } from '../../state/commands.ts'
import { strings } from '../../state/strings.ts'
import { nextOf } from '../inspect/settings.ts'
import { copyCommand, copyFigure, saveBasis, saveCsv, saveFigure } from './exports.ts'
import type { PartsModel } from './parts.svelte.ts'
import { colourings, paints, shows } from './settings.ts'

const s = strings.command
const p = strings.parts
const round = (value: number): number => Math.round(value * 1000) / 1000

/** The commands of one Parts tab, as they stand now. */
export function partsCommands(model: PartsModel): readonly Command[] {
  const { settings, spec } = model
  const enabled = model.fitted !== null
  const command = (
    id: string,
    text: string,
    keys: readonly string[],
    icon: string,
    run: Command['run'],
    more: Partial<Command> = {},
  ): Command => ({ id: `parts.${id}`, text, keys, icon, group: 'parts', enabled, run, ...more })

  const nudge = (step: number) => () => {
    if (settings.part)
      model.change({ similarity: round(Math.min(1, Math.max(-1, model.similarity + step))) }, 'similarity')
    else if (model.threshold !== null)
      model.change({ foreground: round(Math.min(1, Math.max(0, model.threshold + step))) }, 'threshold')
    else return false
  }
  const layerBy = (step: number) => () => {
    if (!spec) return false
    const next = Math.min(spec.depth - 1, Math.max(0, model.layer + step))
    if (next !== model.layer) model.change({ layer: next }, 'layer')
  }
  return [
    command('less', p.command.less, [','], 'puzzle', nudge(-0.02)),
    command('more', p.command.more, ['.'], 'puzzle', nudge(0.02)),
    command('flip', p.command.flip, [], 'flip-horizontal', () => model.flip(), {
      enabled: enabled && settings.foreground !== 'off' && !settings.hold,
    }),
    command('overlay', p.command.show, ['O'], 'puzzle', () =>
      model.change({ show: nextOf(shows, settings.show) }),
    ),
    command('colours', p.command.colouring, ['C'], 'puzzle', () =>
      model.change({ colouring: nextOf(colourings, settings.colouring) }),
    ),
    command('layerUp', s.layerUp, ['ArrowUp'], 'puzzle', layerBy(1), { enabled: spec !== null }),
    command('layerDown', s.layerDown, ['ArrowDown'], 'puzzle', layerBy(-1), { enabled: spec !== null }),
    command('paint', p.command.paint, [], 'puzzle', () =>
      model.change({ paint: nextOf(paints, settings.paint) }),
    ),
    command('hold', p.command.hold, [], 'puzzle', () => model.change({ hold: !settings.hold })),
    command('clear', p.command.clear, [], 'x', () => model.pick('', null), {
      enabled: settings.part !== null,
    }),
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
    command('saveCsv', strings.figure.csv, [], 'table', () => void saveCsv(model), { also: ['export'] }),
    command('saveBasis', p.saveBasis, [], 'save', () => void saveBasis(model), { also: ['export', 'json'] }),
    command('copyCommand', s.copyCommand, [], 'terminal', () => void copyCommand(model), {
      also: ['cli', 'shell'],
    }),
  ]
}

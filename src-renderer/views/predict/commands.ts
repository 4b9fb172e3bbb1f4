// What do keys do in Prediction? New blocks, the selected block moved and resized, figures.
import type { Command } from '../../state/commands.ts'
import { strings } from '../../state/strings.ts'
import { moved, resized } from './edit.ts'
import { copyFigure, saveCsv, saveFigure, saveJson } from './exports.ts'
import type { PredictModel } from './predict.svelte.ts'

const s = strings.command
const p = strings.predict.command

const arrows = [
  ['Up', -1, 0],
  ['Down', 1, 0],
  ['Left', 0, -1],
  ['Right', 0, 1],
] as const

/** The commands of one Prediction tab, as they stand now. */
export function predictCommands(model: PredictModel): readonly Command[] {
  const { settings, chosen, selected } = model
  const ready = chosen !== null
  const command = (
    id: string,
    text: string,
    keys: readonly string[],
    icon: string,
    run: Command['run'],
    more: Partial<Command> = {},
  ): Command => ({ id: `predict.${id}`, text, keys, icon, group: 'study', enabled: ready, run, ...more })
  const told = { enabled: model.result !== null }
  return [
    command('resample', p.resample, ['R'], 'shuffle', () => model.resample()),
    command('next', p.next, ['B'], 'square-dashed', () => {
      // The targets one after the other, then the context.
      if (chosen) model.select(selected + 1 >= chosen.targets.length ? -1 : selected + 1)
    }),
    command('context', p.context, ['C'], 'square-dashed', () => model.select(-1)),
    command('add', p.add, ['N'], 'plus', () => model.addTarget()),
    command('remove', p.remove, ['Delete'], 'x', () => model.removeTarget(), {
      enabled: selected >= 0 && (chosen?.targets.length ?? 0) > 1,
    }),
    ...arrows.map(([name, down, across]) =>
      command(
        `move${name}`,
        p.move,
        [`Alt+Arrow${name}`],
        'square-dashed',
        () => model.edit((block, grid) => moved(block, grid, down, across)),
        { keysOnly: true },
      ),
    ),
    ...arrows.map(([name, down, across]) =>
      command(
        `resize${name}`,
        p.resize,
        [`Shift+Alt+Arrow${name}`],
        'square-dashed',
        () => model.edit((block, grid) => resized(block, grid, down, across)),
        { keysOnly: true },
      ),
    ),
    command('search', p.search, ['L'], 'images', () => model.change({ search: !settings.search })),
    command('clear', p.clear, [], 'x', () => model.change({ patch: null }), {
      enabled: settings.patch !== null,
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
    command('copyFigure', s.copyFigure, ['Mod+Shift+C'], 'copy', () => void copyFigure(model), told),
    command('savePng', s.savePng, ['Mod+E'], 'save', () => void saveFigure(model, 'png'), {
      also: ['export'],
      ...told,
    }),
    command('saveSvg', s.saveSvg, [], 'save', () => void saveFigure(model, 'svg'), {
      also: ['export'],
      ...told,
    }),
    command('savePdf', s.savePdf, [], 'save', () => void saveFigure(model, 'pdf'), {
      also: ['export'],
      ...told,
    }),
    command('saveCsv', strings.predict.saveCsv, [], 'table', () => void saveCsv(model), {
      also: ['export'],
      ...told,
    }),
    command('saveJson', strings.predict.saveJson, [], 'table', () => void saveJson(model), {
      also: ['export'],
      ...told,
    }),
  ]
}

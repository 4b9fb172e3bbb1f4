// What do keys do in Train? Pause, checkpoint, the axis, the modes, tables.
import type { Command } from '../../state/commands.ts'
import { strings } from '../../state/strings.ts'
import { copyTrainCommand, saveRunNumbers } from './exports.ts'
import { clocks } from './log.ts'
import type { TrainModel } from './train.svelte.ts'

const s = strings.train.commands

/** The commands of one Train tab, as they stand now. */
export function trainCommands(model: TrainModel): readonly Command[] {
  const { state, settings } = model
  const watching = model.mode === 'run' || model.mode === 'compare'
  const command = (
    id: string,
    text: string,
    keys: readonly string[],
    icon: string,
    enabled: boolean,
    run: Command['run'],
    more: Partial<Command> = {},
  ): Command => ({ id: `train.${id}`, text, keys, icon, group: 'train', enabled, run, ...more })
  const idle = model.asking === ''
  return [
    command(
      'toggle',
      s.toggle,
      ['Space'],
      'pause',
      watching && idle && state !== 'finished' && state !== 'stopped',
      () => model.toggle(),
    ),
    command(
      'checkpoint',
      s.checkpoint,
      ['K'],
      'save',
      watching && idle && state === 'running',
      () => void model.control('checkpoint'),
    ),
    command(
      'stop',
      s.stop,
      [],
      'square',
      watching && idle && (state === 'running' || state === 'paused'),
      () => void model.control('stop'),
    ),
    command(
      'branch',
      s.branch,
      [],
      'git-branch',
      watching && idle && model.main.log.checkpoints.length > 0,
      () => void model.branch(model.main.log.checkpoints.at(-1)?.step ?? 0),
    ),
    command('axis', s.axis, ['X'], 'clock', model.mode !== 'new', () =>
      model.change({ clock: clocks[(clocks.indexOf(settings.clock) + 1) % clocks.length]!, zoom: null }),
    ),
    command('whole', s.whole, ['F'], 'maximize', settings.zoom !== null, () => model.change({ zoom: null })),
    command('new', s.new, ['N'], 'plus', true, () => model.enter('new')),
    command('compare', s.compare, [], 'columns-2', model.runs.length > 1, () => model.enter('compare')),
    command('lesson', s.lesson, [], 'graduation-cap', true, () => model.enter('lesson'), {
      also: ['collapse', 'teach'],
    }),
    command('twin', strings.command.twin, ['T'], 'table', model.mode !== 'new', () => {
      model.twin = !model.twin
    }),
    command(
      'numbers',
      s.numbers,
      ['Mod+E'],
      'download',
      model.mode === 'run',
      () => void saveRunNumbers(model),
      { also: ['export', 'csv'] },
    ),
    command(
      'command',
      strings.command.copyCommand,
      [],
      'terminal',
      watching && model.main.facts !== null,
      () => void copyTrainCommand(model),
      { also: ['cli', 'shell'] },
    ),
  ]
}

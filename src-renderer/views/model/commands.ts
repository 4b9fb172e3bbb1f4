// What can be run by name in the Model view? Its pages, the weights, the blocks, the report to copy and save.
import type { Command } from '../../state/commands.ts'
import { strings } from '../../state/strings.ts'
import { copyInspectCommand, saveReport, saveTensors } from './exports.ts'
import type { ModelViewModel } from './model.svelte.ts'
import { shows } from './settings.ts'

const s = strings.model

/** The commands of one Model tab, as they stand now. */
export function modelCommands(model: ModelViewModel): readonly Command[] {
  const enabled = model.inspection !== null
  const command = (
    id: string,
    text: string,
    keys: readonly string[],
    icon: string,
    run: Command['run'],
    more: Partial<Command> = {},
  ): Command => ({
    id: `model.${id}`,
    text,
    keys,
    icon,
    group: 'inspect',
    enabled,
    run,
    ...more,
  })
  const depth = model.inspection?.spec.depth ?? 0
  const step = (by: number) => () => {
    const now = model.block?.section === 'blocks' ? model.block.index : by > 0 ? -1 : depth
    const next = Math.min(depth - 1, Math.max(0, now + by))
    model.change({ part: `blocks.${next}` }, 'block')
  }
  return [
    ...shows.map((show) =>
      command(show, `${strings.view.model}: ${s.shows[show]}`, [], 'network', () => model.change({ show })),
    ),
    command('blockUp', s.nextBlock, ['ArrowRight'], 'network', step(1), { enabled: enabled && depth > 0 }),
    command('blockDown', s.previousBlock, ['ArrowLeft'], 'network', step(-1), {
      enabled: enabled && depth > 0,
    }),
    command('whole', s.wholeNetwork, [], 'network', () => model.change({ part: null }), {
      enabled: model.settings.part !== null,
    }),
    command('weights', s.readWeights, [], 'chart-column', () => model.reading?.readWeights()),
    command('copyCommand', s.report.copy, [], 'terminal', () => void copyInspectCommand(model), {
      also: ['cli', 'shell', 'inspect'],
    }),
    command('saveReport', s.report.save, [], 'save', () => void saveReport(model), { also: ['export'] }),
    command('saveTensors', s.report.saveCsv, [], 'save', () => void saveTensors(model), {
      also: ['export', 'table'],
    }),
  ]
}

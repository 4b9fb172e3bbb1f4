// `emergence diff`: which weights changed between two checkpoints of one architecture.
import { Argument } from 'commander'
import type { CommandFile } from '../command.ts'
import { addModelOptions, modelChoice, modelWords } from '../options.ts'
import type { CommonOptions, ModelOptions } from '../options.ts'
import { table } from '../report.ts'

/** Weights that are listed for people, those that changed most first; --json has them all. */
const mostRows = 20

export const diff: CommandFile<CommonOptions & ModelOptions> = {
  example: 'diff deit-tiny deit-tiny',
  describe: (command) => {
    command
      .addArgument(new Argument('<FIRST>', modelWords))
      .addArgument(new Argument('<SECOND>', 'the other one'))
    addModelOptions(command)
  },
  run: async ({ client, call }, [first = '', second = ''], options) => {
    const request = { first: modelChoice(first, options), second: modelChoice(second, options) }
    const report = await client.diff(request, call)
    const { tensors, onlyInFirst, onlyInSecond } = report
    // What cannot be told (a broken weight) comes before all that can.
    const ranked = tensors
      .filter(({ maxAbs }) => maxAbs !== 0)
      .sort((a, b) => (b.relative ?? Infinity) - (a.relative ?? Infinity))
    const figure = (value: number | null): string => (value === null ? '-' : value.toPrecision(3))
    const rows = ranked
      .slice(0, mostRows)
      .map(({ name, meanAbs, maxAbs, relative }) => [name, figure(relative), figure(meanAbs), figure(maxAbs)])
    const lines = [
      `${ranked.length} of ${tensors.length} weights differ.`,
      ...(rows.length > 0 ? [table([['', 'relative', 'mean |Δ|', 'max |Δ|'], ...rows], '  ')] : []),
      ...(ranked.length > mostRows ? [`  and ${ranked.length - mostRows} more`] : []),
      ...(onlyInFirst.length > 0 ? [`Only in the first: ${onlyInFirst.join(', ')}`] : []),
      ...(onlyInSecond.length > 0 ? [`Only in the second: ${onlyInSecond.join(', ')}`] : []),
    ]
    return { json: { ...report, device: 'cpu' }, text: `${lines.join('\n')}\n` }
  },
}

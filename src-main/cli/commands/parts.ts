// `emergence parts`: which patches belong to the object, and which to the same part of it, in colours.
import { Argument, InvalidArgumentError } from 'commander'
import type { Request, Result } from '../../../src-shared/protocol/calls.ts'
import { UsageError } from '../command.ts'
import type { CommandFile } from '../command.ts'
import {
  addInputOptions,
  addModelOptions,
  addOutputOptions,
  examplePicture,
  inputChoice,
  integer,
  modelChoice,
  modelWords,
  outputChoice,
  runSettings,
  within,
} from '../options.ts'
import type { CommonOptions, InputOptions, ModelOptions, OutputOptions } from '../options.ts'
import { table } from '../report.ts'

interface Options extends CommonOptions, ModelOptions, InputOptions, OutputOptions {
  foreground?: Request<'parts'>['foreground']
  flip?: true
  layer?: number
  basis?: string
  saveBasis?: string
  clusters?: number
}

function foreground(text: string): Request<'parts'>['foreground'] {
  if (text === 'auto' || text === 'off') return text
  try {
    return within(0, 1)(text)
  } catch {
    throw new InvalidArgumentError('A number from 0 to 1, auto or off is expected.')
  }
}

function clusters(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 2 && value <= 12) return value
  throw new InvalidArgumentError('A whole number from 2 to 12 is expected.')
}

export const parts: CommandFile<Options> = {
  example: `parts deit-tiny ${examplePicture()} --force`,
  describe: (command) => {
    command
      .addArgument(new Argument('<MODEL>', modelWords))
      .addArgument(new Argument('[IMAGE...]', 'picture files, folders, or - for standard input'))
      .option(
        '--foreground <which>',
        'where the first component lies above this, 0 to 1; auto: the threshold and side that suit the pictures; off: everywhere (default: auto)',
        foreground,
      )
      .option('--flip', 'swap foreground and background')
      .option(
        '--layer <k>',
        'from 0; −1 is the last (default: the last, or the middle one of a network with a classifier)',
        integer,
      )
      .option(
        '--save-basis <file.json>',
        'keep the components, to paint further pictures in the same colours',
      )
      .option('--clusters <k>', 'group the foreground patches by k-means too, 2 to 12 groups', clusters)
      .option('--basis <file.json>', 'paint by components that were kept')
    addModelOptions(command)
    addInputOptions(command, 'native')
    addOutputOptions(command)
  },
  run: async ({ client, call }, [model = '', ...images], options) => {
    const { layer, basis, saveBasis } = options
    if (basis !== undefined && (options.foreground !== undefined || options.flip))
      throw new UsageError('A basis says itself what is foreground: leave out --foreground and --flip.')
    const result = await client.parts(
      {
        settings: runSettings(options),
        model: modelChoice(model, options),
        input: await inputChoice(images, options),
        output: outputChoice('parts', options),
        ...(layer === undefined ? {} : { layer }),
        foreground: options.foreground ?? 'auto',
        flip: options.flip === true,
        ...(basis === undefined ? {} : { basis }),
        ...(saveBasis === undefined ? {} : { saveBasis }),
        ...(options.clusters === undefined ? {} : { clusters: options.clusters }),
      },
      call,
    )
    return { json: { ...result }, text: page(result) }
  },
}

function page({
  items,
  explainedVariance,
  layer,
  threshold,
  clusters,
  basis,
  device,
  seconds,
}: Result<'parts'>): string {
  const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
  const rows = items.map(({ name, foreground, overlay }) => [
    name,
    `${percent(foreground)} foreground`,
    overlay,
  ])
  const above = threshold === null ? 'all is foreground' : `foreground above ${threshold.toFixed(2)}`
  return [
    table(rows),
    '',
    `layer ${layer}, ${above}; components explain ${explainedVariance.slice(0, 3).map(percent).join(', ')}`,
    ...(clusters
      ? [`groups of ${clusters.sizes.join(', ')} patches, mean cosine ${clusters.cosine.toFixed(2)}`]
      : []),
    `basis ${basis}`,
    `${device}, ${seconds.toFixed(1)} s`,
    '',
  ].join('\n')
}

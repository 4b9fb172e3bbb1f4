// `emergence features`: the tokens that a model makes of pictures.
import { Argument, Option } from 'commander'
import type { Request } from '../../../src-shared/protocol/calls.ts'
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
} from '../options.ts'
import type { CommonOptions, InputOptions, ModelOptions, OutputOptions } from '../options.ts'
import { table } from '../report.ts'

interface Options extends CommonOptions, ModelOptions, InputOptions, OutputOptions {
  token: Request<'features'>['token']
  layer: number
  norm?: boolean
}

/** Pictures that are listed for people; --json has them all. */
const mostRows = 50

export const features: CommandFile<Options> = {
  example: `features deit-tiny ${examplePicture()} --token cls --force`,
  describe: (command) => {
    command
      .addArgument(new Argument('<MODEL>', modelWords))
      .addArgument(new Argument('[IMAGE...]', 'picture files, folders, or - for standard input'))
      .addOption(
        new Option('--token <which>', 'which tokens')
          .choices(['cls', 'registers', 'patches', 'mean', 'all'])
          .default('all'),
      )
      .option('--layer <k>', 'from 0; −1 is the last', integer, -1)
      .option('--norm', 'after the final norm (the default)')
      .option('--no-norm', 'before the final norm')
    addModelOptions(command)
    addInputOptions(command, 'model')
    addOutputOptions(command)
  },
  run: async ({ client, call }, [model = '', ...images], options) => {
    const result = await client.features(
      {
        settings: runSettings(options),
        model: modelChoice(model, options),
        input: await inputChoice(images, options),
        output: outputChoice('features', options),
        token: options.token,
        layer: options.layer,
        norm: options.norm ?? true,
      },
      call,
    )
    const { cls, registers, grid } = result.layout
    const order = [
      cls ? '[CLS]' : '',
      registers ? `${registers} registers` : '',
      `${grid.join(' × ')} patches`,
    ]
    const rows = result.items
      .slice(0, mostRows)
      .map(({ name, shape, npy }) => [name, `[${shape.join(', ')}]`, npy])
    const more = result.items.length - rows.length
    const text = `${table(rows)}\n${more > 0 ? `and ${more} more beside them\n` : ''}${order.filter(Boolean).join(', ')}; ${result.device}, ${result.seconds.toFixed(1)} s\n`
    return { json: { ...result }, text }
  },
}

// `emergence attention`: where a model looks, as pictures and as numbers.
import { Argument, InvalidArgumentError, Option } from 'commander'
import { mapNames } from '../../../src-shared/colour/maps.ts'
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
  natural,
  outputChoice,
  runSettings,
  share,
  within,
} from '../options.ts'
import type { CommonOptions, InputOptions, ModelOptions, OutputOptions } from '../options.ts'
import { table } from '../report.ts'

interface Options extends CommonOptions, ModelOptions, InputOptions, OutputOptions {
  layer: number
  head: Request<'attention'>['head']
  query?: string
  mass?: number
  rollout?: true
  opacity: number
  colormap: string
}

function head(text: string): Request<'attention'>['head'] {
  if (text === 'mean' || text === 'max' || text === 'all') return text
  try {
    return natural(text)
  } catch {
    throw new InvalidArgumentError('A head’s number from 0, mean, max or all is expected.')
  }
}

export const attention: CommandFile<Options> = {
  example: `attention deit-tiny ${examplePicture()} --force`,
  describe: (command) => {
    command
      .addArgument(new Argument('<MODEL>', modelWords))
      .addArgument(new Argument('[IMAGE...]', 'picture files, folders, or - for standard input'))
      .option('--layer <k>', 'from 0; −1 is the last', integer, -1)
      .option('--head <k>', 'a head from 0, mean, max or all', head, 'all')
      .option(
        '--query <token>',
        'whose attention: cls, register:K, patch:Y,X, mean or all (default: cls, or mean where there is none)',
      )
      .option('--mass <share>', 'only the patches that together hold this share, for example 0.6', share)
      .option('--rollout', 'also attention through all layers up to --layer')
      .option('--opacity <share>', 'of the map over the picture', within(0, 1), 0.9)
      .addOption(new Option('--colormap <name>', 'of the map').choices(mapNames).default('ember'))
    addModelOptions(command)
    addInputOptions(command, 'native')
    addOutputOptions(command)
  },
  run: async ({ client, call }, [model = '', ...images], options) => {
    const { layer, head, mass, rollout, opacity, colormap } = options
    const { parseQuery } = await import('../../../src-shared/domain/query.ts')
    let query
    try {
      query = parseQuery(options.query ?? 'auto')
    } catch (failure) {
      throw new UsageError((failure as Error).message)
    }
    const result = await client.attention(
      {
        settings: runSettings(options),
        model: modelChoice(model, options),
        input: await inputChoice(images, options),
        output: outputChoice('attention', options),
        layer,
        head,
        query,
        ...(mass === undefined ? {} : { mass }),
        rollout: rollout === true,
        opacity,
        colormap,
      },
      call,
    )
    return { json: { ...result }, text: page(result) }
  },
}

/** The maps of every picture with their measures. */
function page({ items, device, seconds }: Result<'attention'>): string {
  const pages = items.map(({ name, grid, maps, npy }) => {
    const rows = maps.map(({ head, entropy, distance, max, png }) => [
      head === 'rollout' ? head : `head ${head}`,
      `${entropy.toFixed(2)} nats`,
      distance === null ? '-' : `${distance.toFixed(0)} px`,
      max.toFixed(4),
      png ?? '',
    ])
    const heading = `${name}, layer ${maps[0]?.layer}, ${grid.join(' × ')} patches`
    return [heading, table([['', 'entropy', 'distance', 'largest', ''], ...rows], '  '), `  ${npy}`].join(
      '\n',
    )
  })
  return `${pages.join('\n\n')}\n${device}, ${seconds.toFixed(1)} s\n`
}

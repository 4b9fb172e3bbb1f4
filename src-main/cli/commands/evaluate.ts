// `emergence evaluate`: how good a network's features are at something, beside pixels and an untrained network.
import { Argument, InvalidArgumentError, Option } from 'commander'
import { dataWords } from '../../../src-shared/domain/dataWords.ts'
import {
  baselines,
  embedTokens,
  measuringFits,
  protocols,
} from '../../../src-shared/protocol/calls/measure.ts'
import type { Baseline, EmbedToken, Protocol, Scores } from '../../../src-shared/protocol/calls/measure.ts'
import type { CommandFile } from '../command.ts'
import {
  addModelOptions,
  integer,
  modelChoice,
  modelWords,
  positive,
  runSettings,
  within,
} from '../options.ts'
import type { CommonOptions, ModelOptions } from '../options.ts'
import { table } from '../report.ts'
import { dataWordsHelp, skippedPage } from './dataOptions.ts'

interface Options extends CommonOptions, ModelOptions {
  protocol: Protocol
  k: number
  temperature: number
  baseline: Baseline[]
  split?: string
  holdOut: number
  most?: number
  token?: EmbedToken
  layer: number
  size?: number
  fit: (typeof measuringFits)[number]
}

function baselineList(text: string): Baseline[] {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
  for (const word of words)
    if (!(baselines as readonly string[]).includes(word))
      throw new InvalidArgumentError(`Baselines are ${baselines.join(', ')}, with commas between them.`)
  return [...new Set(words)] as Baseline[]
}

export const evaluate: CommandFile<Options> = {
  example: 'evaluate deit-tiny critters:60 --protocol knn --baseline pixels',
  describe: (command) => {
    command
      .addArgument(new Argument('<MODEL>', modelWords))
      .addArgument(new Argument('<DATA>', dataWordsHelp))
      .addOption(new Option('--protocol <name>', 'what is asked').choices([...protocols]).default('knn'))
      .option('--k <n>', 'neighbours that vote, answers that are looked at', positive, 20)
      .option(
        '--temperature <t>',
        'a neighbour of cosine s votes with weight exp(s / T)',
        within(1e-4, 100),
        0.07,
      )
      .option('--baseline <list>', 'pixels, untrained, or both with a comma', baselineList, [])
      .option('--split <name>', 'the split that is tested on (default: test or val, or a held-out share)')
      .option('--hold-out <share>', 'of each class, where the data has no splits', within(0.01, 0.9), 0.2)
      .option('--most <n>', 'pictures at most, drawn by the seed', positive)
      .addOption(
        new Option('--token <which>', 'the vector of a picture').choices(
          embedTokens.filter((token) => token !== 'patches'),
        ),
      )
      .option('--layer <k>', 'from 0; −1 is the last', integer, -1)
      .option('--size <n>', 'pixels of a side (default: as the model was trained)', positive)
      .addOption(
        new Option('--fit <how>', 'how a picture becomes a square of that size')
          .choices([...measuringFits])
          .default('model'),
      )
    addModelOptions(command)
  },
  run: async ({ client, call }, [model = '', data = ''], options) => {
    const result = await client.evaluate(
      {
        settings: runSettings(options),
        model: modelChoice(model, options),
        data: dataWords(data),
        protocol: options.protocol,
        k: options.k,
        temperature: options.temperature,
        baselines: options.baseline,
        split: options.split ?? null,
        holdOut: options.holdOut,
        most: options.most ?? null,
        token: options.token ?? null,
        layer: options.layer,
        size: options.size ?? null,
        fit: options.fit,
      },
      call,
    )
    const { scores, items, skipped, device, seconds } = result
    const names = Object.keys(scores)
    const row = (name: string, own: Scores): string[] => [name, ...names.map((score) => shown(own[score]))]
    const page = table([
      ['', ...names],
      row('this network', scores),
      ...Object.entries(result.baselines).map(([name, own]) => row(name, own)),
    ])
    const text = `${page}\n${items.test} pictures tested, ${items.train} known; ${device}, ${seconds.toFixed(1)} s\n${skippedPage(skipped)}`
    return { json: { ...result }, text }
  },
}

const shown = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : Number.isInteger(value) ? String(value) : value.toPrecision(3)

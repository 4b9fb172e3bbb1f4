// `emergence embed`: one vector for each picture of a data set, or for each patch.
import { Argument, Option } from 'commander'
import { dataWords } from '../../../src-shared/domain/dataWords.ts'
import { embedFormats, embedTokens, measuringFits } from '../../../src-shared/protocol/calls/measure.ts'
import type { EmbedFormat, EmbedToken } from '../../../src-shared/protocol/calls/measure.ts'
import type { CommandFile } from '../command.ts'
import {
  addModelOptions,
  addOutputOptions,
  integer,
  modelChoice,
  modelWords,
  outputChoice,
  positive,
  runSettings,
} from '../options.ts'
import type { CommonOptions, ModelOptions, OutputOptions } from '../options.ts'
import { dataWordsHelp, skippedPage } from './dataOptions.ts'

interface Options extends CommonOptions, ModelOptions, OutputOptions {
  token?: EmbedToken
  layer: number
  size?: number
  fit: (typeof measuringFits)[number]
  format: EmbedFormat
}

export const embed: CommandFile<Options> = {
  example: 'embed deit-tiny critters:20 --force',
  describe: (command) => {
    command
      .addArgument(new Argument('<MODEL>', modelWords))
      .addArgument(new Argument('<DATA>', dataWordsHelp))
      .addOption(
        new Option(
          '--token <which>',
          '[CLS], the mean of the patches, both, or every patch (default: cls, or mean where there is none)',
        ).choices([...embedTokens]),
      )
      .option('--layer <k>', 'from 0; −1 is the last', integer, -1)
      .option('--size <n>', 'pixels of a side (default: as the model was trained)', positive)
      .addOption(
        new Option('--fit <how>', 'how a picture becomes a square of that size')
          .choices([...measuringFits])
          .default('model'),
      )
      .addOption(
        new Option('--format <kind>', 'beside embeddings.npy and items.csv')
          .choices([...embedFormats])
          .default('npy'),
      )
    addModelOptions(command)
    addOutputOptions(command)
  },
  run: async ({ client, call }, [model = '', data = ''], options) => {
    const result = await client.embed(
      {
        settings: runSettings(options),
        model: modelChoice(model, options),
        data: dataWords(data),
        token: options.token ?? null,
        layer: options.layer,
        size: options.size ?? null,
        fit: options.fit,
        format: options.format,
        output: outputChoice('embed', options),
      },
      call,
    )
    const { rows, columns, computed, skipped, output, device, seconds } = result
    const text = `${rows} rows of ${columns} numbers in ${output}\n${computed} pictures computed, the others known; ${device}, ${seconds.toFixed(1)} s\n${skippedPage(skipped)}`
    return { json: { ...result }, text }
  },
}

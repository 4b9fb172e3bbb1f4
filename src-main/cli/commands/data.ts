// `emergence data make critters`: writes the built-in data set as a folder of pictures.
import { Argument, Option } from 'commander'
import { defaultCritters } from '../../../src-shared/domain/dataWords.ts'
import { difficulties } from '../../../src-shared/domain/run.ts'
import type { Difficulty } from '../../../src-shared/domain/run.ts'
import { UsageError } from '../command.ts'
import type { CommandFile } from '../command.ts'
import { addOutputOptions, positive } from '../options.ts'
import type { CommonOptions, OutputOptions } from '../options.ts'

interface Options extends CommonOptions, OutputOptions {
  count: number
  size: number
  difficulty: Difficulty
  masks?: true
}

export const data: CommandFile<Options> = {
  example: 'data make critters --count 100 --masks --force',
  describe: (command) => {
    command
      .addArgument(new Argument('<make>', 'what to do: make').choices(['make']))
      .addArgument(new Argument('<critters>', 'what to make: critters').choices(['critters']))
      .option('--count <n>', 'pictures; ten species in turn', positive, defaultCritters.count)
      .option('--size <n>', 'pixels of a side, 16 to 1024', positive, defaultCritters.size)
      .addOption(
        new Option('--difficulty <step>', 'how hard the species are to tell apart')
          .choices([...difficulties])
          .default(defaultCritters.difficulty),
      )
      .option('--masks', 'also which part of the animal each pixel shows, in masks/')
    addOutputOptions(command)
  },
  run: async ({ client, call }, _words, options) => {
    const { count, size, difficulty } = options
    if (size < 16 || size > 1024) throw new UsageError('--size is from 16 to 1024 pixels.')
    if (count > 10_000_000) throw new UsageError('--count is at most 10,000,000.')
    const result = await client.makeCritters(
      {
        count,
        size,
        difficulty,
        seed: options.seed ?? defaultCritters.seed,
        masks: options.masks === true,
        output: options.output ?? 'emergence-data',
        force: options.force === true,
      },
      call,
    )
    const each = Math.ceil(result.rows / result.species.length)
    const text = `${result.rows} pictures of ${result.species.length} species (up to ${each} each) in ${result.output}\n${result.seconds.toFixed(1)} s\n`
    return { json: { ...result }, text }
  },
}

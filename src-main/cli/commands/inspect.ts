// `emergence inspect`: what a checkpoint file holds.
import { Argument } from 'commander'
import type { CommandFile } from '../command.ts'
import { inspectPage } from '../inspectPage.ts'
import { addModelOptions, modelChoice, modelWords } from '../options.ts'
import type { CommonOptions, ModelOptions } from '../options.ts'

interface Options extends CommonOptions, ModelOptions {
  stats?: true
  tensors?: true
}

export const inspect: CommandFile<Options> = {
  example: 'inspect deit-tiny',
  describe: (command) => {
    command
      .addArgument(new Argument('<MODEL>', modelWords))
      .option('--stats', 'read the weights too: mean, spread and histogram of each')
      .option('--tensors', 'list every tensor')
    addModelOptions(command)
  },
  run: async ({ client, call }, [model = ''], options) => {
    const stats = options.stats === true
    const report = await client.inspect({ model: modelChoice(model, options), stats }, call)
    const text = inspectPage(report, { tensors: options.tensors === true || stats })
    return { json: { ...report, device: 'cpu' }, text }
  },
}

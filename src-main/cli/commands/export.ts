// `emergence export`: a model written in other words.
import { statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { Argument, Option } from 'commander'
import type { Request } from '../../../src-shared/protocol/calls.ts'
import type { CommandFile } from '../command.ts'
import { addModelOptions, addOutputOptions, modelChoice, modelWords } from '../options.ts'
import type { CommonOptions, ModelOptions, OutputOptions } from '../options.ts'

interface Options extends CommonOptions, ModelOptions, OutputOptions {
  format: Request<'exportModel'>['format']
  dtype: Request<'exportModel'>['dtype']
}

export const exportCommand: CommandFile<Options> = {
  example: 'export deit-tiny --format safetensors --dtype f16 --force',
  describe: (command) => {
    command
      .addArgument(new Argument('<MODEL>', modelWords))
      .addOption(
        new Option('--format <words>', 'original: a .pth its own code loads; huggingface: a folder')
          .choices(['original', 'huggingface', 'safetensors'] satisfies Options['format'][])
          .default('original'),
      )
      .addOption(
        new Option('--dtype <type>', 'of the weights').choices(['f32', 'f16', 'bf16']).default('f32'),
      )
    addModelOptions(command)
    addOutputOptions(command)
  },
  run: async ({ client, call }, [model = ''], options) => {
    const { format, dtype, force } = options
    const path = targetOf(model, options)
    const request = { model: modelChoice(model, options), format, dtype, path, force: force === true }
    const report = await client.exportModel(request, call)
    const { files, keys, seconds } = report
    return {
      json: { files, keys, notices: report.notices, device: 'cpu', seconds },
      text: `${files.join('\n')}\n${keys.length} tensors as ${dtype}, ${seconds.toFixed(1)} s\n`,
    }
  },
}

const endings = { original: '.pth', safetensors: '.safetensors', huggingface: '' } as const

/** The file or folder to write: --output itself, or a file named after the model where it is a folder. */
function targetOf(model: string, { format, output = 'emergence-export' }: Options): string {
  if (format === 'huggingface') return output
  const isFolder = statSync(output, { throwIfNoEntry: false })?.isDirectory() ?? extname(output) === ''
  const name = basename(model.replace(/^hf:/, '').replace(/[\\/]+$/, ''))
  return isFolder ? join(output, `${basename(name, extname(name))}${endings[format]}`) : output
}

// `emergence export`: a model written in other words.
import { statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { Argument, Option } from 'commander'
import type { Request } from '../../../src-shared/protocol/calls.ts'
import type { CommandFile } from '../command.ts'
import { addModelOptions, addOutputOptions, modelChoice, modelWords, size } from '../options.ts'
import type { CommonOptions, ModelOptions, OutputOptions } from '../options.ts'

interface Options extends CommonOptions, ModelOptions, OutputOptions {
  format: Request<'exportModel'>['format']
  dtype: Request<'exportModel'>['dtype']
  size?: { width: number; height: number }
  attentions?: true
}

export const exportCommand: CommandFile<Options> = {
  example: 'export deit-tiny --format safetensors --dtype f16 --force',
  describe: (command) => {
    command
      .addArgument(new Argument('<MODEL>', modelWords))
      .addOption(
        new Option('--format <words>', 'original: a .pth its own code loads; huggingface: a folder')
          .choices(['original', 'huggingface', 'safetensors', 'onnx'] satisfies Options['format'][])
          .default('original'),
      )
      .addOption(
        new Option('--dtype <type>', 'of the weights').choices(['f32', 'f16', 'bf16']).default('f32'),
      )
      .option('--size <n|WxH>', 'of an ONNX file’s pictures, in pixels (default: the model’s own)', size)
      .option('--attentions', 'every layer’s attention as outputs of an ONNX file too')
    addModelOptions(command)
    addOutputOptions(command)
  },
  run: async ({ client, call, notice }, [model = ''], options) => {
    const { format, dtype, force, size, attentions } = options
    if (format !== 'onnx' && (size !== undefined || attentions === true))
      notice('--size and --attentions are for --format onnx; they change nothing here.')
    const path = targetOf(model, options)
    const request = {
      model: modelChoice(model, options),
      format,
      dtype,
      path,
      force: force === true,
      attentions: attentions === true,
      ...(size === undefined ? {} : { size }),
    }
    const report = await client.exportModel(request, call)
    const { files, keys, seconds } = report
    return {
      json: { files, keys, notices: report.notices, device: 'cpu', seconds },
      text: `${files.join('\n')}\n${keys.length} tensors as ${dtype}, ${seconds.toFixed(1)} s\n`,
    }
  },
}

const endings = { original: '.pth', safetensors: '.safetensors', onnx: '.onnx', huggingface: '' } as const

/** The file or folder to write: --output itself, or a file named after the model where it is a folder. */
function targetOf(model: string, { format, output = 'emergence-export' }: Options): string {
  if (format === 'huggingface') return output
  const isFolder = statSync(output, { throwIfNoEntry: false })?.isDirectory() ?? extname(output) === ''
  const name = basename(model.replace(/^hf:/, '').replace(/[\\/]+$/, ''))
  return isFolder ? join(output, `${basename(name, extname(name))}${endings[format]}`) : output
}

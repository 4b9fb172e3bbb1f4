// `emergence reconstruct`: what a masked autoencoder fills in where patches are hidden.
import { Argument, InvalidArgumentError } from 'commander'
import type { Request } from '../../../src-shared/protocol/calls.ts'
import { UsageError } from '../command.ts'
import type { CommandFile } from '../command.ts'
import {
  addInputOptions,
  addModelOptions,
  addOutputOptions,
  exampleAutoencoder,
  examplePicture,
  inputChoice,
  modelChoice,
  modelWords,
  outputChoice,
  runSettings,
  within,
} from '../options.ts'
import type { CommonOptions, InputOptions, ModelOptions, OutputOptions } from '../options.ts'
import { table } from '../report.ts'

interface Options extends CommonOptions, ModelOptions, InputOptions, OutputOptions {
  maskRatio: number
  mask: string
  noise?: string
  draws?: number
}

export const reconstruct: CommandFile<Options> = {
  example: `reconstruct ${exampleAutoencoder()} ${examplePicture()} --force`,
  describe: (command) => {
    command
      .addArgument(new Argument('<MODEL>', modelWords))
      .addArgument(new Argument('[IMAGE...]', 'picture files, folders, or - for standard input'))
      .option('--mask-ratio <share>', 'of the patches that are hidden', within(0, 1), 0.75)
      .option(
        '--mask <kind>',
        'random, block, grid, or a picture that is light where patches are hidden',
        'random',
      )
      .option('--noise <file.npy>', '[batch, patches]: those with the smallest numbers stay visible')
      .option(
        '--draws <n>',
        'mean and spread of each patch over this many masks by chance (blocks with --mask block), 2 to 1000',
        draws,
      )
    addModelOptions(command)
    addInputOptions(command, 'native')
    addOutputOptions(command)
  },
  run: async ({ client, call }, [model = '', ...images], options) => {
    const report = await client.reconstruct(
      {
        settings: runSettings(options),
        model: modelChoice(model, options),
        input: await inputChoice(images, options),
        output: outputChoice('reconstruct', options),
        maskRatio: options.maskRatio,
        mask: maskChoice(options),
        ...(options.draws === undefined ? {} : { draws: options.draws }),
      },
      call,
    )
    const rows = report.items.map(({ name, maskRatio, loss, mse, psnr, images, draws }) => [
      name,
      `${(100 * maskRatio).toFixed(0)} % hidden`,
      `loss ${loss.toFixed(4)}`,
      `mse ${mse.toFixed(4)}`,
      psnr === null ? '' : `${psnr.toFixed(1)} dB`,
      ...(draws
        ? [draws.spread === null ? '' : `spread ${draws.spread.toFixed(4)}`, draws.images.spread]
        : []),
      images.mixed,
    ])
    const guess = report.normalisedTargetsSource === 'guess' ? ' (a guess)' : ''
    const targets = report.normalisedTargets
      ? `patches without their mean and variance${guess}; the true ones were used to draw them`
      : `plain pixels${guess}`
    const text = `${table(rows)}\npredicts ${targets}; ${report.device}, ${report.seconds.toFixed(1)} s\n`
    return { json: { ...report }, text }
  },
}

function draws(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 2 && value <= 1000) return value
  throw new InvalidArgumentError('A whole number from 2 to 1000 is expected.')
}

function maskChoice({ mask, noise }: Options): Request<'reconstruct'>['mask'] {
  if (noise !== undefined) {
    if (mask !== 'random') throw new UsageError('Give either --mask or --noise, not both.')
    return { kind: 'noise', path: noise }
  }
  if (mask === 'random' || mask === 'block' || mask === 'grid') return { kind: mask }
  if (/\.\w+$/.test(mask)) return { kind: 'file', path: mask }
  throw new UsageError(`The mask ${JSON.stringify(mask)} is none of random, block, grid, or a picture file.`)
}

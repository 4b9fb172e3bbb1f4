// Which options do commands share, and what do their words mean? Parsed in one place, for every command.
import { dirname, join, relative } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import { deviceIds } from '../../src-shared/domain/device.ts'
import type { ModelOverrides } from '../../src-shared/domain/checkpoint.ts'
import type {
  Fit,
  InputChoice,
  ModelChoice,
  OutputChoice,
  RunSettings,
} from '../../src-shared/protocol/calls/common.ts'
import { resourcesPath } from '../processes/entries.ts'
import { UsageError } from './command.ts'

// What a word of the command line is as a value. Each throws commander's InvalidArgumentError.

/** A whole number; a typographic minus is one too. */
export function integer(text: string): number {
  const value = Number(text.replace('−', '-'))
  if (text.trim() === '' || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('A whole number is expected.')
  return value
}

export function positive(text: string): number {
  const value = integer(text)
  if (value < 1) throw new InvalidArgumentError('A whole number from 1 is expected.')
  return value
}

export function natural(text: string): number {
  const value = integer(text)
  if (value < 0) throw new InvalidArgumentError('A whole number from 0 is expected.')
  return value
}

/** A number within bounds, both included. */
export function within(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= low && value <= high))
      throw new InvalidArgumentError(`A number from ${low} to ${high} is expected.`)
    return value
  }
}

/** A share above 0, at most 1. */
export function share(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= 1))
    throw new InvalidArgumentError('A number above 0 and at most 1 is expected.')
  return value
}

/** `N` or `WxH` in pixels. */
export function size(text: string): { width: number; height: number } {
  const found = /^(\d{1,5})(?:[x×](\d{1,5}))?$/i.exec(text.trim())
  const width = Number(found?.[1])
  const height = Number(found?.[2] ?? found?.[1])
  if (!(width > 0 && height > 0)) throw new InvalidArgumentError('N or WIDTHxHEIGHT in pixels is expected.')
  return { width, height }
}

const choice = (flags: string, what: string, choices: readonly string[]): Option =>
  new Option(flags, what).choices(choices)

// Options of every command.

export interface CommonOptions {
  json?: true
  device: RunSettings['device']
  precision: RunSettings['precision']
  threads?: number
  seed?: number
  workspace?: string
}

export function addCommonOptions(command: Command): void {
  command
    .option('--json', 'one JSON document on stdout and nothing else there')
    .addOption(choice('--device <id>', 'where to compute', ['auto', ...deviceIds]).default('auto'))
    .addOption(
      choice('--precision <kind>', 'fast: 8-bit weights, for previews', ['exact', 'fast']).default('exact'),
    )
    .option('--threads <n>', 'threads of the processor (default: one per core)', positive)
    .option('--seed <n>', 'for everything that is drawn by chance', natural)
    .option('--workspace <file>', 'keep the work in this workspace (default: none)')
}

export function runSettings({ device, precision, threads, seed }: CommonOptions): RunSettings {
  return {
    device,
    precision,
    ...(threads === undefined ? {} : { threads }),
    ...(seed === undefined ? {} : { seed }),
  }
}

// Options on MODEL.

export type ModelOptions = ModelOverrides

export const modelWords =
  'a checkpoint file, a Hugging Face folder, hf:ORG/NAME, or the name of a bundled model'

export function addModelOptions(command: Command): void {
  command
    .optionsGroup('Options on MODEL:')
    .option('--network <name>', 'teacher, student, model, ema, encoder, target-encoder, …')
    .option('--heads <n>', 'attention heads, where the file does not say', positive)
    .option('--decoder-heads <n>', 'attention heads of the decoder', positive)
    .option('--patch <n>', 'side of a patch in pixels', positive)
    .option('--image-size <n>', 'the size the position table was made for, in pixels', positive)
    .addOption(
      choice('--interpolation <rule>', 'how learned positions are resampled', [
        'dino',
        'dinov2',
        'dinov2-antialias',
        'size',
        'timm',
        'huggingface',
      ]),
    )
    .option('--allow-missing', 'open a network with missing weights')
}

export function modelChoice(name: string, options: ModelOptions): ModelChoice {
  const { network, heads, decoderHeads, patch, imageSize, interpolation, allowMissing } = options
  const given = Object.entries({
    network,
    heads,
    decoderHeads,
    patch,
    imageSize,
    interpolation,
    allowMissing,
  })
  return { name, overrides: Object.fromEntries(given.filter(([, value]) => value !== undefined)) }
}

// Options on IMAGE.

export interface InputOptions {
  size?: { width: number; height: number }
  fit: Fit
  tensor?: string
}

export function addInputOptions(command: Command, fit: Fit): void {
  command
    .optionsGroup('Options on IMAGE:')
    .option('--size <n|WxH>', 'size of the input in pixels, rounded to whole patches', size)
    .addOption(
      choice('--fit <how>', 'how a picture becomes an input', ['native', 'resize', 'crop', 'model']).default(
        fit,
      ),
    )
    .option('--tensor <file.npy>', '[batch, 3, height, width], already normalised, instead of pictures')
}

/** What goes in: pictures named on the command line, standard input for `-`, or a tensor. */
export async function inputChoice(images: readonly string[], options: InputOptions): Promise<InputChoice> {
  if (options.tensor !== undefined) {
    if (images.length > 0) throw new UsageError('Give either pictures or --tensor, not both.')
    return { kind: 'tensor', path: options.tensor }
  }
  if (images.length === 0) throw new UsageError('Name at least one picture, or give --tensor.')
  if (images.filter((image) => image === '-').length > 1)
    throw new UsageError('Standard input (-) can be read only once.')
  const sources = await Promise.all(
    images.map(async (path) =>
      path === '-'
        ? { kind: 'bytes' as const, name: 'stdin', bytes: await readStandardInput() }
        : { kind: 'path' as const, path },
    ),
  )
  return { kind: 'pictures', sources, fit: options.fit, ...(options.size ? { size: options.size } : {}) }
}

async function readStandardInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks)
}

/** A bundled picture as it can be named from where the command stands, for examples that run as they are. */
export function examplePicture(): string {
  return nearby(join(resourcesPath(), 'pictures', 'cat-chelsea.jpg'))
}

/** A small masked autoencoder from the tests, likewise. */
export function exampleAutoencoder(): string {
  return nearby(join(dirname(resourcesPath()), 'tests', 'fixtures', 'goldens', 'parity', 'hf_vit_mae'))
}

function nearby(path: string): string {
  const near = relative(process.cwd(), path)
  return near.startsWith('..') ? path : near
}

// Options on results.

export interface OutputOptions {
  output?: string
  force?: true
}

export function addOutputOptions(command: Command): void {
  command
    .optionsGroup('Options on results:')
    .option('--output <folder>', `where results go (default: ./emergence-${command.name()}/)`)
    .option('--force', 'replace files that are there')
}

export function outputChoice(command: string, { output, force }: OutputOptions): OutputChoice {
  return { folder: output ?? `emergence-${command}`, force: force === true }
}

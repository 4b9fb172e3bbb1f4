// How many attention heads has a network? No weight says it; what does, in order of trust, and a refusal to guess wildly.
import { Failure } from '../../src-shared/domain/failure.ts'
import type { Setting } from './view.ts'

/** Everything that may tell a number of heads. */
export interface HeadEvidence {
  /** What a person said; wins over everything. */
  readonly asked: number | undefined
  readonly config: Readonly<Record<string, unknown>>
  readonly settings: ReadonlyMap<string, Setting>
  readonly width: number
  readonly depth: number
  /** Length of the stored rotary periods; null without. */
  readonly periods: number | null
  /** Heads that a weight's own shape tells (Google's kernels keep them on an axis); null otherwise. */
  readonly fromShapes: number | null
}

/** A value of a spec and where it comes from, as `inspect` shows it. */
export interface Sourced<T> {
  readonly value: T
  readonly source: string
}

/** Width and heads of the named sizes, as DINO's, DINOv2's, MAE's and I-JEPA's factories have them. */
const namedSizes: readonly (readonly [RegExp, number, number])[] = [
  [/tiny/, 192, 3],
  [/small/, 384, 6],
  [/base/, 768, 12],
  [/large/, 1024, 16],
  [/huge/, 1280, 16],
  [/giant2/, 1536, 24],
  [/giant/, 1408, 16],
]

/** Published sizes that do not have 64 per head: width, depth, heads, name. */
const unevenSizes: readonly (readonly [number, number, number, string])[] = [
  [1280, 32, 16, 'ViT-H'],
  [1408, 40, 16, 'ViT-g'],
  [1664, 48, 16, 'ViT-G'],
]

/**
 * Heads of an encoder: what was asked for; config.json; the weights' own shapes; stored settings; rotary periods
 * (four times their count is a head's width); a published size that is an exception; 64 per head.
 * Null where none of these tells. Throws Failure where what was asked for does not divide the width.
 */
export function encoderHeads(evidence: HeadEvidence): Sourced<number> | null {
  const { asked, config, settings, width, depth, periods, fromShapes } = evidence
  if (asked !== undefined) return { value: divisor(asked, width, '--heads'), source: 'asked for' }
  const fits = (heads: unknown): heads is number =>
    typeof heads === 'number' && Number.isInteger(heads) && heads > 0 && width % heads === 0
  const configured = config['num_attention_heads']
  if (fits(configured)) return { value: configured, source: 'config.json' }
  if (fits(fromShapes)) return { value: fromShapes, source: 'the shape of the query kernels' }
  for (const name of ['num_heads', 'heads', 'n_heads', 'vit_heads']) {
    const stored = settings.get(name)
    if (fits(stored)) return { value: stored, source: `the stored setting ${name}` }
  }
  if (periods !== null && fits(width / (4 * periods)))
    return { value: width / (4 * periods), source: 'four times the rotary periods per head' }
  const named = namedHeads(settings, width)
  if (named !== null) return named
  const uneven = unevenSizes.find(([w, d]) => w === width && d === depth)
  if (uneven !== undefined)
    return {
      value: uneven[2],
      source: `the published ${uneven[3]} (width ${width}, depth ${depth}); a guess`,
    }
  return width % 64 === 0 ? { value: width / 64, source: '64 per head; a guess' } : null
}

/** The Failure for a network that cannot be run because nothing tells its heads. */
export function unknownHeads(file: string, width: number): Failure {
  return new Failure(
    'bad-argument',
    `${file} does not say how many attention heads it has, and its width of ${width} is no multiple of 64.`,
    'Give the number with --heads.',
  )
}

function namedHeads(settings: ReadonlyMap<string, Setting>, width: number): Sourced<number> | null {
  for (const setting of ['arch', 'model', 'model_name', 'backbone']) {
    const value = settings.get(setting)
    if (typeof value !== 'string') continue
    const size = namedSizes.find(([pattern, itsWidth]) => pattern.test(value) && itsWidth === width)
    if (size !== undefined)
      return { value: size[2], source: `the stored setting ${setting} = ${value.slice(0, 40)}` }
  }
  return null
}

/**
 * Heads of MAE's decoder: what was asked for, config.json, stored settings, or 16 at a width of 512 as every
 * published MAE has them. Null where none of these tells.
 */
export function decoderHeads(
  evidence: Pick<HeadEvidence, 'asked' | 'config' | 'settings' | 'width'>,
): Sourced<number> | null {
  const { asked, config, settings, width } = evidence
  if (asked !== undefined) return { value: divisor(asked, width, '--decoder-heads'), source: 'asked for' }
  for (const [value, source] of [
    [config['decoder_num_attention_heads'], 'config.json'],
    [settings.get('decoder_num_heads'), 'the stored setting decoder_num_heads'],
  ] as const)
    if (typeof value === 'number' && Number.isInteger(value) && value > 0 && width % value === 0)
      return { value, source }
  if (width === 512) return { value: 16, source: '16 at width 512, as every published MAE; a guess' }
  return null
}

function divisor(heads: number, width: number, option: string): number {
  if (Number.isInteger(heads) && heads > 0 && width % heads === 0) return heads
  throw new Failure(
    'bad-argument',
    `${option} ${heads} does not divide the width of ${width}.`,
    'Give a divisor of the width.',
  )
}

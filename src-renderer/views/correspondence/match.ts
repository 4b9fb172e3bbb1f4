// Which patches of two pictures belong together? Computed beside the tokens, on the worker; chosen for drawing here.
import {
  mutualNearest,
  mutualOf,
  nearestBothWays,
  type Match,
  type Nearest,
} from '../../../src-shared/analysis/correspondence.ts'
import { normalised } from '../../../src-shared/analysis/nearest.ts'
import {
  between,
  fitForeground,
  joined,
  project,
  type PatchTokens,
} from '../../../src-shared/analysis/parts.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { largest } from '../../../src-shared/numerics/measures.ts'

/** One picture's patch tokens, `[patches, width]`. */
interface Given extends PatchTokens {
  readonly width: number
  readonly oneColour: boolean
}

export interface Matched {
  /** The best match of every patch of either picture, mutual or not. */
  readonly there: Nearest
  readonly back: Nearest
  /** Each the other's nearest, most similar first; inside the foreground where that was asked. */
  readonly mutual: readonly Match[]
  /** 1 where a patch takes part; null: everywhere. */
  readonly masks: { readonly first: Uint8Array; readonly second: Uint8Array } | null
}

/** Matches the patches of two pictures. Throws Failure `bad-picture` where one shows nothing to match. */
export function matchTokens(first: Given, second: Given, foreground: boolean): Matched {
  if (first.oneColour || second.oneColour)
    throw new Failure(
      'bad-picture',
      `The ${first.oneColour ? (second.oneColour ? 'pictures are' : 'left picture is') : 'right picture is'} of one colour: there are no places to tell apart.`,
      'Use pictures that show something.',
    )
  const { width } = first
  const both = nearestBothWays(normalised(first.tokens, width), normalised(second.tokens, width), width)
  if (!foreground) return { ...both, mutual: mutualOf(both), masks: null }
  const masks = foregroundOfBoth(first, second)
  return { ...both, mutual: mutualNearest(first, second, width, masks), masks }
}

/** The foreground as Parts finds it, over both pictures together: their first component, cut by Otsu's threshold. */
function foregroundOfBoth(first: Given, second: Given) {
  const { width } = first
  const all = joined([first.tokens, second.tokens])
  const stage = fitForeground([first, second], all, width, { foreground: 'auto', flip: false })
  const inside = ({ tokens }: Given): Uint8Array =>
    Uint8Array.from(project(stage, tokens, width), (score) =>
      Number(between(score, stage.low[0]!, stage.high[0]!) > stage.threshold),
    )
  return { first: inside(first), second: inside(second) }
}

/** The pairs that are drawn: at least so similar, and no more than so many, the most similar first. */
export function chosenMatches(mutual: readonly Match[], least: number, most: number): readonly Match[] {
  return mutual.filter(({ cosine }) => cosine >= least).slice(0, most)
}

/** A scale in tenths that holds the similarity of every pair. */
export interface Scale {
  readonly low: number
  readonly high: number
}
export function scaleOf(mutual: readonly Match[]): Scale {
  const [highest, lowest] = [mutual[0]?.cosine ?? 1, mutual.at(-1)?.cosine ?? 0]
  const high = Math.min(1, Math.ceil(highest * 10) / 10)
  return { low: Math.max(-1, Math.min(Math.floor(lowest * 10) / 10, high - 0.1)), high }
}

/** Where a similarity stands on the scale, 0 to 1. */
export const shareOf = (cosine: number, { low, high }: Scale): number =>
  Math.min(1, Math.max(0, (cosine - low) / (high - low)))

/** Counts of similarities in equal bins of the scale. */
export function countSimilarities(mutual: readonly Match[], scale: Scale, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0)
  for (const { cosine } of mutual) counts[Math.min(bins - 1, Math.floor(shareOf(cosine, scale) * bins))]!++
  return counts
}

/** How far every patch is more alike than the mean of its picture, and the most that any is. */
export function aboveMean(cosines: Float32Array): { readonly values: Float32Array; readonly max: number } {
  const mean = cosines.reduce((sum, value) => sum + value, 0) / Math.max(1, cosines.length)
  const values = cosines.map((value) => Math.max(0, value - mean))
  return { values, max: largest(values) }
}

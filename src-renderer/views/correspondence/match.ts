// Which patches of two pictures belong together? Computed beside the tokens, on the worker; chosen for drawing here.
import {
  mutualNearest,
  mutualOf,
  nearestBothWays,
  type Match,
  type Nearest,
} from '../../../src-shared/analysis/correspondence.ts'
import { normalised } from '../../../src-shared/analysis/nearest.ts'
import { between, fitForeground, joined, project } from '../../../src-shared/analysis/parts.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { HeldTokens } from '../parts/work.ts'

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
export function matchTokens(first: HeldTokens, second: HeldTokens, foreground: boolean): Matched {
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
function foregroundOfBoth(first: HeldTokens, second: HeldTokens) {
  const { width } = first
  const all = joined([first.tokens, second.tokens])
  const stage = fitForeground([first, second], all, width, { foreground: 'auto', flip: false })
  const inside = ({ tokens }: HeldTokens): Uint8Array =>
    Uint8Array.from(project(stage, tokens, width), (score) =>
      Number(between(score, stage.low[0]!, stage.high[0]!) > stage.threshold),
    )
  return { first: inside(first), second: inside(second) }
}

/** The pairs that are drawn: at least so similar, and no more than so many, the most similar first. */
export function chosenMatches(mutual: readonly Match[], least: number, most: number): readonly Match[] {
  return mutual.filter(({ cosine }) => cosine >= least).slice(0, most)
}

/** Where the scale of similarities begins: below the least similar pair, in tenths. */
export function scaleFrom(mutual: readonly Match[]): number {
  const lowest = mutual.at(-1)?.cosine ?? 0
  return Math.max(-1, Math.min(0.9, Math.floor(lowest * 10) / 10))
}

/** Counts of similarities in equal bins from `low` to 1. */
export function countSimilarities(mutual: readonly Match[], low: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0)
  for (const { cosine } of mutual)
    counts[Math.min(bins - 1, Math.max(0, Math.floor(((cosine - low) / (1 - low)) * bins)))]!++
  return counts
}

// Which tokens are far longer than the rest, and how do lengths spread? For the histogram of token norms.
import { quantile } from '../../src-shared/numerics/measures.ts'

export interface Histogram {
  readonly low: number
  readonly high: number
  readonly counts: readonly number[]
}

/** Counts in equal bins over the range of the values; a range of nothing is widened by a little. */
export function histogram(values: ArrayLike<number>, bins: number): Histogram {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!)
    high = Math.max(high, values[i]!)
  }
  if (!(low < high)) {
    const middle = Number.isFinite(low) ? low : 0
    low = middle - 0.5
    high = middle + 0.5
  }
  const counts = new Array<number>(bins).fill(0)
  for (let i = 0; i < values.length; i++) counts[binOf(values[i]!, low, high, bins)]!++
  return { low, high, counts }
}

/** The bin of a value, held inside. */
export function binOf(value: number, low: number, high: number, bins: number): number {
  return Math.min(bins - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * bins)))
}

/**
 * The length above which a token is an outlier: the median plus five times 1.48 · MAD, where MAD is the median
 * distance to the median. Registers' paper (Darcet et al. 2024, section 2.1) draws its line by eye; this is a rule
 * that needs no eye and moves with the model.
 */
export function outlierLimit(values: ArrayLike<number>): number {
  if (values.length === 0) return Infinity
  const median = quantile(values, 0.5)
  const distances = Float64Array.from({ length: values.length }, (_, i) => Math.abs(values[i]! - median))
  return median + 5 * 1.4826 * quantile(distances, 0.5)
}

/** Indices of the values above the limit. */
export function above(values: ArrayLike<number>, limit: number): number[] {
  const found: number[] = []
  for (let i = 0; i < values.length; i++) if (values[i]! > limit) found.push(i)
  return found
}

export interface Score {
  readonly index: number
  readonly share: number
}

/** Softmax of raw scores, the `n` largest. */
export function topScores(logits: ArrayLike<number>, n: number): Score[] {
  let max = -Infinity
  for (let i = 0; i < logits.length; i++) max = Math.max(max, logits[i]!)
  let sum = 0
  const shares = Float64Array.from({ length: logits.length }, (_, i) => {
    const share = Math.exp(logits[i]! - max)
    sum += share
    return share
  })
  return [...shares.keys()]
    .sort((a, b) => shares[b]! - shares[a]! || a - b)
    .slice(0, n)
    .map((index) => ({ index, share: shares[index]! / sum }))
}

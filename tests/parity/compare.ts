// How far are our numbers from the original's? One row per quantity, against the case's own tolerance.
import type { Tolerance } from '../tools/goldens.ts'

export interface Row {
  quantity: string
  /** Largest |ours − theirs|. */
  worst: number
  /** Largest |ours − theirs| / (abs + rel · |theirs|): 1 is just within the tolerance. */
  ratio: number
  tolerance: Tolerance
  ok: boolean
}

export interface Numbers {
  shape: readonly number[]
  data: ArrayLike<number>
}

/** Compares number by number; another count of numbers, or one that is no number, is never within the tolerance. */
export function compare(quantity: string, ours: Numbers, theirs: Numbers, tolerance: Tolerance): Row {
  if (ours.data.length !== theirs.data.length)
    return {
      quantity: `${quantity} [${ours.shape}] instead of [${theirs.shape}]`,
      worst: NaN,
      ratio: NaN,
      tolerance,
      ok: false,
    }
  let worst = 0
  let ratio = 0
  for (let i = 0; i < theirs.data.length; i++) {
    const expected = theirs.data[i] ?? NaN
    const error = Math.abs((ours.data[i] ?? NaN) - expected)
    // Not Math.max alone: a NaN must stay.
    if (!(error <= worst)) worst = error
    const allowed = tolerance.abs + tolerance.rel * Math.abs(expected)
    const share = error === 0 ? 0 : error / allowed
    if (!(share <= ratio)) ratio = share
  }
  return { quantity, worst, ratio, tolerance, ok: ratio <= 1 }
}

/** The failures of a list of rows as sentences, one a line; empty where all are within their tolerance. */
export function failures(rows: readonly Row[]): string {
  return rows
    .filter((row) => !row.ok)
    .map(
      ({ quantity, worst, ratio, tolerance }) =>
        `${quantity}: largest error ${worst.toExponential(2)}, ` +
        `${ratio.toFixed(2)} times the tolerance ${tolerance.abs} + ${tolerance.rel}·|b|`,
    )
    .join('\n')
}

/** Rows `from` to `to` (not included) of a `[1, n, d]` or `[n, d]` tensor. */
export function rowsOf(numbers: Numbers, from: number, to: number): Numbers {
  const width = numbers.shape.at(-1) ?? 1
  const shape = [to - from, width]
  return { shape, data: Array.from(numbers.data).slice(from * width, to * width) }
}

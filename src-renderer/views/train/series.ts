// Which points of a curve are worth drawing? Two for each column of pixels: nothing that sticks out is lost.
import { rowAt } from './log.ts'

/** Points of a curve, x never falling. */
export interface Points {
  readonly x: number[]
  readonly y: number[]
}

/**
 * At most two points for each of `columns` equal stretches between `from` and `to`: the least and the greatest, in their
 * order, and the neighbours just outside, so that lines reach the edges. Values that are no numbers are left out.
 */
export function thinned(
  x: readonly number[],
  y: readonly number[],
  from: number,
  to: number,
  columns: number,
): Points {
  const first = Math.max(0, rowAt(x, from) - 1)
  const last = Math.min(x.length - 1, rowAt(x, to))
  const points: Points = { x: [], y: [] }
  const take = (i: number): void => {
    points.x.push(x[i]!)
    points.y.push(y[i]!)
  }
  if (last - first < 2 * columns) {
    for (let i = first; i <= last; i++) if (!Number.isNaN(y[i]!)) take(i)
    return points
  }
  const width = (to - from) / columns
  let i = first
  while (i <= last) {
    const bucket = Math.floor((x[i]! - from) / width)
    let [low, high] = [-1, -1]
    for (; i <= last && Math.floor((x[i]! - from) / width) === bucket; i++) {
      if (Number.isNaN(y[i]!)) continue
      if (low < 0 || y[i]! < y[low]!) low = i
      if (high < 0 || y[i]! > y[high]!) high = i
    }
    if (low < 0) continue
    take(Math.min(low, high))
    if (low !== high) take(Math.max(low, high))
  }
  return points
}

/** The row nearest to `at` on an axis that never falls; −1 where there are no rows. */
export function nearestRow(x: readonly number[], at: number): number {
  if (x.length === 0) return -1
  const above = Math.min(x.length - 1, rowAt(x, at))
  return above > 0 && at - x[above - 1]! < x[above]! - at ? above - 1 : above
}

/** The least and the greatest number between two places of the axis; null where there is none. */
export function extent(
  x: readonly number[],
  y: readonly number[],
  from: number,
  to: number,
): readonly [number, number] | null {
  let [low, high] = [Infinity, -Infinity]
  for (let i = rowAt(x, from); i < x.length && x[i]! <= to; i++) {
    const value = y[i]!
    if (value < low) low = value
    if (value > high) high = value
  }
  return low <= high ? [low, high] : null
}

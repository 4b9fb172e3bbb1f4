// Who is near to whom? What a search for nearest neighbours works on, and what it gives.
import type { MapMetric, Search } from '../../../src-shared/domain/map.ts'

/** For each row its nearest others, nearest first. */
export interface Neighbours {
  /** `[rows, k]`; −1 where there are fewer rows. */
  indices: Int32Array
  /** 1 − cosine, or Euclidean; NaN where there is no neighbour. */
  distances: Float32Array
  k: number
}
export interface Found extends Neighbours {
  search: Search
}

/**
 * Rows as products see them: of unit length for cosines; for Euclidean distances around their mean, with −|row|² beside
 * them, so that 2 · product + bias orders by distance.
 */
export interface Prepared {
  metric: MapMetric
  rows: number
  width: number
  data: Float32Array
  bias: Float32Array | null
  /** What was taken off every row; null: nothing. */
  mean: Float64Array | null
}

/** Rows whose lengths differ from 1 by less are taken as they are. */
const unit = 1e-6

/** Prepares rows `[rows, width]`; a copy, unless they are of unit length already. Rows of zeros stay zeros. */
export function prepare(data: Float32Array, width: number, metric: MapMetric): Prepared {
  const rows = data.length / width
  if (metric === 'cosine')
    return {
      metric,
      rows,
      width,
      data: ofUnitLength(data, width) ? data : normalised(data, width),
      bias: null,
      mean: null,
    }
  return around(data, width, columnMeans(data, width))
}

/** The same for vectors that are to be searched for among prepared rows. */
export function prepareQueries(data: Float32Array, { width, metric, mean }: Prepared): Prepared {
  return mean ? around(data, width, mean) : prepare(data, width, metric)
}

function around(data: Float32Array, width: number, mean: Float64Array): Prepared {
  const rows = data.length / width
  const centred = new Float32Array(data.length)
  const bias = new Float32Array(rows)
  for (let row = 0, at = 0; row < rows; row++) {
    let squares = 0
    for (let t = 0; t < width; t++, at++) {
      const value = data[at]! - mean[t]!
      centred[at] = value
      squares += value * value
    }
    bias[row] = -squares
  }
  return { metric: 'euclidean', rows, width, data: centred, bias, mean }
}

/** The mean of each column of `[rows, width]`. */
export function columnMeans(data: Float32Array, width: number): Float64Array {
  const mean = new Float64Array(width)
  for (let at = 0; at < data.length;) for (let t = 0; t < width; t++, at++) mean[t]! += data[at]!
  const rows = data.length / width
  return mean.map((sum) => sum / rows)
}

function ofUnitLength(data: Float32Array, width: number): boolean {
  for (let at = 0; at < data.length;) {
    let squares = 0
    for (const end = at + width; at < end; at++) squares += data[at]! * data[at]!
    if (Math.abs(squares - 1) > unit) return false
  }
  return true
}

function normalised(data: Float32Array, width: number): Float32Array {
  const out = new Float32Array(data.length)
  for (let from = 0; from < data.length; from += width) {
    let squares = 0
    for (let t = from; t < from + width; t++) squares += data[t]! * data[t]!
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0
    for (let t = from; t < from + width; t++) out[t] = data[t]! * scale
  }
  return out
}

/** Where a difference of large numbers has lost its digits, relative to them. */
const blurred = 2e-3

/**
 * Turns scores `[queries, k]` into distances, computes those anew that rounding has blurred (near duplicates), and
 * sorts each query's neighbours by them, equal ones by row. `queryRows` are their numbers in `queries`.
 */
export function settleDistances(
  queries: Prepared,
  queryRows: Int32Array | null,
  among: Prepared,
  { indices, k }: { indices: Int32Array; k: number },
  scores: Float32Array,
): Float32Array {
  const { width, metric } = among
  const distances = new Float32Array(indices.length)
  for (let at = 0; at < indices.length; at++) {
    const other = indices[at]!
    if (other < 0) {
      distances[at] = NaN
      continue
    }
    const i = Math.floor(at / k)
    const row = queryRows ? queryRows[i]! : i
    const size = metric === 'cosine' ? 1 : -(queries.bias![row]! + among.bias![other]!)
    const squared = metric === 'cosine' ? 2 - 2 * scores[at]! : -queries.bias![row]! - scores[at]!
    const exact =
      squared < blurred * size
        ? squaredDistance(queries.data, row * width, among.data, other * width, width)
        : squared
    // A row of zeros has no direction: it is as far from everything as from what stands at right angles.
    distances[at] = metric === 'euclidean' ? Math.sqrt(exact) : exact / 2
  }
  for (let from = 0; from < indices.length; from += k) sortByDistance(indices, distances, from, from + k)
  return distances
}

function squaredDistance(a: Float32Array, i: number, b: Float32Array, j: number, width: number): number {
  let sum = 0
  for (let t = 0; t < width; t++) {
    const difference = a[i + t]! - b[j + t]!
    sum += difference * difference
  }
  return sum
}

function sortByDistance(indices: Int32Array, distances: Float32Array, from: number, to: number): void {
  for (let at = from + 1; at < to && indices[at]! >= 0; at++) {
    const index = indices[at]!
    const distance = distances[at]!
    let place = at
    for (; place > from; place--) {
      const before = distances[place - 1]!
      if (before < distance || (before === distance && indices[place - 1]! < index)) break
      distances[place] = before
      indices[place] = indices[place - 1]!
    }
    distances[place] = distance
    indices[place] = index
  }
}

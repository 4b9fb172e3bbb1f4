// Points for the tests of maps: clusters drawn by a seed, and distances the slow and certain way.
import type { MapMetric } from '../../../src-shared/domain/map.ts'
import { random } from '../../../src-shared/numerics/random.ts'

/** `rows` points around so many centres, by turns. */
export function clusters(rows: number, width: number, centres = 4, spread = 0.4, seed = 1): Float32Array {
  const source = random(seed)
  const middle = Float64Array.from({ length: centres * width }, () => source.normal(0, 2))
  return Float32Array.from(
    { length: rows * width },
    (_, at) => middle[(Math.floor(at / width) % centres) * width + (at % width)]! + source.normal(0, spread),
  )
}

export function distance(data: Float32Array, width: number, i: number, j: number, metric: MapMetric): number {
  let [dot, a, b, squared] = [0, 0, 0, 0]
  for (let t = 0; t < width; t++) {
    const [x, y] = [data[i * width + t]!, data[j * width + t]!]
    dot += x * y
    a += x * x
    b += y * y
    squared += (x - y) ** 2
  }
  return metric === 'euclidean' ? Math.sqrt(squared) : 1 - dot / Math.sqrt(a * b)
}

/** The k nearest others of a row, the slow way. */
export function nearestOf(
  data: Float32Array,
  width: number,
  row: number,
  k: number,
  metric: MapMetric,
): number[] {
  const rows = data.length / width
  const all = Array.from({ length: rows }, (_, other) => ({
    other,
    d: distance(data, width, row, other, metric),
  }))
  return all
    .filter(({ other }) => other !== row)
    .sort((a, b) => a.d - b.d || a.other - b.other)
    .slice(0, k)
    .map(({ other }) => other)
}

/** Share of nearest neighbours on a map that are of the same cluster, where clusters take turns. */
export function purity(positions: Float32Array, dims: number, centres: number): number {
  const rows = positions.length / dims
  let same = 0
  for (let row = 0; row < rows; row++)
    for (const other of nearestOf(positions, dims, row, 5, 'euclidean'))
      if (other % centres === row % centres) same++
  return same / (5 * rows)
}

// What number sums up an attention row, a layer or a token? Entropy, distance, mass, norm.
import { eachAttentionRow, type AttentionShape } from './attention.ts'

/** Where the patches stand: the first patch's index among the tokens, the grid, the patch's side in pixels. */
export interface PatchGrid {
  first: number
  rows: number
  columns: number
  patch: number
}

/** −Σ p ln p in nats; zeros add nothing. The values are taken as they are, not normalised. */
export function entropy(row: ArrayLike<number>): number {
  let sum = 0
  for (let j = 0; j < row.length; j++) {
    const p = row[j]!
    if (p > 0) sum -= p * Math.log(p)
  }
  return sum
}

/** Euclidean distances in pixels between the centres of two patches, by their row and column differences, `[rows, columns]`. */
function distanceTable(grid: PatchGrid): Float64Array {
  const table = new Float64Array(grid.rows * grid.columns)
  for (let y = 0; y < grid.rows; y++)
    for (let x = 0; x < grid.columns; x++) table[y * grid.columns + x] = Math.hypot(y, x) * grid.patch
  return table
}

function distanceFrom(row: ArrayLike<number>, grid: PatchGrid, query: number, table: Float64Array): number {
  const { columns } = grid
  const queryY = Math.floor(query / columns)
  const queryX = query % columns
  let sum = 0
  let j = grid.first
  for (let y = 0; y < grid.rows; y++) {
    const from = Math.abs(y - queryY) * columns
    for (let x = 0; x < columns; x++) sum += row[j++]! * table[from + Math.abs(x - queryX)]!
  }
  return sum
}

/**
 * Attention distance of one query in pixels of the input: Σ over patches of attention times the Euclidean
 * distance between patch centres. `row` is over all tokens; what goes to [CLS] and registers travels no way.
 * `query` counts patches from 0 in raster order.
 */
export function rowDistance(row: ArrayLike<number>, grid: PatchGrid, query: number): number {
  return distanceFrom(row, grid, query, distanceTable(grid))
}

/**
 * Attention distance of a head in pixels of the input: the mean of `rowDistance` over all patches as queries
 * (Dosovitskiy et al. 2021, appendix D.7). Costs the head's whole attention once: tokens² · head width.
 */
export function attentionDistance(
  q: Float32Array,
  k: Float32Array,
  shape: AttentionShape,
  head: number,
  grid: PatchGrid,
): number {
  const table = distanceTable(grid)
  const patches = grid.rows * grid.columns
  const queries = Int32Array.from({ length: patches }, (_, i) => grid.first + i)
  let sum = 0
  eachAttentionRow(
    q,
    k,
    shape,
    head,
    (query, row) => {
      sum += distanceFrom(row, grid, query - grid.first, table)
    },
    queries,
  )
  return sum / patches
}

/**
 * The smallest set of patches that holds the share `mass` of a query's attention: 1 keeps, 0 hides, `[patches]`.
 * The original's rule (facebookresearch/dino, visualize_attention.py): patches sorted ascending, renormalised
 * over the patches given, hidden until their running sum passes 1 − mass. Throws RangeError unless 0 ≤ mass ≤ 1.
 */
export function massMask(attention: ArrayLike<number>, mass: number): Uint8Array {
  if (!(mass >= 0 && mass <= 1)) throw new RangeError(`a mass of ${mass} is not between 0 and 1`)
  const order = Uint32Array.from({ length: attention.length }, (_, i) => i)
  order.sort((a, b) => attention[a]! - attention[b]! || a - b)
  let total = 0
  for (let i = 0; i < attention.length; i++) total += attention[i]!
  const kept = new Uint8Array(attention.length)
  let sum = 0
  for (const i of order) {
    sum += attention[i]! / total
    if (sum > 1 - mass) kept[i] = 1
  }
  return kept
}

/** The Euclidean length of each token, `[tokens]` from `[tokens, width]`. */
export function tokenNorms(tokens: Float32Array, width: number): Float32Array {
  const norms = new Float32Array(tokens.length / width)
  for (let i = 0; i < norms.length; i++) {
    let sum = 0
    for (let t = i * width; t < (i + 1) * width; t++) sum += tokens[t]! * tokens[t]!
    norms[i] = Math.sqrt(sum)
  }
  return norms
}

/** The largest value; −Infinity of nothing. */
export function largest(values: ArrayLike<number>): number {
  let max = -Infinity
  for (let i = 0; i < values.length; i++) if (values[i]! > max) max = values[i]!
  return max
}

/**
 * The value below which the share `fraction` of the values lies, between the two nearest ones linearly, as
 * NumPy's percentile does. Throws RangeError for no values.
 */
export function quantile(values: ArrayLike<number>, fraction: number): number {
  if (values.length === 0) throw new RangeError('no values, no quantile')
  const sorted = Float64Array.from(values).sort()
  const place = Math.min(Math.max(fraction, 0), 1) * (sorted.length - 1)
  const below = Math.floor(place)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!)
}

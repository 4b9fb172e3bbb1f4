// Who belongs to whose neighbourhood, and how much? The fuzzy simplicial set of UMAP from nearest neighbours.
import type { Neighbours } from '../neighbours/neighbours.ts'

/** Undirected edges of weight above 0, each once. */
export interface FuzzyGraph {
  heads: Int32Array
  tails: Int32Array
  weights: Float32Array
}

/** A width is never below this share of the mean distance (umap-learn, `MIN_K_DIST_SCALE`). */
const narrowest = 1e-3
const tolerance = 1e-5

/**
 * How much each neighbour belongs to a point's neighbourhood, `[rows, k]`: exp(−(d − ρ)/σ), where ρ is the distance of
 * the nearest other point and σ makes the sum log₂ of the neighbours, the point itself counted
 * (umap-learn, `smooth_knn_dist` and `compute_membership_strengths`). 0 where a neighbour is missing.
 */
export function memberships(neighbours: Neighbours): Float32Array {
  return membershipsOf(neighbours, 1)
}

/** The same; with `self` 0 for points that are not among their neighbours, where ρ is 0 (umap-learn, `transform`). */
export function membershipsOf({ indices, distances, k }: Neighbours, self: 0 | 1): Float32Array {
  const rows = indices.length / k
  const target = Math.log2(k + self)
  const strengths = new Float32Array(indices.length)
  let [sum, known] = [0, 0]
  for (let i = 0; i < indices.length; i++)
    if (indices[i]! >= 0) {
      sum += distances[i]!
      known++
    }
  const meanOfAll = known > 0 ? sum / known : 0
  for (let row = 0; row < rows; row++) {
    const from = row * k
    let count = 0
    let total = 0
    let nearest = 0
    for (let j = from; j < from + k && indices[j]! >= 0; j++) {
      const d = distances[j]!
      if (self === 1 && nearest === 0 && d > 0) nearest = d
      total += d
      count++
    }
    const mean = count > 0 ? total / count : 0
    const least = narrowest * (nearest > 0 || self === 0 ? mean : meanOfAll)
    const width = Math.max(widthOf(distances, from, count, nearest, target), least)
    for (let j = from; j < from + count; j++) {
      const beyond = distances[j]! - nearest
      strengths[j] = beyond <= 0 || width === 0 ? 1 : Math.exp(-beyond / width)
    }
  }
  return strengths
}

/** σ with Σ exp(−max(0, d − ρ)/σ) = target: Newton's steps on the bracketed root. */
function widthOf(
  distances: Float32Array,
  from: number,
  count: number,
  nearest: number,
  target: number,
): number {
  let low = 0
  let high = Infinity
  let width = 1
  // A first guess of the right size spares half of the steps.
  const farthest = distances[from + count - 1]! - nearest
  if (count > 0 && farthest > 0) width = farthest / 2
  for (let step = 0; step < 64; step++) {
    let sum = 0
    let slope = 0
    for (let j = from; j < from + count; j++) {
      const beyond = distances[j]! - nearest
      if (beyond <= 0) {
        sum++
        continue
      }
      const share = Math.exp(-beyond / width)
      sum += share
      slope += (share * beyond) / (width * width)
    }
    if (Math.abs(sum - target) < tolerance) break
    if (sum > target) high = width
    else low = width
    const newton = width - (sum - target) / slope
    width = newton > low && newton < high ? newton : high === Infinity ? 2 * width : (low + high) / 2
  }
  return width
}

/** The union of both directions: p + q − p·q, as edges (umap-learn, `fuzzy_simplicial_set`). */
export function fuzzyUnion({ indices, k }: Neighbours, strengths: Float32Array): FuzzyGraph {
  const rows = indices.length / k
  const most = indices.length
  const heads = new Int32Array(most)
  const tails = new Int32Array(most)
  const weights = new Float32Array(most)
  let edges = 0
  for (let row = 0; row < rows; row++)
    for (let j = row * k; j < row * k + k; j++) {
      const other = indices[j]!
      if (other < 0) break
      const there = strengths[j]!
      let back = 0
      let mutual = false
      for (let t = other * k; t < other * k + k; t++)
        if (indices[t] === row) {
          back = strengths[t]!
          mutual = true
          break
        }
      // An edge that both know is written by the lower row.
      if (mutual && other < row) continue
      const weight = there + back - there * back
      if (weight <= 0) continue
      heads[edges] = row
      tails[edges] = other
      weights[edges++] = weight
    }
  return {
    heads: heads.slice(0, edges),
    tails: tails.slice(0, edges),
    weights: weights.slice(0, edges),
  }
}

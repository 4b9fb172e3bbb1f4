// How near is each point to its neighbours, as t-SNE sees it? Gaussian shares of a given perplexity, made symmetric.
import type { MapMetric } from '../../../src-shared/domain/map.ts'
import type { Neighbours } from '../neighbours/neighbours.ts'
import type { Ongoing } from '../ongoing.ts'
import { sharedFloats, sharedInts } from '../shared.ts'

/** Symmetric shares that sum to 1, row by row: those of `row` lie from `starts[row]` to `starts[row + 1]`. */
export interface Affinities {
  starts: Int32Array
  others: Int32Array
  shares: Float32Array
}

/** Neighbours that have a share worth counting (van der Maaten 2014; scikit-learn takes one more than three times). */
export const affinityNeighbours = (perplexity: number, rows: number): number =>
  Math.min(rows - 1, Math.floor(3 * perplexity + 1))

/** Entropies may differ so much from log perplexity, in nats. */
const tolerance = 1e-5

/**
 * p_ij = (p_j|i + p_i|j) / 2n with p_j|i ∝ exp(−β_i·d²), where β_i gives the perplexity (van der Maaten and Hinton
 * 2008). For cosines d² is the squared distance of the rows on the unit sphere.
 */
export function affinities(
  { indices, distances, k }: Neighbours,
  perplexity: number,
  metric: MapMetric,
  ongoing: Ongoing,
): Affinities {
  const rows = indices.length / k
  const conditional = new Float32Array(indices.length)
  const squared = new Float64Array(k)
  for (let row = 0; row < rows; row++) {
    if (row % 4096 === 0) ongoing.stopIfCancelled()
    const from = row * k
    const nearest = distances[from]!
    for (let j = 0; j < k; j++) {
      const d = distances[from + j]!
      // Only differences count: the nearest is taken as 0, so that no exponent is out of range.
      squared[j] = metric === 'cosine' ? 2 * (d - nearest) : d * d - nearest * nearest
    }
    writeShares(squared, Math.log(perplexity), conditional.subarray(from, from + k))
  }
  return symmetric(indices, conditional, k)
}

/** The shares of one row: Newton's steps on the bracketed root of entropy − log perplexity over β. */
function writeShares(squared: Float64Array, wanted: number, shares: Float32Array): void {
  const k = squared.length
  let [low, high] = [0, Infinity]
  let mean = 0
  for (let j = 0; j < k; j++) mean += squared[j]! / k
  let beta = mean > 0 ? 1 / mean : 1
  let total = 0
  for (let step = 0; step < 100; step++) {
    let [sum, first, second] = [0, 0, 0]
    for (let j = 0; j < k; j++) {
      const share = Math.exp(-beta * squared[j]!)
      sum += share
      first += share * squared[j]!
      second += share * squared[j]! * squared[j]!
    }
    total = sum
    const along = first / sum
    const entropy = Math.log(sum) + beta * along
    const off = entropy - wanted
    // Where all are equally far, no β changes anything.
    if (Math.abs(off) < tolerance || mean === 0) break
    if (off > 0) low = beta
    else high = beta
    const slope = -beta * (second / sum - along * along)
    const newton = slope < 0 ? beta - off / slope : NaN
    beta = newton > low && newton < high ? newton : high === Infinity ? 2 * beta : (low + high) / 2
  }
  for (let j = 0; j < k; j++) shares[j] = Math.exp(-beta * squared[j]!) / total
}

function symmetric(indices: Int32Array, conditional: Float32Array, k: number): Affinities {
  const rows = indices.length / k
  // Who names each row, and with which share.
  const named = new Int32Array(rows + 1)
  for (const other of indices) if (other >= 0) named[other + 1]!++
  for (let row = 0; row < rows; row++) named[row + 1]! += named[row]!
  const by = new Int32Array(named[rows]!)
  const byShare = new Float32Array(by.length)
  const next = named.slice()
  for (let row = 0; row < rows; row++)
    for (let j = row * k; j < (row + 1) * k; j++) {
      const other = indices[j]!
      if (other < 0) continue
      const at = next[other]!++
      by[at] = row
      byShare[at] = conditional[j]!
    }
  const starts = sharedInts(rows + 1)
  const place = new Int32Array(rows).fill(-1)
  /** Calls `use` for each row with where its entries end, which it has written by `put`. */
  const eachRow = (put: (at: number, other: number, share: number, more: boolean) => void): void => {
    let end = 0
    for (let row = 0; row < rows; row++) {
      const from = end
      for (let j = row * k; j < (row + 1) * k; j++) {
        const other = indices[j]!
        if (other < 0) continue
        place[other] = end
        put(end++, other, conditional[j]!, false)
      }
      for (let j = named[row]!; j < named[row + 1]!; j++) {
        const other = by[j]!
        if (place[other]! >= from) put(place[other]!, other, byShare[j]!, true)
        else put(end++, other, byShare[j]!, false)
      }
      starts[row + 1] = end
    }
  }
  eachRow(() => undefined)
  place.fill(-1)
  const others = sharedInts(starts[rows]!)
  const shares = sharedFloats(starts[rows]!)
  eachRow((at, other, share, more) => {
    others[at] = other
    shares[at] = (more ? shares[at]! : 0) + share / (2 * rows)
  })
  return { starts, others, shares }
}

// Can one believe a map? Of the neighbours that it shows, how many are neighbours in truth.
import type { Trustworthiness } from '../../src-shared/domain/map.ts'
import { permutation, random } from '../../src-shared/numerics/random.ts'
import type { Products } from '../compute/products.ts'
import { gather, queriesAtOnce } from './neighbours/exact.ts'
import type { Prepared } from './neighbours/neighbours.ts'
import type { Ongoing } from './ongoing.ts'

/** Neighbours that are looked at. */
const neighboursAsked = 15
/** Up to so many rows every one is measured; of more, so many drawn by a fixed seed. */
const [allUpTo, drawn] = [5000, 2000]

/**
 * Trustworthiness of positions `[rows, dims]` (Venna and Kaski 2001): 1 − 2 / (n·k·(2n − 3k − 1)) · Σ (rank − k) over
 * the k nearest on the map that are not among the k nearest in truth, with ranks over all rows. null for fewer than
 * four rows.
 */
export async function trustworthiness(
  among: Prepared,
  positions: Float32Array,
  dims: number,
  products: Products,
  ongoing: Ongoing,
): Promise<Trustworthiness | null> {
  const { rows, width, data } = among
  const k = Math.min(neighboursAsked, Math.floor((rows - 1) / 2))
  if (k < 1) return null
  const some =
    rows <= allUpTo
      ? Int32Array.from({ length: rows }, (_, row) => row)
      : Int32Array.from(permutation(random(2).split('trustworthiness'), rows).subarray(0, drawn))
  const near = { rows: new Int32Array(k), distances: new Float64Array(k) }
  const ranks = new Int32Array(k)
  let excess = 0
  const step = Math.min(64, queriesAtOnce(rows, width))
  const room = new Float32Array(step * rows)
  for (let from = 0; from < some.length; from += step) {
    ongoing.stopIfCancelled()
    const block = some.subarray(from, from + step)
    const scores = await products.all(
      { data: gather(data, width, block), width },
      { data, width },
      among.bias,
      room,
    )
    for (let i = 0; i < block.length; i++) {
      nearestOnMap(positions, dims, block[i]!, near)
      countAbove(scores.subarray(i * rows, (i + 1) * rows), block[i]!, near.rows, ranks)
      for (let j = 0; j < k; j++) excess += Math.max(0, ranks[j]! + 1 - k)
    }
    ongoing.progress('trustworthiness', Math.min(some.length, from + step), some.length)
  }
  const value = 1 - (2 / (some.length * k * (2 * rows - 3 * k - 1))) * excess
  return { value, k, points: some.length }
}

/** The nearest other points on the map, nearest first. */
function nearestOnMap(
  positions: Float32Array,
  dims: number,
  row: number,
  near: { rows: Int32Array; distances: Float64Array },
): void {
  const k = near.rows.length
  const { distances } = near
  distances.fill(Infinity)
  const [x, y] = [positions[row * dims]!, positions[row * dims + 1]!]
  const z = dims === 3 ? positions[row * dims + 2]! : 0
  const count = positions.length / dims
  let farthest = Infinity
  for (let other = 0, at = 0; other < count; other++, at += dims) {
    const dx = positions[at]! - x
    const dy = positions[at + 1]! - y
    const dz = dims === 3 ? positions[at + 2]! - z : 0
    const distance = dx * dx + dy * dy + dz * dz
    if (distance >= farthest || other === row) continue
    let place = k - 1
    for (; place > 0 && distance < distances[place - 1]!; place--) {
      distances[place] = distances[place - 1]!
      near.rows[place] = near.rows[place - 1]!
    }
    distances[place] = distance
    near.rows[place] = other
    farthest = distances[k - 1]!
  }
}

/** How many other rows are nearer in truth than each of `asked`. */
function countAbove(scores: Float32Array, row: number, asked: Int32Array, ranks: Int32Array): void {
  ranks.fill(0)
  let least = Infinity
  for (const other of asked) least = Math.min(least, scores[other]!)
  for (let other = 0; other < scores.length; other++) {
    const score = scores[other]!
    if (score <= least || other === row) continue
    for (let j = 0; j < asked.length; j++) if (score > scores[asked[j]!]!) ranks[j]!++
  }
}

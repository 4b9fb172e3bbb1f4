// Which rows are nearest, without a doubt? All products, a block of queries at a time, and the largest of each.
import type { Products } from '../../compute/products.ts'
import type { Ongoing } from '../ongoing.ts'
import { settleDistances, type Neighbours, type Prepared } from './neighbours.ts'

/** Multiplications and numbers of one block: 50 ms on a slow machine, and what fits the processor's cache. */
const [blockProducts, blockNumbers] = [2.5e9, 12e6]

/** Queries that go through the products at once. */
export const queriesAtOnce = (rows: number, width: number): number =>
  Math.max(1, Math.min(512, Math.floor(blockProducts / (rows * width)), Math.floor(blockNumbers / rows)))

/** The k nearest others of every row, exactly. */
export async function exactNeighbours(
  among: Prepared,
  k: number,
  products: Products,
  ongoing: Ongoing,
): Promise<Neighbours> {
  const all = Int32Array.from({ length: among.rows }, (_, row) => row)
  return nearestOfRows(among, all, k, products, ongoing)
}

/** The k nearest others of some rows, exactly, `[rows asked for, k]`. */
export async function nearestOfRows(
  among: Prepared,
  asked: Int32Array,
  k: number,
  products: Products,
  ongoing: Ongoing,
): Promise<Neighbours> {
  const { rows, width, data } = among
  const indices = new Int32Array(asked.length * k).fill(-1)
  const scores = new Float32Array(asked.length * k)
  const count = Math.min(k + 1, rows)
  const step = queriesAtOnce(rows, width)
  for (let from = 0; from < asked.length; from += step) {
    ongoing.stopIfCancelled()
    const some = asked.subarray(from, from + step)
    const found = await products.largest(
      { data: gather(data, width, some), width },
      { data, width },
      count,
      among.bias,
    )
    some.forEach((row, i) => {
      let at = (from + i) * k
      const end = at + k
      for (let j = i * count; j < (i + 1) * count && at < end; j++) {
        if (found.indices[j] === row) continue
        indices[at] = found.indices[j]!
        scores[at++] = found.scores[j]!
      }
    })
    ongoing.progress('neighbours', Math.min(asked.length, from + step), asked.length)
  }
  const distances = settleDistances(among, asked, among, { indices, k }, scores)
  return { indices, distances, k }
}

/** The k rows nearest to vectors that are none of them, exactly, `[queries, k]`. */
export async function nearestOfVectors(
  among: Prepared,
  queries: Prepared,
  k: number,
  products: Products,
  ongoing: Ongoing,
): Promise<Neighbours> {
  const { rows, width, data } = among
  const indices = new Int32Array(queries.rows * k).fill(-1)
  const scores = new Float32Array(queries.rows * k)
  const count = Math.min(k, rows)
  const step = queriesAtOnce(rows, width)
  for (let from = 0; from < queries.rows; from += step) {
    ongoing.stopIfCancelled()
    const block = queries.data.subarray(from * width, (from + step) * width)
    const found = await products.largest({ data: block, width }, { data, width }, count, among.bias)
    for (let i = 0; i < block.length / width; i++)
      for (let j = 0; j < count; j++) {
        indices[(from + i) * k + j] = found.indices[i * count + j]!
        scores[(from + i) * k + j] = found.scores[i * count + j]!
      }
    ongoing.progress('neighbours', Math.min(queries.rows, from + step), queries.rows)
  }
  const distances = settleDistances(queries, null, among, { indices, k }, scores)
  return { indices, distances, k }
}

/** Some rows one after the other; no copy where they stand so already. */
export function gather(data: Float32Array, width: number, rows: Int32Array): Float32Array {
  const first = rows[0] ?? 0
  if (rows.every((row, i) => row === first + i))
    return data.subarray(first * width, (first + rows.length) * width)
  const out = new Float32Array(rows.length * width)
  rows.forEach((row, i) => out.set(data.subarray(row * width, (row + 1) * width), i * width))
  return out
}

// How are neighbours found: exactly, or by cells? By the number of rows at which cells become faster.
import type { Products } from '../../compute/products.ts'
import type { Ongoing } from '../ongoing.ts'
import { neighboursByCells } from './cells.ts'
import { exactNeighbours } from './exact.ts'
import type { Found, Prepared } from './neighbours.ts'

/** From so many rows on the search by cells is faster (docs/map.md). */
export const cellsFrom = 15_000

/** The k nearest others of every row. `auto`: exactly as long as that is the faster way. */
export async function findNeighbours(
  among: Prepared,
  k: number,
  search: 'auto' | 'exact',
  products: Products,
  ongoing: Ongoing,
): Promise<Found> {
  if (search === 'auto' && among.rows >= cellsFrom) {
    const found = await neighboursByCells(among, k, products, ongoing)
    if (found) {
      const { recall, ...neighbours } = found
      return { ...neighbours, search: { exact: false, recall } }
    }
  }
  return { ...(await exactNeighbours(among, k, products, ongoing)), search: { exact: true, recall: null } }
}

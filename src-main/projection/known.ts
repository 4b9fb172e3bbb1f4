// What is known of embeddings already? Their neighbours, found once for every number of them up to the largest asked for.
import type { MapMetric } from '../../src-shared/domain/map.ts'
import type { Products } from '../compute/products.ts'
import { preparedFor, type Embeddings } from './embeddings.ts'
import { findNeighbours } from './neighbours/find.ts'
import type { Found } from './neighbours/neighbours.ts'
import type { Ongoing } from './ongoing.ts'

/** The k nearest others of every row, found now or before. Its arrays belong to the memory: to be read only. */
export async function neighboursOf(
  embeddings: Embeddings,
  metric: MapMetric,
  k: number,
  search: 'auto' | 'exact',
  products: Products,
  ongoing: Ongoing,
): Promise<Found> {
  const { known } = embeddings
  const key = `${metric} ${search}`
  // What was found exactly serves who would have been content with less.
  for (const candidate of [key, `${metric} exact`]) {
    const found = known.neighbours.get(candidate)
    if (found && found.k >= k) return found.k === k ? found : firstOf(found, k)
  }
  const found = await findNeighbours(preparedFor(embeddings, metric), k, search, products, ongoing)
  known.neighbours.set(found.search.exact ? `${metric} exact` : key, found)
  return found
}

function firstOf({ indices, distances, k: stored, search }: Found, k: number): Found {
  const rows = indices.length / stored
  const fewer = { indices: new Int32Array(rows * k), distances: new Float32Array(rows * k), k, search }
  for (let row = 0; row < rows; row++)
    for (let j = 0; j < k; j++) {
      fewer.indices[row * k + j] = indices[row * stored + j]!
      fewer.distances[row * k + j] = distances[row * stored + j]!
    }
  return fewer
}

// Where do new rows belong on a map that does not move? Among their neighbours on it, as the map's own method sees them.
import type { MapSettings, Search } from '../../src-shared/domain/map.ts'
import { random } from '../../src-shared/numerics/random.ts'
import type { Products } from '../compute/products.ts'
import { preparedFor, type Embeddings } from './embeddings.ts'
import { nearestOfVectors } from './neighbours/exact.ts'
import { prepareQueries, type Neighbours } from './neighbours/neighbours.ts'
import type { Ongoing } from './ongoing.ts'
import { coordinates, principal } from './pca.ts'
import { fitCurve } from './umap/curve.ts'
import { membershipsOf } from './umap/membership.ts'

/** t-SNE: neighbours in whose middle a new point is placed. */
const tsneNeighbours = 10

export interface Placed {
  /** `[rows, dims]` */
  positions: Float32Array
  epochs: number
  search: Search | null
}

/**
 * Places for new rows on a map, each independent of the other new ones. UMAP: the weighted mean of the neighbours, then
 * its own optimisation with all other points fixed (umap-learn, `transform`). t-SNE: the mean of the ten nearest,
 * weighted by how near they are. PCA: the map's own components, computed again from its embeddings.
 */
export async function placeInto(
  reference: { embeddings: Embeddings; positions: Float32Array },
  rows: Embeddings,
  settings: MapSettings,
  products: Products,
  ongoing: Ongoing,
): Promise<Placed> {
  const { dims, metric, method } = settings
  const { embeddings, positions } = reference
  if (method === 'pca') {
    const basis = await principal(embeddings.data, embeddings.columns, dims, products, ongoing)
    return { positions: coordinates(basis, rows.data, dims), epochs: 0, search: null }
  }
  const among = preparedFor(embeddings, metric)
  const k = Math.min(method === 'umap' ? settings.neighbours : tsneNeighbours, among.rows)
  const near = await nearestOfVectors(among, prepareQueries(rows.data, among), k, products, ongoing)
  const strengths = membershipsOf(near, 0)
  const placed = weightedMeans(near, strengths, positions, dims)
  const epochs = method === 'umap' ? (settings.epochs ?? (rows.rows <= 10_000 ? 100 : 30)) : 0
  if (method === 'umap') settle(placed, near, strengths, positions, { ...settings, epochs }, ongoing)
  return { positions: placed, epochs, search: { exact: true, recall: null } }
}

function weightedMeans(
  { indices, k }: Neighbours,
  strengths: Float32Array,
  positions: Float32Array,
  dims: number,
): Float32Array {
  const rows = indices.length / k
  const means = new Float32Array(rows * dims)
  for (let row = 0; row < rows; row++) {
    let total = 0
    for (let j = row * k; j < (row + 1) * k; j++) total += strengths[j]!
    for (let t = 0; t < dims; t++) {
      let sum = 0
      for (let j = row * k; j < (row + 1) * k; j++) sum += strengths[j]! * positions[indices[j]! * dims + t]!
      means[row * dims + t] = total > 0 ? sum / total : positions[indices[row * k]! * dims + t]!
    }
  }
  return means
}

/** UMAP's descent for the new points alone, at a quarter of its learning rate, each with random numbers of its own. */
function settle(
  placed: Float32Array,
  { indices, k }: Neighbours,
  strengths: Float32Array,
  positions: Float32Array,
  { dims, minDist, epochs, seed }: { dims: number; minDist: number; epochs: number; seed: number },
  ongoing: Ongoing,
): void {
  const { a, b } = fitCurve(minDist)
  const rows = indices.length / k
  const others = positions.length / dims
  const limited = (value: number): number => (value > 4 ? 4 : value < -4 ? -4 : value)
  const difference = new Float64Array(dims)
  for (let row = 0; row < rows; row++) {
    if (row % 64 === 0) {
      ongoing.stopIfCancelled()
      ongoing.progress('placing', row, rows)
    }
    // The same row lands on the same place, whoever comes with it.
    const source = random(seed).split('place')
    const from = row * dims
    const away = (other: number): number => {
      let squared = 0
      for (let t = 0; t < dims; t++) {
        const d = placed[from + t]! - positions[other * dims + t]!
        difference[t] = d
        squared += d * d
      }
      return squared
    }
    let strongest = 0
    for (let j = row * k; j < (row + 1) * k; j++) strongest = Math.max(strongest, strengths[j]!)
    for (let epoch = 0; epoch < epochs; epoch++) {
      const alpha = 0.25 * (1 - epoch / epochs)
      for (let j = row * k; j < (row + 1) * k; j++) {
        const rate = strongest > 0 ? strengths[j]! / strongest : 0
        if (Math.floor((epoch + 1) * rate) === Math.floor(epoch * rate)) continue
        const squared = away(indices[j]!)
        if (squared > 0) {
          const pull = (-2 * a * b * squared ** (b - 1)) / (1 + a * squared ** b)
          for (let t = 0; t < dims; t++) placed[from + t]! += alpha * limited(pull * difference[t]!)
        }
        for (let s = 0; s < 5; s++) {
          const distance = away(source.integer(others))
          if (distance === 0) continue
          const push = (2 * b) / ((0.001 + distance) * (1 + a * distance ** b))
          for (let t = 0; t < dims; t++) placed[from + t]! += alpha * limited(push * difference[t]!)
        }
      }
    }
  }
}

// How do embeddings become a map? The way of each method from rows of numbers to places in two or three dimensions.
import type { MapSettings, Search } from '../../src-shared/domain/map.ts'
import type { Products } from '../compute/products.ts'
import { preparedFor, type Embeddings } from './embeddings.ts'
import { neighboursOf } from './known.ts'
import type { Found } from './neighbours/neighbours.ts'
import type { Ongoing } from './ongoing.ts'
import { coordinates, principal } from './pca.ts'
import { tsneStart, umapStart, warmStart } from './start.ts'
import type { Team } from './team.ts'
import { affinities, affinityNeighbours } from './tsne/affinities.ts'
import { optimiseTsne, tsneEpochs } from './tsne/optimise.ts'
import { fuzzyUnion, memberships } from './umap/membership.ts'
import { optimiseUmap, umapEpochs } from './umap/optimise.ts'

export interface Layout {
  /** `[rows, dims]` */
  positions: Float32Array
  epochs: number
  search: Search | null
  divergence: number | null
  explained: number[] | null
}

export interface LayoutTools {
  products: Products
  team: Team
  ongoing: Ongoing
  /** Told when the neighbours are known, and where the points start. */
  onNeighbours(search: Search): void
  onStart(positions: Float32Array, epochs: number): void
  notice(text: string): void
}

/** Where points stood before, `[rows, dims]`, after so many epochs. */
export interface Start {
  positions: Float32Array
  epoch: number
}

/** Too few rows for t-SNE to have neighbourhoods. */
const fewRows = 4

/** A map of embeddings; the same settings, embeddings and start give the same bytes on any number of threads. */
export async function layOut(
  embeddings: Embeddings,
  settings: MapSettings,
  start: Start | null,
  tools: LayoutTools,
): Promise<Layout> {
  const { data, rows, columns } = embeddings
  const { method, dims } = settings
  const still = (positions: Float32Array, explained: number[] | null = null): Layout => ({
    positions,
    epochs: 0,
    search: null,
    divergence: null,
    explained,
  })
  // What has no more columns than the map has axes is a map already.
  if (columns <= dims) {
    const positions = new Float32Array(rows * dims)
    for (let row = 0; row < rows; row++)
      positions.set(data.subarray(row * columns, (row + 1) * columns), row * dims)
    return still(positions)
  }
  if (rows === 1) return still(new Float32Array(dims))
  const principalCoordinates = async (): Promise<{ along: Float32Array; explained: number[] }> => {
    const basis = await principal(data, columns, dims, tools.products, tools.ongoing)
    return { along: coordinates(basis, data, dims), explained: basis.explained }
  }
  if (method === 'pca' || (method === 'tsne' && rows < fewRows)) {
    if (method === 'tsne')
      tools.notice(
        `t-SNE needs ${fewRows} rows or more; these ${rows} are shown along their principal components.`,
      )
    const { along, explained } = await principalCoordinates()
    return still(along, explained)
  }
  return method === 'umap'
    ? umap(embeddings, settings, start, principalCoordinates, tools)
    : tsne(embeddings, settings, start, principalCoordinates, tools)
}

type Along = () => Promise<{ along: Float32Array }>

async function umap(
  embeddings: Embeddings,
  { dims, metric, neighbours, minDist, seed, epochs: asked }: MapSettings,
  start: Start | null,
  principalCoordinates: Along,
  tools: LayoutTools,
): Promise<Layout> {
  const { rows } = embeddings
  if (neighbours > rows)
    tools.notice(`${rows} rows have no ${neighbours} neighbours each; UMAP takes all ${rows} of them.`)
  // First of all, so that the first frame comes as soon as the neighbours are known.
  const along = start ? null : (await principalCoordinates()).along
  const near = await find(embeddings, metric, Math.min(neighbours, rows) - 1, tools)
  const epochs = asked ?? umapEpochs(rows)
  const positions = along ? umapStart(along, seed) : warmStart(start!.positions, dims, near, seed)
  tools.onStart(positions, epochs)
  const graph = fuzzyUnion(near, memberships(near))
  const from = Math.min(start?.epoch ?? 0, epochs)
  await optimiseUmap(graph, positions, { dims, minDist, epochs, seed, from }, tools.team, tools.ongoing)
  return { positions, epochs, search: near.search, divergence: null, explained: null }
}

async function tsne(
  embeddings: Embeddings,
  { dims, metric, perplexity: wanted, seed, epochs: asked }: MapSettings,
  start: Start | null,
  principalCoordinates: Along,
  tools: LayoutTools,
): Promise<Layout> {
  const { rows } = embeddings
  const perplexity = Math.min(wanted, (rows - 1) / 3)
  if (perplexity < wanted)
    tools.notice(
      `${rows} rows are too few for a perplexity of ${wanted}; it is ${Number(perplexity.toFixed(1))}.`,
    )
  const along = start ? null : (await principalCoordinates()).along
  const near = await find(embeddings, metric, affinityNeighbours(perplexity, rows), tools)
  const epochs = asked ?? tsneEpochs
  const positions = along ? tsneStart(along, dims, seed) : warmStart(start!.positions, dims, near, seed)
  tools.onStart(positions, epochs)
  const shares = affinities(near, perplexity, metric, tools.ongoing)
  const from = Math.min(start?.epoch ?? 0, epochs)
  const divergence = await optimiseTsne(
    shares,
    positions,
    { dims, epochs, from, warm: start !== null },
    tools.team,
    tools.ongoing,
  )
  return { positions, epochs, search: near.search, divergence, explained: null }
}

async function find(
  embeddings: Embeddings,
  metric: MapSettings['metric'],
  k: number,
  tools: LayoutTools,
): Promise<Found> {
  // Prepared rows are made here, so that their time counts as that of the neighbours.
  preparedFor(embeddings, metric)
  const near = await neighboursOf(embeddings, metric, k, 'auto', tools.products, tools.ongoing)
  tools.onNeighbours(near.search)
  return near
}

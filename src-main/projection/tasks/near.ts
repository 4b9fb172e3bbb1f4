// Answers questions about who is near to whom: nearest rows, changed neighbourhoods, near duplicates, doubtful labels.
import {
  duplicateGroups,
  labelVotes,
  neighbourhoodOverlap,
} from '../../../src-shared/analysis/neighbourhoods.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { ProjectionCallName } from '../../../src-shared/protocol/calls.ts'
import { openEmbeddings, preparedFor, type Embeddings } from '../embeddings.ts'
import { neighboursOf } from '../known.ts'
import { nearestOfRows, nearestOfVectors } from '../neighbours/exact.ts'
import { prepareQueries, type Neighbours } from '../neighbours/neighbours.ts'
import { unwatched, type Ongoing } from '../ongoing.ts'
import type { Task, TaskContext } from '../task.ts'

/** Neighbours of each row among which near duplicates are looked for. */
const duplicatesAsked = 15

const watched = (context: TaskContext<ProjectionCallName>): Ongoing => ({
  ...unwatched,
  stopIfCancelled: () => context.stopIfCancelled(),
  progress: (what, done, total) => context.event({ kind: 'progress', what, done, total }),
})

/** Neighbours by the numbers of the rows that were given; rows set aside have none. */
function asGiven({ given, kept }: Embeddings, { indices, distances, k }: Neighbours): Neighbours {
  if (!kept) return { indices: indices.slice(), distances: distances.slice(), k }
  const out = {
    indices: new Int32Array(given * k).fill(-1),
    distances: new Float32Array(given * k).fill(NaN),
    k,
  }
  kept.forEach((row, i) => {
    for (let j = 0; j < k; j++) {
      const other = indices[i * k + j]!
      out.indices[row * k + j] = other < 0 ? -1 : kept[other]!
      out.distances[row * k + j] = distances[i * k + j]!
    }
  })
  return out
}

export const nearest: Task<'nearest'> = async ({ embeddings, queries, k, metric }, context) => {
  const opened = await openEmbeddings(embeddings)
  const products = await context.products()
  const among = preparedFor(opened, metric)
  const named = (indices: Int32Array): Int32Array =>
    opened.kept ? indices.map((row) => (row < 0 ? -1 : opened.kept![row]!)) : indices
  if (queries.kind === 'vectors') {
    if (queries.data.length % opened.columns !== 0)
      throw new Failure('bad-argument', `The vectors are not of ${opened.columns} numbers each.`)
    const asked = prepareQueries(queries.data, among)
    const { indices, distances } = await nearestOfVectors(among, asked, k, products, watched(context))
    return { indices: named(indices), distances, k }
  }
  const places = new Map(opened.kept ? Array.from(opened.kept, (row, i) => [row, i]) : [])
  const rows = queries.rows.map((row) => (opened.kept ? (places.get(row) ?? -1) : row))
  const wrong = queries.rows.find((row, i) => !(row < opened.given && rows[i]! >= 0))
  if (wrong !== undefined)
    throw new Failure(
      'bad-argument',
      `Row ${wrong} is not on the map: it was set aside, or there is no such row.`,
    )
  const { indices, distances } = await nearestOfRows(among, rows, k, products, watched(context))
  return { indices: named(indices), distances, k }
}

export const neighbours: Task<'neighbours'> = async (request, context) => {
  const since = performance.now()
  const opened = await openEmbeddings(request.embeddings)
  const products = await context.products(request.threads)
  const found = await neighboursOf(
    opened,
    request.metric,
    request.k,
    request.search,
    products,
    watched(context),
  )
  return {
    ...asGiven(opened, found),
    search: found.search,
    setAside: opened.setAside,
    seconds: (performance.now() - since) / 1000,
  }
}

export const compareNeighbourhoods: Task<'compareNeighbourhoods'> = async (request, context) => {
  const products = await context.products()
  const first = await openEmbeddings(request.first)
  const second = await openEmbeddings(request.second)
  if (first.given !== second.given)
    throw new Failure(
      'bad-argument',
      `The two embeddings have ${first.given} and ${second.given} rows; they must be of the same items.`,
    )
  const k = Math.max(1, Math.min(request.k, Math.min(first.rows, second.rows) - 1))
  const search = 'auto'
  const one = await neighboursOf(first, request.metric, k, search, products, watched(context))
  const other = await neighboursOf(second, request.metric, k, search, products, watched(context))
  return {
    ...neighbourhoodOverlap(asGiven(first, one).indices, asGiven(second, other).indices, k),
    k,
  }
}

export const nearDuplicates: Task<'nearDuplicates'> = async ({ embeddings, metric, distance }, context) => {
  const opened = await openEmbeddings(embeddings)
  const products = await context.products()
  const found = await neighboursOf(opened, metric, duplicatesAsked, 'auto', products, watched(context))
  return duplicateGroups(asGiven(opened, found), distance)
}

export const labelDisagreement: Task<'labelDisagreement'> = async (request, context) => {
  const opened = await openEmbeddings(request.embeddings)
  if (request.labels.length !== opened.given)
    throw new Failure('bad-argument', `${request.labels.length} labels were given for ${opened.given} rows.`)
  const products = await context.products()
  const found = await neighboursOf(opened, request.metric, request.k, 'auto', products, watched(context))
  // Distances are of no interest here; what was set aside has no neighbours and stays without a vote.
  return labelVotes(asGiven(opened, found).indices, request.k, request.labels)
}

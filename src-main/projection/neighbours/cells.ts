// Which rows are nearest, of very many? Rows are sorted into cells, and each is compared with the cells nearest to it.
//
// An inverted file (Jégou, Douze and Schmid 2011) in which everything is a product of two blocks of rows. How many cells
// a row must visit is measured beforehand on some rows whose true neighbours are known.
import type { Products } from '../../compute/products.ts'
import { permutation, random, type Random } from '../../../src-shared/numerics/random.ts'
import type { Ongoing } from '../ongoing.ts'
import { gather, nearestOfRows } from './exact.ts'
import { settleDistances, type Neighbours, type Prepared } from './neighbours.ts'

/** Share of true neighbours that must be found. */
const wantedRecall = 0.99
/** Rows whose true neighbours are looked up to measure it. */
const measured = 256
/** Rows to learn a cell's centre from, and rounds of learning. */
const [rowsPerCell, rounds] = [40, 4]
/** Queries and rows of one product. */
const [queriesPerBlock, rowsPerBlock] = [4096, 1024]
/** A cell so many times larger than the mean is cut into pieces: its rows are hardly different from each other. */
const crowded = 16

/** Cells for so many rows. */
const cellsFor = (rows: number): number => Math.max(8, Math.round(0.9 * Math.sqrt(rows)))

/**
 * The k nearest others of every row, 99 % of them or more on the measured rows; null where that would take as long as
 * the exact search.
 */
export async function neighboursByCells(
  among: Prepared,
  k: number,
  products: Products,
  ongoing: Ongoing,
): Promise<(Neighbours & { recall: number }) | null> {
  const { rows } = among
  const source = random(1).split('cells')
  const cells = cellsFor(rows)
  const centres = await learnCentres(among, cells, source, products, ongoing)
  const visited = await nearestCells(among, centres, Math.min(cells >> 1, 64), products, ongoing)

  const sample = Int32Array.from(permutation(source, rows).subarray(0, measured))
  const truth = await nearestOfRows(among, sample, k, products, ongoing)
  const { visits, recall } = visitsNeeded(visited, sample, truth)
  if (visits === null) return null

  const home = sortIntoCells(visited, cells, rows)
  const best: Best = {
    indices: new Int32Array(rows * k).fill(-1),
    scores: new Float32Array(rows * k).fill(-Infinity),
    k,
  }
  const scores = new Float32Array(queriesPerBlock * rowsPerBlock)
  const compare = async (queries: Int32Array, others: Int32Array): Promise<void> => {
    for (let from = 0; from < queries.length; from += queriesPerBlock)
      for (let start = 0; start < others.length; start += rowsPerBlock) {
        ongoing.stopIfCancelled()
        const left = queries.subarray(from, from + queriesPerBlock)
        const right = others.subarray(start, start + rowsPerBlock)
        await products.between(among, left, right, scores, among.bias)
        takeBetter(best, left, right, scores)
      }
  }
  // Its own cell first: what is found there keeps most of the others out at a glance.
  for (let cell = 0; cell < home.pieces.length; cell++) {
    await compare(home.pieces[cell]!, home.pieces[cell]!)
    ongoing.progress('neighbours', cell + 1, 2 * home.pieces.length)
  }
  const visitors = visitorsOf(visited, visits, home)
  for (let cell = 0; cell < home.pieces.length; cell++) {
    await compare(visitors(cell), home.pieces[cell]!)
    ongoing.progress('neighbours', home.pieces.length + cell + 1, 2 * home.pieces.length)
  }
  const distances = settleDistances(among, null, among, best, best.scores)
  return { indices: best.indices, distances, k, recall }
}

/** Centres of cells `[cells, width]`: k-means on some rows (Lloyd 1982). */
async function learnCentres(
  { rows, width, data, metric }: Prepared,
  cells: number,
  source: Random,
  products: Products,
  ongoing: Ongoing,
): Promise<Centres> {
  const chosen = permutation(source, rows).subarray(0, Math.min(rows, cells * rowsPerCell))
  const learnt = gather(data, width, Int32Array.from(chosen))
  let centres: Centres = withBias(learnt.slice(0, cells * width), width, metric)
  for (let round = 0; round < rounds; round++) {
    const sums = new Float64Array(cells * width)
    const counts = new Int32Array(cells)
    for (let from = 0; from < chosen.length; from += queriesPerBlock) {
      ongoing.stopIfCancelled()
      const block = learnt.subarray(from * width, (from + queriesPerBlock) * width)
      const { indices } = await products.largest({ data: block, width }, centres, 1, centres.bias)
      for (let i = 0, at = 0; i < indices.length; i++) {
        const start = indices[i]! * width
        counts[indices[i]!]!++
        for (let t = 0; t < width; t++) sums[start + t]! += block[at++]!
      }
    }
    const next = centres.data.slice()
    for (let cell = 0; cell < cells; cell++) {
      // A centre that nobody came to stays where it is.
      if (counts[cell] === 0) continue
      let squares = 0
      for (let t = cell * width; t < (cell + 1) * width; t++) squares += sums[t]! * sums[t]!
      const scale = metric === 'cosine' ? (squares > 0 ? 1 / Math.sqrt(squares) : 0) : 1 / counts[cell]!
      for (let t = cell * width; t < (cell + 1) * width; t++) next[t] = sums[t]! * scale
    }
    centres = withBias(next, width, metric)
  }
  return centres
}

interface Centres {
  data: Float32Array
  width: number
  bias: Float32Array | null
}

function withBias(data: Float32Array, width: number, metric: Prepared['metric']): Centres {
  if (metric === 'cosine') return { data, width, bias: null }
  const bias = new Float32Array(data.length / width)
  for (let i = 0; i < bias.length; i++) {
    let squares = 0
    for (let t = i * width; t < (i + 1) * width; t++) squares += data[t]! * data[t]!
    bias[i] = -squares
  }
  return { data, width, bias }
}

/** The cells nearest to each row, nearest first. */
interface Visits {
  cells: Int32Array
  most: number
}

async function nearestCells(
  { rows, width, data }: Prepared,
  centres: Centres,
  most: number,
  products: Products,
  ongoing: Ongoing,
): Promise<Visits> {
  const cells = new Int32Array(rows * most)
  for (let from = 0; from < rows; from += queriesPerBlock) {
    ongoing.stopIfCancelled()
    const block = data.subarray(from * width, (from + queriesPerBlock) * width)
    const { indices } = await products.largest({ data: block, width }, centres, most, centres.bias)
    cells.set(indices, from * most)
  }
  return { cells, most }
}

/** How many cells a row must visit, and the share of true neighbours that are found then; null: too many. */
function visitsNeeded(
  { cells, most }: Visits,
  sample: Int32Array,
  truth: Neighbours,
): { visits: number | null; recall: number } {
  const found = new Int32Array(most)
  let total = 0
  sample.forEach((row, i) => {
    for (let j = i * truth.k; j < (i + 1) * truth.k; j++) {
      const other = truth.indices[j]!
      if (other < 0) continue
      total++
      const home = cells[other * most]!
      for (let visit = 0; visit < most; visit++)
        if (cells[row * most + visit] === home) {
          found[visit]!++
          break
        }
    }
  })
  let sum = 0
  for (let visit = 0; visit < most; visit++) {
    sum += found[visit]!
    if (sum >= wantedRecall * total) return { visits: visit + 1, recall: total > 0 ? sum / total : 1 }
  }
  return { visits: null, recall: total > 0 ? sum / total : 1 }
}

/** Rows by the cell that is nearest to them; a crowded cell lies in several pieces. */
interface Homes {
  pieces: Int32Array[]
  /** The pieces of a cell: the first, and the end. */
  first: Int32Array
  /** The piece each row lies in. */
  of: Int32Array
}

function sortIntoCells({ cells, most }: Visits, count: number, rows: number): Homes {
  const starts = new Int32Array(count + 1)
  for (let row = 0; row < rows; row++) starts[cells[row * most]! + 1]!++
  for (let cell = 0; cell < count; cell++) starts[cell + 1]! += starts[cell]!
  const sorted = new Int32Array(rows)
  const next = starts.slice()
  for (let row = 0; row < rows; row++) sorted[next[cells[row * most]!]!++] = row
  const largest = crowded * Math.ceil(rows / count)
  const pieces: Int32Array[] = []
  const first = new Int32Array(count + 1)
  const of = new Int32Array(rows)
  for (let cell = 0; cell < count; cell++) {
    const mine = sorted.subarray(starts[cell], starts[cell + 1])
    const parts = Math.ceil(mine.length / largest)
    for (let part = 0; part < parts; part++) {
      const piece = mine.subarray(
        Math.floor((part * mine.length) / parts),
        Math.floor(((part + 1) * mine.length) / parts),
      )
      for (const row of piece) of[row] = pieces.length
      pieces.push(piece)
    }
    first[cell + 1] = pieces.length
  }
  return { pieces, first, of }
}

/** The rows that visit each piece and do not live there; of a cell in pieces a row visits one. */
function visitorsOf(
  { cells, most }: Visits,
  visits: number,
  { pieces, first, of }: Homes,
): (piece: number) => Int32Array {
  const rows = of.length
  const starts = new Int32Array(pieces.length + 1)
  const goal = (row: number, visit: number): number => {
    const cell = cells[row * most + visit]!
    const parts = first[cell + 1]! - first[cell]!
    return parts === 0 ? -1 : first[cell]! + (row % parts)
  }
  const eachVisit = (use: (row: number, piece: number) => void): void => {
    for (let row = 0; row < rows; row++)
      for (let visit = 1; visit < visits; visit++) {
        const piece = goal(row, visit)
        if (piece >= 0) use(row, piece)
      }
  }
  eachVisit((_, piece) => starts[piece + 1]!++)
  for (let piece = 0; piece < pieces.length; piece++) starts[piece + 1]! += starts[piece]!
  const visitors = new Int32Array(starts[pieces.length]!)
  const next = starts.slice()
  eachVisit((row, piece) => (visitors[next[piece]!++] = row))
  return (piece) => visitors.subarray(starts[piece], starts[piece + 1])
}

/** The k largest scores of every row so far, and whose they are, `[rows, k]`. */
interface Best {
  indices: Int32Array
  scores: Float32Array
  k: number
}

/** Takes what is better among the products of the rows `left` with the rows `right`, `[left, right]`. */
function takeBetter(
  { indices, scores, k }: Best,
  left: Int32Array,
  right: Int32Array,
  products: Float32Array,
): void {
  const width = right.length
  for (let i = 0; i < left.length; i++) {
    const row = left[i]!
    const from = row * k
    const last = from + k - 1
    let least = scores[last]!
    const end = (i + 1) * width
    for (let at = i * width, j = 0; at < end; at++, j++) {
      const score = products[at]!
      if (score <= least) continue
      const other = right[j]!
      if (other === row) continue
      let place = last
      for (; place > from && score > scores[place - 1]!; place--) {
        scores[place] = scores[place - 1]!
        indices[place] = indices[place - 1]!
      }
      scores[place] = score
      indices[place] = other
      least = scores[last]!
    }
  }
}

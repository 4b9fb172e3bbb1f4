// What do all queries of a layer say together? Sums over whole attention matrices that are never whole in memory:
// the heads' attention distances, weighted sums of rows, and with those the mean row and attention rollout.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { DeviceId } from '../../src-shared/domain/device.ts'
import { eachAttentionRow, type AttentionShape } from '../../src-shared/numerics/attention.ts'
import { attentionDistance, type PatchGrid } from '../../src-shared/numerics/measures.ts'
import { rollout } from '../../src-shared/numerics/rollout.ts'
import { compile } from '../compute/compile.ts'
import { scaledMatMul } from '../compute/ops.ts'
import type { Program, TensorValue } from '../compute/program.ts'

/** One layer's queries and keys, `[tokens, width]`, heads side by side. */
export interface Layer {
  q: Float32Array
  k: Float32Array
}

/** Where the sums are computed: on the device that ran the network. */
export interface Machine {
  device: DeviceId
  threads?: number | undefined
}

export interface SumsWanted {
  /** How much each query's row counts, `[tokens]`; rows are summed only where it is given. */
  weights?: ArrayLike<number>
  /** Where the patches stand; distances are measured only where it is given. */
  grid?: PatchGrid
}

export interface AttentionSums {
  /** Σ over queries of weight · row, `[heads, tokens]`; empty where no weights were given. */
  rows: Float64Array
  /** Attention distance `[heads]` in pixels, mean over patches as queries; empty where no grid was given. */
  distances: Float64Array
}

/**
 * Queries · keys · width from which a graph is faster than loops. Measured on two cores: a new graph costs 10 ms,
 * which loops take for 300 tokens of width 48, 150 of width 384, 100 of width 768. At 4,801 tokens of width 384
 * loops take 5 s and the graph 0.5 s.
 */
const worthGraph = 8e6

/**
 * Bytes of one block of attention `[heads, queries, tokens]`. Small enough to stay in the processor's cache from one
 * step to the next: 2 to 8 MB take the same time, 64 MB twice that.
 */
const blockBytes = 4 * 2 ** 20

/** Sums over a layer's attention, by a graph or in loops, whichever is faster. Throws RangeError. */
export async function attentionSums(
  layer: Layer,
  shape: AttentionShape,
  wanted: SumsWanted,
  machine: Machine,
): Promise<AttentionSums> {
  const onnx = machine.device === 'cpu' || machine.device === 'webgpu' || machine.device === 'cuda'
  const queries = neededQueries(shape, wanted).length
  return onnx && queries * shape.tokens * shape.width >= worthGraph
    ? graphSums(layer, shape, wanted, machine)
    : plainSums(layer, shape, wanted)
}

/**
 * Attention rollout as `numerics/rollout.ts` defines it, each layer's step by a graph or in loops: the row of token
 * `query`, or the mean of all rows for null, `[tokens]`. `onLayer` is told of each layer done. Throws RangeError.
 */
export async function rolloutRow(
  layers: readonly Layer[],
  shape: AttentionShape,
  query: number | null,
  machine: Machine,
  onLayer?: (done: number) => void,
): Promise<Float32Array> {
  // No layers: the token itself, in the definition's own words, errors included.
  let row = Float64Array.from(rollout([], shape, query))
  for (let done = 0; done < layers.length; done++) {
    const layer = layers[layers.length - 1 - done]!
    const { rows } = await attentionSums(layer, shape, { weights: row }, machine)
    row = row.map((weight, j) => {
      let sum = 0
      for (let head = 0; head < shape.heads; head++) sum += rows[head * shape.tokens + j]!
      return weight / 2 + sum / (2 * shape.heads)
    })
    onLayer?.(done + 1)
  }
  return Float32Array.from(row)
}

/** The queries whose rows are needed: those that count, and every patch where distances are wanted. */
function neededQueries({ tokens }: AttentionShape, { weights, grid }: SumsWanted): number[] {
  const isPatch = (i: number) =>
    grid !== undefined && i >= grid.first && i < grid.first + grid.rows * grid.columns
  return Array.from({ length: tokens }, (_, i) => i).filter((i) => isPatch(i) || (weights?.[i] ?? 0) !== 0)
}

/** The sums in plain loops: the definition, and the way for few tokens. */
export function plainSums(layer: Layer, shape: AttentionShape, wanted: SumsWanted): AttentionSums {
  const { q, k } = layer
  const { tokens, heads } = shape
  const { weights, grid } = wanted
  const rows = new Float64Array(weights ? heads * tokens : 0)
  const distances = new Float64Array(grid ? heads : 0)
  const queries = neededQueries(shape, weights ? { weights } : {})
  for (let head = 0; head < heads; head++) {
    if (grid) distances[head] = attentionDistance(q, k, shape, head, grid)
    if (weights)
      eachAttentionRow(
        q,
        k,
        shape,
        head,
        (i, row) => {
          for (let j = 0; j < tokens; j++) rows[head * tokens + j]! += weights[i]! * row[j]!
        },
        queries,
      )
  }
  return { rows, distances }
}

/** The sums by a graph, a block of queries at a time. */
export async function graphSums(
  { q, k }: Layer,
  shape: AttentionShape,
  wanted: SumsWanted,
  machine: Machine,
): Promise<AttentionSums> {
  const { tokens, width, heads } = shape
  const { weights, grid } = wanted
  const program = await programFor(shape, machine)
  const outputs = [...(weights ? ['rows'] : []), ...(grid ? ['distances'] : [])]
  const rows = new Float64Array(weights ? heads * tokens : 0)
  const distances = new Float64Array(grid ? heads : 0)
  const fillDistances = grid && distanceRows(grid)

  const queries = neededQueries(shape, wanted)
  const most = Math.max(1, Math.min(queries.length, Math.floor(blockBytes / (heads * tokens * 4))))
  const block = {
    q: new Float32Array(most * width),
    weights: new Float32Array(most),
    pixels: new Float32Array(most * tokens),
  }
  for (let first = 0; first < queries.length; first += most) {
    const size = Math.min(most, queries.length - first)
    for (let b = 0; b < size; b++) {
      const i = queries[first + b]!
      block.q.set(q.subarray(i * width, (i + 1) * width), b * width)
      block.weights[b] = weights?.[i] ?? 0
      fillDistances?.(i, block.pixels.subarray(b * tokens, (b + 1) * tokens))
    }
    const found = await program.run(
      {
        q: float32([size, width], block.q.subarray(0, size * width)),
        k: float32([tokens, width], k),
        weights: float32([size], block.weights.subarray(0, size)),
        pixels: float32([size, tokens], block.pixels.subarray(0, size * tokens)),
      },
      outputs,
    )
    found['rows']?.data.forEach((sum, j) => (rows[j]! += sum))
    found['distances']?.data.forEach((sum, j) => (distances[Math.floor(j / size)]! += sum))
  }
  if (grid) for (let head = 0; head < heads; head++) distances[head]! /= grid.rows * grid.columns
  return { rows, distances }
}

const float32 = (shape: number[], data: Float32Array): TensorValue => ({ dtype: 'float32', shape, data })

/** Writes the distances in pixels from a query's patch to every token's: 0 to and from tokens that have no place. */
function distanceRows({
  first,
  rows,
  columns,
  patch,
}: PatchGrid): (query: number, into: Float32Array) => void {
  // Row dy holds the distances for dx from −(columns − 1) to columns − 1: every query finds its rows as pieces of it.
  const reach = 2 * columns - 1
  const table = Float32Array.from(
    { length: rows * reach },
    (_, at) => Math.hypot(Math.floor(at / reach), (at % reach) - (columns - 1)) * patch,
  )
  return (query, into) => {
    into.fill(0)
    const place = query - first
    if (place < 0 || place >= rows * columns) return
    const queryY = Math.floor(place / columns)
    const from = columns - 1 - (place % columns)
    for (let y = 0; y < rows; y++) {
      const start = Math.abs(y - queryY) * reach + from
      into.set(table.subarray(start, start + columns), first + y * columns)
    }
  }
}

let latest: { key: string; program: Promise<Program> } | null = null

/** The program of the latest shape is kept: layers and pictures of one size share it. */
function programFor(shape: AttentionShape, machine: Machine): Promise<Program> {
  const key = JSON.stringify([shape.tokens, shape.width, shape.heads, machine.device, machine.threads])
  if (latest?.key === key) return latest.program
  void latest?.program.then((program) => program.release()).catch(() => {})
  const made = { key, program: compileSums(shape, machine) }
  made.program.catch(() => {
    if (latest === made) latest = null
  })
  latest = made
  return made.program
}

/**
 * From a block of queries `q` `[block, width]`, all keys `k` `[tokens, width]`, the block's `weights` `[block]` and
 * the distances `pixels` `[block, tokens]`: `rows` `[heads, 1, tokens]` and `distances` `[heads, block]`.
 */
function compileSums(
  { tokens, width, heads }: AttentionShape,
  { device, threads }: Machine,
): Promise<Program> {
  const d = width / heads
  const perHead = (t: Tensor) => tf.transpose(tf.reshape(t, [-1, heads, d]), [1, 0, 2])
  return compile(
    (t) => {
      const { q, k, weights, pixels } = t as Record<'q' | 'k' | 'weights' | 'pixels', Tensor>
      const scores = scaledMatMul(perHead(q), perHead(k), { transposeB: true, scale: 1 / Math.sqrt(d) })
      const attention = tf.softmax(scores)
      const everyHead = tf.mul(tf.reshape(weights, [1, 1, -1]), tf.ones([heads, 1, 1]))
      return {
        rows: tf.matMul(everyHead, attention),
        distances: tf.sum(tf.mul(attention, pixels), -1),
      }
    },
    {
      q: { shape: ['batch', width] },
      k: { shape: [tokens, width] },
      weights: { shape: ['batch'] },
      pixels: { shape: ['batch', tokens] },
    },
    new Map(),
    { device, ...(threads === undefined ? {} : { threads }) },
  )
}

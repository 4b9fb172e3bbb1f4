// Which rows belong together? Products of many rows with many rows, and the largest of each, in one graph.
import type { Tensor as OrtTensor } from 'onnxruntime-node'
import type { OnnxModel } from './onnx/lower.ts'
import { modelBytes } from './onnx/model.ts'
import type { OnnxNode } from './onnx/model.ts'
import { asFailure, createSession } from './runtime/session.ts'

/** Rows of `width` numbers, one after the other. */
export interface Rows {
  data: Float32Array
  width: number
}

/** For each query its largest scores, largest first, and whose they are, `[queries, count]`. */
export interface Largest {
  scores: Float32Array
  indices: Int32Array
}

export interface Products {
  /**
   * The `count` rows of `among` with the largest products with each query. With `bias` `[rows of among]` the score is
   * 2 · product + bias: with −|row|² it orders by Euclidean distance.
   */
  largest(queries: Rows, among: Rows, count: number, bias?: Float32Array | null): Promise<Largest>
  /** Every product, `[queries, rows of among]`, with `bias` as above; written into `out` where it is given. */
  all(queries: Rows, among: Rows, bias?: Float32Array | null, out?: Float32Array): Promise<Float32Array>
  /**
   * Every product of the rows numbered `left` with those numbered `right`, written into `out` `[left, right]`; with
   * `bias` `[rows]` as above.
   */
  between(
    rows: Rows,
    left: Int32Array,
    right: Int32Array,
    out: Float32Array,
    bias?: Float32Array | null,
  ): Promise<void>
  /** Σ over rows of (row − mean)ᵀ(row − mean), `[width, width]`. */
  scatter(rows: Rows, mean: Float32Array): Promise<Float32Array>
  release(): Promise<void>
}

const matrix = (name: string, first: string, second = 'width') =>
  ({ name, type: 'float32', shape: [first, second] }) as const

/** The scores of queries with rows, as nodes that end in `scores`. */
function scoreNodes(biased: boolean): OnnxNode {
  return {
    op: 'Gemm',
    domain: '',
    inputs: ['queries', 'among', ...(biased ? ['bias'] : [])],
    outputs: ['scores'],
    attributes: { transB: { int: 1 }, alpha: { float: biased ? 2 : 1 } },
  }
}

function scoresModel(biased: boolean, top: boolean): OnnxModel {
  const nodes: OnnxNode[] = [scoreNodes(biased)]
  if (top)
    nodes.push(
      {
        op: 'TopK',
        domain: '',
        inputs: ['scores', 'count'],
        outputs: ['largest', 'places'],
        attributes: { axis: { int: -1 }, largest: { int: 1 }, sorted: { int: 1 } },
      },
      {
        op: 'Cast',
        domain: '',
        inputs: ['places'],
        outputs: ['indices'],
        attributes: { to: { int: 6 } },
      },
    )
  const inputs = [matrix('queries', 'queries'), matrix('among', 'rows')]
  const bytes = modelBytes({
    nodes,
    initializers: [],
    inputs: [
      ...inputs,
      ...(biased ? [{ name: 'bias', type: 'float32', shape: ['rows'] } as const] : []),
      ...(top ? [{ name: 'count', type: 'int64', shape: [1] } as const] : []),
    ],
    outputs: top
      ? [
          matrix('largest', 'queries', 'count'),
          { name: 'indices', type: 'int32', shape: ['queries', 'count'] },
        ]
      : [matrix('scores', 'queries', 'rows')],
  })
  return { bytes, weights: [], weightsAre: 'fed' }
}

function betweenModel(biased: boolean): OnnxModel {
  const gather = (table: string, which: string, output: string): OnnxNode => ({
    op: 'Gather',
    domain: '',
    inputs: [table, which],
    outputs: [output],
    attributes: { axis: { int: 0 } },
  })
  const bytes = modelBytes({
    nodes: [
      gather('among', 'left', 'queries'),
      gather('among', 'right', 'others'),
      ...(biased ? [gather('bias', 'right', 'offsets')] : []),
      { ...scoreNodes(biased), inputs: ['queries', 'others', ...(biased ? ['offsets'] : [])] },
    ],
    initializers: [],
    inputs: [
      matrix('among', 'rows'),
      { name: 'left', type: 'int32', shape: ['left'] },
      { name: 'right', type: 'int32', shape: ['right'] },
      ...(biased ? [{ name: 'bias', type: 'float32', shape: ['rows'] } as const] : []),
    ],
    outputs: [matrix('scores', 'left', 'right')],
  })
  return { bytes, weights: [], weightsAre: 'fed' }
}

function scatterModel(): OnnxModel {
  const bytes = modelBytes({
    nodes: [
      { op: 'Sub', domain: '', inputs: ['among', 'mean'], outputs: ['centred'], attributes: {} },
      {
        op: 'Gemm',
        domain: '',
        inputs: ['centred', 'centred'],
        outputs: ['scatter'],
        attributes: { transA: { int: 1 } },
      },
    ],
    initializers: [],
    inputs: [matrix('among', 'rows'), { name: 'mean', type: 'float32', shape: ['width'] }],
    outputs: [matrix('scatter', 'width', 'width')],
  })
  return { bytes, weights: [], weightsAre: 'fed' }
}

function typeOf(data: Float32Array | Int32Array | BigInt64Array): 'float32' | 'int32' | 'int64' {
  return data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'int64'
}

/**
 * Products on the processor, in ONNX Runtime. Each call blocks the thread for as long as it takes: who wants to be
 * interrupted gives few queries at a time. Throws Failure `device-failed`.
 */
export function createProducts(threads?: number): Products {
  const settings = { device: 'cpu', ...(threads === undefined ? {} : { threads }), arena: true } as const
  const sessions = new Map<string, ReturnType<typeof createSession>>()
  const sessionOf = (name: string, model: () => OnnxModel): ReturnType<typeof createSession> => {
    const existing = sessions.get(name)
    if (existing) return existing
    const made = createSession(model(), settings)
    sessions.set(name, made)
    return made
  }
  const run = async (
    name: string,
    model: () => OnnxModel,
    rows: Record<string, Rows>,
    vectors: Record<string, Float32Array | Int32Array | BigInt64Array>,
    into: Record<string, OrtTensor> | null = null,
  ): Promise<Record<string, OrtTensor>> => {
    const [session, { Tensor }] = await Promise.all([sessionOf(name, model), import('onnxruntime-node')])
    const feeds: Record<string, OrtTensor> = {}
    for (const [key, { data, width }] of Object.entries(rows))
      feeds[key] = new Tensor('float32', data, [data.length / width, width])
    for (const [key, data] of Object.entries(vectors))
      feeds[key] = new Tensor(typeOf(data), data as never, [data.length])
    try {
      return (await (into ? session.run(feeds, into) : session.run(feeds))) as Record<string, OrtTensor>
    } catch (error) {
      throw asFailure(error, 'cpu')
    }
  }
  return {
    largest: async (queries, among, count, bias = null) => {
      const { largest, indices } = await run(
        `largest ${bias !== null}`,
        () => scoresModel(bias !== null, true),
        { queries, among },
        { count: BigInt64Array.of(BigInt(count)), ...(bias ? { bias } : {}) },
      )
      return { scores: largest!.data as Float32Array, indices: indices!.data as Int32Array }
    },
    all: async (queries, among, bias = null, out) => {
      const model = (): OnnxModel => scoresModel(bias !== null, false)
      const rows = { queries, among }
      const vectors = bias ? { bias } : {}
      const name = `all ${bias !== null}`
      if (!out) return (await run(name, model, rows, vectors))['scores']!.data as Float32Array
      const { Tensor } = await import('onnxruntime-node')
      const shape = [queries.data.length / queries.width, among.data.length / among.width]
      const written = out.subarray(0, shape[0]! * shape[1]!)
      await run(name, model, rows, vectors, { scores: new Tensor('float32', written, shape) })
      return written
    },
    between: async (rows, left, right, out, bias = null) => {
      const { Tensor } = await import('onnxruntime-node')
      const scores = new Tensor('float32', out.subarray(0, left.length * right.length), [
        left.length,
        right.length,
      ])
      const model = () => betweenModel(bias !== null)
      const vectors = { left, right, ...(bias ? { bias } : {}) }
      await run(`between ${bias !== null}`, model, { among: rows }, vectors, { scores })
    },
    scatter: async (rows, mean) => {
      const { scatter } = await run('scatter', scatterModel, { among: rows }, { mean })
      return scatter!.data as Float32Array
    },
    release: async () => {
      const made = [...sessions.values()]
      sessions.clear()
      for (const session of made)
        await session.then(
          (open) => open.release(),
          () => undefined,
        )
    },
  }
}

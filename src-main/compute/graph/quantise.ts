// How does a forward pass get cheaper at little loss? Linear layers multiply in whole numbers of 8 bits: weights are
// rounded once, per output channel, their inputs in each run, per row (ONNX Runtime's DynamicQuantizeMatMul).
import { readFileSync } from 'node:fs'
import { addNode, addOne, addValue, integers, uniform } from './graph.ts'
import type { Graph, GraphNode, Value } from './graph.ts'
import { rebuild } from './rebuild.ts'

/**
 * How many linear layers at the start stay exact: a vision transformer's patch embedding and first block, whose errors
 * all later layers carry on.
 */
const exactAtStart = 5

/**
 * The same graph with the linear layers whose weight is known in whole numbers. Exact stay the first of them, and those
 * with as many outputs as inputs (attention's projection), which have little to save.
 */
export function quantise(graph: Graph): Graph {
  let layers = 0
  return rebuild(graph, [...graph.outputs.keys()], (target, node, inputs) => {
    const [x, weight, bias] = inputs as [Value, Value, Value | undefined]
    if (!isLinear(node) || weight.source.kind !== 'weight') return null
    if (bias !== undefined && bias.shape.length !== 1) return null
    const [outputs, width] = weight.shape as [number, number]
    if (++layers <= exactAtStart || outputs === width) return null
    const { whole, scales } = quantised(weight.source.data, outputs, width)
    const columns = addValue(target, [width, outputs], 'int8', { kind: 'table', data: whole })
    const scale = addValue(target, [outputs], 'float32', { kind: 'table', data: scales })
    const zero = addValue(target, [outputs], 'int8', { kind: 'table', data: new Int8Array(outputs) })
    const { shape, type } = node.outputs[0] as Value
    const largest = largestPerRow(target, x)
    const [product] = addNode(target, {
      op: 'DynamicQuantizeMatMul',
      domain: 'com.microsoft',
      inputs: [addOne(target, 'Div', [x, largest], x.shape, type), columns, scale, zero],
      outputs: [[shape, type]],
    }) as [Value]
    const scaled = addOne(target, 'Mul', [product, largest], shape, type)
    return [bias === undefined ? scaled : addOne(target, 'Add', [scaled, bias], shape, type)]
  })
}

/**
 * Each row's largest absolute number, `[rows, 1]`. ONNX Runtime rounds a whole tensor to one scale; with rows brought
 * to the same range first, one row's outliers cost the others no digits, whatever else is in the batch.
 */
function largestPerRow(target: Graph, x: Value): Value {
  const shape = [x.shape[0] as number, 1]
  const absolute = addOne(target, 'Abs', [x], x.shape, x.type)
  const largest = addOne(target, 'ReduceMax', [absolute, integers(target, [1])], shape, x.type, {
    keepdims: { int: 1 },
  })
  return addOne(target, 'Max', [largest, uniform(target, 1e-20)], shape, x.type)
}

function isLinear({ op, attributes }: GraphNode): boolean {
  const number = (name: string) => Object.values(attributes[name] ?? {})[0]
  return op === 'Gemm' && number('transA') === 0 && number('transB') === 1 && number('alpha') === 1
}

/** A weight in whole numbers `[in, out]`, and what one of them is worth in each output channel. */
interface Quantised {
  whole: Int8Array
  scales: Float32Array
}

const known = new WeakMap<Float32Array, Quantised>()

/** Rounds a weight `[out, in]`, each output channel to its own largest number; once for every graph that reads it. */
function quantised(data: Float32Array, outputs: number, width: number): Quantised {
  const existing = known.get(data)
  if (existing !== undefined) return existing
  const most = largestWhole()
  const whole = new Int8Array(data.length)
  const scales = new Float32Array(outputs)
  for (let output = 0; output < outputs; output++) {
    let largest = 0
    for (let i = output * width; i < (output + 1) * width; i++)
      largest = Math.max(largest, Math.abs(data[i] as number))
    const scale = largest === 0 ? 1 : largest / most
    scales[output] = scale
    for (let input = 0; input < width; input++)
      whole[input * outputs + output] = Math.round((data[output * width + input] as number) / scale)
  }
  known.set(data, { whole, scales })
  return { whole, scales }
}

let largest: number | null = null

/**
 * The largest whole number for a weight: 127 where the processor adds products in 32 bits (VNNI, and ARM); 64 where it
 * adds pairs of them in 16 bits, which larger ones would overflow.
 */
function largestWhole(): number {
  largest ??= process.arch === 'arm64' || /\b(avx512_vnni|avx_vnni)\b/.test(processorFlags()) ? 127 : 64
  return largest
}

function processorFlags(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8')
  } catch {
    return ''
  }
}

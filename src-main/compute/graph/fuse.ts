// Which nodes can be one? Products take over the bias that is added to them and the number they are multiplied by.
import { addNode, madeBy, uniformValue } from './graph.ts'
import type { Graph, GraphNode, Value } from './graph.ts'
import { countUses, rebuild } from './rebuild.ts'

const scaleOf = (node: GraphNode) => (node.attributes['alpha'] as { float: number } | undefined)?.float ?? 1

/** True: a value that is the same for every row of a product with this many columns. */
const isBias = (value: Value, columns: number) =>
  value.shape.at(-1) === columns &&
  value.shape.every((size, axis) => size === 1 || axis === value.shape.length - 1)

/** A graph that computes the same with fewer nodes. */
export function fuse(graph: Graph): Graph {
  const uses = countUses(graph)
  const fused = rebuild(graph, [...graph.outputs.keys()], (target, node, inputs) => {
    if (node.op !== 'Add' && node.op !== 'Mul') return null
    for (const [from, other] of [
      [0, 1],
      [1, 0],
    ] as const) {
      // The product as it was copied, with what earlier fusions made of it.
      const copied = madeBy(inputs[from] as Value, 'Gemm', 'MatMul', 'FusedMatMul')
      const operand = inputs[other] as Value
      const readOnce = uses.get(node.inputs[from] as Value) === 1
      if (!readOnce || copied === null || copied.inputs.length > 2) continue
      const made = node.op === 'Add' ? withBias(target, copied, operand) : withScale(target, copied, operand)
      if (made !== null) return [made]
    }
    return null
  })
  return rebuild(fused, [...fused.outputs.keys()])
}

function withBias(target: Graph, product: GraphNode, bias: Value): Value | null {
  const output = product.outputs[0] as Value
  if (product.op !== 'Gemm' || bias.shape.length > 2 || !isBias(bias, output.shape[1] as number)) return null
  return again(target, product, [...product.inputs, bias], scaleOf(product))
}

function withScale(target: Graph, product: GraphNode, factor: Value): Value | null {
  const same = uniformValue(factor)
  if (same === undefined || factor.shape.length > 0) return null
  return again(target, product, product.inputs, scaleOf(product) * same)
}

/** The same product with another scale and other inputs; a plain MatMul becomes one that can be scaled. */
function again(target: Graph, product: GraphNode, inputs: readonly Value[], scale: number): Value {
  const { shape, type } = product.outputs[0] as Value
  const stacked = product.op !== 'Gemm'
  return addNode(target, {
    op: stacked ? 'FusedMatMul' : 'Gemm',
    ...(stacked ? { domain: 'com.microsoft' as const } : {}),
    inputs,
    outputs: [[shape, type]],
    attributes: { transA: { int: 0 }, transB: { int: 0 }, ...product.attributes, alpha: { float: scale } },
  })[0] as Value
}

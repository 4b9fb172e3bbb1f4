// What does a device lack? Operators it would hand back to the processor, written with ones it has.
import { addOne, uniform } from './graph.ts'
import type { Graph, GraphNode, Value } from './graph.ts'
import { rebuild } from './rebuild.ts'
import type { Rewrite } from './rebuild.ts'
import { elementTypes } from '../onnx/model.ts'
import type { ElementType } from '../onnx/model.ts'
import type { Provider } from '../runtime/session.ts'

/** The graph as this device runs it best. */
export function forDevice(graph: Graph, device: Provider): Graph {
  return device === 'webgpu' ? rebuild(graph, [...graph.outputs.keys()], forWebGpu) : graph
}

/** The graph in standard operators alone, as other runtimes know them. */
export function standardOperators(graph: Graph): Graph {
  return rebuild(graph, [...graph.outputs.keys()], (target, node, inputs) =>
    node.op === 'FusedMatMul' ? [unfused(target, node, inputs)] : null,
  )
}

const forWebGpu: Rewrite = (target, node, inputs) => {
  if (node.op === 'FusedMatMul') return [unfused(target, node, inputs)]
  if (node.op === 'Pow' && inputs[1]?.shape.length !== 0) return [powerOnProcessor(target, node, inputs)]
  return null
}

/** ONNX Runtime's WebGPU has no FusedMatMul: transposed copies, a plain product, and a multiplication. */
function unfused(target: Graph, node: GraphNode, inputs: readonly Value[]): Value {
  const { shape, type } = node.outputs[0] as Value
  const scale = (node.attributes['alpha'] as { float: number } | undefined)?.float ?? 1
  const [a, b] = [turned(target, node, inputs, 0, 'transA'), turned(target, node, inputs, 1, 'transB')]
  const product = addOne(target, 'MatMul', [a, b], shape, type)
  return scale === 1 ? product : addOne(target, 'Mul', [product, uniform(target, scale)], shape, type)
}

/**
 * Its Pow fails where every number has an exponent of its own (seen with ONNX Runtime 1.30). In double precision,
 * which it does not have, the processor computes it.
 */
function powerOnProcessor(target: Graph, node: GraphNode, inputs: readonly Value[]): Value {
  const { shape, type } = node.outputs[0] as Value
  const cast = (value: Value, to: ElementType) =>
    addOne(target, 'Cast', [value], value.shape, to, { to: { int: elementTypes[to] } })
  const exact = inputs.map((input) => cast(input, 'float64'))
  return cast(addOne(target, 'Pow', exact, shape, 'float64'), type)
}

function turned(
  target: Graph,
  node: GraphNode,
  inputs: readonly Value[],
  which: number,
  flag: string,
): Value {
  const input = inputs[which] as Value
  if ((node.attributes[flag] as { int: number } | undefined)?.int !== 1) return input
  const rank = input.shape.length
  const order = input.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis))
  const shape = order.map((axis) => input.shape[axis] as number)
  return addOne(target, 'Transpose', [input], shape, input.type, { perm: { ints: order } })
}

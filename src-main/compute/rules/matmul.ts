// How do matrix products become nodes?
import { addNode } from '../graph/graph.ts'
import type { Graph, Value } from '../graph/graph.ts'
import { broadcastShape, given } from './rule.ts'
import type { Rules } from './rule.ts'

interface ProductOptions {
  transposeA?: boolean
  transposeB?: boolean
  scale?: number
}

const flag = (on: boolean) => ({ int: on ? 1 : 0 })

/**
 * scale · a · b over the last two axes, leading axes broadcast. Matrices are multiplied by Gemm, stacks of them by
 * ONNX Runtime's FusedMatMul, which reads either side transposed and scales for nothing.
 */
export function product(graph: Graph, a: Value, b: Value, options: ProductOptions = {}): Value {
  const { transposeA = false, transposeB = false, scale = 1 } = options
  const rows = a.shape.at(transposeA ? -1 : -2) as number
  const columns = b.shape.at(transposeB ? -2 : -1) as number
  const shape = [...broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns]
  const attributes = {
    transA: flag(transposeA),
    transB: flag(transposeB),
    alpha: { float: scale },
  }
  const outputs = [[shape, a.type]] as const
  const plain = !transposeA && !transposeB && scale === 1
  if (shape.length === 2)
    return addNode(graph, { op: 'Gemm', inputs: [a, b], outputs, attributes })[0] as Value
  if (plain) return addNode(graph, { op: 'MatMul', inputs: [a, b], outputs })[0] as Value
  return addNode(graph, {
    op: 'FusedMatMul',
    domain: 'com.microsoft',
    inputs: [a, b],
    outputs,
    attributes,
  })[0] as Value
}

/** x · weightᵀ + bias; the bias may be anything that broadcasts against the result. */
export function gemm(graph: Graph, x: Value, weight: Value, bias: Value | undefined): Value {
  const shape = [x.shape[0] as number, weight.shape[0] as number]
  return addNode(graph, {
    op: 'Gemm',
    inputs: bias === undefined ? [x, weight] : [x, weight, bias],
    outputs: [[shape, x.type]],
    attributes: { transA: flag(false), transB: flag(true), alpha: { float: 1 } },
  })[0] as Value
}

/** Kernels that multiply matrices. */
export const matmulRules: Rules = {
  BatchMatMul: (graph, inputs, attributes) =>
    product(graph, given(inputs, 'a'), given(inputs, 'b'), {
      transposeA: attributes['transposeA'] === true,
      transposeB: attributes['transposeB'] === true,
    }),
}

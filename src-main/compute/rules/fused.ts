// How do our own fused kernels become nodes? Each is one operator.
import { addNode, addOne } from '../graph/graph.ts'
import { gemm, product } from './matmul.ts'
import { given } from './rule.ts'
import type { Rules } from './rule.ts'

/** The fused kernels of `fused/kernels.ts`. */
export const fusedRules: Rules = {
  Linear: (graph, inputs) => gemm(graph, given(inputs, 'x'), given(inputs, 'weight'), inputs['bias']),
  LayerNorm: (graph, inputs, attributes) => {
    const x = given(inputs, 'x')
    const perRow = [...x.shape.slice(0, -1), 1]
    return addNode(graph, {
      op: 'LayerNormalization',
      inputs: [x, given(inputs, 'weight'), given(inputs, 'bias')],
      // The result, and each row's mean and inverse standard deviation for the gradient.
      outputs: [
        [x.shape, 'float32'],
        [perRow, 'float32'],
        [perRow, 'float32'],
      ],
      attributes: { axis: { int: -1 }, epsilon: { float: attributes['eps'] as number } },
    })
  },
  Gelu: (graph, inputs, attributes) => {
    const x = given(inputs, 'x')
    const approximate = attributes['approximate'] === true ? 'tanh' : 'none'
    return addOne(graph, 'Gelu', [x], x.shape, x.type, { approximate: { text: approximate } })
  },
  ScaledMatMul: (graph, inputs, attributes) =>
    product(graph, given(inputs, 'a'), given(inputs, 'b'), {
      transposeA: attributes['transposeA'] === true,
      transposeB: attributes['transposeB'] === true,
      scale: attributes['scale'] as number,
    }),
}

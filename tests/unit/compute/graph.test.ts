import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { fuse } from '../../../src-main/compute/graph/fuse.ts'
import { trace } from '../../../src-main/compute/trace/trace.ts'
import { linear } from '../../../src-main/compute/ops.ts'

/** The operators a function becomes, in order, with their attributes where asked for. */
function operators(fn: (x: Tensor, w: Tensor, b: Tensor) => Tensor): string[] {
  const inputs = [
    { name: 'x', shape: [4, 4], type: 'float32' as const },
    { name: 'w', shape: [4, 4], type: 'float32' as const },
    { name: 'b', shape: [4], type: 'float32' as const },
  ]
  const graph = fuse(
    trace((t) => ({ y: fn(t['x'] as Tensor, t['w'] as Tensor, t['b'] as Tensor) }), inputs, new Map()),
  )
  return graph.nodes.map(({ op }) => op)
}

describe('a traced graph', () => {
  it('joins a matrix product with its bias and its scale', () => {
    expect(operators((x, w, b) => tf.add(tf.matMul(x, w), b))).toEqual(['Gemm'])
    expect(operators((x, w) => tf.mul(tf.matMul(x, w), 3))).toEqual(['Gemm'])
    expect(operators((x, w, b) => tf.add(tf.mul(tf.matMul(x, w), 3), b))).toEqual(['Gemm'])
    const stacked = (x: Tensor) => tf.reshape(x, [2, 2, 4])
    expect(operators((x) => tf.mul(tf.matMul(stacked(x), stacked(x), false, true), 3))).toEqual([
      'Reshape',
      'FusedMatMul',
    ])
  })

  it('keeps a product that is read twice, or whose bias differs from row to row', () => {
    expect(
      operators((x, w, b) => {
        const product = tf.matMul(x, w)
        return tf.mul(tf.add(product, b), product)
      }),
    ).toEqual(['Gemm', 'Add', 'Mul'])
    expect(operators((x, w) => tf.add(tf.matMul(x, w), w))).toEqual(['Gemm', 'Add'])
  })

  it('computes what is asked for twice once', () => {
    expect(operators((x) => tf.add(tf.exp(x), tf.mul(tf.exp(x), 2)))).toEqual(['Exp', 'Mul', 'Add'])
  })

  it('does nothing for what changes nothing', () => {
    expect(operators((x) => tf.div(tf.add(tf.mul(x, tf.ones([4, 4])), tf.zeros([4])), 1))).toEqual([])
    expect(operators((x) => tf.transpose(tf.transpose(x)))).toEqual([])
    expect(operators((x) => tf.reshape(tf.reshape(x, [16]), [4, 4]))).toEqual([])
  })

  it('spreads a gradient of sums out only where it must', () => {
    const gradient = (x: Tensor) => tf.grad((z: Tensor) => tf.sum(tf.square(z)))(x)
    expect(operators(gradient)).toEqual(['Mul'])
  })

  it('has one node for a linear layer and none of TensorFlow.js’s copies in its gradient', () => {
    const gradient = (x: Tensor, w: Tensor, b: Tensor) =>
      tf.grad((weight: Tensor) => tf.sum(tf.square(linear(x, weight, b))))(w)
    expect(operators(gradient)).toEqual(['Gemm', 'Mul', 'Gemm'])
  })
})

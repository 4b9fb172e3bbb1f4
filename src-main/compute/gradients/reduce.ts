// What are the gradients of sums, means, maxima, softmax and matrix products?
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { axesOf, gradient, keepingAxes, unbroadcast } from './define.ts'

type Axis = number | number[] | null

/** Registers the gradients of reductions and matrix products. */
export function registerReduce(): void {
  gradient<{ axis: Axis }>('Sum', ['x'], (dy, { inputs, attributes: { axis } }) => {
    const { shape, rank } = inputs['x'] as Tensor
    return { x: () => tf.broadcastTo(keepingAxes(dy, shape, axesOf(axis, rank)), shape) }
  })
  gradient<{ axis: Axis }>('Mean', ['x'], (dy, { inputs, attributes: { axis } }) => {
    const { shape, rank } = inputs['x'] as Tensor
    const axes = axesOf(axis, rank)
    const count = axes.reduce((product, one) => product * (shape[one] as number), 1)
    return { x: () => tf.broadcastTo(tf.mul(keepingAxes(dy, shape, axes), 1 / count), shape) }
  })
  for (const kernel of ['Max', 'Min'])
    gradient<{ reductionIndices: Axis; axis: Axis }>(
      kernel,
      ['x', 'output'],
      (dy, { inputs, output, attributes }) => {
        const x = inputs['x'] as Tensor
        const axes = axesOf(attributes.reductionIndices ?? attributes.axis, x.rank)
        const reached = () => tf.equal(x, keepingAxes(output, x.shape, axes))
        return { x: () => tf.mul(keepingAxes(dy, x.shape, axes), tf.cast(reached(), 'float32')) }
      },
    )
  gradient<{ dim: number }>('Softmax', ['output'], (dy, { output, attributes: { dim } }) => ({
    logits: () => {
      const weighted = tf.mul(dy, output)
      return tf.sub(weighted, tf.mul(tf.sum(weighted, dim, true), output))
    },
  }))
  gradient<{ axis: number; exclusive: boolean; reverse: boolean }>('Cumsum', [], (dy, { attributes }) => ({
    x: () => tf.cumsum(dy, attributes.axis, attributes.exclusive, !attributes.reverse),
  }))
  gradient<{ transposeA: boolean; transposeB: boolean }>(
    'BatchMatMul',
    ['a', 'b'],
    (dy, { inputs, attributes: { transposeA, transposeB } }) => {
      const a = inputs['a'] as Tensor
      const b = inputs['b'] as Tensor
      const ofA = () =>
        transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB)
      const ofB = () =>
        transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false)
      return { a: () => unbroadcast(ofA(), a.shape), b: () => unbroadcast(ofB(), b.shape) }
    },
  )
}

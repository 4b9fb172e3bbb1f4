// Does a gradient agree with differences of the function itself?
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** A fixed wave in this shape. */
export function wave(shape: number[], phase = 0): Tensor {
  const length = tf.util.sizeFromShape(shape)
  return tf.tensor(
    Float32Array.from({ length }, (_, index) => Math.sin(index * 0.7 + phase)),
    shape,
  )
}

/** A weighted sum of everything a function gives. */
export function weightedSum(outputs: Tensor | Tensor[]): tf.Scalar {
  return tf.addN(
    [outputs].flat().map((output) => tf.sum(tf.mul(output, wave(output.shape, 0.3)))),
  ) as tf.Scalar
}

/** The largest difference between gradients of `weightedSum(fn(xs))` and central differences, per input. */
export function gradientError(fn: (...xs: Tensor[]) => Tensor | Tensor[], xs: Tensor[], step = 1e-2): number {
  const loss = (...args: Tensor[]) => weightedSum(fn(...args))
  const gradients = tf.grads(loss)(xs)
  const errors = xs.flatMap((x, which) => {
    const values = x.dataSync() as Float32Array
    const analytic = (gradients[which] as Tensor).dataSync()
    return Array.from(values, (value, place) => {
      const at = (moved: number) => {
        const copy = tf.tensor(values.with(place, moved), x.shape)
        return loss(...xs.with(which, copy)).dataSync()[0] as number
      }
      return Math.abs((at(value + step) - at(value - step)) / (2 * step) - (analytic[place] as number))
    })
  })
  return Math.max(...errors)
}

// How is a network run in the parity tests? Eagerly in TensorFlow.js, or compiled, as the application runs it.
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import type { ModelFunction, TensorValue } from '../../src-main/compute/program.ts'
import type { ForwardInputs } from '../../src-main/networks/vit.ts'

export type Feeds = Record<string, TensorValue>
export type Runner = (
  fn: ModelFunction,
  graph: ForwardInputs,
  feeds: Feeds,
) => Promise<Record<string, TensorValue>>

/** Op by op on tfjs's own processor backend. */
export const eager: Runner = async (fn, { constants }, feeds) => {
  await tf.setBackend('cpu')
  return tf.tidy(() => {
    const tensors = [...constants, ...Object.entries(feeds)].map(([name, value]) => {
      const dtype = value.data instanceof Int32Array ? 'int32' : 'float32'
      return [name, tf.tensor(value.data, [...value.shape], dtype)] as const
    })
    const outputs = fn(Object.fromEntries(tensors))
    return Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]) => [
        name,
        { dtype: 'float32', shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) },
      ]),
    )
  })
}

/** A float32 or int32 array as a feed. */
export function feed(shape: readonly number[], data: ArrayLike<number>): TensorValue {
  if (data instanceof Int32Array) return { dtype: 'int32', shape: [...shape], data }
  return { dtype: 'float32', shape: [...shape], data: Float32Array.from(data) }
}

// How does a function run without being compiled? Operation by operation on a TensorFlow.js backend: the fall-back
// where ONNX Runtime cannot run, and the reference in tests.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import '../fused/kernels.ts'
import type { Constants, ModelFunction, Program, TensorValue } from '../program.ts'
import { startBackend } from './backends.ts'
import type { EagerDevice } from './backends.ts'

/** A program that runs `fn` itself each time. Throws a `Failure` where the backend does not start. */
export async function eagerProgram(
  fn: ModelFunction,
  constants: Constants,
  device: EagerDevice,
): Promise<Program> {
  const backend = await startBackend(device)
  const weights = new Map<string, Tensor>()
  useBackend(backend)
  for (const [name, { shape, data }] of constants) weights.set(name, tf.tensor(data, [...shape], 'float32'))

  return {
    async run(feeds, wanted) {
      useBackend(backend)
      const outputs = tf.tidy(() => {
        const tensors: Record<string, Tensor> = Object.fromEntries(weights)
        for (const [name, value] of Object.entries(feeds))
          tensors[name] = tf.tensor(value.data, value.shape, value.dtype)
        const all = fn(tensors)
        const names = wanted ?? Object.keys(all)
        return Object.fromEntries(
          names.map((name): [string, Tensor] => {
            const tensor = all[name]
            if (tensor === undefined)
              throw new RangeError(`there is no output '${name}'; there are ${Object.keys(all).join(', ')}`)
            return [name, tf.clone(tensor)]
          }),
        )
      })
      const values: Record<string, TensorValue> = {}
      for (const [name, tensor] of Object.entries(outputs)) {
        values[name] = await readValue(tensor)
        tensor.dispose()
      }
      return values
    },
    async release() {
      for (const tensor of weights.values()) tensor.dispose()
      weights.clear()
    },
  }
}

async function readValue(tensor: Tensor): Promise<TensorValue> {
  const numbers = (await tensor.data()) as TensorValue['data']
  const dtype = tensor.dtype as TensorValue['dtype']
  return { dtype, shape: [...tensor.shape], data: numbers.slice() }
}

/** Makes a backend that has started the current one; it is so at once, although TensorFlow.js returns a promise. */
function useBackend(backend: string): void {
  void tf.setBackend(backend)
}

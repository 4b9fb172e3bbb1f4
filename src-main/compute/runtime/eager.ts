// How does a function run without being compiled? Operation by operation on a TensorFlow.js backend: the fall-back
// where ONNX Runtime cannot run, and the reference in tests.
import { createRequire } from 'node:module'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { Failure } from '../../../src-shared/domain/failure.ts'
import '../fused/kernels.ts'
import type { Constants, ModelFunction, Program, TensorValue } from '../program.ts'

/** TensorFlow.js's devices. */
export type EagerDevice = 'tfjs-gpu' | 'wasm' | 'tfjs-cpu'

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

const missing = (device: EagerDevice, error: unknown, hint: string) => {
  const reason = error instanceof Error ? error.message : String(error)
  return new Failure('device-failed', `TensorFlow.js could not start ${device}: ${reason}`, hint)
}

/** Loads and starts a device's backend; its name in TensorFlow.js. */
async function startBackend(device: EagerDevice): Promise<string> {
  if (device === 'tfjs-cpu') {
    await import('@tensorflow/tfjs-backend-cpu')
    await tf.setBackend('cpu')
    return 'cpu'
  }
  if (device === 'wasm') {
    try {
      const wasm = await import('@tensorflow/tfjs-backend-wasm')
      const require = createRequire(import.meta.url)
      const entry = require.resolve('@tensorflow/tfjs-backend-wasm')
      wasm.setWasmPaths(entry.slice(0, entry.lastIndexOf('tf-backend-wasm')))
      // TensorFlow.js falls back to its plain backend for what wasm lacks.
      await import('@tensorflow/tfjs-backend-cpu')
      if (!(await tf.setBackend('wasm'))) throw new Error('the backend did not start')
      return 'wasm'
    } catch (error) {
      throw missing(device, error, 'Run it on --device cpu.')
    }
  }
  throw missing(device, new Error('it is not installed'), 'Run it on --device cpu.')
}

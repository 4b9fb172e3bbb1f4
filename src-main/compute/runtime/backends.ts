// How does a TensorFlow.js backend start? Each is loaded only when it is asked for.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { registerGradients } from '../gradients/register.ts'

/** TensorFlow.js's devices. */
export type EagerDevice = 'tfjs-gpu' | 'wasm' | 'tfjs-cpu'

/**
 * Loads and starts a device's backend; its name in TensorFlow.js. Throws a `Failure`, `device-failed`, where the
 * package is missing or does not start.
 */
export async function startBackend(device: EagerDevice): Promise<string> {
  try {
    return await starters[device]()
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] as string) : String(error)
    throw new Failure(
      'device-failed',
      `TensorFlow.js could not start ${device}: ${reason}`,
      'Run it on --device cpu.',
    )
  }
}

const starters: Record<EagerDevice, () => Promise<string>> = {
  'tfjs-cpu': async () => {
    await import('@tensorflow/tfjs-backend-cpu')
    return begin('cpu')
  },

  wasm: async () => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
    setWasmPaths(join(dirname(entry), '/'))
    // TensorFlow.js falls back to its plain backend for what wasm lacks.
    await import('@tensorflow/tfjs-backend-cpu')
    return begin('wasm')
  },

  'tfjs-gpu': async () => {
    const require = createRequire(import.meta.url)
    // tfjs-node calls two functions that Node no longer has.
    const util = require('node:util') as Record<string, unknown>
    util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
    util['isArray'] ??= Array.isArray
    require('@tensorflow/tfjs-node-gpu')
    // It brings TensorFlow.js's own gradients along; ours shall win.
    registerGradients()
    await begin('tensorflow')
    const { isUsingGpuDevice } = tf.backend() as unknown as { isUsingGpuDevice?: boolean }
    if (isUsingGpuDevice !== true)
      throw new Error('TensorFlow found no GPU (it needs CUDA 11.2 and cuDNN 8.1)')
    return 'tensorflow'
  },
}

async function begin(backend: string): Promise<string> {
  if (!(await tf.setBackend(backend))) throw new Error('the backend did not start')
  return backend
}

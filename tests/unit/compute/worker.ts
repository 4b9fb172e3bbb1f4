// Does a program run off the main thread? The worker of a test: compiles, runs and answers.
import { parentPort } from 'node:worker_threads'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { compile } from '../../../src-main/compute/compile.ts'

const program = await compile(({ x }) => ({ y: tf.mul(x as Tensor, 2) }), { x: { shape: [3] } }, new Map(), {
  device: 'cpu',
  threads: 1,
  spinning: false,
})
const { y } = await program.run({ x: { dtype: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) } })
await program.release()
parentPort?.postMessage(Array.from(y?.data ?? []))

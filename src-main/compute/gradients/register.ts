// Where do gradients come from? TensorFlow.js's Node build registers none: these are ours, for every kernel that
// compile() knows. Importing this file registers them, once per thread.
import * as tf from '@tensorflow/tfjs-core'
import { registerElementwise } from './elementwise.ts'
import { registerReduce } from './reduce.ts'
import { registerShape } from './shape.ts'

// Keeps TensorFlow.js from advertising its Node package on stderr.
tf.enableProdMode()

/** Registers the gradients of every kernel that compile() knows. */
export function registerGradients(): void {
  registerElementwise()
  registerReduce()
  registerShape()
}

registerGradients()

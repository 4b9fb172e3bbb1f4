// What do the fused operations compute, and what are their gradients? Kernels of our own beside TensorFlow.js's:
// the tracing backend writes each as one node, every other backend computes them from TensorFlow.js's operations.
import * as tf from '@tensorflow/tfjs-core'
import type { NamedAttrMap, Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import '../gradients/register.ts'

/** The fused kernels and the attributes they take. */
export interface FusedAttributes {
  Linear: Record<string, never>
  LayerNorm: { eps: number }
  Gelu: { approximate: boolean }
  ScaledMatMul: { transposeA: boolean; transposeB: boolean; scale: number }
}
export type FusedKernel = keyof FusedAttributes

/** Runs a fused kernel on the current backend; all its outputs, the result first. */
export function run<K extends FusedKernel>(
  kernel: K,
  inputs: Record<string, Tensor>,
  attributes: FusedAttributes[K],
): [Tensor, ...Tensor[]] {
  const outputs: Tensor | Tensor[] = tf
    .engine()
    .runKernel(kernel, inputs, attributes as unknown as NamedAttrMap)
  return (Array.isArray(outputs) ? outputs : [outputs]) as [Tensor, ...Tensor[]]
}

/** Backends that compute the fused kernels from TensorFlow.js's own operations. */
const eagerBackends = ['cpu', 'wasm', 'tensorflow'] as const

type Inputs = Record<string, Tensor>
type Composite<K extends FusedKernel> = (
  inputs: Inputs,
  attributes: FusedAttributes[K],
  backend: (typeof eagerBackends)[number],
) => Tensor | Tensor[]

function composite<K extends FusedKernel>(kernelName: K, compute: Composite<K>): void {
  for (const backendName of eagerBackends)
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) =>
        tf.tidy(() => compute(inputs as Inputs, attrs as unknown as FusedAttributes[K], backendName)) as
          TensorInfo | TensorInfo[],
    })
}

composite('Linear', (inputs, _attributes, backend) => {
  const { x, weight, bias } = inputs as { x: Tensor; weight: Tensor; bias?: Tensor }
  // wasm multiplies by a transposed matrix ten times slower than it transposes one.
  const y = backend === 'wasm' ? tf.matMul(x, tf.transpose(weight)) : tf.matMul(x, weight, false, true)
  return bias === undefined ? y : tf.add(y, bias)
})

tf.registerGradient({
  kernelName: 'Linear',
  inputsToSave: ['x', 'weight'],
  gradFunc: (dy, [x, weight]) => {
    const gradient = dy as Tensor
    return {
      x: () => tf.matMul(gradient, weight as Tensor),
      weight: () => tf.matMul(gradient, x as Tensor, true, false),
      bias: () => tf.sum(gradient, 0),
    }
  },
})

composite('LayerNorm', (inputs, { eps }) => {
  const { x, weight, bias } = inputs as { x: Tensor; weight: Tensor; bias: Tensor }
  const mean = tf.mean(x, -1, true)
  const centred = tf.sub(x, mean)
  const inverseStd = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), eps))
  return [tf.add(tf.mul(tf.mul(centred, inverseStd), weight), bias), mean, inverseStd]
})

tf.registerGradient({
  kernelName: 'LayerNorm',
  inputsToSave: ['x', 'weight'],
  outputsToSave: [false, true, true],
  gradFunc: (dys, [x, weight, mean, inverseStd]) => {
    const dy = (dys as Tensor[])[0] as Tensor
    const rows = dy.shape.map((_, axis) => axis).slice(0, -1)
    // Not inside one of the functions below: each of them disposes what it made, and two need this.
    const xHat = tf.mul(tf.sub(x as Tensor, mean as Tensor), inverseStd as Tensor)
    return {
      x: () => {
        const scaled = tf.mul(dy, weight as Tensor)
        const along = tf.mul(xHat, tf.mean(tf.mul(scaled, xHat), -1, true))
        return tf.mul(tf.sub(tf.sub(scaled, tf.mean(scaled, -1, true)), along), inverseStd as Tensor)
      },
      weight: () => tf.sum(tf.mul(dy, xHat), rows),
      bias: () => tf.sum(dy, rows),
    }
  },
})

const tanhScale = Math.sqrt(2 / Math.PI)
const tanhCube = 0.044715
const tanhArgument = (x: Tensor) => tf.mul(tf.mul(x, tf.add(tf.mul(tf.square(x), tanhCube), 1)), tanhScale)
/** Φ(x), the standard normal distribution's cumulative probability. */
const normalCdf = (x: Tensor) => tf.add(tf.mul(tf.erf(tf.mul(x, Math.SQRT1_2)), 0.5), 0.5)

composite('Gelu', (inputs, { approximate }) => {
  const { x } = inputs as { x: Tensor }
  return approximate ? tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tanhArgument(x)), 1)) : tf.mul(x, normalCdf(x))
})

tf.registerGradient({
  kernelName: 'Gelu',
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attributes) => {
    const x = saved[0] as Tensor
    return {
      x: () => tf.mul(dy as Tensor, attributes['approximate'] === true ? geluTanhSlope(x) : geluSlope(x)),
    }
  },
})

/** Φ(x) + x · φ(x) */
function geluSlope(x: Tensor): Tensor {
  const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI))
  return tf.add(normalCdf(x), tf.mul(x, density))
}

function geluTanhSlope(x: Tensor): Tensor {
  const tanh = tf.tanh(tanhArgument(x))
  const inner = tf.mul(tf.add(tf.mul(tf.square(x), 3 * tanhCube), 1), tanhScale)
  const outer = tf.mul(tf.mul(tf.mul(x, 0.5), tf.sub(1, tf.square(tanh))), inner)
  return tf.add(tf.mul(tf.add(tanh, 1), 0.5), outer)
}

composite('ScaledMatMul', (inputs, { transposeA, transposeB, scale }) => {
  const { a, b } = inputs as { a: Tensor; b: Tensor }
  const product = tf.matMul(a, b, transposeA, transposeB)
  return scale === 1 ? product : tf.mul(product, scale)
})

tf.registerGradient({
  kernelName: 'ScaledMatMul',
  inputsToSave: ['a', 'b'],
  gradFunc: (dys, [a, b], attributes) => {
    const dy = dys as Tensor
    const { transposeA, transposeB, scale } = attributes as unknown as FusedAttributes['ScaledMatMul']
    const product = (left: Tensor, right: Tensor, transposeLeft: boolean, transposeRight: boolean) =>
      run(
        'ScaledMatMul',
        { a: left, b: right },
        { transposeA: transposeLeft, transposeB: transposeRight, scale },
      )[0]
    return {
      a: () =>
        transposeA
          ? product(b as Tensor, dy, transposeB, true)
          : product(dy, b as Tensor, false, !transposeB),
      b: () =>
        transposeB
          ? product(dy, a as Tensor, true, transposeA)
          : product(a as Tensor, dy, !transposeA, false),
    }
  },
})

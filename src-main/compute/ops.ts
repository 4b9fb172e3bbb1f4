// Which operations do models use beside TensorFlow.js's own? The ones that every device has a fast form of.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { run } from './fused/kernels.ts'

/**
 * A fully connected layer: x · weightᵀ + bias, as PyTorch's `F.linear`.
 * x `[rows, in]`, weight `[out, in]`, bias `[out]` or null; gives `[rows, out]`.
 */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null): Tensor2D {
  if (x.rank !== 2 || weight.rank !== 2 || x.shape[1] !== weight.shape[1])
    throw new RangeError(`linear: x [${x.shape}] does not fit weight [${weight.shape}]`)
  if (bias !== null && bias.size !== weight.shape[0])
    throw new RangeError(`linear: bias [${bias.shape}] does not fit weight [${weight.shape}]`)
  const [y] = run('Linear', bias === null ? { x, weight } : { x, weight, bias: flat(bias) }, {})
  return y as Tensor2D
}

/**
 * Layer normalisation over the last axis (Ba et al. 2016): (x − mean) / √(variance + eps) · weight + bias.
 * x `[..., width]`, weight and bias `[width]`.
 */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor, eps: number): Tensor {
  const width = x.shape.at(-1)
  if (weight.size !== width || bias.size !== width)
    throw new RangeError(`layerNorm: x [${x.shape}] does not fit weight [${weight.shape}]`)
  const [y] = run('LayerNorm', { x, weight: flat(weight), bias: flat(bias) }, { eps })
  return y
}

/** GELU, the exact form: x · Φ(x) with Φ from erf (Hendrycks and Gimpel 2016). */
export function gelu(x: Tensor): Tensor {
  return run('Gelu', { x }, { approximate: false })[0]
}

/** GELU's tanh form: x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). */
export function geluTanh(x: Tensor): Tensor {
  return run('Gelu', { x }, { approximate: true })[0]
}

/** SiLU, also called swish: x · sigmoid(x). */
export function silu(x: Tensor): Tensor {
  return tf.mul(x, tf.sigmoid(x))
}

/**
 * A batched matrix product times a number: scale · a · b, or scale · a · bᵀ with `transposeB`.
 * a `[..., m, k]`, b `[..., k, n]` (`[..., n, k]` with `transposeB`), leading axes equal; gives `[..., m, n]`.
 */
export function scaledMatMul(
  a: Tensor,
  b: Tensor,
  { transposeB = false, scale = 1 }: { transposeB?: boolean; scale?: number } = {},
): Tensor {
  const leading = (t: Tensor) => t.shape.slice(0, -2).join()
  const inner = b.shape.at(transposeB ? -1 : -2)
  if (a.rank < 2 || a.shape.at(-1) !== inner || leading(a) !== leading(b))
    throw new RangeError(`scaledMatMul: a [${a.shape}] does not fit b [${b.shape}]`)
  return run('ScaledMatMul', { a, b }, { transposeA: false, transposeB, scale })[0]
}

const flat = (t: Tensor): Tensor1D => tf.reshape(t, [t.size])

// What does one transformer block do? Attention, then a feed-forward network, each normalised before and added after.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { gelu, geluTanh, layerNorm, linear, scaledMatMul, silu } from '../compute/ops.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'

/** Tensors by canonical name: weights, tables and inputs. */
export type Tensors = Readonly<Record<string, Tensor>>

/** What tells one block from another; a ModelSpec is one. */
export interface BlockSpec {
  readonly heads: number
  readonly layerScale: boolean
  readonly normEps: number
  readonly ffn: Pick<ModelSpec['ffn'], 'kind' | 'activation'>
}

/** Rotary tables `[tokens, head width]`; tokens that stay as they are have cosine 1 and sine 0. */
export interface Rotation {
  readonly cos: Tensor
  readonly sin: Tensor
}

export interface BlockResult {
  /** `[batch, tokens, width]`. */
  readonly x: Tensor
  /** Queries and keys `[batch, tokens, width]`, heads side by side, after rotation. */
  readonly q: Tensor
  readonly k: Tensor
  /** softmax(q·k/√d), `[batch, heads, tokens, tokens]`. */
  readonly attention: Tensor
}

/**
 * One pre-norm block (Dosovitskiy et al. 2021; LayerScale: Touvron et al. 2021):
 * x ← x + scale₁ · attention(norm₁(x)), then x ← x + scale₂ · ffn(norm₂(x)).
 * x `[batch, tokens, width]`; the weights are those of `t` whose names start with `name`. Where there are `keep1` and
 * `keep2` `[batch, 1, 1]` among them, the branches are multiplied by them (stochastic depth).
 */
export function block(
  spec: BlockSpec,
  t: Tensors,
  name: string,
  x: Tensor,
  rotation: Rotation | null = null,
): BlockResult {
  const attended = attend(spec, t, `${name}.attention`, norm(spec, t, `${name}.norm1`, x), rotation)
  x = tf.add(x, kept(t, `${name}.keep1`, scaled(spec, t, `${name}.scale1`, attended.y)))
  const fed = feedForward(spec, t, `${name}.ffn`, norm(spec, t, `${name}.norm2`, x))
  x = tf.add(x, kept(t, `${name}.keep2`, scaled(spec, t, `${name}.scale2`, fed)))
  return { x, q: attended.q, k: attended.k, attention: attended.attention }
}

/** Multi-head self-attention: softmax(q·kᵀ/√d)·v per head, then a projection. */
function attend(spec: BlockSpec, t: Tensors, name: string, x: Tensor, rotation: Rotation | null) {
  const [batch, tokens, width] = x.shape as [number, number, number]
  const { heads } = spec
  const headWidth = width / heads
  // q, k and v as one tensor of 3 · heads heads: one transpose, and a split whose gradient is a concatenation.
  const qkv = tf.transpose(
    tf.reshape(dense(t, `${name}.qkv`, x), [batch, tokens, 3 * heads, headWidth]),
    [0, 2, 1, 3],
  )
  const [q0, k0, v] = tf.split(qkv, 3, 1) as [Tensor, Tensor, Tensor]
  const [q, k] = rotation ? [rotate(q0, rotation), rotate(k0, rotation)] : [q0, k0]
  const attention = tf.softmax(scaledMatMul(q, k, { transposeB: true, scale: 1 / Math.sqrt(headWidth) }))
  const sideBySide = (heads: Tensor) => tf.reshape(tf.transpose(heads, [0, 2, 1, 3]), [batch, tokens, width])
  const y = dense(t, `${name}.projection`, sideBySide(scaledMatMul(attention, v)))
  return { y, q: sideBySide(q), k: sideBySide(k), attention }
}

/** Rotates pairs of channels, c with c + d/2, by the token's angles (RoFormer, Su et al. 2021, rotate-half form). */
function rotate(x: Tensor, { cos, sin }: Rotation): Tensor {
  const [a, b] = tf.split(x, 2, -1) as [Tensor, Tensor]
  return tf.add(tf.mul(x, cos), tf.mul(tf.concat([tf.neg(b), a], -1), sin))
}

const activations = { gelu, 'gelu-tanh': geluTanh, silu, relu: (x: Tensor): Tensor => tf.relu(x) }

/** mlp: out(act(in(x))); swiglu: out(act(gate) · value), gate and value the halves of in(x) (Shazeer 2020). */
function feedForward(spec: BlockSpec, t: Tensors, name: string, x: Tensor): Tensor {
  const act = activations[spec.ffn.activation]
  const hidden = dense(t, `${name}.in`, x)
  if (spec.ffn.kind === 'mlp') return dense(t, `${name}.out`, act(hidden))
  const [gate, value] = tf.split(hidden, 2, -1) as [Tensor, Tensor]
  return dense(t, `${name}.out`, tf.mul(act(gate), value))
}

/** A linear layer over the last axis of x `[..., in]`; its bias is optional. */
export function dense(t: Tensors, name: string, x: Tensor): Tensor {
  const weight = tensor(t, `${name}.weight`)
  const rows = tf.reshape(x, [-1, x.shape.at(-1) ?? 0])
  return tf.reshape(linear(rows, weight, t[`${name}.bias`] ?? null), [
    ...x.shape.slice(0, -1),
    weight.shape[0] ?? 0,
  ])
}

/** The layer norm of that name over the last axis. */
export function norm(spec: Pick<BlockSpec, 'normEps'>, t: Tensors, name: string, x: Tensor): Tensor {
  return layerNorm(x, tensor(t, `${name}.weight`), tensor(t, `${name}.bias`), spec.normEps)
}

function scaled(spec: BlockSpec, t: Tensors, name: string, x: Tensor): Tensor {
  return spec.layerScale ? tf.mul(x, tensor(t, name)) : x
}

function kept(t: Tensors, name: string, branch: Tensor): Tensor {
  const mask = t[name]
  return mask ? tf.mul(branch, mask) : branch
}

/** The tensor of that name. Throws RangeError with the name where it is missing. */
export function tensor(t: Tensors, name: string): Tensor {
  const found = t[name]
  if (!found) throw new RangeError(`the weight ${name} is missing`)
  return found
}

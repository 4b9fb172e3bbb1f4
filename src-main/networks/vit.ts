// What does a vision transformer compute? From pictures to tokens, for every family: the spec makes the difference.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import {
  firstPatch,
  layoutFor,
  patchCount,
  tokenCount,
  type TokenLayout,
} from '../../src-shared/domain/tokenLayout.ts'
import type { Weight, Weights } from '../../src-shared/domain/weights.ts'
import type { Constants, InputSpecs } from '../compute/program.ts'
import { block, dense, norm, tensor, type BlockResult, type Rotation, type Tensors } from './block.ts'
import { positionTable, ropeTables } from './positions.ts'

/** What a graph is made from: constants by name, and what is fed at each run. */
export interface ForwardInputs {
  readonly constants: Constants
  readonly inputs: InputSpecs
}

/** Everything a forward pass makes; B pictures, N tokens, W channels, H heads, one entry per block in the lists. */
export interface Forward {
  /** `[B, N, W]` after the final norm. */
  readonly tokens: Tensor
  /** `[B, N, W]` before it. */
  readonly preNorm: Tensor
  /** Each block's output `[B, N, W]`. */
  readonly layers: Tensor[]
  /** Queries and keys `[B, N, W]`, heads side by side, after rotation: softmax(q·k/√d) is the attention. */
  readonly q: Tensor[]
  readonly k: Tensor[]
  /** `[B, H, N, N]`. */
  readonly attention: Tensor[]
  /** `[B, classes]`, null for a network without a classification head. */
  readonly logits: Tensor | null
}

/**
 * The constants and inputs of `forward` for pictures of `width` × `height` pixels: the encoder's weights, with
 * the position table resampled to this grid (or the rotary tables, a row per token), and `images`
 * `[batch, 3, height, width]`. With `masked` there is also the input `patchMask` `[batch, patches]`, 1 where
 * the mask token stands in for the patch.
 * Throws RangeError where a side is no multiple of the patch.
 */
export function forwardInputs(
  spec: ModelSpec,
  weights: Weights,
  width: number,
  height: number,
  { masked = false }: { masked?: boolean } = {},
): ForwardInputs {
  const layout = layoutFor(spec, width, height)
  const constants = new Map(
    [...weights].filter(([name]) => isEncoderWeight(name) && (masked || name !== 'mask')),
  )
  for (const [name, table] of positionConstants(spec, weights, layout)) constants.set(name, table)
  const images = { shape: ['batch', 3, height, width] } as const
  const patchMask = { shape: ['batch', patchCount(layout)] } as const
  return { constants, inputs: masked ? { images, patchMask } : { images } }
}

const isEncoderWeight = (name: string) => !/^(rope|decoder|predictor|projectionHead)\./.test(name)

function positionConstants(spec: ModelSpec, weights: Weights, layout: TokenLayout): Weights {
  const [rows, columns] = layout.grid
  if (spec.position.kind !== 'rotary') {
    const { patches } = positionTable(spec, weights, rows, columns)
    return new Map([['position.patches', { shape: [rows * columns, spec.width], data: patches }]])
  }
  // [CLS] and registers stay as they are: a rotation by the angle 0.
  const headWidth = spec.width / spec.heads
  const withPrefix = (table: Float32Array, prefix: number): Weight => {
    const data = new Float32Array(tokenCount(layout) * headWidth).fill(
      prefix,
      0,
      firstPatch(layout) * headWidth,
    )
    data.set(table, firstPatch(layout) * headWidth)
    return { shape: [tokenCount(layout), headWidth], data }
  }
  const { sin, cos } = ropeTables(spec, weights, rows, columns)
  return new Map([
    ['rope.sin', withPrefix(sin, 0)],
    ['rope.cos', withPrefix(cos, 1)],
  ])
}

/**
 * The whole network: `t` holds the constants and inputs of `forwardInputs`; `position.patches` is the table of
 * this layout's grid. Differentiable in every tensor of `t`.
 */
export function forward(spec: ModelSpec, layout: TokenLayout, t: Tensors): Forward {
  const images = tensor(t, 'images')
  const x = withPrefix(spec, t, embed(spec, t, images, t['patchMask'] ?? null))
  const { tokens, preNorm, results } = encode(spec, layout, t, x)
  return {
    tokens,
    preNorm,
    layers: results.map((result) => result.x),
    q: results.map((result) => result.q),
    k: results.map((result) => result.k),
    attention: results.map((result) => result.attention),
    logits: spec.classes === null ? null : dense(t, 'head', clsOf(spec, tokens)),
  }
}

/** The tensors of a forward pass by the names a compiled program gives them: `tokens`, `layers.0`, `q.0`, … */
export function forwardOutputs(result: Forward): Record<string, Tensor> {
  const outputs: Record<string, Tensor> = { tokens: result.tokens, preNorm: result.preNorm }
  for (const list of ['layers', 'q', 'k', 'attention'] as const)
    result[list].forEach((layer, i) => (outputs[`${list}.${i}`] = layer))
  if (result.logits) outputs['logits'] = result.logits
  return outputs
}

/**
 * Patch embeddings with their positions `[B, patches, W]`, from images `[B, 3, height, width]`; where
 * `patchMask` `[B, patches]` is 1 the mask token stands in before positions are added (BEiT, iBOT, DINOv2).
 */
export function embed(spec: ModelSpec, t: Tensors, images: Tensor, patchMask: Tensor | null = null): Tensor {
  let x = dense(t, 'patch', patches(images, spec.patch))
  if (patchMask) {
    const mask = tf.reshape(patchMask, [...patchMask.shape, 1])
    x = tf.add(tf.mul(x, tf.sub(1, mask)), tf.mul(tensor(t, 'mask'), mask))
  }
  return spec.position.kind === 'rotary' ? x : tf.add(x, tensor(t, 'position.patches'))
}

/** Pictures cut into patches `[B, patches, 3 · patch²]`, inner order (channel, y, x), patches in raster order. */
function patches(images: Tensor, patch: number): Tensor {
  const [batch, channels, height, width] = images.shape as [number, number, number, number]
  const rows = height / patch
  const columns = width / patch
  const cut = tf.reshape(images, [batch, channels, rows, patch, columns, patch])
  return tf.reshape(tf.transpose(cut, [0, 2, 4, 1, 3, 5]), [batch, rows * columns, channels * patch * patch])
}

/** Puts [CLS] (with its position, where it has one) and the registers (which have none) before x `[B, n, W]`. */
export function withPrefix(spec: ModelSpec, t: Tensors, x: Tensor): Tensor {
  const prefix: Tensor[] = []
  const row = (token: Tensor) => tf.reshape(token, [1, -1, spec.width])
  if (spec.cls) {
    const position = t['position.cls']
    prefix.push(row(position ? tf.add(tensor(t, 'cls'), position) : tensor(t, 'cls')))
  }
  if (spec.registers > 0) prefix.push(row(tensor(t, 'registers')))
  if (prefix.length === 0) return x
  // Multiplied by ones rather than tiled: the gradient is one sum.
  const everyImage = tf.ones([x.shape[0] ?? 1, 1, 1])
  return tf.concat([...prefix.map((tokens) => tf.mul(tokens, everyImage)), x], 1)
}

/** The blocks and the final norm, from x `[B, tokens, W]` with its prefix; the tokens may be some of the grid's only. */
export function encode(
  spec: ModelSpec,
  layout: TokenLayout,
  t: Tensors,
  x: Tensor,
): { tokens: Tensor; preNorm: Tensor; results: BlockResult[] } {
  const rotation: Rotation | null =
    spec.position.kind === 'rotary' ? { cos: tensor(t, 'rope.cos'), sin: tensor(t, 'rope.sin') } : null
  const results: BlockResult[] = []
  for (let i = 0; i < spec.depth; i++) {
    const result = block(spec, t, `blocks.${i}`, x, rotation)
    results.push(result)
    x = result.x
  }
  return { tokens: finalNorm(spec, layout, t, x), preNorm: x, results }
}

/** The final norm of tokens `[B, N, W]`; the class and register tokens have one of their own where the spec says so. */
export function finalNorm(spec: ModelSpec, layout: TokenLayout, t: Tensors, x: Tensor): Tensor {
  if (!spec.clsNorm) return norm(spec, t, 'norm', x)
  const prefix = firstPatch(layout)
  const [ahead, patchTokens] = tf.split(x, [prefix, (x.shape[1] ?? 0) - prefix], 1) as [Tensor, Tensor]
  return tf.concat([norm(spec, t, 'clsNorm', ahead), norm(spec, t, 'norm', patchTokens)], 1)
}

/** The [CLS] token `[B, W]` of tokens `[B, N, W]`. Throws RangeError for a network without one. */
export function clsOf(spec: Pick<ModelSpec, 'cls' | 'width'>, tokens: Tensor): Tensor {
  if (!spec.cls) throw new RangeError('this network has no [CLS] token')
  return tf.reshape(tf.slice(tokens, [0, 0, 0], [-1, 1, -1]), [-1, spec.width])
}

/**
 * The [CLS] token's attention to the patches in one block, `[B, H, patches]`, from its attention `[B, H, N, N]`; what it
 * pays to itself and to registers is left out.
 */
export function clsAttention(layout: TokenLayout, attention: Tensor): Tensor {
  const [, heads = 0] = attention.shape
  const patches = patchCount(layout)
  const row = tf.slice(attention, [0, 0, 0, firstPatch(layout)], [-1, -1, 1, -1])
  return tf.reshape(row, [-1, heads, patches])
}

// What does MAE compute? The visible patches alone are encoded; a small decoder predicts the pixels of all the others.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { DecoderSpec, ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import { layoutFor, patchCount, type TokenLayout } from '../../src-shared/domain/tokenLayout.ts'
import type { Weights } from '../../src-shared/domain/weights.ts'
import { block, dense, norm, tensor, type BlockSpec, type Tensors } from './block.ts'
import { resampleTable } from './resample.ts'
import { encodeVisible, gatherRows } from './visible.ts'
import { forwardInputs, type ForwardInputs } from './vit.ts'

/** Which patches of each picture are hidden: plain numbers, made before a graph runs. */
export interface RandomMask {
  /** How many patches of each picture stay visible. */
  readonly kept: number
  /** `[batch, patches]`, 1 where the patch is hidden. */
  readonly mask: Float32Array
  /** `[batch, patches]`: where each patch stands in the picture's own order of noise, visible ones first. */
  readonly idsRestore: Int32Array
  /** The graph's input `keep` `[batch, kept]`: rows of the patches of the whole batch, `[batch · patches]`. */
  readonly keep: Int32Array
  /** The graph's input `restore` `[batch, patches]`: 0 is the mask token, 1 + r the r-th visible token of the batch. */
  readonly restore: Int32Array
}

/**
 * MAE's masking: the patches with the smallest noise stay visible, int(patches · (1 − mask_ratio)) of them
 * (He et al. 2022, §3; models_mae.MaskedAutoencoderViT.random_masking).
 * noise `[batch, patches]`; Throws RangeError where no patch would be visible or mask_ratio is outside [0, 1).
 */
export function randomMasking(noise: Float32Array, patches: number, maskRatio: number): RandomMask {
  const kept = Math.trunc(patches * (1 - maskRatio))
  if (!(kept >= 1 && kept <= patches) || noise.length % patches !== 0)
    throw new RangeError(`a mask ratio of ${maskRatio} leaves ${kept} of ${patches} patches visible`)
  const batch = noise.length / patches
  const mask = new Float32Array(noise.length).fill(1)
  const idsRestore = new Int32Array(noise.length)
  const keep = new Int32Array(batch * kept)
  const restore = new Int32Array(noise.length)
  for (let b = 0; b < batch; b++) {
    const row = noise.subarray(b * patches, (b + 1) * patches)
    const shuffle = Uint32Array.from(row.keys()).sort((i, j) => (row[i] ?? 0) - (row[j] ?? 0) || i - j)
    shuffle.forEach((patch, rank) => {
      const at = b * patches + patch
      idsRestore[at] = rank
      if (rank >= kept) return
      mask[at] = 0
      keep[b * kept + rank] = at
      restore[at] = 1 + b * kept + rank
    })
  }
  return { kept, mask, idsRestore, keep, restore }
}

/**
 * The constants and inputs of `reconstruct` for pictures of `width` × `height` pixels of which `kept` patches
 * are visible. The decoder's positions are resampled as MAE resamples the encoder's.
 * Throws RangeError for a network without a decoder.
 */
export function reconstructInputs(
  spec: ModelSpec,
  weights: Weights,
  width: number,
  height: number,
  kept: number,
): ForwardInputs {
  const encoder = forwardInputs(spec, weights, width, height)
  const layout = layoutFor(spec, width, height)
  const decoder = decoderOf(spec)
  const constants = new Map([
    ...encoder.constants,
    ...[...weights].filter(([name]) => name.startsWith('decoder.')),
  ])
  const table = weights.get('decoder.position.patches')
  if (!table || spec.position.kind === 'rotary')
    throw new RangeError('the weight decoder.position.patches is missing')
  const native = [spec.position.rows, spec.position.columns] as const
  constants.set('decoder.position.patches', {
    shape: [patchCount(layout), decoder.width],
    data: resampleTable('size', table.data, decoder.width, native, layout.grid),
  })
  const keep = { shape: ['batch', kept], dtype: 'int32' } as const
  const restore = { shape: ['batch', patchCount(layout)], dtype: 'int32' } as const
  return { constants, inputs: { ...encoder.inputs, keep, restore } }
}

/** What MAE makes of a batch of B pictures of which V of N patches are visible. */
export interface Reconstruction {
  /** The encoder's output `[B, 1 + V, W]`, visible patches in order of their noise. */
  readonly latent: Tensor
  /** Predicted pixels `[B, N, patch² · 3]`, inner order (y, x, channel). */
  readonly prediction: Tensor
}

/** The masked autoencoder: `t` holds the constants and inputs of `reconstructInputs`. */
export function reconstruct(spec: ModelSpec, layout: TokenLayout, t: Tensors): Reconstruction {
  const latent = encodeVisible(spec, layout, t, tensor(t, 'images'), tensor(t, 'keep'))
  return { latent, prediction: decode(spec, t, latent, tensor(t, 'restore')) }
}

/** models_mae, forward_decoder: the mask token stands in for hidden patches, positions, blocks, pixels. */
function decode(spec: ModelSpec, t: Tensors, latent: Tensor, restore: Tensor): Tensor {
  const decoder = decoderOf(spec)
  const [batch, tokens] = latent.shape as [number, number, number]
  const embedded = dense(t, 'decoder.embed', latent)
  const [cls, visible] = tf.split(embedded, [1, tokens - 1], 1) as [Tensor, Tensor]

  // One row of the mask token before all visible rows of the batch: hidden patches read row 0.
  const hidden = tf.reshape(tensor(t, 'decoder.mask'), [1, decoder.width])
  const rows = tf.concat([hidden, tf.reshape(visible, [-1, decoder.width])], 0)
  const patchTokens = tf.add(gatherRows(rows, restore), tensor(t, 'decoder.position.patches'))
  const clsPosition = t['decoder.position.cls']
  let x = tf.concat([clsPosition ? tf.add(cls, clsPosition) : cls, patchTokens], 1)

  const blocks = decoderBlocks(spec, decoder)
  for (let i = 0; i < decoder.depth; i++) x = block(blocks, t, `decoder.blocks.${i}`, x).x
  x = norm(spec, t, 'decoder.norm', x)
  const patchCount = restore.shape[1] ?? 0
  const [, outputs] = tf.split(x, [1, patchCount], 1) as [Tensor, Tensor]
  return tf.reshape(dense(t, 'decoder.prediction', outputs), [batch, patchCount, -1])
}

/**
 * The pixels MAE should predict, `[B, N, patch² · 3]` with inner order (y, x, channel); with `normPixLoss`
 * each patch normalised by its own mean and unbiased variance, eps 1e-6 (models_mae, patchify, forward_loss).
 */
export function pixelTarget(images: Tensor, patch: number, normPixLoss: boolean): Tensor {
  const [batch, channels, height, width] = images.shape as [number, number, number, number]
  const rows = height / patch
  const columns = width / patch
  const size = patch * patch * channels
  const cut = tf.transpose(
    tf.reshape(images, [batch, channels, rows, patch, columns, patch]),
    [0, 2, 4, 3, 5, 1],
  )
  const pixels = tf.reshape(cut, [batch, rows * columns, size])
  if (!normPixLoss) return pixels
  const centred = tf.sub(pixels, tf.mean(pixels, -1, true))
  const variance = tf.div(tf.sum(tf.square(centred), -1, true), size - 1)
  return tf.div(centred, tf.sqrt(tf.add(variance, 1e-6)))
}

/** Mean squared error over the hidden patches alone; prediction and target `[B, N, p]`, mask `[B, N]`. A scalar. */
export function reconstructionLoss(prediction: Tensor, target: Tensor, mask: Tensor): Tensor {
  const perPatch = tf.mean(tf.square(tf.sub(prediction, target)), -1)
  return tf.div(sumAll(tf.mul(perPatch, mask)), sumAll(mask))
}

// One axis at a time: a single sum over everything loses digits in float32.
const sumAll = (x: Tensor) => tf.sum(tf.sum(x, -1))

function decoderOf(spec: ModelSpec): DecoderSpec {
  if (!spec.decoder) throw new RangeError('this network has no decoder')
  return spec.decoder
}

const decoderBlocks = (spec: ModelSpec, { heads }: DecoderSpec): BlockSpec => ({
  heads,
  layerScale: false,
  normEps: spec.normEps,
  ffn: { kind: 'mlp', activation: spec.ffn.activation },
})

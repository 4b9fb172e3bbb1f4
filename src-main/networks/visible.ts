// What does an encoder make of some of the patches only? MAE's visible ones, I-JEPA's context.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import type { TokenLayout } from '../../src-shared/domain/tokenLayout.ts'
import type { Tensors } from './block.ts'
import { embed, encode, withPrefix } from './vit.ts'

/**
 * The encoder on chosen patches only, after the final norm: `[B, prefix + V, W]`. `keep` `[B, V]` counts rows
 * of the batch's patches (models_mae, forward_encoder; I-JEPA's context encoder).
 */
export function encodeVisible(
  spec: ModelSpec,
  layout: TokenLayout,
  t: Tensors,
  images: Tensor,
  keep: Tensor,
): Tensor {
  const visible = gatherRows(embed(spec, t, images), keep)
  return encode(spec, layout, t, withPrefix(spec, t, visible)).tokens
}

/** Rows of x `[B, n, W]` by their number in the whole batch: ids `[B', k]` int32 give `[B', k, W]`. */
export function gatherRows(x: Tensor, ids: Tensor): Tensor {
  const width = x.shape.at(-1) ?? 0
  const rows = tf.gather(tf.reshape(x, [-1, width]), tf.reshape(ids, [-1]) as tf.Tensor1D)
  return tf.reshape(rows, [...ids.shape, width])
}

// What stands between a backbone and the DINO loss? A projection head whose last layer holds the prototypes.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { gelu, linear } from '../compute/ops.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import { dense, tensor, type Tensors } from './block.ts'

/**
 * Logits over K prototypes `[rows, K]` from tokens `[rows, W]`: an MLP with GELU between its layers, the
 * bottleneck normalised to length 1, then the prototypes (Caron et al. 2021, §3; dino,
 * vision_transformer.DINOHead; iBOT and DINOv2 use the same).
 * Throws RangeError for a network without a head.
 */
export function projectionHead(spec: Pick<ModelSpec, 'projectionHead'>, t: Tensors, x: Tensor): Tensor {
  if (!spec.projectionHead) throw new RangeError('this network has no projection head')
  const { layers } = spec.projectionHead
  for (let i = 0; i < layers; i++) {
    x = dense(t, `projectionHead.${i}`, x)
    if (i < layers - 1) x = gelu(x)
  }
  return linear(unitLength(x), tensor(t, 'projectionHead.last.weight'), null)
}

/** Rows of x `[rows, d]` divided by their length, as torch's `F.normalize`. */
export function unitLength(x: Tensor): Tensor {
  // The floor is on the square: the root of an exact zero would have no gradient.
  return tf.div(x, tf.sqrt(tf.maximum(tf.sum(tf.square(x), -1, true), 1e-24)))
}

/**
 * A weight-normalised layer's weight (Salimans and Kingma 2016): direction `[K, d]` at unit length, times
 * gain `[K, 1]`; without a gain the prototypes have length 1 (DINO's norm_last_layer).
 */
export function weightNorm(direction: Tensor, gain: Tensor | null = null): Tensor {
  const unit = unitLength(direction)
  return gain ? tf.mul(unit, gain) : unit
}

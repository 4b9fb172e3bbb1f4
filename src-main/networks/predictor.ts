// What does I-JEPA compute? From the tokens of a context, the tokens a target encoder sees elsewhere in the picture.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { ModelSpec, PredictorSpec } from '../../src-shared/domain/modelSpec.ts'
import type { TokenLayout } from '../../src-shared/domain/tokenLayout.ts'
import { block, dense, norm, tensor, type BlockSpec, type Tensors } from './block.ts'
import { encodeVisible, gatherRows } from './visible.ts'

/**
 * Patch numbers of several masks as rows of the batch's patches, for the graph's int32 inputs.
 * masks `[masks, batch, kept]`, mask by mask as the original orders them; gives the same shape.
 */
export function rowsOfMasks(masks: Int32Array, batch: number, kept: number, patches: number): Int32Array {
  return masks.map((patch, at) => (Math.floor(at / kept) % batch) * patches + patch)
}

/**
 * The context encoder's tokens `[contexts · B, kept, W]`, mask by mask: only the patches of each context mask
 * pass through the blocks (ijepa, models.vision_transformer.VisionTransformer.forward with masks).
 * images `[B, 3, height, width]`, contextRows `[contexts · B, kept]` int32 from `rowsOfMasks`.
 */
export function encodeContext(
  spec: ModelSpec,
  layout: TokenLayout,
  t: Tensors,
  images: Tensor,
  contextRows: Tensor,
): Tensor {
  return encodeVisible(spec, layout, t, images, contextRows)
}

/**
 * The predictor (Assran et al. 2023, §3; ijepa, VisionTransformerPredictor.forward): context tokens with their
 * positions, and a mask token with its position for each target patch, through narrow blocks.
 * context `[contexts · B, kept, W]`; contextPatches `[contexts · B, kept]` and targetPatches
 * `[targets · B, hidden]` int32, patch numbers of the grid, mask by mask.
 * Gives `[targets · contexts · B, hidden, W]`, ordered by target mask, then context mask, then picture.
 */
export function predict(
  spec: ModelSpec,
  t: Tensors,
  context: Tensor,
  contextPatches: Tensor,
  targetPatches: Tensor,
  batch: number,
): Tensor {
  const predictor = predictorOf(spec)
  const contexts = (context.shape[0] ?? 0) / batch
  const targets = (targetPatches.shape[0] ?? 0) / batch
  const kept = context.shape[1] ?? 0
  const hidden = targetPatches.shape[1] ?? 0
  const positions = tensor(t, 'predictor.position')

  const visible = tf.add(dense(t, 'predictor.embed', context), gatherRows(positions, contextPatches))
  const asked = tf.add(gatherRows(positions, targetPatches), tensor(t, 'predictor.mask'))
  let x = tf.concat([repeatAll(visible, targets), repeatEach(asked, batch, contexts)], 1)
  const blocks = predictorBlocks(spec, predictor)
  for (let i = 0; i < predictor.depth; i++) x = block(blocks, t, `predictor.blocks.${i}`, x).x
  const [, predicted] = tf.split(norm(spec, t, 'predictor.norm', x), [kept, hidden], 1) as [Tensor, Tensor]
  return dense(t, 'predictor.projection', predicted)
}

/**
 * What the predictor should say: the target encoder's tokens `[B, patches, W]`, layer-normalised without a
 * gain (eps 1e-5), at the target rows `[targets · B, hidden]` (ijepa, train.forward_target), in `predict`'s order.
 */
export function predictionTarget(tokens: Tensor, targetRows: Tensor, batch: number, contexts = 1): Tensor {
  const centred = tf.sub(tokens, tf.mean(tokens, -1, true))
  const variance = tf.mean(tf.square(centred), -1, true)
  const normalised = tf.div(centred, tf.sqrt(tf.add(variance, 1e-5)))
  return repeatEach(gatherRows(normalised, targetRows), batch, contexts)
}

/** The mean of the smooth L1 loss (beta 1): half the square of a difference below 1, its size less a half above. A scalar. */
export function predictionLoss(prediction: Tensor, target: Tensor): Tensor {
  const size = tf.abs(tf.sub(prediction, target))
  const small = tf.minimum(size, 1)
  const each = tf.add(tf.mul(tf.square(small), 0.5), tf.sub(size, small))
  return tf.mean(tf.mean(tf.mean(each, -1), -1))
}

/** The whole of x, `times` times over, along the first axis. */
function repeatAll(x: Tensor, times: number): Tensor {
  return times === 1 ? x : tf.concat(Array<Tensor>(times).fill(x), 0)
}

/** Each mask's `batch` rows of x, `times` times over (ijepa, utils.tensors.repeat_interleave_batch). */
function repeatEach(x: Tensor, batch: number, times: number): Tensor {
  if (times === 1) return x
  const masks = tf.split(x, (x.shape[0] ?? 0) / batch, 0)
  return tf.concat(
    masks.flatMap((mask) => Array<Tensor>(times).fill(mask)),
    0,
  )
}

function predictorOf(spec: ModelSpec): PredictorSpec {
  if (!spec.predictor) throw new RangeError('this network has no predictor')
  return spec.predictor
}

const predictorBlocks = (spec: ModelSpec, { heads }: PredictorSpec): BlockSpec => ({
  heads,
  layerScale: false,
  normEps: spec.normEps,
  ffn: { kind: 'mlp', activation: spec.ffn.activation },
})

// What do all methods train? A vision transformer on crops; its settings, its [CLS] features, its stochastic depth.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { randomModel } from '../networks/initialise.ts'
import { plainSpec } from '../networks/presets.ts'
import { resampleMatrix } from '../networks/resample.ts'
import { clsOf, forward } from '../networks/vit.ts'
import { Failure } from '../../src-shared/domain/failure.ts'
import { imagenetMean, imagenetStd, type ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import { layoutFor } from '../../src-shared/domain/tokenLayout.ts'
import type { Weights } from '../../src-shared/domain/weights.ts'
import { fillUniform, random, type Random } from '../../src-shared/numerics/random.ts'
import type { Tensors, ViewRecipe } from './method.ts'
import { given } from './optimiser.ts'
import { integer, number } from './settings.ts'

/** Settings of the network, by the names of DINO's vision_transformer.py. */
export const networkSettings = {
  patch_size: integer('network', 8, 'Side of a patch in pixels.', { min: 2, max: 64 }),
  embed_dim: integer('network', 96, 'Channels of a token.', { min: 4, max: 4096 }),
  depth: integer('network', 4, 'Transformer blocks.', { min: 1, max: 64 }),
  num_heads: integer('network', 3, 'Attention heads.', { min: 1, max: 64 }),
  drop_path_rate: number('network', 0, 'Stochastic depth: how often the last block is skipped in training.', {
    min: 0,
    max: 0.9,
  }),
}

/** Settings of the crops that methods share; strengths are those of the original's transforms. */
export const cropSettings = {
  global_crops_size: integer('crops', 48, 'Side of a global crop in pixels.', { min: 8, max: 1024 }),
  global_crops_scale_min: number('crops', 0.4, 'Smallest share of the picture that a global crop shows.', {
    min: 0.01,
    max: 1,
  }),
  global_crops_scale_max: number('crops', 1, 'Largest share of the picture that a global crop shows.', {
    min: 0.01,
    max: 1,
  }),
  color_jitter: number('crops', 1, 'Strength of the colour jitter; 1: the original’s.', { min: 0, max: 2.4 }),
  hue: number('crops', 0.1, 'Largest change of hue, in turns, before the strength.', { min: 0, max: 0.5 }),
  grayscale: number('crops', 0.2, 'How often a crop loses its colour.', { min: 0, max: 1 }),
  blur: number('crops', 1, 'How often crops are blurred; 1: as often as in the original, 0: never.', {
    min: 0,
    max: 1,
  }),
}

interface NetworkValues {
  patch_size: number
  embed_dim: number
  depth: number
  num_heads: number
  global_crops_size: number
}

/** The network of these settings. Throws Failure `bad-argument` where they do not fit together. */
export function networkOf(s: NetworkValues): ModelSpec {
  if (s.embed_dim % s.num_heads !== 0)
    throw new Failure(
      'bad-argument',
      `embed_dim ${s.embed_dim} is not a multiple of num_heads ${s.num_heads}.`,
      `Choose num_heads among ${divisors(s.embed_dim).slice(0, 8).join(', ')}.`,
    )
  refuseCutPatches('global_crops_size', s.global_crops_size, s.patch_size)
  const spec = plainSpec({
    width: s.embed_dim,
    depth: s.depth,
    heads: s.num_heads,
    patch: s.patch_size,
    imageSize: s.global_crops_size,
  })
  // Measured on whole pictures while it trains, and so by whoever opens its checkpoint.
  return { ...spec, preprocessing: { ...spec.preprocessing, resize: spec.preprocessing.crop } }
}

const divisors = (n: number) => Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0)

/** Throws Failure `bad-argument` where a crop is no whole number of patches. */
export function refuseCutPatches(name: string, side: number, patch: number): void {
  if (side % patch === 0 && side >= patch) return
  throw new Failure(
    'bad-argument',
    `${name} ${side} is not a multiple of patch_size ${patch}.`,
    `Choose ${Math.max(1, Math.round(side / patch)) * patch}.`,
  )
}

interface CropValues {
  color_jitter: number
  hue: number
  grayscale: number
}

/**
 * Crops as DINO makes them: flip, colour jitter in four of five, greyscale, blur, solarisation
 * (dino, main_dino.DataAugmentationDINO).
 */
export function crops(
  s: CropValues,
  own: Pick<ViewRecipe, 'name' | 'side' | 'count' | 'scale' | 'blur' | 'solarise'>,
): ViewRecipe {
  const { color_jitter: strength } = s
  return {
    ...own,
    ratio: [3 / 4, 4 / 3],
    flip: 0.5,
    jitter: {
      p: strength > 0 ? 0.8 : 0,
      brightness: 0.4 * strength,
      contrast: 0.4 * strength,
      saturation: 0.2 * strength,
      hue: Math.min(0.5, s.hue * strength),
    },
    greyscale: s.grayscale,
    blurSigma: [0.1, 2],
    mean: imagenetMean,
    std: imagenetStd,
  }
}

/**
 * A network before its first step. The original leaves the patch embedding as PyTorch makes a convolution: uniform up
 * to 1/√inputs, which is twice as far as its other weights where patches are small.
 */
export function firstWeights(spec: ModelSpec, seed: number): Weights {
  const weights = randomModel(spec, seed)
  const bound = 1 / Math.sqrt(3 * spec.patch ** 2)
  for (const name of ['patch.weight', 'patch.bias'])
    fillUniform(random(seed).split(`first ${name}`), weights.get(name)!.data, -bound, bound)
  return weights
}

/** Masks of stochastic depth for crops of one size: two for each block. */
export const keepShape = (spec: ModelSpec, rows: number): number[] => [2 * spec.depth, rows]

/**
 * 1 over its chance where a row keeps a branch, 0 where it skips it, `[2 · depth, rows]`; the rate rises from 0 in the
 * first block to `rate` in the last (Huang et al. 2016; dino, vision_transformer.drop_path).
 */
export function keepMasks(spec: ModelSpec, rows: number, rate: number, random: Random): Float32Array {
  const masks = new Float32Array(2 * spec.depth * rows)
  for (let branch = 0; branch < 2 * spec.depth; branch++) {
    const keep = 1 - (spec.depth > 1 ? (rate * Math.floor(branch / 2)) / (spec.depth - 1) : 0)
    for (let row = 0; row < rows; row++)
      masks[branch * rows + row] = keep === 1 || random.uniform() < keep ? 1 / keep : 0
  }
  return masks
}

/**
 * [CLS] after the final norm `[rows, width]`, of crops `[rows, 3, side, side]`; positions are resampled to their grid,
 * and gradients reach the table through it. `keep`: masks of stochastic depth.
 */
export function clsFeatures(spec: ModelSpec, weights: Tensors, images: Tensor, keep?: Tensor): Tensor {
  const side = images.shape[2] as number
  const masks = keep === undefined ? {} : branchMasks(spec, keep)
  const position = positionsAt(spec, given(weights, 'position.patches'), side)
  const t = { ...weights, ...masks, images, 'position.patches': position }
  return clsOf(spec, forward(spec, layoutFor(spec, side, side), t).tokens)
}

function branchMasks(spec: ModelSpec, keep: Tensor): Record<string, Tensor> {
  return Object.fromEntries(
    tf.split(keep, 2 * spec.depth).map((mask, branch) => {
      const name = `blocks.${Math.floor(branch / 2)}.keep${1 + (branch % 2)}`
      return [name, tf.reshape(mask, [-1, 1, 1])]
    }),
  )
}

/** The position table at a grid, as a product with the filter's matrix. */
function positionsAt(spec: ModelSpec, table: Tensor, side: number): Tensor {
  const [native, target] = [spec.imageSize.width / spec.patch, side / spec.patch]
  if (native === target || spec.position.kind !== 'learned') return table
  const matrix = resampleMatrix(spec.position.rule, [native, native], [target, target])
  return tf.matMul(tf.tensor2d(matrix, [target ** 2, native ** 2]), table as tf.Tensor2D)
}

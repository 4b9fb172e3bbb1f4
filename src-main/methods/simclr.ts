// What is SimCLR? Two views of a picture shall be each other's nearest among all views of the batch
// (Chen et al. 2020, "A Simple Framework for Contrastive Learning of Visual Representations").
import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { dense } from '../networks/block.ts'
import { unitLength } from '../networks/head.ts'
import { clsFeatures, cropSettings, crops, networkOf, networkSettings } from './backbone.ts'
import { defineMethod } from './method.ts'
import { given, optimiserSettings } from './optimiser.ts'
import { integer, number } from './settings.ts'
import { trainSingle } from './single.ts'

const settings = {
  ...networkSettings,
  proj_hidden_dim: integer('network', 256, 'Width of the projection head’s hidden layer.', { min: 1 }),
  proj_dim: integer('network', 128, 'Dimensions in which views are compared.', { min: 2 }),
  ...cropSettings,
  temperature: number('loss', 0.2, 'Temperature of the softmax over cosines.', {
    min: 0.001,
    max: 10,
    live: true,
  }),
  ...optimiserSettings,
}

/**
 * NT-Xent (Chen et al. 2020, eq. 1): cross-entropy of each view's softmax over the cosines with all others against its
 * partner, the mean over all 2B. `projections` `[2B, d]`: first views, then second; normalised here.
 */
export function ntXent(projections: Tensor, temperature: Tensor | number): Scalar {
  const rows = projections.shape[0] as number
  const z = unitLength(projections)
  const cosines = tf.div(tf.matMul(z as tf.Tensor2D, z as tf.Tensor2D, false, true), temperature)
  const itself = matrix(rows, (row) => row, -1e9)
  const partner = matrix(rows, (row) => (row + rows / 2) % rows, 1)
  const logProbabilities = tf.logSoftmax(tf.add(cosines, itself))
  return tf.mean(tf.neg(tf.sum(tf.mul(logProbabilities, partner), -1)))
}

/** `[rows, rows]`, in each row one value. */
function matrix(rows: number, column: (row: number) => number, value: number): Tensor {
  const data = new Float32Array(rows * rows)
  for (let row = 0; row < rows; row++) data[row * rows + column(row)] = value
  return tf.tensor2d(data, [rows, rows])
}

export const simclr = defineMethod({
  name: 'simclr',
  title: 'SimCLR',
  about: 'Two views of a picture shall be each other’s nearest among all views of the batch.',
  paper: 'Chen et al. 2020, A Simple Framework for Contrastive Learning of Visual Representations',
  labels: false,
  settings,
  presets: {
    demo: {
      about: 'A tiny network that tells classes apart after some minutes on a laptop.',
      set: {
        ...{ embed_dim: 96, depth: 4, num_heads: 3, patch_size: 8, global_crops_size: 48 },
        ...{ global_crops_scale_min: 0.3, color_jitter: 1.3, hue: 0.3, grayscale: 0.3, blur: 0.5 },
        ...{ batch_size: 256, lr: 0.001, warmup_epochs: 2, weight_decay: 0.04, weight_decay_end: 0.04 },
      },
    },
    small: {
      about: 'Width 192, depth 6: an evening on a laptop.',
      set: {
        ...{ embed_dim: 192, depth: 6, num_heads: 3, patch_size: 8, global_crops_size: 64 },
        ...{ global_crops_scale_min: 0.3, color_jitter: 1.3, hue: 0.3, grayscale: 0.3, blur: 0.5 },
        ...{ batch_size: 256, lr: 0.001, warmup_epochs: 5, weight_decay: 0.04, weight_decay_end: 0.04 },
      },
    },
  },
  prepare: (s) => {
    const spec = networkOf(s)
    const view = crops(s, {
      name: 'global',
      side: s.global_crops_size,
      count: 2,
      scale: [s.global_crops_scale_min, s.global_crops_scale_max],
      blur: 0.5 * s.blur,
      solarise: 0,
    })
    return trainSingle(s, {
      spec,
      views: [view],
      heads: {
        'projector.0': [s.proj_hidden_dim, s.embed_dim],
        'projector.1': [s.proj_dim, s.proj_hidden_dim],
      },
      inputs: { temperature: [1] },
      feeds: () => ({ temperature: Float32Array.of(s.temperature) }),
      loss: (weights, t) => {
        const features = clsFeatures(spec, weights, given(t, 'global'), t['keep.global'])
        const hidden = tf.relu(dense(weights, 'projector.0', features))
        const loss = ntXent(dense(weights, 'projector.1', hidden), given(t, 'temperature'))
        return { loss, features, outputs: {} }
      },
      watched: [],
      // Where all views are the same, each of the others is as near as the partner.
      metrics: () => ({ trivial_loss: Math.log(2 * s.batch_size - 1) }),
      graph: '',
    })
  },
})

// What does a network learn that is told the classes? Cross-entropy on labels: the contrast to learning without them.
import * as tf from '@tensorflow/tfjs-core'
import { dense } from '../networks/block.ts'
import { Failure } from '../../src-shared/domain/failure.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import { clsFeatures, cropSettings, crops, networkOf, networkSettings } from './backbone.ts'
import { defineMethod } from './method.ts'
import { given, optimiserSettings } from './optimiser.ts'
import { trainSingle } from './single.ts'

const settings = { ...networkSettings, ...cropSettings, ...optimiserSettings }

export const supervised = defineMethod({
  name: 'supervised',
  title: 'Supervised',
  about:
    'Cross-entropy on the classes, with the same network and pictures: what labels teach, and what they do not.',
  paper: 'Dosovitskiy et al. 2021, An Image is Worth 16x16 Words',
  labels: true,
  settings,
  presets: {
    demo: {
      about: 'The tiny network of the other demos.',
      set: {
        ...{ embed_dim: 96, depth: 4, num_heads: 3, patch_size: 8, global_crops_size: 48 },
        ...{ global_crops_scale_min: 0.3, hue: 0.1, grayscale: 0.1, blur: 0 },
        ...{ batch_size: 64, lr: 0.004, warmup_epochs: 2, weight_decay: 0.05, weight_decay_end: 0.05 },
      },
    },
    small: {
      about: 'Width 192, depth 6.',
      set: {
        ...{ embed_dim: 192, depth: 6, num_heads: 3, patch_size: 8, global_crops_size: 64 },
        ...{ global_crops_scale_min: 0.3, hue: 0.1, grayscale: 0.1, blur: 0, drop_path_rate: 0.1 },
        ...{ batch_size: 64, lr: 0.002, warmup_epochs: 5, weight_decay: 0.05, weight_decay_end: 0.05 },
      },
    },
  },
  prepare: (s, classes) => {
    if (classes < 2)
      throw new Failure(
        'bad-data',
        'Supervised training needs pictures of at least two classes.',
        'Put the pictures of each class into a folder of its own.',
      )
    const spec: ModelSpec = { ...networkOf(s), family: 'timm', classes }
    const view = crops(s, {
      name: 'global',
      side: s.global_crops_size,
      count: 1,
      scale: [s.global_crops_scale_min, s.global_crops_scale_max],
      blur: 0.5 * s.blur,
      solarise: 0,
    })
    return trainSingle(s, {
      spec,
      views: [view],
      heads: {},
      inputs: { classes: [s.batch_size, classes] },
      feeds: ({ labels }) => {
        const classesOf = new Float32Array(s.batch_size * classes)
        labels.forEach((label, i) => (classesOf[i * classes + label] = 1))
        return { classes: classesOf }
      },
      loss: (weights, t) => {
        const features = clsFeatures(
          { ...spec, classes: null },
          weights,
          given(t, 'global'),
          t['keep.global'],
        )
        const truth = given(t, 'classes')
        const logProbabilities = tf.logSoftmax(dense(weights, 'head', features))
        const right = tf.sum(tf.mul(tf.exp(logProbabilities), truth), -1)
        return {
          loss: tf.mean(tf.neg(tf.sum(tf.mul(logProbabilities, truth), -1))),
          features,
          outputs: { right: tf.mean(right) },
        }
      },
      watched: ['right'],
      metrics: (outputs) => ({ trivial_loss: Math.log(classes), right: outputs['right']?.[0] ?? null }),
      graph: '',
    })
  },
})

// Do masking, the decoder, the predictor and the projection head keep their promises? Numbers are tests/parity's matter.
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import '../../../src-main/compute/gradients/register.ts'
import {
  pixelTarget,
  randomMasking,
  reconstruct,
  reconstructInputs,
  reconstructionLoss,
} from '../../../src-main/networks/decoder.ts'
import { projectionHead, weightNorm } from '../../../src-main/networks/head.ts'
import { randomModel } from '../../../src-main/networks/initialise.ts'
import {
  predict,
  predictionLoss,
  predictionTarget,
  rowsOfMasks,
} from '../../../src-main/networks/predictor.ts'
import { plainSpec } from '../../../src-main/networks/presets.ts'
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import { layoutFor } from '../../../src-shared/domain/tokenLayout.ts'
import { fillNormal, fillUniform, random } from '../../../src-shared/numerics/random.ts'

const mae: ModelSpec = {
  ...plainSpec({ width: 12, depth: 1, heads: 3, patch: 4, imageSize: 16 }),
  family: 'mae',
  decoder: { width: 8, depth: 1, heads: 2, ffnHidden: 16, normPixLoss: true },
  predictor: { width: 8, depth: 1, heads: 2, ffnHidden: 16 },
  projectionHead: { layers: 3, hidden: 10, bottleneck: 6, prototypes: 7 },
}
const normal = (seed: number, shape: number[]) =>
  tf.tensor(fillNormal(random(seed), new Float32Array(shape.reduce((a, b) => a * b, 1))), shape)
const tensorsOf = (
  constants: Iterable<readonly [string, { shape: readonly number[]; data: Float32Array }]>,
) => Object.fromEntries([...constants].map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]))

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('random masking', () => {
  it('keeps the patches with the smallest noise, in their order', () => {
    const noise = Float32Array.of(0.5, 0.1, 0.9, 0.3, 0.2, 0.8, 0.7, 0.4)
    const masking = randomMasking(noise, 4, 0.5)
    expect(masking.kept).toBe(2)
    expect(Array.from(masking.mask)).toEqual([1, 0, 1, 0, 0, 1, 1, 0])
    expect(Array.from(masking.idsRestore)).toEqual([2, 0, 3, 1, 0, 3, 2, 1])
    expect(Array.from(masking.keep)).toEqual([1, 3, 4, 7])
    expect(Array.from(masking.restore)).toEqual([0, 1, 0, 2, 3, 0, 0, 4])
  })

  it('takes equal noise in raster order', () => {
    const masking = randomMasking(new Float32Array(40).fill(0.5), 40, 0.5)
    expect(Array.from(masking.keep)).toEqual(Array.from({ length: 20 }, (_, i) => i))
  })

  it('keeps all patches in order where nothing is masked and the noise rises', () => {
    const masking = randomMasking(Float32Array.of(0, 1, 2, 3), 4, 0)
    expect(Array.from(masking.keep)).toEqual([0, 1, 2, 3])
    expect(masking.mask.some((hidden) => hidden === 1)).toBe(false)
  })

  it('refuses a ratio that hides everything', () => {
    expect(() => randomMasking(new Float32Array(4), 4, 0.9)).toThrow('leaves 0 of 4')
    expect(() => randomMasking(new Float32Array(4), 4, -1)).toThrow(RangeError)
  })
})

describe('reconstruction', () => {
  it('predicts every patch of a rectangle, hidden ones from their position and the visible ones alone', () => {
    const layout = layoutFor(mae, 24, 8)
    const masking = randomMasking(fillUniform(random(2), new Float32Array(24)), 12, 0.75)
    const t = {
      ...tensorsOf(reconstructInputs(mae, randomModel(mae, 1), 24, 8, masking.kept).constants),
      images: normal(3, [2, 3, 8, 24]),
      keep: tf.tensor(masking.keep, [2, 3], 'int32'),
      restore: tf.tensor(masking.restore, [2, 12], 'int32'),
    }
    const { latent, prediction } = reconstruct(mae, layout, t)
    expect(latent.shape).toEqual([2, 4, 12])
    expect(prediction.shape).toEqual([2, 12, 48])

    // pixels of hidden patches changed by noise: nothing may move
    const hidden = tf.reshape(tf.tensor(masking.mask), [2, 1, 2, 1, 6, 1])
    const noise = tf.reshape(tf.mul(tf.ones([2, 3, 2, 4, 6, 4]), hidden), [2, 3, 8, 24])
    const again = reconstruct(mae, layout, { ...t, images: tf.add(t.images, noise) })
    expect(again.prediction.arraySync()).toEqual(prediction.arraySync())
  })

  it('normalises targets by each patch, with the unbiased variance', () => {
    const target = pixelTarget(normal(4, [1, 3, 8, 8]), 4, true).arraySync() as number[][][]
    for (const patch of target[0]!) {
      const mean = patch.reduce((a, b) => a + b, 0) / patch.length
      const variance = patch.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (patch.length - 1)
      expect(mean).toBeCloseTo(0, 5)
      expect(variance).toBeCloseTo(1, 4)
    }
  })

  it('measures hidden patches alone', () => {
    const [prediction, target] = [
      tf.tensor([
        [
          [1, 1],
          [5, 5],
        ],
      ]),
      tf.tensor([
        [
          [0, 2],
          [0, 0],
        ],
      ]),
    ]
    expect(reconstructionLoss(prediction, target, tf.tensor([[1, 0]])).dataSync()[0]).toBe(1)
    expect(reconstructionLoss(prediction, target, tf.tensor([[1, 1]])).dataSync()[0]).toBe(13)
  })

  it('is refused for a network without a decoder', () => {
    expect(() => reconstructInputs({ ...mae, decoder: null }, randomModel(mae, 1), 16, 16, 4)).toThrow(
      'no decoder',
    )
  })
})

describe('prediction', () => {
  it('orders its output by target mask, then context mask, then picture', () => {
    const t = tensorsOf([...randomModel(mae, 1)])
    const context = normal(5, [4, 3, 12]) // two context masks of two pictures
    const contextPatches = tf.tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [4, 3], 'int32')
    const targetPatches = tf.tensor([12, 13, 14, 15, 1, 2], [6, 1], 'int32') // three target masks
    const all = predict(mae, t, context, contextPatches, targetPatches, 2)
    expect(all.shape).toEqual([12, 1, 12])
    // target mask 2, context mask 0, picture 1: row (2 * 2 + 0) * 2 + 1
    const one = predict(
      mae,
      t,
      tf.slice(context, [1, 0, 0], [1, 3, 12]),
      tf.slice(contextPatches, [1, 0], [1, 3]),
      tf.slice(targetPatches, [5, 0], [1, 1]),
      1,
    )
    const row = (all.arraySync() as number[][][])[9]![0]!
    ;(one.arraySync() as number[][][])[0]![0]!.forEach((value, i) => expect(value).toBeCloseTo(row[i]!, 5))

    const tokens = normal(6, [2, 16, 12])
    const rows = rowsOfMasks(Int32Array.of(12, 13, 14, 15, 1, 2), 2, 1, 16)
    expect(Array.from(rows)).toEqual([12, 29, 14, 31, 1, 18])
    expect(predictionTarget(tokens, tf.tensor(rows, [6, 1], 'int32'), 2, 2).shape).toEqual([12, 1, 12])
  })

  it('has targets normalised with an eps of 1e-5, seen where tokens hardly differ', () => {
    const tokens = tf.tensor([[[0.001, -0.001, 0.001, -0.001]]])
    const target = predictionTarget(tokens, tf.tensor([[0]], [1, 1], 'int32'), 1).dataSync()
    expect(target[0]).toBeCloseTo(0.001 / Math.sqrt(1e-6 + 1e-5), 5)
  })

  it('has a loss that is square near zero and straight beyond 1', () => {
    const loss = (difference: number) =>
      predictionLoss(tf.tensor([[[difference]]]), tf.tensor([[[0]]])).dataSync()[0]
    expect(loss(0.5)).toBeCloseTo(0.125, 6)
    expect(loss(-3)).toBeCloseTo(2.5, 6)
  })
})

describe('the projection head', () => {
  it('gives logits that are cosines where the prototypes have length 1', () => {
    const t = tensorsOf([...randomModel(mae, 1)])
    const logits = projectionHead(mae, t, normal(8, [5, 12]))
    expect(logits.shape).toEqual([5, 7])
    expect(tf.max(tf.abs(logits)).dataSync()[0]).toBeLessThanOrEqual(1.000001)
  })

  it('has a finite gradient even for a bottleneck of zeros', () => {
    const t = tensorsOf([...randomModel(mae, 1)])
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(projectionHead(mae, t, x)))(tf.zeros([1, 12]))
    expect(Array.from(gradient.dataSync()).every(Number.isFinite)).toBe(true)
  })

  it('takes a direction and a gain as weight normalisation does', () => {
    const folded = weightNorm(tf.tensor([[3, 4]]), tf.tensor([[2]])).dataSync()
    expect(folded[0]).toBeCloseTo(1.2, 6)
    expect(folded[1]).toBeCloseTo(1.6, 6)
  })
})

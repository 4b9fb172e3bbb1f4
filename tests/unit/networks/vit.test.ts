// Does the vision transformer keep its promises? Shapes, layouts, masks, gradients; its numbers are tests/parity's matter.
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import '../../../src-main/compute/gradients/register.ts'
import { plainSpec } from '../../../src-main/networks/presets.ts'
import { randomModel } from '../../../src-main/networks/initialise.ts'
import { resampleMatrix } from '../../../src-main/networks/resample.ts'
import { forward, forwardInputs, forwardOutputs } from '../../../src-main/networks/vit.ts'
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import { layoutFor, tokenCount } from '../../../src-shared/domain/tokenLayout.ts'
import { fillNormal, random } from '../../../src-shared/numerics/random.ts'

const small = plainSpec({ width: 12, depth: 2, heads: 3, patch: 4, imageSize: 16 })

/** Random weights far from zero, so that nothing cancels by chance. */
function model(spec: ModelSpec) {
  const weights = randomModel(spec, 1)
  for (const [name, { data }] of weights)
    if (name !== 'rope.periods') fillNormal(random(data.length).split(name), data, 0, 0.5)
  return weights
}

function tensorsFor(spec: ModelSpec, width: number, height: number, batch = 1, patchMask?: number[]) {
  const { constants } = forwardInputs(spec, model(spec), width, height, { masked: patchMask !== undefined })
  const t: Record<string, tf.Tensor> = {}
  for (const [name, { shape, data }] of constants) t[name] = tf.tensor(data, [...shape])
  const pixels = fillNormal(random(7), new Float32Array(batch * 3 * width * height))
  t['images'] = tf.tensor(pixels, [batch, 3, height, width])
  if (patchMask) t['patchMask'] = tf.tensor(patchMask, [batch, patchMask.length / batch])
  return t
}

const tokensOf = (spec: ModelSpec, t: Record<string, tf.Tensor>, width: number, height: number) =>
  forward(spec, layoutFor(spec, width, height), t).tokens

const rotary: ModelSpec = {
  ...small,
  registers: 2,
  position: { kind: 'rotary', normalise: 'separate' },
  clsNorm: true,
}

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('a forward pass', () => {
  it.each<[string, ModelSpec]>([
    ['[CLS] and learned positions', small],
    ['registers and LayerScale', { ...small, registers: 4, layerScale: true }],
    ['no [CLS]', { ...small, cls: false, position: { kind: 'sincos', rows: 4, columns: 4 } }],
    ['rotary positions and a norm for [CLS] alone', rotary],
    [
      'a gated feed-forward network without biases on q, k and v',
      { ...small, qkvBias: false, ffn: { kind: 'swiglu', hidden: 8, activation: 'silu' } },
    ],
    ['a classification head', { ...small, classes: 5 }],
  ])('gives every output its shape for a rectangle of three sizes: %s', (_, spec) => {
    for (const [width, height] of [
      [16, 16],
      [8, 20],
      [24, 4],
    ] as const) {
      const n = tokenCount(layoutFor(spec, width, height))
      const outputs = forwardOutputs(
        forward(spec, layoutFor(spec, width, height), tensorsFor(spec, width, height, 2)),
      )
      const expected = {
        tokens: [2, n, 12],
        preNorm: [2, n, 12],
        ...Object.fromEntries(
          [0, 1].flatMap((i) => [
            [`layers.${i}`, [2, n, 12]],
            [`q.${i}`, [2, n, 12]],
            [`k.${i}`, [2, n, 12]],
            [`attention.${i}`, [2, 3, n, n]],
          ]),
        ),
        ...(spec.classes ? { logits: [2, 5] } : {}),
      }
      expect(Object.fromEntries(Object.entries(outputs).map(([name, { shape }]) => [name, shape]))).toEqual(
        expected,
      )
    }
  })

  it('gives a picture the same tokens alone and in a batch', () => {
    const t = tensorsFor(small, 16, 12, 3)
    const together = tokensOf(small, t, 16, 12).arraySync() as number[][][]
    const alone = tokensOf(
      small,
      { ...t, images: tf.slice(t['images']!, [1, 0, 0, 0], [1, 3, 12, 16]) },
      16,
      12,
    )
    const first = alone.arraySync() as number[][][]
    first[0]!.flat().forEach((value, i) => expect(value).toBeCloseTo(together[1]!.flat()[i]!, 5))
  })

  it('moves registers and [CLS] by no rotation: their queries are those of an unrotated network', () => {
    const t = tensorsFor(rotary, 16, 16)
    const still = { ...t, 'rope.sin': tf.zerosLike(t['rope.sin']!), 'rope.cos': tf.onesLike(t['rope.cos']!) }
    const layout = layoutFor(rotary, 16, 16)
    const q = (tensors: typeof t) => (forward(rotary, layout, tensors).q[0]!.arraySync() as number[][][])[0]!
    const [turned, plain] = [q(t), q(still)]
    expect(turned.slice(0, 3)).toEqual(plain.slice(0, 3))
    expect(turned[3]).not.toEqual(plain[3])
  })

  it('refuses a picture whose side is no multiple of the patch', () => {
    expect(() => forwardInputs(small, model(small), 17, 16)).toThrow('17 x 16 px')
  })

  it('names the weight that is missing', () => {
    const t = tensorsFor(small, 16, 16)
    delete t['blocks.1.ffn.in.weight']
    expect(() => tokensOf(small, t, 16, 16)).toThrow('blocks.1.ffn.in.weight')
  })
})

describe('the inputs of a forward pass', () => {
  it('hold the encoder alone: no decoder, no predictor, no projection head, and no mask token unless asked', () => {
    const spec: ModelSpec = {
      ...small,
      maskToken: true,
      decoder: { width: 8, depth: 1, heads: 2, ffnHidden: 16, normPixLoss: true },
      predictor: { width: 8, depth: 1, heads: 2, ffnHidden: 16 },
      projectionHead: { layers: 2, hidden: 8, bottleneck: 4, prototypes: 6 },
    }
    const names = [...forwardInputs(spec, model(spec), 16, 16).constants.keys()]
    expect(names.filter((name) => /decoder|predictor|projectionHead|mask/.test(name))).toEqual([])
    const masked = forwardInputs(spec, model(spec), 16, 24, { masked: true })
    expect(masked.constants.has('mask')).toBe(true)
    expect(masked.inputs['patchMask']).toEqual({ shape: ['batch', 24] })
  })
})

describe('masked patches', () => {
  const spec: ModelSpec = { ...small, maskToken: true }
  const some = Array.from({ length: 16 }, (_, i) => (i % 3 === 0 ? 1 : 0))

  it('change nothing where the mask is empty', () => {
    const plain = tokensOf(spec, tensorsFor(spec, 16, 16), 16, 16)
    const masked = tokensOf(
      spec,
      tensorsFor(
        spec,
        16,
        16,
        1,
        some.map(() => 0),
      ),
      16,
      16,
    )
    expect(masked.arraySync()).toEqual(plain.arraySync())
  })

  it('are not seen: their pixels do not matter', () => {
    const t = tensorsFor(spec, 16, 16, 1, some)
    const before = tokensOf(spec, t, 16, 16).arraySync()
    const seen = tf.reshape(tf.tensor(some), [1, 1, 4, 1, 4, 1])
    const noise = tf.reshape(tf.mul(tf.ones([1, 3, 4, 4, 4, 4]), seen), [1, 3, 16, 16])
    expect(tokensOf(spec, { ...t, images: tf.add(t['images']!, noise) }, 16, 16).arraySync()).toEqual(before)
  })
})

describe('training', () => {
  it('reaches every weight of the encoder with a gradient that finite differences confirm', () => {
    const spec: ModelSpec = {
      ...small,
      registers: 1,
      layerScale: true,
      maskToken: true,
      ffn: { kind: 'swiglu', hidden: 8, activation: 'silu' },
    }
    const t = tensorsFor(spec, 8, 12, 2, [0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0])
    const names = Object.keys(t).filter((name) => name !== 'images' && name !== 'patchMask')
    const readout = tf.tensor(fillNormal(random(3), new Float32Array(2 * 8 * 12)), [2, 8, 12])
    const loss = (...values: tf.Tensor[]) =>
      tf.sum(
        tf.mul(
          tokensOf(spec, { ...t, ...Object.fromEntries(names.map((name, i) => [name, values[i]!])) }, 8, 12),
          readout,
        ),
      ) as tf.Scalar
    const parameters = names.map((name) => t[name]!)
    const gradients = tf.grads(loss)(parameters)
    names.forEach((name, at) => {
      const values = parameters[at]!.dataSync()
      const element = Math.floor(values.length / 2)
      const moved = (by: number) => {
        const shifted = values.slice()
        shifted[element]! += by
        const changed = parameters.map((p, i) => (i === at ? tf.tensor(shifted, p.shape) : p))
        return loss(...changed).dataSync()[0]!
      }
      const numeric = (moved(0.01) - moved(-0.01)) / 0.02
      const ours = gradients[at]!.dataSync()[element]!
      expect(Math.abs(ours - numeric), name).toBeLessThan(0.05 * Math.abs(numeric) + 0.05)
    })
  })

  it('reaches the native position table through the resampling matrix', () => {
    const native = tf.tensor(fillNormal(random(5), new Float32Array(16 * 12)), [16, 12])
    const matrix = tf.tensor(resampleMatrix('dino', [4, 4], [2, 3]), [6, 16])
    const t = tensorsFor(small, 12, 8)
    const resampled = (table: tf.Tensor) => ({
      ...t,
      'position.patches': tf.matMul(matrix, table as tf.Tensor2D),
    })
    const gradient = tf.grad((table: tf.Tensor) =>
      tf.sum(tf.square(tokensOf(small, resampled(table), 12, 8))),
    )(native)
    expect(gradient.shape).toEqual([16, 12])
    expect(tf.max(tf.abs(gradient)).dataSync()[0]).toBeGreaterThan(0)
  })
})

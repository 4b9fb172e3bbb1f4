import { beforeAll, describe, expect, it } from 'vitest'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { gelu, geluTanh, layerNorm, linear, scaledMatMul, silu } from '../../../src-main/compute/ops.ts'

import { gradientError, wave } from './differences.ts'

describe('fused operations on a plain TensorFlow.js backend', () => {
  beforeAll(() => tf.setBackend('cpu'))

  it('gives the values of the published definitions', async () => {
    expect(Array.from(await gelu(tf.tensor1d([-1, 0, 2])).data())).toEqual([
      expect.closeTo(-0.15865526, 6),
      0,
      expect.closeTo(1.9544997, 6),
    ])
    expect((await geluTanh(tf.tensor1d([2])).data())[0]).toBeCloseTo(1.9545977, 6)
    expect((await silu(tf.tensor1d([1])).data())[0]).toBeCloseTo(0.7310586, 6)
    const normalised = await layerNorm(
      tf.tensor2d([[1, 2, 3, 6]]),
      tf.tensor1d([1, 1, 2, 1]),
      tf.tensor1d([0, 0, 0, 1]),
      0,
    ).data()
    expect(normalised[0]).toBeCloseTo(-2 / Math.sqrt(3.5), 5)
    expect(normalised[3]).toBeCloseTo(1 + 3 / Math.sqrt(3.5), 5)
    const y = await linear(
      tf.tensor2d([[1, 2]]),
      tf.tensor2d([
        [3, 4],
        [5, 6],
        [7, 8],
      ]),
      tf.tensor1d([1, 1, 1]),
    ).data()
    expect(Array.from(y)).toEqual([12, 18, 24])
    const product = await scaledMatMul(tf.tensor3d([[[1, 2]]]), tf.tensor3d([[[3, 4]]]), {
      transposeB: true,
      scale: 0.5,
    }).data()
    expect(Array.from(product)).toEqual([5.5])
  })

  it('has gradients that agree with central differences', () => {
    expect(gradientError(linear, [wave([3, 4]), wave([2, 4], 1), wave([2], 2)])).toBeLessThan(2e-3)
    expect(gradientError((x, w) => linear(x, w, null), [wave([3, 4]), wave([2, 4], 1)])).toBeLessThan(2e-3)
    expect(
      gradientError((x, w, b) => layerNorm(x, w, b, 1e-6), [wave([2, 3, 4]), wave([4], 1), wave([4], 2)]),
    ).toBeLessThan(2e-3)
    expect(gradientError(gelu, [wave([7])])).toBeLessThan(2e-3)
    expect(gradientError(geluTanh, [wave([7])])).toBeLessThan(2e-3)
    expect(gradientError(silu, [wave([7])])).toBeLessThan(2e-3)
    for (const transposeB of [false, true])
      expect(
        gradientError(
          (a, b) => scaledMatMul(a, b, { transposeB, scale: 0.3 }),
          [wave([2, 3, 4]), wave(transposeB ? [2, 5, 4] : [2, 4, 5], 1)],
        ),
      ).toBeLessThan(2e-3)
  })

  it('says which shapes do not fit', () => {
    expect(() => linear(wave([3, 4]), wave([2, 5]), null)).toThrow('x [3,4] does not fit weight [2,5]')
    expect(() => scaledMatMul(wave([2, 3, 4]), wave([1, 4, 5]))).toThrow('does not fit')
  })
})

// Are entropy, distance, mass masks and norms what their definitions say?
import { describe, expect, it } from 'vitest'
import {
  attentionDistance,
  entropy,
  largest,
  massMask,
  quantile,
  rowDistance,
  tokenNorms,
} from '../../../src-shared/numerics/measures.ts'
import { goldenFloats, goldenJson, goldenNpy } from './goldens.ts'
import { layerFrom } from './layers.ts'

describe('entropy', () => {
  it('is ln n for n equal weights, 0 for one, and in nats', () => {
    expect(entropy([0.25, 0.25, 0.25, 0.25])).toBeCloseTo(Math.log(4), 12)
    expect(entropy([0, 1, 0])).toBe(0)
    expect(entropy([0.5, 0.25, 0.25])).toBeCloseTo(1.5 * Math.LN2, 12)
  })
})

describe('attention distance', () => {
  // [CLS] and a grid of 1 x 3 patches of 8 px.
  const grid = { first: 1, rows: 1, columns: 3, patch: 8 }

  it('of one query adds attention times pixels between centres; what goes to [CLS] adds nothing', () => {
    expect(rowDistance([0.4, 0.1, 0.2, 0.3], grid, 0)).toBeCloseTo(0.2 * 8 + 0.3 * 16, 12)
    expect(rowDistance([1, 0, 0, 0], grid, 0)).toBe(0)
  })

  it('is Euclidean', () => {
    const square = { first: 0, rows: 4, columns: 5, patch: 10 }
    const row = new Float32Array(20)
    row[3 * 5 + 4] = 1
    expect(rowDistance(row, square, 0)).toBe(50)
  })

  it('of a head is the mean over patches as queries, [CLS] left out', () => {
    const rows = [
      [0.97, 0.01, 0.01, 0.01],
      [0.4, 0.1, 0.2, 0.3],
      [0.25, 0.25, 0.25, 0.25],
      [0.1, 0.2, 0.3, 0.4],
    ]
    const { q, k, shape } = layerFrom(Float32Array.from(rows.flat()), 1, 4)
    const byHand = (0.2 * 8 + 0.3 * 16 + 0.5 * 8 + 0.2 * 16 + 0.3 * 8) / 3
    expect(attentionDistance(q, k, shape, 0, grid)).toBeCloseTo(byHand, 4)
  })
})

describe('massMask', () => {
  it('hides the weakest patches until 1 − mass is passed', () => {
    expect([...massMask([0.1, 0.4, 0.2, 0.3], 0.6)]).toEqual([0, 1, 0, 1])
    expect([...massMask([1, 4, 2, 3], 0.75)]).toEqual([0, 1, 1, 1])
    expect([...massMask([0.1, 0.4, 0.2, 0.3], 1)]).toEqual([1, 1, 1, 1])
    expect([...massMask([1, 1], 0)]).toEqual([0, 0])
    expect(() => massMask([1], 1.1)).toThrow(RangeError)
  })

  it('equals the golden masks of the original exactly', () => {
    const { attention_mass_threshold: golden } = goldenJson('knn.json') as {
      attention_mass_threshold: {
        threshold: number
        cases: { attention: string; mask: string; patches_kept_per_head: number[] }[]
      }
    }
    for (const { attention, mask, patches_kept_per_head } of golden.cases) {
      const wanted = goldenNpy(mask)
      const [heads, rows, columns] = wanted.shape as [number, number, number]
      const { data } = goldenFloats(attention)
      const tokens = rows * columns + 1
      const found = Array.from({ length: heads }, (_, head) => {
        const cls = data.subarray(head * tokens ** 2 + 1, head * tokens ** 2 + tokens)
        return [...massMask(cls, golden.threshold)]
      })
      expect(found.flat()).toEqual([...(wanted.data as Uint8Array)])
      expect(found.map((one) => one.reduce((sum, bit) => sum + bit, 0))).toEqual(patches_kept_per_head)
    }
  })
})

describe('small measures', () => {
  it('norms are Euclidean, per token', () => {
    expect([...tokenNorms(Float32Array.of(3, 4, 0, 0, 5, 12), 2)]).toEqual([5, 0, 13])
  })

  it('finds the largest value', () => {
    expect(largest([-3, -1, -2])).toBe(-1)
    expect(largest([])).toBe(-Infinity)
  })

  it('interpolates quantiles between neighbours', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
    expect(quantile([5, 1], 0.25)).toBe(2)
    expect(quantile([1, 2, 3], 1)).toBe(3)
    expect(() => quantile([], 0.5)).toThrow(RangeError)
  })
})

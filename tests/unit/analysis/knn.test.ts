// Does the vote of neighbours come out as the original's, to the last prediction?
import { describe, expect, it } from 'vitest'
import { knnClassify } from '../../../src-main/analysis/knn.ts'
import { cosineMap, nearestPatches, nearestRows, normalised } from '../../../src-shared/analysis/nearest.ts'
import { goldenBytes, goldenJson, readNpz, worstError } from '../numerics/goldens.ts'

interface Golden {
  k: number
  T: number
  num_classes: number
  top1: number
  top5: number
  predictions: number[]
  scores_first5: number[][]
  neighbours_first5: number[][]
}
const { results } = goldenJson('knn.json') as { results: Golden[] }
const arrays = readNpz(goldenBytes('knn.npz'))
const features = (name: string) => arrays.get(`${name}_features`)!.data as Float32Array
const labels = (name: string) => Array.from(arrays.get(`${name}_labels`)!.data as BigInt64Array, Number)
const train = { features: features('train'), labels: labels('train') }
const test = { features: features('test'), labels: labels('test') }

describe('knnClassify', () => {
  it.each(results)(
    'equals the original exactly at k = $k: predictions, neighbours, votes, top 1 and 5',
    (golden) => {
      const { k, T: temperature, num_classes: classes } = golden
      const result = knnClassify(train, test, 24, classes, { k, temperature })
      expect([...result.predictions]).toEqual(golden.predictions)
      expect(result.top1).toBe(golden.top1)
      expect(result.top5).toBe(golden.top5)
      expect([...result.neighbours.subarray(0, 5 * k)]).toEqual(golden.neighbours_first5.flat())
      expect(
        worstError(result.votes.subarray(0, 5 * classes), golden.scores_first5.flat(), 1e-9, 2e-5),
      ).toBeLessThan(1)
    },
  )

  it('does not care how long the vectors are', () => {
    const longer = { ...train, features: train.features.map((value, i) => value * (1 + Math.floor(i / 24))) }
    const one = knnClassify(train, test, 24, 8)
    expect(knnClassify(longer, test, 24, 8).predictions).toEqual(one.predictions)
  })

  it('weighs near neighbours more: one near one beats two far ones at low temperature only', () => {
    const train = { features: Float32Array.of(1, 0, 0.6, 0.8, 0.6, -0.8), labels: [0, 1, 1] }
    const test = { features: Float32Array.of(1, 0) }
    expect(knnClassify(train, test, 2, 2, { k: 3, temperature: 0.1 }).predictions[0]).toBe(0)
    const warm = knnClassify(train, test, 2, 2, { k: 3, temperature: 10 })
    expect(warm.predictions[0]).toBe(1)
    expect(warm.votes[0]).toBeCloseTo(Math.exp(0.1), 6)
    expect(warm.top1).toBeNull()
  })

  it('gives equal votes to the lower class, and asks no more neighbours than there are', () => {
    const train = { features: Float32Array.of(1, 0, 1, 0), labels: [1, 0] }
    const result = knnClassify(train, { features: Float32Array.of(2, 0), labels: [0] }, 2, 2, {
      k: 20,
      temperature: 1,
    })
    expect(result.predictions[0]).toBe(0)
    expect([...result.neighbours]).toEqual([0, 1])
    expect(result.top1).toBe(100)
  })

  it('refuses classes and sizes that do not fit', () => {
    expect(() => knnClassify({ ...train, labels: train.labels.map(() => 9) }, test, 24, 8)).toThrow(
      RangeError,
    )
    expect(() => knnClassify(train, test, 23, 8)).toThrow(RangeError)
    expect(() => knnClassify(train, test, 24, 8, { k: 0, temperature: 1 })).toThrow(RangeError)
  })
})

describe('nearest', () => {
  it('finds the same rows across blocks as one by one', () => {
    const rows = normalised(train.features, 24)
    const queries = normalised(test.features.subarray(0, 24 * 3), 24)
    const { indices, cosines } = nearestRows(rows, queries, 24, 4)
    for (let i = 0; i < 3; i++) {
      const all = cosineMap(rows, queries.subarray(i * 24, (i + 1) * 24))
      const order = Array.from(all.keys()).sort((a, b) => all[b]! - all[a]!)
      expect([...indices.subarray(i * 4, i * 4 + 4)]).toEqual(order.slice(0, 4))
      expect(cosines[i * 4]).toBeCloseTo(all[order[0]!]!, 6)
    }
    // Rows of width 2 make blocks of 32,768: the best lies in the second one.
    const many = new Float32Array(2 * 40000)
    for (let i = 0; i < 40000; i++) many[2 * i + 1] = 1
    many.set([1, 0], 2 * 39000)
    expect([...nearestRows(many, Float32Array.of(1, 0), 2, 3).indices]).toEqual([39000, 0, 1])
  })

  it('maps cosines, zero vectors at 0', () => {
    expect([...cosineMap(Float32Array.of(2, 0, 0, 3, -1, 0, 0, 0), Float32Array.of(5, 0))]).toEqual([
      1, 0, -1, 0,
    ])
  })

  it('finds the patches that look most alike over all pictures', () => {
    const pictures = [
      { tokens: Float32Array.of(1, 0, 0, 1, 1, 1, 0, -1), grid: [2, 2] as const },
      { tokens: Float32Array.of(0, 1, 3, 0.1), grid: [1, 2] as const },
    ]
    const query = Float32Array.of(1, 0)
    const found = nearestPatches(pictures, query, 3)
    expect(found.map(({ picture, row, column }) => [picture, row, column])).toEqual([
      [0, 0, 0],
      [1, 0, 1],
      [0, 1, 0],
    ])
    expect(found[2]!.cosine).toBeCloseTo(Math.SQRT1_2, 6)
    expect(nearestPatches(pictures, query, 4, 1).map(({ picture }) => picture)).toEqual([0, 1])
  })
})

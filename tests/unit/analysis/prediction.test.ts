// Is a prediction judged against the right place, and are the nearest patches of many pictures found?
import { describe, expect, test } from 'vitest'
import {
  judgePrediction,
  mapOfBlocks,
  nothingSeen,
  seekNearest,
  targetTokens,
} from '../../../src-main/analysis/prediction.ts'
import { fillNormal, random } from '../../../src-shared/numerics/random.ts'

const width = 8
const noise = (seed: number, rows: number) => fillNormal(random(seed), new Float32Array(rows * width))
const wanted = targetTokens(noise(1, 10), width)
const at = (...patches: number[]) =>
  Float32Array.from(patches.flatMap((patch) => [...wanted.subarray(patch * width, (patch + 1) * width)]))

test('targets have mean 0 and variance 1 over their channels', () => {
  for (let start = 0; start < wanted.length; start += width) {
    const row = [...wanted.subarray(start, start + width)]
    const mean = row.reduce((a, b) => a + b) / width
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width
    expect(mean).toBeCloseTo(0, 6)
    expect(variance).toBeCloseTo(1, 3)
  }
})

describe('a prediction', () => {
  test('that is right has cosine 1 and no loss', () => {
    const judged = judgePrediction(at(4, 7), wanted, Int32Array.of(4, 7), width)
    for (const cosine of judged.cosines) expect(cosine).toBeCloseTo(1, 6)
    for (const cosine of judged.elsewhere) expect(cosine).toBeLessThan(0.5)
    expect(judged.loss).toBe(0)
  })
  test('of another place has the cosine of the two places, and that of the rest as its measure', () => {
    const { cosines, elsewhere } = judgePrediction(at(4), wanted, Int32Array.of(5), width)
    const cosine = (a: number, b: number) => at(a).reduce((sum, v, t) => sum + v * at(b)[t]!, 0) / width
    expect(cosines[0]).toBeCloseTo(cosine(4, 5), 4)
    const rest = [0, 1, 2, 3, 4, 6, 7, 8, 9].map((patch) => cosine(4, patch))
    expect(elsewhere[0]).toBeCloseTo(rest.reduce((a, b) => a + b) / 9, 4)
  })
  test('costs half the square of a small difference, and the size of a large one less a half', () => {
    const off = (by: number) =>
      judgePrediction(
        at(3).map((v) => v + by),
        wanted,
        Int32Array.of(3),
        width,
      ).loss
    expect(off(0.5)).toBeCloseTo(0.125, 6)
    expect(off(-3)).toBeCloseTo(2.5, 6)
  })
})

test('nearest patches are the best of all pictures, whatever their order', () => {
  const pictures = [2, 3, 4].map((seed) => noise(seed, 6))
  pictures[1]!.set(at(8), 2 * width)
  pictures[2]!.set(
    at(8).map((value, t) => 3 * value + t / 50),
    5 * width,
  )
  const seek = (order: number[]) => {
    const found = nothingSeen(2, 3)
    for (const i of order) seekNearest(found, at(8, 0), i, pictures[i]!, width)
    return found
  }
  const found = seek([0, 1, 2])
  expect([found.picture[0], found.patch[0], found.picture[1], found.patch[1]]).toEqual([1, 2, 2, 5])
  expect(found.cosine[0]).toBeCloseTo(1, 6)
  for (let k = 0; k < 5; k++) if (k !== 2) expect(found.cosine[k]! >= found.cosine[k + 1]!).toBe(true)
  expect(seek([2, 0, 1])).toEqual(found)
  expect(nothingSeen(2, 0).patch).toHaveLength(0)
})

test('a map of blocks has their mean where they overlap, and nothing elsewhere', () => {
  const blocks = [
    { patches: Int32Array.of(0, 1), values: Float32Array.of(0.25, 0.5) },
    { patches: Int32Array.of(1), values: Float32Array.of(1) },
  ]
  expect([...mapOfBlocks(3, blocks)]).toEqual([0.25, 0.75, NaN])
})

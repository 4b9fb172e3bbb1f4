// Do the numbers beside a run mean what docs/training.md says? Cases whose answer is known beforehand.
import { describe, expect, test } from 'vitest'
import { coverageMeter } from '../../../src-main/engine/training/coverage.ts'
import { informationOf, normalisedStd, prototypeUse, rankMe } from '../../../src-main/training/diagnostics.ts'
import { fillNormal, random } from '../../../src-shared/numerics/random.ts'

const normal = (rows: number, width: number) => fillNormal(random(1), new Float32Array(rows * width))

describe('of features', () => {
  test('the standard deviation of rows all over the sphere is near 1/√width, of equal rows 0', () => {
    expect(normalisedStd(normal(4000, 16), 16)).toBeCloseTo(1 / 4, 2)
    expect(normalisedStd(new Float32Array(50 * 16).fill(0.3), 16)).toBeCloseTo(0, 6)
  })
  test('RankMe counts the directions that are used, whichever side is longer', () => {
    const axes = (rows: number, width: number, used: number) => {
      const data = new Float32Array(rows * width)
      for (let row = 0; row < rows; row++) data[row * width + (row % used)] = 2
      return data
    }
    expect(rankMe(axes(60, 12, 5), 12)).toBeCloseTo(5, 3)
    expect(rankMe(axes(8, 40, 4), 40)).toBeCloseTo(4, 3)
    expect(rankMe(axes(60, 12, 1), 12)).toBeCloseTo(1, 3)
    expect(rankMe(normal(2000, 8), 8)).toBeGreaterThan(7.9)
  })
})

describe('of targets', () => {
  const targets = Float32Array.from([1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0])
  test('information is what tells pictures apart: their entropy where each has its own, 0 where all are alike', () => {
    expect(informationOf(Float32Array.from([1, 0, 0, 1]), 2)).toBeCloseTo(Math.log(2), 6)
    expect(informationOf(new Float32Array(12).fill(0.25), 4)).toBeCloseTo(0, 6)
    expect(informationOf(Float32Array.from([1, 0, 1, 0]), 2)).toBe(0)
  })
  test('the most frequent first prototype has its share, and those used lately are counted', () => {
    const use = prototypeUse(4)
    expect(use.take(targets)).toMatchObject({ top_prototype: 0.5, prototypes_used: 0.75 })
    const again = prototypeUse(4, use.kept())
    expect(again.take(Float32Array.from([0, 0, 0, 1])).prototypes_used).toBe(1)
    for (let step = 0; step < 50; step++) again.take(Float32Array.from([0, 0, 0, 1]))
    expect(again.take(Float32Array.from([0, 0, 0, 1])).prototypes_used).toBe(0.25)
  })
})

test('coverage: attention on the animal is mass, the animal’s patches are the mask, beside a map that never looks', () => {
  // 4 × 4 pixels, 2 × 2 patches; the animal is the left column of patches, or the right one.
  const mask = (left: boolean) => ({
    ...{ width: 4, height: 4, parts: new Uint8Array(16), partNames: ['background'] },
    foreground: Uint8Array.from({ length: 16 }, (_, p) => (p % 4 < 2 === left ? 1 : 0)),
  })
  const masks = [true, false, true, false].map(mask)
  const meter = coverageMeter(masks, [mask(true), mask(false)], [2, 2])
  expect(meter.fixed.mass).toBeCloseTo(0.5, 6)
  const [left, right] = [
    [0.5, 0, 0.5, 0],
    [0, 0.5, 0, 0.5],
  ] as const
  const exact = Float32Array.from([...left, ...right, ...left, ...right])
  expect(meter.measure(exact, 1)).toEqual({ mass: 1, jaccard: 1 })
  // Two heads: the first finds the animal, the other its opposite.
  const heads = [true, false, true, false].flatMap((isLeft) =>
    isLeft ? [...left, ...right] : [...right, ...left],
  )
  expect(meter.measure(Float32Array.from(heads), 2)).toEqual({ mass: 0.5, jaccard: 1 })
})

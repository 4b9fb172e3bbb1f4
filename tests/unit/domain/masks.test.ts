// Are the right patches hidden, by every kind of mask?
import { describe, expect, test } from 'vitest'
import {
  blockNoise,
  gridNoise,
  keptPatches,
  pictureNoise,
  randomNoise,
} from '../../../src-shared/domain/masks.ts'
import type { MaskNoise } from '../../../src-shared/domain/masks.ts'

/** 1 where hidden, row by row. */
function hidden({ noise, kept }: MaskNoise, columns: number): string[] {
  const order = Array.from(noise.keys()).sort((a, b) => noise[a]! - noise[b]! || a - b)
  const mask = new Array<string>(noise.length).fill('#')
  for (const i of order.slice(0, kept)) mask[i] = '.'
  return Array.from({ length: noise.length / columns }, (_, y) =>
    mask.slice(y * columns, (y + 1) * columns).join(''),
  )
}

describe('masks', () => {
  test('by chance are the same for the same seed and others for another', () => {
    const one = randomNoise([6, 6], 0.75, 1)
    expect(one.kept).toBe(9)
    expect(randomNoise([6, 6], 0.75, 1)).toEqual(one)
    expect(randomNoise([6, 6], 0.75, 2).noise).not.toEqual(one.noise)
  })
  test('as blocks hide rectangles, at other places for another seed, as many patches as asked', () => {
    for (const ratio of [0.1, 0.5, 0.75, 0.9])
      for (const seed of [1, 2, 3]) {
        const rows = hidden(blockNoise([14, 14], ratio, seed), 14)
        const patches = rows.join('')
        expect(patches.replaceAll('.', '').length).toBe(196 - keptPatches(196, ratio))
        // Of neighbours most are alike; by chance alone that would be 1 − 2 · ratio · (1 − ratio), for 0.5 a half.
        const alike = rows.flatMap((row) => Array.from({ length: 13 }, (_, x) => row[x] === row[x + 1]))
        expect(alike.filter(Boolean).length / alike.length).toBeGreaterThan(0.8)
      }
    expect(blockNoise([14, 14], 0.5, 1)).toEqual(blockNoise([14, 14], 0.5, 1))
    expect(blockNoise([14, 14], 0.5, 1).noise).not.toEqual(blockNoise([14, 14], 0.5, 2).noise)
  })
  test('as blocks end on grids of a single row or two patches too', () => {
    expect(blockNoise([1, 40], 0.75, 3).kept).toBe(10)
    expect(blockNoise([2, 1], 0.5, 3).kept).toBe(1)
  })
  test('as a grid leave patches evenly spread', () => {
    expect(hidden(gridNoise([4, 4], 0.75), 4)).toEqual(['.#.#', '####', '.#.#', '####'])
  })
  test('from a picture hide where it is light', () => {
    const light = Float32Array.from({ length: 20 * 40 }, (_, i) => (i % 40 < 20 ? 1 : 0))
    expect(hidden(pictureNoise([2, 4], light, [20, 40]), 4)).toEqual(['##..', '##..'])
    expect(() => pictureNoise([2, 4], light.fill(1), [20, 40])).toThrow(/hides every patch/)
    expect(() => pictureNoise([2, 4], light.fill(0), [20, 40])).toThrow(/hides no patch/)
  })
  test('leave int(patches · (1 − ratio)) visible, never none or all', () => {
    expect([0.75, 0.5, 0.01].map((ratio) => keptPatches(49, ratio))).toEqual([12, 24, 48])
    expect(() => keptPatches(4, 0.9)).toThrow(/none of 4 patches visible/)
    expect(() => keptPatches(4, 0)).toThrow(/hides none of 4 patches/)
  })
})

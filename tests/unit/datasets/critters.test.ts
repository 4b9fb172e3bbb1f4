// Are critters the same for the same numbers, of every species, with masks that lie on the animal?
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { drawCritter, partNames, species } from '../../../src-main/datasets/critters/draw.ts'
import { createRaster } from '../../../src-main/datasets/critters/raster.ts'
import { ellipse, grown, polygon, tube } from '../../../src-main/datasets/critters/shapes.ts'
import { difficulties } from '../../../src-shared/domain/run.ts'

const one = (index: number, difficulty: (typeof difficulties)[number] = 'medium', size = 64, seed = 7) =>
  drawCritter({ seed, difficulty, size, index, masks: true })
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 12)

describe('a critter', () => {
  it('depends on seed, number, difficulty and size, and on nothing drawn before', () => {
    const first = one(3)
    one(8, 'hard', 32)
    expect(one(3)).toEqual(first)
    const others = [one(3, 'easy'), one(13), one(3, 'medium', 64, 8)].map(({ rgb }) => hash(rgb))
    expect(new Set([hash(first.rgb), ...others]).size).toBe(4)
  })

  it('is drawn as it always was', () => {
    // A change here is a change of the data set: raise critterVersion, and measure docs/data.md again.
    expect(difficulties.map((difficulty) => hash(one(4, difficulty).rgb))).toMatchInlineSnapshot(`
      [
        "cdc84d3b0720",
        "f593dc232e97",
        "5cf76791df5a",
      ]
    `)
  })

  it('of every species has a body or a shell and an eye, inside its foreground', () => {
    const found = new Set<string>()
    for (let index = 0; index < species.length * 3; index++) {
      const { parts, foreground } = one(index, 'easy', 96)
      const names = new Set([...parts].map((part) => partNames[part]!))
      expect(names.has('body') || names.has('shell')).toBe(true)
      expect(names).toContain('eye')
      expect(parts.every((part, i) => part > 0 === (foreground[i] === 1))).toBe(true)
      const share = foreground.reduce((sum, value) => sum + value, 0) / foreground.length
      expect(share).toBeGreaterThan(0.05)
      expect(share).toBeLessThan(0.7)
      names.forEach((name) => found.add(name))
    }
    expect([...found].sort()).toEqual([...partNames].sort())
  })

  it('can be seen: the animal differs from what was behind it', () => {
    let apart = 0
    for (let index = 0; index < 20; index++) {
      const { rgb, foreground } = one(index, 'easy')
      const mean = [0, 1].map((side) => {
        let [sum, count] = [0, 0]
        foreground.forEach((value, i) => {
          if (value !== side) return
          sum += rgb[i * 3]! + rgb[i * 3 + 1]! + rgb[i * 3 + 2]!
          count++
        })
        return sum / count / 3
      })
      if (Math.abs(mean[0]! - mean[1]!) > 10) apart++
    }
    expect(apart).toBeGreaterThan(14)
  })
})

describe('the raster', () => {
  const area = (outline: Float64Array, side = 32) => {
    let sum = 0
    createRaster(side).cover(outline, (_, from, to, coverage) => {
      for (let x = from; x < to; x++) sum += coverage[x]!
    })
    return sum
  }
  it('covers exactly the area of a shape, in any direction and between pixels', () => {
    expect(area(polygon([3.25, 4.5], [10.75, 4.5], [10.75, 9], [3.25, 9]))).toBeCloseTo(7.5 * 4.5, 3)
    expect(area(polygon([3.25, 9], [10.75, 9], [10.75, 4.5], [3.25, 4.5]))).toBeCloseTo(7.5 * 4.5, 3)
    expect(area(polygon([2, 2], [20, 5], [7, 19]))).toBeCloseTo(145.5, 2)
    expect(area(ellipse(16, 15, 9, 5, 0.7, 200))).toBeCloseTo(Math.PI * 45, 0)
  })
  it('cuts off what is outside the picture', () => {
    expect(area(polygon([-10, -10], [16, -10], [16, 16], [-10, 16]))).toBeCloseTo(256, 2)
    expect(area(polygon([16, 16], [90, 16], [90, 90], [16, 90]))).toBeCloseTo(256, 2)
    expect(area(polygon([40, 40], [50, 40], [50, 50]))).toBe(0)
  })
  it('leaves nothing behind for the next shape', () => {
    const raster = createRaster(16)
    raster.cover(polygon([-5, -5], [30, 3], [9, 40]), () => {})
    let sum = 0
    raster.cover(polygon([2, 2], [4, 2], [4, 4], [2, 4]), (_, from, to, coverage) => {
      for (let x = from; x < to; x++) sum += coverage[x]!
    })
    expect(sum).toBeCloseTo(4, 4)
  })
})

describe('outlines', () => {
  it('grow by a distance whichever way they run', () => {
    const square = polygon([0, 0], [10, 0], [10, 10], [0, 10])
    const back = polygon([0, 10], [10, 10], [10, 0], [0, 0])
    for (const outline of [square, back]) {
      const moved = grown(outline, 1)
      expect(Math.min(...moved)).toBeCloseTo(-1, 5)
      expect(Math.max(...moved)).toBeCloseTo(11, 5)
    }
  })
  it('of tubes are as wide as they are told', () => {
    const straight = tube(
      [
        [5, 5],
        [25, 5],
      ],
      [2],
    )
    const ys = [...straight].filter((_, i) => i % 2 === 1)
    expect([Math.min(...ys), Math.max(...ys)]).toEqual([3, 7])
  })
})

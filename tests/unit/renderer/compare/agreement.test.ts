// Are two maps compared where they lie on the picture, whatever their grids and whatever each network saw of it?
import { describe, expect, it } from 'vitest'
import { fillUniform, random } from '../../../../src-shared/numerics/random.ts'
import {
  agreement,
  correlation,
  layerMatrix,
  matchPatches,
  mostAlike,
  overlap,
  type PlacedMap,
} from '../../../../src-renderer/views/compare/agreement.ts'
import { askedOf, toArea, toPicture } from '../../../../src-renderer/views/compare/places.ts'

const whole = { x: 0, y: 0, width: 640, height: 480 }
const map = (grid: [number, number], values: number[], area = whole): PlacedMap => ({
  values: Float32Array.from(values),
  grid,
  area,
})

describe('matched patches', () => {
  it('are the same ones on equal grids', () => {
    const { a, b } = matchPatches(map([2, 3], []), map([2, 3], []))
    expect([...a]).toEqual([0, 1, 2, 3, 4, 5])
    expect([...b]).toEqual([0, 1, 2, 3, 4, 5])
  })
  it('take for every small patch the large one that holds its centre, in either order', () => {
    const fine = map([2, 4], [])
    const coarse = map([1, 2], [])
    const first = matchPatches(fine, coarse)
    expect([...first.a]).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect([...first.b]).toEqual([0, 0, 1, 1, 0, 0, 1, 1])
    const other = matchPatches(coarse, fine)
    expect([...other.a]).toEqual([...first.b])
    expect([...other.b]).toEqual([...first.a])
  })
  it('leave out what only one network saw', () => {
    const square = { x: 80, y: 0, width: 480, height: 480 }
    const { a, b } = matchPatches(map([3, 4], []), map([3, 3], [], square))
    // Patches of equal area: those of the whole picture lie at 80, 240, 400, 560; the last is outside.
    expect([...a]).toEqual([0, 1, 2, 4, 5, 6, 8, 9, 10])
    expect([...b]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })
  it('are none where the two saw nothing in common', () => {
    const left = { x: 0, y: 0, width: 100, height: 480 }
    const right = { x: 500, y: 0, width: 100, height: 480 }
    expect(matchPatches(map([2, 2], [], left), map([2, 2], [], right)).a).toHaveLength(0)
  })
})

describe('correlation', () => {
  const pairs = (n: number) => ({
    a: Uint32Array.from({ length: n }, (_, i) => i),
    b: Uint32Array.from({ length: n }, (_, i) => i),
  })
  it('is one for the same pattern at any strength, minus one for its opposite', () => {
    const values = [0.1, 0.4, 0.2, 0.9]
    expect(
      correlation(
        values,
        values.map((v) => v * 1e-6),
        pairs(4),
      ),
    ).toBeCloseTo(1, 9)
    expect(
      correlation(
        values,
        values.map((v) => 2 - 3 * v),
        pairs(4),
      ),
    ).toBeCloseTo(-1, 9)
  })
  it('equals Pearson’s formula', () => {
    const source = random(7)
    const a = [...fillUniform(source, new Float32Array(50))]
    const noise = fillUniform(source, new Float32Array(50))
    const b = a.map((v, i) => v + noise[i]!)
    const mean = (x: number[]): number => x.reduce((sum, v) => sum + v, 0) / x.length
    const [ma, mb] = [mean(a), mean(b)]
    const covariance = a.reduce((sum, v, i) => sum + (v - ma) * (b[i]! - mb), 0)
    const spread = (x: number[], m: number): number => Math.sqrt(x.reduce((sum, v) => sum + (v - m) ** 2, 0))
    expect(correlation(a, b, pairs(50))).toBeCloseTo(covariance / (spread(a, ma) * spread(b, mb)), 10)
  })
  it('is zero where a map has no pattern, even one of rounding', () => {
    expect(correlation([0.1, 0.1, 0.1], [1, 2, 3], pairs(3))).toBe(0)
    expect(correlation([0.1, 0.1 + 1e-17, 0.1], [1, 2, 3], pairs(3))).toBe(0)
    expect(correlation([], [], pairs(0))).toBe(0)
  })
})

it('measures the overlap of masks as intersection over union', () => {
  const matching = matchPatches(map([1, 4], []), map([1, 4], []))
  expect(overlap([1, 1, 0, 0], [0, 1, 1, 0], matching)).toBeCloseTo(1 / 3)
  expect(overlap([0, 0, 0, 0], [0, 0, 0, 0], matching)).toBe(1)
})

it('finds two models alike that look at the same place with patches of other sizes', () => {
  const fine = Array.from({ length: 64 }, (_, i) => (i % 8 < 4 && i < 32 ? 1 : 0.01))
  const coarse = [1, 0.01, 0.01, 0.01]
  const found = agreement(map([8, 8], fine), map([2, 2], coarse), 0.6)
  expect(found.correlation).toBeCloseTo(1, 6)
  // The mask of the fine one holds a part of the corner only, the coarse one all of it.
  expect(found.overlap).toBeGreaterThan(0.5)
  expect(agreement(map([8, 8], fine), map([2, 2], [0.01, 0.01, 0.01, 1]), 0.6).overlap).toBe(0)
})

it('compares every layer with every layer', () => {
  const layers = [
    [1, 2, 3, 4],
    [4, 3, 2, 1],
    [1, 3, 2, 4],
  ].map((one) => Float32Array.from(one))
  const matrix = layerMatrix(
    { grid: [2, 2], area: whole, layers },
    { grid: [2, 2], area: whole, layers: layers.slice(1) },
  )
  expect([matrix.rows, matrix.columns]).toEqual([3, 2])
  const expected = [-1, 0.8, 1, -0.8, -0.8, 1]
  matrix.values.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6))
  expect(mostAlike(matrix)).toMatchObject({ row: 1, column: 0 })
})

describe('a point of the picture', () => {
  const square = { x: 80, y: 0, width: 480, height: 480 }
  it('goes to what a network saw and back', () => {
    const inside = toArea({ x: 0.5, y: 0.25 }, square, whole)!
    expect(inside).toEqual({ x: 0.5, y: 0.25 })
    expect(toArea({ x: 0.25, y: 0.5 }, square, whole)!.x).toBeCloseTo(1 / 6)
    expect(toPicture(toArea({ x: 0.25, y: 0.5 }, square, whole)!, square, whole).x).toBeCloseTo(0.25)
  })
  it('is nothing to a network that did not see it', () => {
    expect(toArea({ x: 0.05, y: 0.5 }, square, whole)).toBeNull()
    expect(
      askedOf({ kind: 'patch', x: 0.05, y: 0.5 }, { cls: true, registers: 0, grid: [3, 3] }, square, whole),
    ).toBeNull()
  })
  it('asks the patch that holds it, each network its own', () => {
    const query = { kind: 'patch', x: 0.6, y: 0.1 } as const
    expect(askedOf(query, { cls: true, registers: 4, grid: [30, 40] }, whole, whole)).toMatchObject({
      place: { row: 3, column: 24 },
      token: 5 + 3 * 40 + 24,
    })
    expect(askedOf(query, { cls: false, registers: 0, grid: [3, 3] }, square, whole)).toMatchObject({
      place: { row: 0, column: 1 },
    })
  })
  it('matters not to [CLS], or to the mean where there is none', () => {
    expect(askedOf({ kind: 'cls' }, { cls: true, registers: 0, grid: [3, 3] }, square, whole)).toEqual({
      kind: 'cls',
      token: 0,
    })
    expect(askedOf({ kind: 'cls' }, { cls: false, registers: 0, grid: [3, 3] }, square, whole)).toEqual({
      kind: 'mean',
    })
  })
})

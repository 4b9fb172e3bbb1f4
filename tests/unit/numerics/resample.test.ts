// Do enlarged maps keep their values, their places and their bounds?
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resampleMap, resampleMask, resampleRules } from '../../../src-shared/numerics/resample.ts'

const line = (values: number[], wanted: number, rule: 'nearest' | 'bilinear' | 'bicubic') => [
  ...resampleMap(Float32Array.from(values), { from: [1, values.length], to: [1, wanted] }, rule),
]

describe('resampleMap', () => {
  it('nearest repeats each value over its pixels', () => {
    expect(line([1, 2], 6, 'nearest')).toEqual([1, 1, 1, 2, 2, 2])
    expect([...resampleMap(Float32Array.of(1, 2, 3, 4), { from: [2, 2], to: [4, 2] }, 'nearest')]).toEqual([
      1, 2, 1, 2, 3, 4, 3, 4,
    ])
  })

  it('bilinear goes straight between centres and holds the edges', () => {
    expect(line([0, 4], 4, 'bilinear')).toEqual([0, 1, 3, 4])
    expect(line([0, 3], 3, 'bilinear')).toEqual([0, 1.5, 3])
  })

  it('bicubic passes through the centres and is as smooth as bilinear is not', () => {
    const fine = line([0, 0, 1, 0, 0], 15, 'bicubic')
    expect([fine[1], fine[4], fine[7], fine[10], fine[13]]).toEqual([0, 0, 1, 0, 0])
    // A smooth peak: near it the cubic stays above the straight line.
    expect(fine[6]).toBeGreaterThan(line([0, 0, 1, 0, 0], 15, 'bilinear')[6]!)
    expect(line([1, 2, 3, 4], 12, 'bicubic')[5]).toBeCloseTo(2 + 1 / 3, 6)
  })

  it('never leaves the range of the values, whatever the rule and shape', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 36, maxLength: 36 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        (rows, columns, values, tall, wide) => {
          const map = Float32Array.from(values.slice(0, rows * columns))
          for (const rule of resampleRules) {
            const out = resampleMap(map, { from: [rows, columns], to: [tall, wide] }, rule)
            expect(Math.min(...out)).toBeGreaterThanOrEqual(Math.min(...map) - 1e-6)
            expect(Math.max(...out)).toBeLessThanOrEqual(Math.max(...map) + 1e-6)
          }
        },
      ),
      { seed: 3, numRuns: 200 },
    )
  })

  it('keeps a map that already has its shape', () => {
    const map = Float32Array.of(1, 5, 2, 8, 3, 1)
    for (const rule of resampleRules)
      expect([...resampleMap(map, { from: [2, 3], to: [2, 3] }, rule)]).toEqual([...map])
  })

  it('refuses shapes that do not hold the values', () => {
    expect(() => resampleMap(Float32Array.of(1, 2), { from: [2, 2], to: [4, 4] }, 'bicubic')).toThrow(
      RangeError,
    )
    expect(() => resampleMask(Uint8Array.of(1), { from: [1, 1], to: [0, 4] })).toThrow(RangeError)
  })
})

describe('resampleMask', () => {
  it('stays a mask', () => {
    expect([...resampleMask(Uint8Array.of(0, 1), { from: [1, 2], to: [2, 4] })]).toEqual([
      0, 0, 1, 1, 0, 0, 1, 1,
    ])
  })
})

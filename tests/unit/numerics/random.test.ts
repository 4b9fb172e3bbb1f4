// Is the random stream the same for the same seed, and does it follow the distributions it names?
import { describe, expect, it } from 'vitest'
import {
  fillNormal,
  fillTruncatedNormal,
  permutation,
  random,
  resumeRandom,
  truncatedNormal,
} from '../../../src-shared/numerics/random.ts'

const draws = (source: { uniform(): number }, count: number) =>
  Array.from({ length: count }, () => source.uniform())
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length
const variance = (values: ArrayLike<number>) => {
  const centre = mean(values)
  return mean(Array.from(values, (v) => (v - centre) ** 2))
}

describe('random', () => {
  it('steps as xoshiro128** does from the state 1, 2, 3, 4', () => {
    const source = resumeRandom([1, 2, 3, 4])
    expect([source.bits(), source.bits(), source.bits(), source.bits()]).toEqual([
      11520, 0, 5927040, 70819200,
    ])
  })

  it('gives the same numbers for the same seed and others for another', () => {
    expect(draws(random(7), 20)).toEqual(draws(random(7), 20))
    expect(draws(random(7), 3)).not.toEqual(draws(random(8), 3))
    expect(draws(random(7), 3)).not.toEqual(draws(random(-7), 3))
    expect(draws(random(0), 3)).toEqual(draws(random(-0), 3))
  })

  it('never changes its numbers between versions: runs of old workspaces must resume', () => {
    expect(Array.from({ length: 3 }, random(42).bits)).toMatchInlineSnapshot(`
      [
        2280671424,
        1652284772,
        4269711960,
      ]
    `)
  })

  it('goes on exactly from a stored state', () => {
    const source = random(3)
    source.normal()
    source.integer(10)
    const stored = JSON.parse(JSON.stringify(source.state())) as [number, number, number, number]
    expect(draws(resumeRandom(stored), 10)).toEqual(draws(source, 10))
  })

  it('splits into streams that differ by name and leave the parent where it was', () => {
    const source = random(5)
    const untouched = random(5)
    const one = draws(source.split('crops'), 5)
    expect(draws(source.split('crops'), 5)).toEqual(one)
    expect(draws(source.split('crop'), 5)).not.toEqual(one)
    expect(draws(source.split(1), 5)).not.toEqual(draws(source.split(2), 5))
    expect(source.uniform()).toBe(untouched.uniform())
  })

  it('draws uniform and normal numbers with the right mean and variance', () => {
    const source = random(11)
    const flat = draws(source, 20000)
    expect(Math.min(...flat)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...flat)).toBeLessThan(1)
    expect(mean(flat)).toBeCloseTo(0.5, 2)
    expect(variance(flat)).toBeCloseTo(1 / 12, 2)
    const bell = fillNormal(source, new Float32Array(20001), 3, 2)
    expect(Math.abs(mean(bell) - 3)).toBeLessThan(0.06)
    expect(Math.abs(variance(bell) - 4)).toBeLessThan(0.15)
    const single = Float64Array.from({ length: 20000 }, () => source.normal(-1, 0.5))
    expect(Math.abs(mean(single) + 1)).toBeLessThan(0.02)
    expect(Math.abs(variance(single) - 0.25)).toBeLessThan(0.02)
  })

  it('draws integers evenly', () => {
    const source = random(2)
    const counts = new Float64Array(7)
    for (let i = 0; i < 14000; i++) counts[source.integer(7)]!++
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200)
    expect(() => source.integer(0)).toThrow(RangeError)
    expect(() => source.integer(1.5)).toThrow(RangeError)
  })

  it('cuts normal numbers at the given bounds, near the mean and in the tail', () => {
    const source = random(9)
    const near = fillTruncatedNormal(source, new Float32Array(4000), 0, 1, -1, 2)
    expect(Math.min(...near)).toBeGreaterThanOrEqual(-1)
    expect(Math.max(...near)).toBeLessThanOrEqual(2)
    expect(Math.abs(mean(near) - 0.2296)).toBeLessThan(0.04)
    const tail = Float64Array.from({ length: 4000 }, () => truncatedNormal(source, 0, 1, 2, 3))
    expect(Math.min(...tail)).toBeGreaterThanOrEqual(2)
    expect(Math.abs(mean(tail) - 2.3158)).toBeLessThan(0.02)
    expect(() => truncatedNormal(source, 0, 0, -1, 1)).toThrow(RangeError)
  })

  it('permutes: every number once, every place equally likely', () => {
    const order = permutation(random(4), 100)
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
    expect([...order]).not.toEqual(Array.from({ length: 100 }, (_, i) => i))
    const source = random(6)
    const first = new Float64Array(4)
    for (let i = 0; i < 8000; i++) first[permutation(source, 4)[0]!]!++
    for (const count of first) expect(Math.abs(count - 2000)).toBeLessThan(200)
    expect(permutation(source, 0)).toHaveLength(0)
  })
})

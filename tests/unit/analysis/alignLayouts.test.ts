// Does one map lie on another after it was moved, turned, mirrored and sized?
import { expect, test } from 'vitest'
import { alignLayouts } from '../../../src-shared/analysis/alignLayouts.ts'
import { fillNormal, random } from '../../../src-shared/numerics/random.ts'

const map = fillNormal(random(2), new Float32Array(3 * 40))
const moved = map.map((_, at) => {
  const row = at - (at % 3)
  // A quarter turn with a mirror, three times as large, somewhere else.
  const turned = [map[row + 1]!, map[row]!, map[row + 2]!][at % 3]!
  return 3 * turned + 10 * (at % 3)
})
const largest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0)

test('a map that was moved, mirrored and sized comes back', () => {
  expect(largest(alignLayouts(moved, map, 3), map)).toBeLessThan(1e-5)
})
test('sizes are kept where that is asked', () => {
  const aligned = alignLayouts(moved, map, 3, { scale: false })
  const spread = (positions: Float32Array): number => Math.max(...positions) - Math.min(...positions)
  expect(spread(aligned) / spread(map)).toBeGreaterThan(2.5)
})
test('rows without a place do not count', () => {
  const [from, to] = [moved.slice(), map.slice()]
  from.fill(NaN, 0, 3)
  to.fill(NaN, 3, 6)
  const aligned = alignLayouts(from, to, 3)
  expect(aligned.subarray(0, 3).every(Number.isNaN)).toBe(true)
  expect(largest(aligned.slice(3), map.slice(3))).toBeLessThan(1e-5)
})
test('maps of other rows are refused', () => {
  expect(() => alignLayouts(moved, map.slice(3), 3)).toThrow(RangeError)
})

// Are mean and spread over masks those of the predictions that count?
import { expect, test } from 'vitest'
import { asPixels, gatherDraws } from '../../../src-shared/analysis/draws.ts'

// Three patches of two values each.
const target = Float32Array.of(0.5, 0.5, 0.2, 0.4, 1, 1)

test('only masks that hid a patch count for it', () => {
  const drawing = gatherDraws(target, 2)
  drawing.add(Float32Array.of(0.4, 0.6, 9, 9, 9, 9), [1, 0, 0])
  drawing.add(Float32Array.of(0.6, 0.8, 0.2, 0.6, 9, 9), [1, 1, 0])
  const { masks, hidden, mean, spread, error } = drawing.result()
  expect(masks).toBe(2)
  expect([...hidden]).toEqual([2, 1, 0])
  expect([...mean].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([0.5, 0.7, 0.2, 0.6, NaN, NaN])
  // Both values have variance 0.02 over the two masks.
  expect(spread[0]).toBeCloseTo(Math.sqrt(0.02), 6)
  expect([spread[1], spread[2]]).toEqual([NaN, NaN])
  expect(error[0]).toBeCloseTo((0.01 + 0.01 + 0.01 + 0.09) / 4, 6)
  expect(error[1]).toBeCloseTo(0.02, 6)
  expect(error[2]).toBeNaN()
})

test('a decoder that always says the same has no spread', () => {
  const drawing = gatherDraws(target, 2)
  for (let i = 0; i < 5; i++) drawing.add(target, [1, 1, 1])
  const { spread, error } = drawing.result()
  expect([...spread]).toEqual([0, 0, 0])
  expect([...error]).toEqual([0, 0, 0])
})

test('pixels are cut off at black and white', () => {
  const pixels = asPixels(Float32Array.of(-3, 0, 5), { mean: [0.5, 0.25, 0.5], std: [0.2, 0.2, 0.2] })
  expect([...pixels]).toEqual([0, 0.25, 1])
})

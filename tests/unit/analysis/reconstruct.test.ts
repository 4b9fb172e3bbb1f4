// Are reconstructions judged as MAE judges them, and drawn as they are?
import { describe, expect, test } from 'vitest'
import { judge, mix, patchify, psnrOf, toPicture } from '../../../src-shared/analysis/reconstruct.ts'

describe('a reconstruction', () => {
  const plain = { mean: [0, 0, 0], std: [1, 1, 1] } as {
    mean: [number, number, number]
    std: [number, number, number]
  }
  const image = Float32Array.from({ length: 3 * 4 * 8 }, (_, i) => ((i * 37) % 64) / 64)
  const target = patchify(image, 2, 4, 2)
  const mask = Float32Array.of(1, 0, 0, 1, 0, 0, 0, 1)

  test('of what it should be has no error, and is the picture', () => {
    const judged = judge(target, target.values, mask, false, plain)
    expect(judged).toMatchObject({ loss: 0, mse: 0, normalised: false })
    const shown = toPicture(target, plain)
    expect(shown).toMatchObject({ width: 8, height: 4 })
    // Byte (y 1, x 2, green).
    expect(shown.rgb[(1 * 8 + 2) * 3 + 1]).toBe(Math.round(image[32 + 8 + 2]! * 255))
    expect([psnrOf(0), psnrOf(0.01)]).toEqual([null, 20])
  })
  test('in normalised patches is brought back by their own mean and spread', () => {
    const size = 12
    const normalised = target.values.map((value, j) => {
      const patch = target.values.subarray(Math.floor(j / size) * size, (Math.floor(j / size) + 1) * size)
      const mean = patch.reduce((a, b) => a + b) / size
      const variance = patch.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (size - 1)
      return (value - mean) / Math.sqrt(variance + 1e-6)
    })
    for (const known of [true, null]) {
      const judged = judge(target, normalised, mask, known, plain)
      expect(judged.normalised).toBe(true)
      expect(judged.loss).toBeLessThan(1e-10)
      expect(judged.mse).toBeLessThan(1e-10)
    }
    expect(judge(target, normalised, mask, false, plain).loss).toBeGreaterThan(0.1)
  })
  test('is judged on hidden patches alone', () => {
    const wrong = target.values.map((value, j) => (mask[Math.floor(j / 12)] === 1 ? value : value + 5))
    expect(judge(target, wrong, mask, false, plain)).toMatchObject({ loss: 0, mse: 0 })
    expect(
      judge(
        target,
        target.values.map((v) => v + 0.5),
        mask,
        false,
        plain,
      ).loss,
    ).toBeCloseTo(0.25)
  })
  test('is mixed with what was visible', () => {
    const mixed = mix(target, new Float32Array(96).fill(9), mask)
    expect(mixed.values[0]).toBe(9)
    expect(mixed.values.subarray(12, 24)).toEqual(target.values.subarray(12, 24))
    expect(target.values[0]).not.toBe(9)
  })
})

// Does resizing give Pillow's bytes?
import { describe, expect, it } from 'vitest'
import { resize } from '../../../src-main/datasets/resize.ts'

const grey = (values: number[], width: number) => ({
  width,
  height: values.length / width,
  rgb: Uint8Array.from(values.flatMap((value) => [value, value, value])),
})
const firstChannel = (rgb: Uint8Array) => [...rgb].filter((_, i) => i % 3 === 0)

describe('resize', () => {
  it('shrinks with the cubic stretched over all source pixels, weights renormalised at the borders', () => {
    const out = resize(grey([0, 0, 0, 0, 255, 255, 255, 255], 8), { width: 4, height: 1 })
    expect(firstChannel(out.rgb)).toEqual(byHand([0, 0, 0, 0, 255, 255, 255, 255], 4))
    const busy = Array.from({ length: 30 }, (_, i) => (i * 89) % 256)
    expect(firstChannel(resize(grey(busy, 30), { width: 10, height: 1 }).rgb)).toEqual(byHand(busy, 10))
  })

  it('bilinear and lanczos keep flat areas flat, shrinking and enlarging', () => {
    for (const filter of ['bilinear', 'bicubic', 'lanczos'] as const)
      for (const width of [1, 3, 7, 30]) {
        const out = resize(grey(new Array<number>(50).fill(77), 10), { width, height: 4 }, filter)
        expect(new Set(out.rgb)).toEqual(new Set([77]))
      }
  })

  it('clamps the overshoot of the cubic instead of wrapping around', () => {
    const out = firstChannel(resize(grey([0, 0, 255, 255], 4), { width: 16, height: 1 }).rgb)
    expect(Math.min(...out)).toBe(0)
    expect(Math.max(...out)).toBe(255)
    expect(out).toEqual([...out].sort((a, b) => a - b))
  })

  it('treats channels apart and rows apart', () => {
    const picture = { width: 2, height: 2, rgb: Uint8Array.of(255, 0, 9, 255, 0, 9, 255, 0, 9, 255, 0, 9) }
    expect(resize(picture, { width: 1, height: 3 }).rgb).toEqual(
      Uint8Array.of(255, 0, 9, 255, 0, 9, 255, 0, 9),
    )
  })

  it('computes a window exactly as cutting it out afterwards would', () => {
    const values = Array.from({ length: 31 * 23 }, (_, i) => (i * 7919) % 256)
    const whole = resize(grey(values, 31), { width: 17, height: 40 })
    const part = resize(grey(values, 31), { width: 17, height: 40 }, 'bicubic', {
      left: 4,
      top: 11,
      width: 9,
      height: 20,
    })
    for (let y = 0; y < 20; y++) {
      const from = ((11 + y) * 17 + 4) * 3
      expect(part.rgb.subarray(y * 27, y * 27 + 27)).toEqual(whole.rgb.subarray(from, from + 27))
    }
  })

  it('returns a picture of the wanted size as it is', () => {
    const picture = grey([1, 2, 3, 4], 2)
    expect(resize(picture, { width: 2, height: 2 })).toBe(picture)
  })
})

/** Halving or other shrinking by a whole factor in plain numbers: cubic with a = −0.5 stretched by the factor. */
function byHand(values: number[], wanted: number): number[] {
  const scale = values.length / wanted
  const cubic = (x: number) => {
    const t = Math.abs(x)
    return t < 1 ? 1.5 * t ** 3 - 2.5 * t ** 2 + 1 : t < 2 ? -0.5 * t ** 3 + 2.5 * t ** 2 - 4 * t + 2 : 0
  }
  return Array.from({ length: wanted }, (_, i) => {
    const weights = values.map((_, j) => cubic((j + 0.5 - (i + 0.5) * scale) / scale))
    const total = weights.reduce((a, b) => a + b)
    const exact = values.reduce((sum, value, j) => sum + (value * weights[j]!) / total, 0)
    return Math.min(255, Math.max(0, Math.round(exact)))
  })
}

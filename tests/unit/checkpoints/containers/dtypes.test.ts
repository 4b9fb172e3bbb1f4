// Do the number formats mean what their standards say?
import { describe, expect, it } from 'vitest'
import { float8E4m3fn, swapBytes, toFloat32 } from '../../../../src-main/checkpoints/containers/dtypes.ts'
import { Failure } from '../../../../src-shared/domain/failure.ts'

const bytes = (array: { buffer: ArrayBufferLike }): Uint8Array<ArrayBuffer> =>
  new Uint8Array(array.buffer as ArrayBuffer)

describe('conversion to float32', () => {
  it('of float16 is exact for all 65,536 values', () => {
    const numbers = toFloat32('float16', bytes(Uint16Array.from({ length: 65536 }, (_, i) => i)), 't')
    const view = new DataView(new ArrayBuffer(2))
    for (let i = 0; i < 65536; i++) {
      view.setUint16(0, i, true)
      const expected = (view as unknown as { getFloat16(at: number, little: boolean): number }).getFloat16(
        0,
        true,
      )
      if (!Object.is(numbers[i], expected)) expect([i, numbers[i]]).toEqual([i, expected])
    }
  })
  it('of bfloat16 is the upper half of a float32', () => {
    const floats = Float32Array.of(1, -2.5, 3e38, 1e-40, Infinity, NaN)
    const halves = Uint16Array.from(new Uint16Array(floats.buffer).filter((_, i) => i % 2 === 1))
    const numbers = toFloat32('bfloat16', bytes(halves), 't')
    expect(numbers[0]).toBe(1)
    expect(numbers[1]).toBe(-2.5)
    expect(numbers[4]).toBe(Infinity)
    expect(numbers[5]).toBeNaN()
    expect(Math.abs(numbers[2]! / 3e38 - 1)).toBeLessThan(2 ** -7)
  })
  it('of float8 follows the OCP formats', () => {
    expect([0x00, 0x01, 0x08, 0x38, 0x7e, 0x7f, 0x80, 0xb8, 0xff].map(float8E4m3fn)).toEqual([
      0,
      2 ** -9,
      2 ** -6,
      1,
      448,
      NaN,
      -0,
      -1,
      NaN,
    ])
    const numbers = toFloat32('float8_e5m2', Uint8Array.of(0x01, 0x3c, 0x7b, 0x7c, 0x7f, 0xc0), 't')
    expect([...numbers]).toEqual([2 ** -16, 1, 57344, Infinity, NaN, -2])
  })
  it('of integers and float64 rounds to the nearest', () => {
    expect([...toFloat32('int64', bytes(BigInt64Array.of(-5n, 2n ** 24n + 1n)), 't')]).toEqual([-5, 2 ** 24])
    expect([...toFloat32('uint64', bytes(BigUint64Array.of(2n ** 64n - 1n)), 't')]).toEqual([2 ** 64])
    expect([...toFloat32('float64', bytes(Float64Array.of(0.1, 1e300)), 't')]).toEqual([
      Math.fround(0.1),
      Infinity,
    ])
    expect([...toFloat32('int8', bytes(Int8Array.of(-1, 127)), 't')]).toEqual([-1, 127])
    expect([...toFloat32('uint16', bytes(Uint16Array.of(65535)), 't')]).toEqual([65535])
  })
  it('of truth values is 0 and 1, whatever byte stands for true', () => {
    expect([...toFloat32('bool', Uint8Array.of(0, 1, 255), 't')]).toEqual([0, 1, 1])
  })
  it.each(['complex64', 'complex128', 'other'] as const)('of %s is refused in words', (dtype) => {
    expect(() => toFloat32(dtype, new Uint8Array(16), 'pos_embed of model.pth')).toThrow(Failure)
    expect(() => toFloat32(dtype, new Uint8Array(16), 'pos_embed of model.pth')).toThrow(
      /^pos_embed of model\.pth/,
    )
  })
  it('turns bytes round by number, complex ones by part', () => {
    const turned = (dtype: 'int16' | 'float64' | 'complex64' | 'uint8'): number[] => {
      const array = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
      swapBytes(dtype, array)
      return [...array]
    }
    expect(turned('int16')).toEqual([2, 1, 4, 3, 6, 5, 8, 7])
    expect(turned('float64')).toEqual([8, 7, 6, 5, 4, 3, 2, 1])
    expect(turned('complex64')).toEqual([4, 3, 2, 1, 8, 7, 6, 5])
    expect(turned('uint8')).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })
})

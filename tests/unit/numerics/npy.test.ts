// Does the .npy reader take what NumPy writes, and refuse everything else in words?
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { halfToNumber, NpyError, readNpy, toFloat32, writeNpy } from '../../../src-shared/numerics/npy.ts'
import { goldenBytes } from './goldens.ts'

function file(header: string, body: ArrayLike<number>, version = 1): Uint8Array {
  const text = new TextEncoder().encode(header)
  const length =
    version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0]
  return Uint8Array.from([0x93, 78, 85, 77, 80, 89, version, 0, ...length, ...text, ...Array.from(body)])
}

describe('readNpy', () => {
  it('reads a golden as NumPy wrote it, and writing it again gives the same bytes', () => {
    const bytes = goldenBytes('attention_mask_0.6_80x48.npy')
    const array = readNpy(bytes)
    expect(array.dtype).toBe('bool')
    expect(array.shape).toEqual([3, 6, 10])
    expect(array.data.length).toBe(180)
    expect(writeNpy({ ...array, dtype: 'bool' })).toEqual(new Uint8Array(bytes))
    const floats = goldenBytes('parity/dino_vit/attn_last_56x56.npy')
    const { dtype, shape, data } = readNpy(floats)
    expect([dtype, shape]).toEqual(['float32', [3, 50, 50]])
    expect(writeNpy({ shape, data })).toEqual(new Uint8Array(floats))
  })

  it('turns Fortran order into C order', () => {
    const array = readNpy(
      file("{'descr': '|i1', 'fortran_order': True, 'shape': (2, 3)}", [1, 4, 2, 5, 3, 6]),
    )
    expect([...(array.data as Int8Array)]).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('reads big-endian numbers, halves, 64-bit integers, scalars and empty arrays', () => {
    expect(
      readNpy(file("{'descr': '>u2', 'fortran_order': False, 'shape': (2,)}", [1, 0, 0, 7], 2)).data,
    ).toEqual(Uint16Array.of(256, 7))
    expect(
      readNpy(file("{'descr': '<f2', 'fortran_order': False, 'shape': (2,)}", [0, 0x3c, 0, 0xc0])).data,
    ).toEqual(Float32Array.of(1, -2))
    const long = readNpy(
      file("{'descr': '<i8', 'fortran_order': False, 'shape': ()}", [255, 255, 255, 255, 255, 255, 255, 255]),
    )
    expect([long.shape, long.data]).toEqual([[], BigInt64Array.of(-1n)])
    expect(toFloat32(long)).toEqual(Float32Array.of(-1))
    expect(readNpy(file("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 5)}", [])).data).toHaveLength(
      0,
    )
  })

  it.each([
    ['other bytes', new Uint8Array(100), /does not begin/],
    ['nothing', new Uint8Array(0), /does not begin/],
    ['a header that goes on past the end', file('{', []).fill(255, 8, 10), /ends inside its header/],
    ['a future version', file('{}', [], 9), /version 9/],
    ['a header without a shape', file("{'descr': '<f4', 'fortran_order': False}", []), /does not name/],
    [
      'Python objects',
      file("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", [1]),
      /not plain numbers/,
    ],
    ['records', file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", [1]), /records/],
    ['text', file("{'descr': '<U5', 'fortran_order': False, 'shape': (1,)}", [1]), /not plain numbers/],
    [
      'a truncated body',
      file("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", [1, 2, 3]),
      /needs 24 bytes.* 3 are there/,
    ],
    [
      'a shape whose product overflows',
      file("{'descr': '<f4', 'fortran_order': False, 'shape': (9007199254740991, 9007199254740991)}", []),
      /needs/,
    ],
    [
      'a negative side',
      file("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", []),
      /does not name/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readNpy(bytes)).toThrow(NpyError)
    expect(() => readNpy(bytes)).toThrow(message)
  })

  it('never throws anything but NpyError, whatever the bytes', () => {
    const good = goldenBytes('attention_mask_0.6_80x48.npy')
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(400),
        (at, byte, length) => {
          const bytes = Uint8Array.from(good.subarray(0, length))
          bytes[at] = byte
          try {
            readNpy(bytes)
          } catch (error) {
            expect(error).toBeInstanceOf(NpyError)
          }
        },
      ),
      { seed: 1, numRuns: 2000 },
    )
  })
})

describe('writeNpy', () => {
  it('round-trips every type', () => {
    for (const data of [
      Float32Array.of(1.5, -2),
      Float64Array.of(Math.PI, 1e300),
      Int8Array.of(-1, 5),
      Int16Array.of(-300, 5),
      Int32Array.of(-70000, 5),
      BigInt64Array.of(-5n, 2n ** 62n),
      Uint8Array.of(0, 255),
      Uint16Array.of(0, 65535),
      Uint32Array.of(0, 4294967295),
      BigUint64Array.of(0n, 2n ** 64n - 1n),
    ]) {
      const array = readNpy(writeNpy({ shape: [1, 2], data }))
      expect(array.data).toEqual(data)
      expect(array.shape).toEqual([1, 2])
    }
  })

  it('starts the numbers at a multiple of 64 bytes', () => {
    for (const shape of [[], [1], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]])
      expect((writeNpy({ shape, data: Float32Array.of(1) }).length - 4) % 64).toBe(0)
  })

  it('writes a view of a larger buffer as that view only', () => {
    const part = new Float32Array([1, 2, 3, 4]).subarray(1, 3)
    expect(readNpy(writeNpy({ shape: [2], data: part })).data).toEqual(Float32Array.of(2, 3))
  })

  it('refuses data that do not fill the shape', () => {
    expect(() => writeNpy({ shape: [3], data: Float32Array.of(1) })).toThrow(RangeError)
  })
})

describe('halfToNumber', () => {
  it('knows ordinary, smallest, infinite and missing numbers', () => {
    expect([0x3c00, 0xbc00, 1, 0x7c00, 0x8000].map(halfToNumber)).toEqual([1, -1, 2 ** -24, Infinity, -0])
    expect(halfToNumber(0x7e00)).toBeNaN()
  })
})

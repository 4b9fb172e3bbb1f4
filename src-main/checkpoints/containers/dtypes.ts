// How do the number formats of checkpoint files become float32?
import type { TensorDtype } from '../../../src-shared/domain/checkpoint.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { halfToNumber } from '../../../src-shared/numerics/npy.ts'

/** Bytes of one element. */
export const itemBytes: Readonly<Record<Exclude<TensorDtype, 'other'>, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  float8_e4m3fn: 1,
  float8_e5m2: 1,
  complex64: 8,
  complex128: 16,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
}

/**
 * Little-endian elements as float32, rounded to the nearest. `bytes` starts its own buffer.
 * Throws Failure for complex numbers and formats without a value of their own; `name` says whose they are.
 */
export function toFloat32(dtype: TensorDtype, bytes: Uint8Array<ArrayBuffer>, name: string): Float32Array {
  const { buffer } = bytes
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer)
    case 'float64':
      return new Float32Array(new Float64Array(buffer))
    case 'float16':
      return lookedUp(new Uint16Array(buffer), halfTable())
    case 'bfloat16':
      return fromBfloat16(new Uint16Array(buffer))
    case 'float8_e4m3fn':
      return lookedUp(bytes, e4m3fnTable())
    case 'float8_e5m2':
      return lookedUp(bytes, e5m2Table())
    case 'int64':
      return Float32Array.from(new BigInt64Array(buffer) as ArrayLike<unknown> as ArrayLike<number>, Number)
    case 'uint64':
      return Float32Array.from(new BigUint64Array(buffer) as ArrayLike<unknown> as ArrayLike<number>, Number)
    case 'int32':
      return new Float32Array(new Int32Array(buffer))
    case 'uint32':
      return new Float32Array(new Uint32Array(buffer))
    case 'int16':
      return new Float32Array(new Int16Array(buffer))
    case 'uint16':
      return new Float32Array(new Uint16Array(buffer))
    case 'int8':
      return new Float32Array(new Int8Array(buffer))
    case 'uint8':
      return new Float32Array(bytes)
    case 'bool':
      return Float32Array.from(bytes, (byte) => (byte === 0 ? 0 : 1))
    case 'complex64':
    case 'complex128':
      throw new Failure(
        'unsupported-model',
        `${name} holds complex numbers, and Emergence reads real ones.`,
        'Save its real and imaginary parts as two tensors.',
      )
    case 'other':
      throw new Failure(
        'unsupported-model',
        `${name} is stored in a number format that Emergence cannot read, such as a quantised one.`,
        'Save the model with float32, float16 or bfloat16 weights.',
      )
  }
}

/** Turns the bytes of every number round, in place. */
export function swapBytes(dtype: TensorDtype, bytes: Uint8Array): void {
  const item = dtype === 'other' ? 1 : itemBytes[dtype]
  const size = dtype.startsWith('complex') ? item / 2 : item
  if (size === 1) return
  for (let start = 0; start + size <= bytes.length; start += size)
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const byte = bytes[low]!
      bytes[low] = bytes[high]!
      bytes[high] = byte
    }
}

/** float8_e4m3fn: 4 exponent bits (bias 7), 3 fraction bits, no infinities, NaN where all bits are set. */
export function float8E4m3fn(byte: number): number {
  const sign = byte & 0x80 ? -1 : 1
  const exponent = (byte >> 3) & 15
  const fraction = byte & 7
  if (exponent === 15 && fraction === 7) return NaN
  return sign * (exponent === 0 ? fraction * 2 ** -9 : (1 + fraction / 8) * 2 ** (exponent - 7))
}

const tableOf = (count: number, value: (index: number) => number): (() => Float32Array) => {
  let table: Float32Array | null = null
  return () => (table ??= Float32Array.from({ length: count }, (_, index) => value(index)))
}
const halfTable = tableOf(65536, halfToNumber)
const e4m3fnTable = tableOf(256, float8E4m3fn)
// float8_e5m2 is the upper byte of a float16.
const e5m2Table = tableOf(256, (byte) => halfToNumber(byte << 8))

function lookedUp(indices: Uint8Array | Uint16Array, table: Float32Array): Float32Array {
  const out = new Float32Array(indices.length)
  for (let i = 0; i < out.length; i++) out[i] = table[indices[i]!]!
  return out
}

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length)
  for (let i = 0; i < bits.length; i++) bits[i] = halves[i]! << 16
  return new Float32Array(bits.buffer)
}

// How is a float32 number written in fewer bits? Rounded to the nearest, ties to even, as PyTorch casts.

/** The dtypes an export may have. */
export type ExportDtype = 'f32' | 'f16' | 'bf16'

/** Little-endian bytes of float32 numbers in another dtype. Values beyond float16's range become infinite, as in PyTorch. */
export function castTo(dtype: ExportDtype, values: Float32Array): Uint8Array {
  if (dtype === 'f32') return littleEndian(values)
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const half = new Uint16Array(values.length)
  const convert = dtype === 'f16' ? float16Bits : bfloat16Bits
  for (let i = 0; i < half.length; i++) half[i] = convert(bits[i] as number)
  return littleEndian(half)
}

/** Bits of the float16 nearest to a float32, both as integers. */
export function float16Bits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000
  const magnitude = bits & 0x7fff_ffff
  // NaN keeps a mantissa bit; infinity and everything that rounds beyond 65,504 becomes infinity.
  if (magnitude > 0x7f80_0000) return sign | 0x7e00
  if (magnitude >= 0x477f_f000) return sign | 0x7c00
  if (magnitude < 0x3880_0000) return sign | subnormal16(magnitude)
  const rebased = magnitude - 0x3800_0000
  return sign | roundOff(rebased, 13)
}

/** Below 2^-14 the exponent is spent: multiples of 2^-24. */
function subnormal16(magnitude: number): number {
  const exponent = magnitude >>> 23
  if (exponent < 102) return 0
  const mantissa = (magnitude & 0x7f_ffff) | 0x80_0000
  return roundOff(mantissa, 126 - exponent)
}

/** Bits of the bfloat16 nearest to a float32, both as integers. */
export function bfloat16Bits(bits: number): number {
  if ((bits & 0x7fff_ffff) > 0x7f80_0000) return (bits >>> 16) | 0x40
  return roundOff(bits, 16) & 0xffff
}

/** A whole number without its last `count` bits, rounded to the nearest, ties to even. */
function roundOff(value: number, count: number): number {
  const kept = value >>> count
  const lost = value & (2 ** count - 1)
  const tie = 2 ** (count - 1)
  return lost > tie || (lost === tie && (kept & 1) === 1) ? kept + 1 : kept
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

function littleEndian(values: Float32Array | Uint16Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  if (isLittleEndian) return bytes
  const size = values.BYTES_PER_ELEMENT
  return bytes.map((_, i) => bytes[i - (i % size) + size - 1 - (i % size)] as number)
}

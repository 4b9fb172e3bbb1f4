// What is in a .npy file, and how is one written? NumPy's format 1.0 to 3.0, numbers only, never pickles.

/** Widened on reading: float16 arrives as float32, bool as bytes of 0 and 1. Always C order, native bytes. */
export interface NpyArray {
  dtype: NpyDtype
  shape: number[]
  data: NpyData
}
export type NpyDtype =
  | 'float16'
  | 'float32'
  | 'float64'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool'
export type NpyData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array

/** The bytes are no .npy file that can be read; the message is a clause that says why. */
export class NpyError extends Error {
  override readonly name = 'NpyError'
}

interface Kind {
  dtype: NpyDtype
  bytes: number
  view: (buffer: ArrayBuffer) => NpyData
}
const kinds: Readonly<Record<string, Kind>> = {
  f2: { dtype: 'float16', bytes: 2, view: (b) => new Uint16Array(b) },
  f4: { dtype: 'float32', bytes: 4, view: (b) => new Float32Array(b) },
  f8: { dtype: 'float64', bytes: 8, view: (b) => new Float64Array(b) },
  i1: { dtype: 'int8', bytes: 1, view: (b) => new Int8Array(b) },
  i2: { dtype: 'int16', bytes: 2, view: (b) => new Int16Array(b) },
  i4: { dtype: 'int32', bytes: 4, view: (b) => new Int32Array(b) },
  i8: { dtype: 'int64', bytes: 8, view: (b) => new BigInt64Array(b) },
  u1: { dtype: 'uint8', bytes: 1, view: (b) => new Uint8Array(b) },
  u2: { dtype: 'uint16', bytes: 2, view: (b) => new Uint16Array(b) },
  u4: { dtype: 'uint32', bytes: 4, view: (b) => new Uint32Array(b) },
  u8: { dtype: 'uint64', bytes: 8, view: (b) => new BigUint64Array(b) },
  b1: { dtype: 'bool', bytes: 1, view: (b) => new Uint8Array(b) },
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] // \x93NUMPY
const longestHeader = 1 << 20
const mostAxes = 32

/** What the head of a .npy file says: what the numbers are, and at which byte they start. */
export interface NpyHead {
  dtype: NpyDtype
  shape: number[]
  fortran: boolean
  start: number
  /** `<f4` and the like: NumPy's order of bytes and type. */
  descr: string
}

/** The head of a .npy file, from its first bytes; the numbers need not be there. Throws NpyError. */
export function readNpyHead(bytes: Uint8Array): NpyHead {
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte))
    throw new NpyError('it does not begin as a .npy file does')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = bytes[6]!
  if (version < 1 || version > 3)
    throw new NpyError(`it is of format version ${version}, and 1 to 3 are known`)
  const lengthBytes = version === 1 ? 2 : 4
  if (bytes.length < 8 + lengthBytes) throw new NpyError('it ends inside its header')
  const headerLength = lengthBytes === 2 ? view.getUint16(8, true) : view.getUint32(8, true)
  const start = 8 + lengthBytes + headerLength
  if (headerLength > longestHeader) throw new NpyError(`its header claims ${headerLength} bytes`)
  if (start > bytes.length) throw new NpyError('it ends inside its header')

  const { descr, fortran, shape } = parseHeader(
    new TextDecoder('utf-8').decode(bytes.subarray(8 + lengthBytes, start)),
  )
  const kind = kinds[descr.slice(1)]
  if (!kind || !'<>|='.includes(descr[0]!))
    throw new NpyError(`its values are of type ${JSON.stringify(descr.slice(0, 40))}, not plain numbers`)
  return { dtype: kind.dtype, shape, fortran, start, descr }
}

/** The array in the bytes of a .npy file. Throws NpyError. */
export function readNpy(bytes: Uint8Array): NpyArray {
  const head = readNpyHead(bytes)
  const needed = npyBytes(head, bytes.length)
  const { dtype, shape, fortran, start } = head
  let data = npyNumbers(head, bytes.subarray(start, start + needed))
  if (fortran && shape.length > 1) data = toCOrder(data, shape)
  return { dtype, shape, data }
}

/** Bytes of the numbers that follow a head. Throws NpyError where a file of `fileBytes` does not hold them. */
export function npyBytes({ descr, shape, start }: NpyHead, fileBytes: number): number {
  const needed = shape.reduce((product, side) => product * side, 1) * kinds[descr.slice(1)]!.bytes
  if (!Number.isSafeInteger(needed) || needed > fileBytes - start)
    throw new NpyError(
      `its shape [${shape.join(', ')}] needs ${needed} bytes of numbers, and ${fileBytes - start} are there`,
    )
  return needed
}

/** Some or all of the numbers that follow a head, in the file's order, from their bytes. */
export function npyNumbers({ descr }: Pick<NpyHead, 'descr'>, bytes: Uint8Array): NpyData {
  const kind = kinds[descr.slice(1)]!
  // A copy of its own, aligned, so that the file's bytes can go; Buffer.slice would only be a view.
  const raw = new Uint8Array(bytes.length)
  raw.set(bytes)
  if (descr.startsWith('>') && kind.bytes > 1) swapBytes(raw, kind.bytes)
  const data = kind.view(raw.buffer)
  if (kind.dtype === 'float16') return Float32Array.from(data as Uint16Array, halfToNumber)
  return kind.dtype === 'bool' ? (data as Uint8Array).map((byte) => (byte === 0 ? 0 : 1)) : data
}

/** The header is a Python literal; only the exact form that NumPy writes is taken. */
function parseHeader(header: string): { descr: string; fortran: boolean; shape: number[] } {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1]
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1]
  const sides = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(header)?.[1]
  if (descr === undefined && /'descr'\s*:\s*\[/.test(header))
    throw new NpyError('its values are records of several fields, not plain numbers')
  if (!descr || fortran === undefined || sides === undefined)
    throw new NpyError('its header does not name type, order and shape')
  const shape = sides
    .split(',')
    .map((side) => side.replace('L', '').trim())
    .filter((side) => side !== '')
    .map(Number)
  if (shape.length > mostAxes || shape.some((side) => !Number.isSafeInteger(side) || side < 0))
    throw new NpyError(`its shape (${sides.slice(0, 80)}) is not one of an array`)
  return { descr, fortran: fortran === 'True', shape }
}

function swapBytes(raw: Uint8Array, size: number): void {
  for (let i = 0; i < raw.length; i += size) raw.subarray(i, i + size).reverse()
}

function toCOrder(data: NpyData, shape: readonly number[]): NpyData {
  const ordered = data.slice()
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, side) => product * side, 1))
  const index = new Array<number>(shape.length).fill(0)
  let from = 0
  for (let to = 0; to < data.length; to++) {
    ordered[to] = data[from]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!
      if (++index[axis]! < shape[axis]!) break
      from -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return ordered
}

/** The number that 16 bits of IEEE binary16 stand for. */
export function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Any numbers as float32; 64-bit integers lose what float32 cannot hold. */
export function toFloat32(array: NpyArray): Float32Array {
  if (array.data instanceof Float32Array) return array.data
  return Float32Array.from(array.data as ArrayLike<number | bigint>, Number)
}

export interface NpySource {
  shape: readonly number[]
  data: NpyData
  /** Says that bytes are truth values, or that a Uint16Array holds halves; otherwise the array's own type. */
  dtype?: 'bool' | 'float16'
}

/** The head of a .npy file, format 1.0, C order, little-endian: everything before the numbers. */
export function npyHeader(source: NpySource): Uint8Array {
  const code = source.dtype === 'bool' ? 'b1' : source.dtype === 'float16' ? 'f2' : codeOf(source.data)
  const { shape } = source
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const order = kinds[code]!.bytes === 1 ? '|' : '<'
  const text = `{'descr': '${order}${code}', 'fortran_order': False, 'shape': (${sides}), }`
  // NumPy pads so that the numbers start at a multiple of 64 bytes.
  const length = Math.ceil((10 + text.length + 1) / 64) * 64
  const head = new Uint8Array(length).fill(0x20)
  head.set([...magic, 1, 0, (length - 10) & 255, (length - 10) >> 8])
  head.set(new TextEncoder().encode(text), 10)
  head[length - 1] = 0x0a
  return head
}

/** The bytes of a .npy file. Throws RangeError where data and shape do not agree. */
export function writeNpy(source: NpySource): Uint8Array {
  const count = source.shape.reduce((product, side) => product * side, 1)
  if (count !== source.data.length)
    throw new RangeError(`shape [${source.shape.join(', ')}] does not hold ${source.data.length} values`)
  const head = npyHeader(source)
  const { buffer, byteOffset, byteLength } = source.data
  const file = new Uint8Array(head.length + byteLength)
  file.set(head)
  file.set(new Uint8Array(buffer, byteOffset, byteLength), head.length)
  return file
}

function codeOf(data: NpyData): string {
  if (data instanceof Float32Array) return 'f4'
  if (data instanceof Float64Array) return 'f8'
  const signed = data instanceof Int8Array || data instanceof Int16Array || data instanceof Int32Array
  return `${signed || data instanceof BigInt64Array ? 'i' : 'u'}${data.BYTES_PER_ELEMENT}`
}

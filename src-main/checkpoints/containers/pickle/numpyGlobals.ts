// How do NumPy's scalars and arrays inside a pickle become numbers and tensors?
import { itemBytes } from '../dtypes.ts'
import { npyDtype } from '../npy.ts'
import { contiguousStrides, elementCount, fortranStrides, problemOfView, storedTensor } from '../tensor.ts'
import { describe, describeArguments } from './describe.ts'
import {
  isObject,
  itemsOf,
  sizesOf,
  type Maker,
  type NumpyArray,
  type NumpyDtype,
  type PickleContext,
  type PickleValue,
} from './values.ts'

/** numpy.dtype('f8', align, copy); its BUILD brings the byte order. */
const dtype: Maker = (args, context) => {
  const [code] = args
  if (isObject(code) && code.kind === 'numpy-dtype') return { ...code }
  if (typeof code !== 'string' || code.length > 40)
    throw context.refuse(`a NumPy dtype is made of ${describeArguments(args)}`)
  const order = /^[<>|=]/.exec(code)?.[0] ?? ''
  return { kind: 'numpy-dtype', code: code.slice(order.length), bigEndian: order === '>', odd: false }
}

/** BUILD of a dtype: (version, byte order, subarray, names, fields, item size, alignment, flags, units). */
export function buildDtype(target: NumpyDtype, state: PickleValue, context: PickleContext): void {
  const items = itemsOf(state)
  const order = items?.[1]
  if (!items || items.length < 2 || typeof order !== 'string' || !/^[<>|=]$/.test(order))
    throw context.refuse(`a NumPy dtype is built from ${describe(state)}`)
  target.bigEndian = order === '>'
  target.odd = items.slice(2, 5).some((item) => item !== null)
}

/** numpy.core.multiarray.scalar(dtype, bytes). */
const scalar: Maker = (args, context) => {
  const [type, given] = args
  if (!isObject(type) || type.kind !== 'numpy-dtype')
    throw context.refuse(`a NumPy scalar is made of ${describeArguments(args)}`)
  const bytes = bytesOf(given)
  if (type.code.startsWith('O')) return given ?? null
  const known = type.odd ? null : npyDtype(type.code)
  if (!bytes || (!known && !/^[SU]\d+$/.test(type.code)))
    return context.inert('numpy.core.multiarray.scalar', args)
  if (!known) return textScalar(type, bytes)
  if (bytes.length !== itemBytes[known])
    throw context.refuse(`a NumPy ${known} is made of ${bytes.length} bytes`)
  const copy = Uint8Array.from(bytes)
  if (type.bigEndian && !known.startsWith('complex')) copy.reverse()
  const view = new DataView(copy.buffer)
  switch (known) {
    case 'float64':
      return view.getFloat64(0, true)
    case 'int64':
      return plainInteger(view.getBigInt64(0, true))
    case 'uint64':
      return plainInteger(view.getBigUint64(0, true))
    case 'bool':
      return view.getUint8(0) !== 0
    case 'complex64':
    case 'complex128':
      return { kind: 'fact', text: `a NumPy ${known}` }
    default:
      return memoryTensor(context, { ...type, bigEndian: false }, [], false, copy).read()[0]!
  }
}

function textScalar(type: NumpyDtype, bytes: Uint8Array): string {
  const text = type.code.startsWith('S') ? Buffer.from(bytes).toString('latin1') : fromUtf32(type, bytes)
  return text.replace(/\0+$/, '')
}

function fromUtf32(type: NumpyDtype, bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let text = ''
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const code = view.getUint32(at, !type.bigEndian)
    text += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
  }
  return text
}

function plainInteger(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** numpy.core.multiarray._reconstruct(ndarray, (0,), b'b'): an empty array; its BUILD brings the rest. */
const reconstruct: Maker = (args, context) => {
  const [type] = args
  if (isObject(type) && type.kind === 'global' && type.name === 'numpy.ndarray')
    return { kind: 'array', content: null }
  return context.inert('numpy.core.multiarray._reconstruct', args)
}

/** BUILD of an array: (version, shape, dtype, Fortran order, bytes), or a list of objects for its values. */
export function buildArray(target: NumpyArray, state: PickleValue, context: PickleContext): void {
  const items = itemsOf(state)
  const [shape, type, fortran, data] = items?.length === 5 ? items.slice(1) : (items ?? [])
  const sizes = sizesOf(shape)
  if (!sizes || !isObject(type) || type.kind !== 'numpy-dtype' || data === undefined)
    throw context.refuse(`a NumPy array is built from ${describe(state)}`)
  const objects = itemsOf(data)
  if (objects) {
    if (objects.length !== elementCount(sizes))
      throw context.refuse(
        `a NumPy array of shape [${sizes.slice(0, 8).join(', ')}] has ${objects.length} objects`,
      )
    target.content = { kind: 'list', items: [...objects] }
    return
  }
  const bytes = bytesOf(data)
  if (!bytes) throw context.refuse(`a NumPy array is built from ${describe(state)}`)
  target.content = memoryTensor(context, type, sizes, fortran === true || fortran === 1, bytes)
}

/** numpy.core.numeric._frombuffer(bytes, dtype, shape, order), as protocol 5 writes arrays. */
const frombuffer: Maker = (args, context) => {
  const [data, type, shape, order] = args
  const sizes = sizesOf(shape)
  const bytes = bytesOf(data)
  if (!bytes || !sizes || !isObject(type) || type.kind !== 'numpy-dtype' || (order !== 'C' && order !== 'F'))
    throw context.refuse(`a NumPy array is made of ${describeArguments(args)}`)
  return { kind: 'array', content: memoryTensor(context, type, sizes, order === 'F', bytes) }
}

/** A tensor over bytes that stand in the pickle itself. */
function memoryTensor(
  context: PickleContext,
  type: NumpyDtype,
  shape: readonly number[],
  fortran: boolean,
  bytes: Uint8Array,
) {
  const known = type.odd ? null : npyDtype(type.code)
  const count = elementCount(shape)
  const itemSize = known ? itemBytes[known] : oddItemSize(type.code)
  if (count === null || (itemSize !== null && count * itemSize !== bytes.length))
    throw context.refuse(
      `a NumPy array of shape [${shape.slice(0, 8).join(', ')}] and type ${describe(type)} has ${bytes.length} bytes`,
    )
  // Of a type we do not know, the bytes are kept as they are: one element of that many bytes.
  const size = itemSize ?? (count === 0 ? 1 : Math.floor(bytes.length / count))
  const view = { shape, strides: fortran ? fortranStrides(shape) : contiguousStrides(shape), offset: 0 }
  const problem = problemOfView(view, size === 0 ? count : Math.floor(bytes.length / size))
  if (problem) throw context.refuse(problem)
  return storedTensor(`an array of ${context.name}`, known ?? 'other', size, view, {
    bytes: bytes.length,
    bigEndian: type.bigEndian,
    readInto: (target, offset) => target.set(bytes.subarray(offset, offset + target.length)),
  })
}

/** Bytes of one element of text and raw types; null where the code does not say. */
function oddItemSize(code: string): number | null {
  const match = /^([SVU])(\d{1,7})$/.exec(code)
  return match ? Number(match[2]) * (match[1] === 'U' ? 4 : 1) : null
}

/** Bytes, also where Python 2 wrote them as a string. */
function bytesOf(value: PickleValue | undefined): Uint8Array | null {
  if (value instanceof Uint8Array) return value
  return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'latin1')) : null
}

/** `module name` → constructor; NumPy 2 moved its insides from numpy.core to numpy._core. */
export const numpyGlobals: ReadonlyMap<string, Maker | null> = new Map<string, Maker | null>([
  ['numpy dtype', dtype],
  ['numpy ndarray', null],
  ...['numpy.core', 'numpy._core'].flatMap((module): [string, Maker][] => [
    [`${module}.multiarray scalar`, scalar],
    [`${module}.multiarray _reconstruct`, reconstruct],
    [`${module}.numeric _frombuffer`, frombuffer],
  ]),
])

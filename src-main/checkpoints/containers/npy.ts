// What does the header of a .npy array say, and where are its numbers? Parsed as text, never evaluated.
import type { TensorDtype } from '../../../src-shared/domain/checkpoint.ts'
import { itemBytes } from './dtypes.ts'
import { limits } from './limits.ts'
import { shown } from './shown.ts'
import { damaged, unsafe } from './sourceFile.ts'
import { contiguousStrides, elementCount, fortranStrides, problemOfView, type View } from './tensor.ts'

const codes: Readonly<Record<string, Exclude<TensorDtype, 'other'>>> = {
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  c8: 'complex64',
  c16: 'complex128',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  b1: 'bool',
}

/** The number format of a NumPy type code without its byte order (`f4`), or null for text, dates and records. */
export function npyDtype(code: string): Exclude<TensorDtype, 'other'> | null {
  return Object.hasOwn(codes, code) ? codes[code]! : null
}

export interface NpyHeader {
  readonly dtype: TensorDtype
  readonly itemSize: number
  readonly bigEndian: boolean
  readonly view: View
  /** Where the numbers start. */
  readonly start: number
}

/** The beginning of a .npy file, enough to say how long its header is. */
export const npyPreamble = 12
export const npyMagic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] // \x93NUMPY

/** How many bytes the header takes with everything before it, from the first `npyPreamble` bytes. Throws Failure. */
export function npyHeaderEnd(name: string, head: Uint8Array): number {
  if (head.length < npyPreamble || npyMagic.some((byte, i) => head[i] !== byte))
    throw damaged(name, 'an array does not begin as NumPy arrays do')
  const version = head[6]!
  if (version < 1 || version > 3) throw damaged(name, `an array is of format ${version}, and 1 to 3 exist`)
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const end = version === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true)
  if (end > limits.npyHeader) throw unsafe(name, `an array has a header of ${end} bytes`)
  return end
}

/**
 * Reads a header (format 1.0, 2.0 or 3.0) of an array whose file or member has `bytes` bytes in all.
 * Throws Failure for arrays of objects, records of fields, and shapes that do not fill the bytes exactly.
 */
export function parseNpyHeader(name: string, header: Uint8Array, bytes: number): NpyHeader {
  const start = header.length
  const text = Buffer.from(header.subarray(header[6] === 1 ? 10 : 12)).toString('utf8')
  const { descr, fortran, shape } = headerFields(name, text)
  const code = descr.replace(/^[<>|=]/, '')
  if (/^O/.test(code))
    throw unsafe(name, 'it holds an array of Python objects, which only running Python code could rebuild')

  // ml_dtypes' bfloat16, which JAX saves, arrives as two bytes without a meaning.
  const known = code === 'V2' ? 'bfloat16' : npyDtype(code)
  const text8 = /^([SUV])(\d{1,6})$/.exec(code)
  if (!known && !text8) throw damaged(name, `an array is of the type "${shown(descr, 40)}"`)
  const itemSize = known ? itemBytes[known] : Number(text8![2]) * (text8![1] === 'U' ? 4 : 1)
  const count = elementCount(shape)
  if (count === null || count * itemSize !== bytes - start)
    throw damaged(
      name,
      `an array of shape [${shape.slice(0, 8).join(', ')}] and type "${shown(descr, 40)}" has ${bytes - start} bytes`,
    )
  const view = { shape, strides: fortran ? fortranStrides(shape) : contiguousStrides(shape), offset: 0 }
  const problem = problemOfView(view, count)
  if (problem) throw damaged(name, problem)
  return {
    dtype: known ?? 'other',
    itemSize,
    bigEndian: descr.startsWith('>'),
    view,
    start,
  }
}

/** The three fields of the Python literal, in any order; anything else in it is refused. */
function headerFields(name: string, text: string): { descr: string; fortran: boolean; shape: number[] } {
  let rest = text.trim()
  const wrong = (): Error => damaged(name, `an array has the header "${shown(text.trim(), 80)}"`)
  if (!rest.startsWith('{') || !rest.endsWith('}')) throw wrong()
  rest = rest.slice(1, -1)
  let descr: string | null = null
  let fortran: boolean | null = null
  let shape: number[] | null = null
  while (rest.trim() !== '') {
    const key = /^\s*(['"])(descr|fortran_order|shape)\1\s*:\s*/.exec(rest)
    if (!key) throw wrong()
    rest = rest.slice(key[0].length)
    const value =
      key[2] === 'descr'
        ? /^(['"])([<>|=]?[A-Za-z]\d*)\1/.exec(rest)
        : key[2] === 'shape'
          ? /^\(((?:\s*\d{1,16}L?\s*(?:,|(?=\))))*\s*)\)/.exec(rest)
          : /^(True|False)/.exec(rest)
    if (!value && key[2] === 'descr' && rest.startsWith('['))
      throw damaged(name, 'an array holds records of several fields, not plain numbers')
    if (!value) throw wrong()
    if (key[2] === 'descr' && descr === null) descr = value[2]!
    else if (key[2] === 'fortran_order' && fortran === null) fortran = value[1] === 'True'
    else if (key[2] === 'shape' && shape === null)
      shape = value[1]!
        .split(',')
        .map((side) => side.replace('L', '').trim())
        .filter((side) => side !== '')
        .map(Number)
    else throw wrong()
    rest = rest.slice(value[0].length)
    const comma = /^\s*,/.exec(rest)
    if (comma) rest = rest.slice(comma[0].length)
    else if (rest.trim() !== '') throw wrong()
  }
  if (descr === null || fortran === null || shape === null) throw wrong()
  return { descr, fortran, shape }
}

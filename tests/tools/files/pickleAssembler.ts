// How do tests write pickles? Opcode by opcode, or from a small tree of Python values.
import { concat, latin1, little, utf8 } from './bytes.ts'

/** Opcodes and whole values, one after another. */
export const pickle = (...parts: readonly Uint8Array[]): Uint8Array => concat(parts)

const code = (character: string): Uint8Array => latin1(character)
const withLength = (opcode: number, size: number, body: Uint8Array): Uint8Array =>
  concat([Uint8Array.of(opcode), little(body.length, size), body])

/** Single instructions, under the names of pickletools. */
export const ops = {
  proto: (version: number) => Uint8Array.of(0x80, version),
  frame: (length: number | bigint) => concat([Uint8Array.of(0x95), little(length, 8)]),
  stop: code('.'),
  mark: code('('),
  pop: code('0'),
  popMark: code('1'),
  dup: code('2'),
  none: code('N'),
  true: Uint8Array.of(0x88),
  false: Uint8Array.of(0x89),
  int: (text: string) => latin1(`I${text}\n`),
  long: (text: string) => latin1(`L${text}\n`),
  float: (text: string) => latin1(`F${text}\n`),
  string: (quoted: string) => latin1(`S${quoted}\n`),
  unicode: (text: string) => latin1(`V${text}\n`),
  binint: (value: number) => concat([code('J'), little(value, 4)]),
  binint1: (value: number) => concat([code('K'), little(value, 1)]),
  binint2: (value: number) => concat([code('M'), little(value, 2)]),
  long1: (value: bigint, size: number) => withLength(0x8a, 1, little(value, size)),
  long4: (value: bigint, size: number) => withLength(0x8b, 4, little(value, size)),
  binfloat: (value: number) => {
    const bytes = new Uint8Array(9)
    bytes[0] = 0x47
    new DataView(bytes.buffer).setFloat64(1, value, false)
    return bytes
  },
  binunicode: (text: string) => withLength(0x58, 4, utf8(text)),
  shortBinunicode: (text: string) => withLength(0x8c, 1, utf8(text)),
  binunicode8: (text: string) => withLength(0x8d, 8, utf8(text)),
  shortBinstring: (bytes: Uint8Array) => withLength(0x55, 1, bytes),
  binstring: (bytes: Uint8Array) => withLength(0x54, 4, bytes),
  shortBinbytes: (bytes: Uint8Array) => withLength(0x43, 1, bytes),
  binbytes: (bytes: Uint8Array) => withLength(0x42, 4, bytes),
  binbytes8: (bytes: Uint8Array) => withLength(0x8e, 8, bytes),
  bytearray8: (bytes: Uint8Array) => withLength(0x96, 8, bytes),
  emptyList: code(']'),
  append: code('a'),
  appends: code('e'),
  list: code('l'),
  emptyTuple: code(')'),
  tuple: code('t'),
  tuple1: Uint8Array.of(0x85),
  tuple2: Uint8Array.of(0x86),
  tuple3: Uint8Array.of(0x87),
  emptyDict: code('}'),
  dict: code('d'),
  setitem: code('s'),
  setitems: code('u'),
  emptySet: Uint8Array.of(0x8f),
  additems: Uint8Array.of(0x90),
  frozenset: Uint8Array.of(0x91),
  put: (index: number) => latin1(`p${index}\n`),
  binput: (index: number) => concat([code('q'), little(index, 1)]),
  longBinput: (index: number) => concat([code('r'), little(index, 4)]),
  memoize: Uint8Array.of(0x94),
  get: (index: number) => latin1(`g${index}\n`),
  binget: (index: number) => concat([code('h'), little(index, 1)]),
  longBinget: (index: number) => concat([code('j'), little(index, 4)]),
  global: (module: string, name: string) => utf8(`c${module}\n${name}\n`),
  stackGlobal: Uint8Array.of(0x93),
  inst: (module: string, name: string) => utf8(`i${module}\n${name}\n`),
  obj: code('o'),
  reduce: code('R'),
  newobj: Uint8Array.of(0x81),
  newobjEx: Uint8Array.of(0x92),
  build: code('b'),
  ext1: (number: number) => Uint8Array.of(0x82, number),
  ext2: (number: number) => concat([Uint8Array.of(0x83), little(number, 2)]),
  ext4: (number: number) => concat([Uint8Array.of(0x84), little(number, 4)]),
  persid: (id: string) => utf8(`P${id}\n`),
  binpersid: code('Q'),
  nextBuffer: Uint8Array.of(0x97),
  readonlyBuffer: Uint8Array.of(0x98),
}

/** A Python value: arrays are lists; tuples, dicts, calls and the like are made by the functions below. */
export type Python = null | boolean | number | bigint | string | Uint8Array | Python[] | Raw

/** Instructions that leave one value on the stack. */
export interface Raw {
  readonly raw: Uint8Array
}
export const raw = (...parts: readonly Uint8Array[]): Raw => ({ raw: concat(parts) })

/** The instructions that push a value, in opcodes that every protocol since 2 reads. */
export function py(value: Python): Uint8Array {
  if (value === null) return ops.none
  if (value === true) return ops.true
  if (value === false) return ops.false
  if (typeof value === 'number')
    return !Number.isInteger(value) || Object.is(value, -0)
      ? ops.binfloat(value)
      : Math.abs(value) < 2 ** 31
        ? ops.binint(value)
        : ops.long1(BigInt(value), 8)
  if (typeof value === 'bigint') return ops.long1(value, 16)
  if (typeof value === 'string') return ops.binunicode(value)
  if (value instanceof Uint8Array) return ops.binbytes(value)
  if (Array.isArray(value)) return concat([ops.emptyList, ops.mark, ...value.map(py), ops.appends])
  return value.raw
}

export const tuple = (...items: Python[]): Raw => raw(ops.mark, ...items.map(py), ops.tuple)
export const dict = (...entries: (readonly [Python, Python])[]): Raw =>
  raw(ops.emptyDict, ops.mark, ...entries.flatMap(([key, value]) => [py(key), py(value)]), ops.setitems)
export const global = (module: string, name: string): Raw => raw(ops.global(module, name))
/** REDUCE: `module.name(*args)`. */
export const call = (module: string, name: string, ...args: Python[]): Raw =>
  raw(ops.global(module, name), py(tuple(...args)), ops.reduce)
/** NEWOBJ and BUILD: an object of a class, with its state. */
export const object = (module: string, name: string, args: Python[], state?: Python): Raw =>
  raw(
    ops.global(module, name),
    py(tuple(...args)),
    ops.newobj,
    ...(state === undefined ? [] : [py(state), ops.build]),
  )
/** An object with a state, from whatever makes it. */
export const built = (target: Python, state: Python): Raw => raw(py(target), py(state), ops.build)
/** A dict made by a constructor, with entries set afterwards. */
export const orderedDict = (...entries: (readonly [Python, Python])[]): Raw =>
  raw(
    py(call('collections', 'OrderedDict')),
    ops.mark,
    ...entries.flatMap(([key, value]) => [py(key), py(value)]),
    ops.setitems,
  )

/** A whole pickle of one value. */
export const dumps = (value: Python, protocol = 2): Uint8Array =>
  concat([ops.proto(protocol), py(value), ops.stop])

/** A persistent id of PyTorch: a storage of `elements` elements. */
export const storage = (key: Python, elements: Python, type = 'FloatStorage', module = 'torch'): Raw =>
  raw(py(tuple('storage', global(module, type), key, 'cpu', elements)), ops.binpersid)
/** A tensor on a storage, as PyTorch since 0.4 writes it. */
export const tensor = (from: Python, offset: Python, shape: number[], strides: Python[]): Raw =>
  call(
    'torch._utils',
    '_rebuild_tensor_v2',
    from,
    offset,
    tuple(...shape),
    tuple(...strides),
    false,
    call('collections', 'OrderedDict'),
  )

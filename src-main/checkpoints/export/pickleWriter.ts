// How does a dict of tensors become a pickle that torch.load accepts? Protocol 2, plain containers and tensors, nothing else.

/** A tensor to be written: its bytes stand in a storage of their own. */
export interface TensorToWrite {
  readonly kind: 'tensor'
  /** torch's name of the storage: `FloatStorage`, `HalfStorage`, `LongStorage`, … */
  readonly storage: string
  readonly shape: readonly number[]
  /** Number of the storage in the archive. */
  readonly key: number
}

/** What the writer knows: dicts with string keys (a Map becomes an OrderedDict), lists, scalars and tensors. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | readonly PickleValue[]
  | ReadonlyMap<string, PickleValue>
  | TensorToWrite
  | { readonly kind: 'dict'; readonly entries: ReadonlyMap<string, PickleValue> }

const op = {
  proto: 0x80,
  stop: 0x2e,
  none: 0x4e,
  true: 0x88,
  false: 0x89,
  int4: 0x4a,
  int1: 0x4b,
  int2: 0x4d,
  long1: 0x8a,
  float: 0x47,
  unicode: 0x58,
  emptyDict: 0x7d,
  emptyList: 0x5d,
  emptyTuple: 0x29,
  mark: 0x28,
  tuple: 0x74,
  setItems: 0x75,
  appends: 0x65,
  global: 0x63,
  reduce: 0x52,
  persistent: 0x51,
} as const

/** The bytes of `data.pkl`. */
export function pickle(value: PickleValue): Buffer {
  const chunks: Buffer[] = [Buffer.from([op.proto, 2])]
  const put = (...bytes: number[]) => chunks.push(Buffer.from(bytes))
  const global = (module: string, name: string) =>
    chunks.push(Buffer.from([op.global]), Buffer.from(`${module}\n${name}\n`))
  const text = (string: string) => {
    const bytes = Buffer.from(string, 'utf8')
    const length = Buffer.alloc(4)
    length.writeUInt32LE(bytes.length)
    chunks.push(Buffer.from([op.unicode]), length, bytes)
  }
  const number = (n: number) => chunks.push(numberBytes(n))
  const tuple = (numbers: readonly number[]) => {
    if (numbers.length === 0) return put(op.emptyTuple)
    put(op.mark)
    for (const n of numbers) number(n)
    return put(op.tuple)
  }
  const orderedDict = () => {
    global('collections', 'OrderedDict')
    put(op.emptyTuple, op.reduce)
  }
  const entries = (map: ReadonlyMap<string, PickleValue>) => {
    if (map.size === 0) return
    put(op.mark)
    for (const [key, child] of map) {
      text(key)
      write(child)
    }
    put(op.setItems)
  }
  const tensor = ({ storage, shape, key }: TensorToWrite) => {
    global('torch._utils', '_rebuild_tensor_v2')
    put(op.mark)
    put(op.mark)
    text('storage')
    global('torch', storage)
    text(String(key))
    text('cpu')
    number(shape.reduce((product, size) => product * size, 1))
    put(op.tuple, op.persistent)
    number(0)
    tuple(shape)
    tuple(shape.map((_, i) => shape.slice(i + 1).reduce((product, size) => product * size, 1)))
    put(op.false)
    orderedDict()
    put(op.tuple, op.reduce)
  }
  const write = (child: PickleValue): void => {
    if (child === null) put(op.none)
    else if (typeof child === 'boolean') put(child ? op.true : op.false)
    else if (typeof child === 'number') number(child)
    else if (typeof child === 'string') text(child)
    else if (isMap(child)) {
      orderedDict()
      entries(child)
    } else if (isList(child)) {
      put(op.emptyList)
      if (child.length === 0) return
      put(op.mark)
      child.forEach(write)
      put(op.appends)
    } else if (child.kind === 'dict') {
      put(op.emptyDict)
      entries(child.entries)
    } else tensor(child)
  }
  write(value)
  put(op.stop)
  return Buffer.concat(chunks)
}

function isMap(value: PickleValue): value is ReadonlyMap<string, PickleValue> {
  return value instanceof Map
}

function isList(value: PickleValue): value is readonly PickleValue[] {
  return Array.isArray(value)
}

function numberBytes(n: number): Buffer {
  if (!Number.isInteger(n) || Object.is(n, -0)) {
    const bytes = Buffer.alloc(9)
    bytes[0] = op.float
    bytes.writeDoubleBE(n, 1)
    return bytes
  }
  if (n >= 0 && n < 256) return Buffer.from([op.int1, n])
  if (n >= 0 && n < 65_536) return Buffer.from([op.int2, n & 255, n >> 8])
  if (Math.abs(n) < 2 ** 31) {
    const bytes = Buffer.alloc(5)
    bytes[0] = op.int4
    bytes.writeInt32LE(n, 1)
    return bytes
  }
  const bytes = Buffer.alloc(10)
  bytes[0] = op.long1
  bytes[1] = 8
  bytes.writeBigInt64LE(BigInt(n), 2)
  return bytes
}

// Which bytes of a storage make up a tensor, and are they there? Views with strides, read when asked for.
import type { TensorDtype } from '../../../src-shared/domain/checkpoint.ts'
import { itemBytes, swapBytes, toFloat32 } from './dtypes.ts'
import { limits } from './limits.ts'
import { allocate, type ByteSource } from './sourceFile.ts'
import type { StoredTensor } from './stored.ts'

/** Elements that tensors look at. */
export interface ElementSource extends ByteSource {
  readonly bigEndian: boolean
}

/** A window on a storage, in elements. */
export interface View {
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  readonly offset: number
}

/** How many elements a shape holds, or null where that is no exact integer or a side is no size. */
export function elementCount(shape: readonly number[]): number | null {
  if (shape.some((side) => !Number.isSafeInteger(side) || side < 0)) return null
  if (shape.includes(0)) return 0
  let count = 1
  for (const side of shape) {
    if (count > Number.MAX_SAFE_INTEGER / side) return null
    count *= side
  }
  return count
}

/** Strides of a tensor in C order: the last axis moves by one element. */
export function contiguousStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= Math.max(1, shape[axis]!)
  }
  return strides
}

/** Strides of a tensor in Fortran order: the first axis moves by one element. */
export function fortranStrides(shape: readonly number[]): number[] {
  return contiguousStrides([...shape].reverse()).reverse()
}

/** Why a view does not lie inside a storage of `elements`, as a clause; null where it does. */
export function problemOfView(view: View, elements: number): string | null {
  const { shape, strides, offset } = view
  if (shape.length > limits.rank)
    return `a tensor has ${shape.length} axes, more than the ${limits.rank} that exist`
  if (strides.length !== shape.length) return `a tensor of ${shape.length} axes has ${strides.length} strides`
  const count = elementCount(shape)
  if (count === null) return `a tensor claims the shape [${shape.slice(0, 8).join(', ')}]`
  if (!Number.isSafeInteger(offset) || offset < 0) return `a tensor starts at element ${offset}`
  if (strides.some((stride) => !Number.isSafeInteger(stride) || stride < 0))
    return `a tensor has the strides [${strides.slice(0, 8).join(', ')}]`
  // An empty tensor touches nothing; PyTorch lets it start anywhere up to the end.
  let last = offset
  if (count > 0)
    for (const [axis, side] of shape.entries()) {
      const stride = strides[axis]!
      if (stride > 0 && side - 1 > (elements - 1 - last) / stride) {
        last = Infinity
        break
      }
      last += (side - 1) * stride
    }
  if (count > 0 ? last >= elements : offset > elements)
    return `a tensor of shape [${shape.slice(0, 8).join(', ')}] reaches past its storage of ${elements} elements`
  if (count > elements && count > limits.repeatedElements)
    return `a tensor repeats ${elements} stored elements ${count} times over`
  return null
}

/** True where the elements stand one after another in C order. */
function isContiguous(view: View): boolean {
  let stride = 1
  for (let axis = view.shape.length - 1; axis >= 0; axis--) {
    if (view.shape[axis]! > 1 && view.strides[axis] !== stride) return false
    stride *= view.shape[axis]!
  }
  return true
}

/** A lazy tensor over a checked view (`problemOfView` said null). `name` stands in messages. */
export function storedTensor(
  name: string,
  dtype: TensorDtype,
  itemSize: number,
  view: View,
  source: ElementSource,
): StoredTensor {
  const shape = [...view.shape]
  const count = elementCount(shape) ?? 0
  const readRaw = (): { dtype: TensorDtype; bytes: Uint8Array<ArrayBuffer> } => {
    const bytes = allocate(name, count * itemSize)
    if (count > 0) {
      if (isContiguous(view)) source.readInto(bytes, view.offset * itemSize)
      else gather(name, view, itemSize, source, bytes)
      if (source.bigEndian) swapBytes(dtype, bytes)
    }
    return { dtype, bytes }
  }
  return {
    kind: 'tensor',
    dtype,
    shape,
    read() {
      return toFloat32(dtype, readRaw().bytes, name)
    },
    readRaw,
  }
}

/** A tensor of a plain dtype whose elements follow each other from byte `start` on. */
export function plainTensor(
  name: string,
  dtype: Exclude<TensorDtype, 'other'>,
  shape: readonly number[],
  source: ByteSource,
  start: number,
): StoredTensor {
  const part: ElementSource = {
    bigEndian: false,
    bytes: source.bytes - start,
    readInto: (target, offset) => source.readInto(target, start + offset),
  }
  return storedTensor(
    name,
    dtype,
    itemBytes[dtype],
    { shape, strides: contiguousStrides(shape), offset: 0 },
    part,
  )
}

/** A span is read in one piece while it is this small, or mostly wanted. */
const smallSpan = 64 * 1024 * 1024
const wastefulSpan = 16

/** Writes the view's elements into `out` in C order. */
function gather(
  name: string,
  view: View,
  itemSize: number,
  source: ElementSource,
  out: Uint8Array<ArrayBuffer>,
): void {
  const { shape, strides, offset } = view
  const span = shape.reduce((sum, side, axis) => sum + (side - 1) * strides[axis]!, 1) * itemSize
  if (shape.length > 0 && span > smallSpan && span > wastefulSpan * out.length) {
    const inner = out.length / shape[0]!
    for (let i = 0; i < shape[0]!; i++)
      gather(
        name,
        { shape: shape.slice(1), strides: strides.slice(1), offset: offset + i * strides[0]! },
        itemSize,
        source,
        new Uint8Array(out.buffer, out.byteOffset + i * inner, inner),
      )
    return
  }
  const bytes = allocate(name, span)
  source.readInto(bytes, offset * itemSize)
  // Elements of 8 and 16 bytes are copied as words of 4, one more axis.
  const word = Math.min(itemSize, 4)
  const words = itemSize / word
  const unit = (array: Uint8Array<ArrayBuffer>): Uint8Array | Uint16Array | Uint32Array =>
    word === 1
      ? array
      : word === 2
        ? new Uint16Array(array.buffer, array.byteOffset, array.length / 2)
        : new Uint32Array(array.buffer, array.byteOffset, array.length / 4)
  scatter(unit(bytes), unit(out), [...shape, words], [...strides.map((stride) => stride * words), 1])
}

/** Copies a strided view into C order, one axis after another. */
function scatter(
  from: Uint8Array | Uint16Array | Uint32Array,
  to: Uint8Array | Uint16Array | Uint32Array,
  shape: readonly number[],
  strides: readonly number[],
): void {
  const rank = shape.length
  const index = new Array<number>(rank).fill(0)
  let position = 0
  for (let i = 0; i < to.length; i++) {
    to[i] = from[position]!
    for (let axis = rank - 1; axis >= 0; axis--) {
      position += strides[axis]!
      if (++index[axis]! < shape[axis]!) break
      position -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
}

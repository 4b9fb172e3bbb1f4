// How do PyTorch's storages, rebuild functions and dtypes inside a pickle become tensors?
import type { TensorDtype } from '../../../../src-shared/domain/checkpoint.ts'
import { itemBytes } from '../dtypes.ts'
import { shown } from '../shown.ts'
import type { StoredTensor } from '../stored.ts'
import { elementCount, problemOfView, storedTensor } from '../tensor.ts'
import { describe, describeArguments } from './describe.ts'
import { isObject, itemsOf, sizesOf, type Maker, type PickleContext, type PickleValue } from './values.ts'

/** Element types of PyTorch's typed storages: `torch.FloatStorage` and its kin. */
const storageTypes: ReadonlyMap<string, readonly [TensorDtype, number]> = new Map<
  string,
  [TensorDtype, number]
>([
  ['DoubleStorage', ['float64', 8]],
  ['FloatStorage', ['float32', 4]],
  ['HalfStorage', ['float16', 2]],
  ['BFloat16Storage', ['bfloat16', 2]],
  ['LongStorage', ['int64', 8]],
  ['IntStorage', ['int32', 4]],
  ['ShortStorage', ['int16', 2]],
  ['CharStorage', ['int8', 1]],
  ['ByteStorage', ['uint8', 1]],
  ['BoolStorage', ['bool', 1]],
  ['ComplexFloatStorage', ['complex64', 8]],
  ['ComplexDoubleStorage', ['complex128', 16]],
  ['QInt8Storage', ['other', 1]],
  ['QUInt8Storage', ['other', 1]],
  ['QInt32Storage', ['other', 4]],
  ['QUInt4x2Storage', ['other', 1]],
  ['QUInt2x4Storage', ['other', 1]],
  ['UntypedStorage', ['uint8', 1]],
])

const dtypes: readonly (readonly [string, TensorDtype, number?])[] = [
  ['float64', 'float64'],
  ['double', 'float64'],
  ['float32', 'float32'],
  ['float', 'float32'],
  ['float16', 'float16'],
  ['half', 'float16'],
  ['bfloat16', 'bfloat16'],
  ['float8_e4m3fn', 'float8_e4m3fn'],
  ['float8_e5m2', 'float8_e5m2'],
  ['float8_e4m3fnuz', 'other', 1],
  ['float8_e5m2fnuz', 'other', 1],
  ['float8_e8m0fnu', 'other', 1],
  ['float4_e2m1fn_x2', 'other', 1],
  ['complex32', 'other', 4],
  ['complex64', 'complex64'],
  ['cfloat', 'complex64'],
  ['complex128', 'complex128'],
  ['cdouble', 'complex128'],
  ['int64', 'int64'],
  ['long', 'int64'],
  ['int32', 'int32'],
  ['int', 'int32'],
  ['int16', 'int16'],
  ['short', 'int16'],
  ['int8', 'int8'],
  ['uint64', 'uint64'],
  ['uint32', 'uint32'],
  ['uint16', 'uint16'],
  ['uint8', 'uint8'],
  ['bool', 'bool'],
  ['qint8', 'other', 1],
  ['quint8', 'other', 1],
  ['qint32', 'other', 4],
  ['quint4x2', 'other', 1],
  ['quint2x4', 'other', 1],
]

/** Element type and bytes of the storage class that a persistent id names; null for anything else. */
export function storageType(value: PickleValue | undefined): readonly [TensorDtype, number] | null {
  if (!isObject(value) || value.kind !== 'global') return null
  const match = /^torch\.(?:cuda\.|storage\.)?_?(\w+)$/.exec(value.name)
  return storageTypes.get(match?.[1] ?? '') ?? null
}

/** The window (offset, sizes, strides) on a storage, as a tensor of `dtype`. */
function rebuilt(
  args: readonly PickleValue[],
  context: PickleContext,
  dtype?: { dtype: TensorDtype; itemSize: number },
): StoredTensor {
  const [storage, offset, size, stride] = args
  const shape = sizesOf(size)
  const strides = sizesOf(stride)
  if (!isObject(storage) || storage.kind !== 'storage' || typeof offset !== 'number' || !shape || !strides)
    throw context.refuse(`a tensor is rebuilt from ${describeArguments(args)}`)
  const type = dtype ?? storage
  const elements = Math.floor((storage.elements * storage.itemSize) / type.itemSize)
  const view = { shape, strides, offset }
  const problem = problemOfView(view, elements)
  if (problem) throw context.refuse(problem)
  context.claim((elementCount(shape) ?? 0) * type.itemSize)
  return storedTensor(`a tensor of ${context.name}`, type.dtype, type.itemSize, view, storage.source)
}

/** torch._utils._rebuild_tensor(storage, offset, size, stride). */
const rebuildTensor: Maker = (args, context) => {
  if (args.length !== 4) throw context.refuse(`a tensor is rebuilt from ${describeArguments(args)}`)
  return rebuilt(args, context)
}

/** torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks[, metadata]). */
const rebuildTensorV2: Maker = (args, context) => {
  if (args.length !== 6 && args.length !== 7)
    throw context.refuse(`a tensor is rebuilt from ${describeArguments(args)}`)
  return rebuilt(args, context)
}

/** torch._utils._rebuild_tensor_v3: the dtype is an argument, the storage is bytes. */
const rebuildTensorV3: Maker = (args, context) => {
  const dtype = args[6]
  if (args.length < 7 || args.length > 8 || !isObject(dtype) || dtype.kind !== 'torch-dtype')
    throw context.refuse(`a tensor is rebuilt from ${describeArguments(args)}`)
  return rebuilt(args, context, dtype)
}

/** What wraps a tensor without changing its numbers: Parameter, Buffer, tensors of accelerators. */
const wrapped =
  (what: string, most: number): Maker =>
  (args, context) => {
    const [data] = args
    if (args.length > most || !isObject(data))
      throw context.refuse(`${what} is made of ${describeArguments(args)}`)
    if (data.kind === 'tensor' || data.kind === 'inert') return data
    if (data.kind === 'array' && data.content?.kind === 'tensor') return data.content
    throw context.refuse(`${what} is made of ${describeArguments(args)}`)
  }

/** torch._tensor._rebuild_from_type_v2(function, type, arguments, state): a tensor of a class of its own. */
const rebuildFromType: Maker = (args, context) => {
  const [rebuild, , inner] = args
  const innerArguments = itemsOf(inner)
  const known =
    isObject(rebuild) && rebuild.kind === 'global' && rebuild.name.startsWith('torch._utils._rebuild')
  if (!known || !innerArguments) return context.inert('torch._tensor._rebuild_from_type_v2', args)
  return context.call(rebuild, innerArguments)
}

/** Layouts that are no plain block of numbers: listed, not read. */
const notRead =
  (global: string): Maker =>
  (args, context) =>
    context.inert(global, args)

const size: Maker = (args, context) => {
  const items = args.length === 0 ? [] : sizesOf(args[0])
  if (!items || args.length > 1) throw context.refuse(`a torch.Size is made of ${describeArguments(args)}`)
  context.produce(items.length * 2)
  return { kind: 'tuple', items }
}

const device: Maker = (args) => ({
  kind: 'fact',
  text: args.map((arg) => (typeof arg === 'string' ? shown(arg, 40) : describe(arg))).join(':'),
})

const layout: Maker = (args) => ({
  kind: 'fact',
  text: typeof args[0] === 'string' ? shown(args[0], 40) : describe(args[0] ?? null),
})

const notReadNames = [
  '_rebuild_sparse_tensor',
  '_rebuild_sparse_csr_tensor',
  '_rebuild_qtensor',
  '_rebuild_nested_tensor',
  '_rebuild_meta_tensor_no_storage',
  '_rebuild_wrapper_subclass',
]

/** `module name` → constructor; null where the name may be referred to but makes nothing. */
export const torchGlobals: ReadonlyMap<string, Maker | null> = new Map<string, Maker | null>([
  ['torch._utils _rebuild_tensor', rebuildTensor],
  ['torch._utils _rebuild_tensor_v2', rebuildTensorV2],
  ['torch._utils _rebuild_tensor_v3', rebuildTensorV3],
  ['torch._utils _rebuild_parameter', wrapped('a parameter', 3)],
  ['torch._utils _rebuild_parameter_with_state', wrapped('a parameter', 4)],
  ['torch._utils _rebuild_device_tensor_from_numpy', wrapped('a tensor', 4)],
  ['torch._utils _rebuild_device_tensor_from_cpu_tensor', wrapped('a tensor', 4)],
  ['torch._utils _rebuild_xla_tensor', wrapped('a tensor', 4)],
  ...notReadNames.map((name): [string, Maker] => [`torch._utils ${name}`, notRead(`torch._utils.${name}`)]),
  ['torch._tensor _rebuild_from_type', rebuildFromType],
  ['torch._tensor _rebuild_from_type_v2', rebuildFromType],
  ['torch.nn.parameter Parameter', wrapped('a parameter', 2)],
  ['torch.nn.parameter Buffer', wrapped('a buffer', 3)],
  ['torch.nn Parameter', wrapped('a parameter', 2)],
  ['torch Tensor', null],
  ['torch Size', size],
  ['torch device', device],
  ['torch.serialization _get_layout', layout],
  ['torch per_tensor_affine', null],
  ['torch per_channel_affine', null],
  ['torch per_channel_affine_float_qparams', null],
  ...[...storageTypes.keys()].flatMap((name): [string, null][] => [
    [`torch ${name}`, null],
    [`torch.cuda ${name}`, null],
    [`torch.storage ${name}`, null],
  ]),
  ['torch.storage TypedStorage', null],
  ['torch.storage _TypedStorage', null],
  ['torch.storage _UntypedStorage', null],
])

/** `torch.float32` and its kin, by the name behind `torch`. */
export const torchDtypes: ReadonlyMap<string, { dtype: TensorDtype; itemSize: number }> = new Map(
  dtypes.map(([name, dtype, bytes]) => [
    name,
    { dtype, itemSize: bytes ?? (dtype === 'other' ? 1 : itemBytes[dtype]) },
  ]),
)

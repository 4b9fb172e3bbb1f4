// How is a .pth file written? As torch.save writes one: a zip of one pickle and the raw bytes of every tensor.
import type { TensorDtype } from '../../../src-shared/domain/checkpoint.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { writeWhole } from './files.ts'
import type { OutTensor } from './form.ts'
import { pickle, type PickleValue } from './pickleWriter.ts'
import { zipWriter } from './zipWriter.ts'

/** A tree to be saved: OrderedDicts (Maps), plain dicts, lists, scalars and tensors. */
export type TorchValue =
  | null
  | boolean
  | number
  | string
  | readonly TorchValue[]
  | ReadonlyMap<string, TorchValue>
  | { readonly [key: string]: TorchValue }
  | OutTensor

const storages: Partial<Record<TensorDtype, string>> = {
  float64: 'DoubleStorage',
  float32: 'FloatStorage',
  float16: 'HalfStorage',
  bfloat16: 'BFloat16Storage',
  int64: 'LongStorage',
  int32: 'IntStorage',
  int16: 'ShortStorage',
  int8: 'CharStorage',
  uint8: 'ByteStorage',
  bool: 'BoolStorage',
}

/** Whether torch has a storage for these numbers that every release since 1.6 reads. */
export function isTorchDtype(dtype: TensorDtype): boolean {
  return storages[dtype] !== undefined
}

/**
 * Saves a tree as torch.save does (zip, protocol 2, no code in the pickle: torch.load accepts it with
 * `weights_only=True`). Throws Failure `disk`.
 */
export function writeTorch(path: string, root: TorchValue): void {
  const tensors: OutTensor[] = []
  const bytes = pickle(convert(root, tensors))
  writeWhole(path, (descriptor) => {
    const zip = zipWriter(descriptor)
    zip.add('archive/data.pkl', bytes)
    zip.add('archive/byteorder', Buffer.from('little'))
    tensors.forEach((tensor, key) => zip.add(`archive/data/${key}`, tensor.bytes()))
    zip.add('archive/version', Buffer.from('3\n'))
    zip.end()
  })
}

function convert(value: TorchValue, tensors: OutTensor[]): PickleValue {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Map)
    return new Map([...(value as ReadonlyMap<string, TorchValue>)].map(([k, v]) => [k, convert(v, tensors)]))
  if (Array.isArray(value)) return (value as readonly TorchValue[]).map((item) => convert(item, tensors))
  if (isOutTensor(value)) {
    const storage = storages[value.dtype]
    if (storage === undefined)
      throw new Failure('bad-argument', `A .pth file cannot hold numbers of the format ${value.dtype}.`)
    return { kind: 'tensor', storage, shape: value.shape, key: tensors.push(value) - 1 }
  }
  const entries = Object.entries(value as { readonly [key: string]: TorchValue })
  return { kind: 'dict', entries: new Map(entries.map(([k, v]) => [k, convert(v, tensors)])) }
}

function isOutTensor(value: object): value is OutTensor {
  return 'bytes' in value && typeof value.bytes === 'function'
}

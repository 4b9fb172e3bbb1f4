// Which bytes does a persistent id of PyTorch stand for, and which tensors were left out? What both formats share.
import type { InertFacts, TensorDtype } from '../../../src-shared/domain/checkpoint.ts'
import { describe } from './pickle/describe.ts'
import { storageType } from './pickle/torchGlobals.ts'
import { isObject, type PickleContext, type PickleValue } from './pickle/values.ts'

/** A persistent id: ('storage', class, key, location, elements[, window on the storage]). */
export interface StorageId {
  readonly key: string
  readonly dtype: TensorDtype
  readonly itemSize: number
  readonly elements: number
  /** A sixth part, which only legacy files have. */
  readonly window: PickleValue | undefined
}

/** Reads a persistent id. Throws Failure for any other shape. */
export function storageId(id: PickleValue, context: PickleContext, most: 5 | 6): StorageId {
  const parts = isObject(id) && id.kind === 'tuple' ? id.items : []
  const [tag, type, key, location, elements, window] = parts
  const known = storageType(type)
  const valid =
    tag === 'storage' &&
    parts.length >= 5 &&
    parts.length <= most &&
    known &&
    typeof key === 'string' &&
    typeof location === 'string' &&
    typeof elements === 'number' &&
    Number.isSafeInteger(elements) &&
    elements >= 0 &&
    Number.isSafeInteger(elements * known[1])
  if (!valid) throw context.refuse(`its pickle refers to ${describe(id, 3)}, which is no storage`)
  return { key, dtype: known[0], itemSize: known[1], elements, window }
}

const leftOut: Readonly<Record<string, string>> = {
  'torch._utils._rebuild_qtensor': 'quantised',
  'torch._utils._rebuild_sparse_tensor': 'sparse',
  'torch._utils._rebuild_sparse_csr_tensor': 'sparse',
  'torch._utils._rebuild_nested_tensor': 'nested',
  'torch._utils._rebuild_meta_tensor_no_storage': 'empty (meta device)',
  'torch._utils._rebuild_wrapper_subclass': 'wrapped',
}

/** A sentence for each kind of tensor that is no plain block of numbers. */
export function leftOutNotices(inert: readonly InertFacts[]): string[] {
  return inert.flatMap(({ global, count }) => {
    const kind = Object.hasOwn(leftOut, global) ? leftOut[global] : undefined
    return kind ? [`Tensors left out because they are ${kind}: ${count}.`] : []
  })
}

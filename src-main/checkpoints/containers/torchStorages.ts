// Which bytes does a persistent id of PyTorch stand for? The checks that zip and legacy files share.
import type { TensorDtype } from '../../../src-shared/domain/checkpoint.ts'
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

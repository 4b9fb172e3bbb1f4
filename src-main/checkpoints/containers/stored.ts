// What does a checkpoint file hold, once read? Plain values, lazy tensors and inert records; nothing that runs.
import type { InertFacts, TensorDtype } from '../../../src-shared/domain/checkpoint.ts'

/**
 * A value of a checkpoint. The tree is finite: no cycles, a bounded depth and a bounded number of values when every
 * branch is walked, so a plain recursive walk is safe. Python's tuples, lists and sets are arrays; its dicts,
 * OrderedDicts and Namespaces are Maps (`__proto__` is a key like any other); dtypes, devices, complex numbers and
 * slices are strings as Python prints them; integers beyond 2^53 are bigint.
 */
export type StoredValue =
  null | boolean | number | bigint | string | Uint8Array | StoredValue[] | StoredMap | StoredTensor | Inert

/** A dict. Keys are mostly strings; optimiser states have numbers, Lightning's callbacks may have inert classes. */
export type StoredMap = Map<StoredValue, StoredValue>

/** A tensor of which only the index has been read. */
export interface StoredTensor {
  readonly kind: 'tensor'
  readonly dtype: TensorDtype
  readonly shape: readonly number[]
  /**
   * The numbers as float32 in C order: a fresh copy on each call. Booleans become 0 and 1, float64 and integers are
   * rounded to the nearest float32. Throws Failure for complex, quantised and unknown dtypes, and when the file
   * changed since it was opened.
   */
  read(): Float32Array
  /** The same elements in C order, in their own dtype, little-endian. */
  readRaw(): { dtype: TensorDtype; bytes: Uint8Array }
}

/** Something the file wanted built by code we do not run: kept as data. */
export interface Inert {
  readonly kind: 'inert'
  /** `module.name` as the file spells it. */
  readonly global: string
  readonly arguments: StoredValue[]
  /** What the file would have restored the object from (its attributes, mostly a Map); null without. */
  readonly state: StoredValue
  /** What the file appended to the object, and what it set in it, where it is a list or a dict of its own kind. */
  readonly items: StoredValue[]
  readonly entries: StoredMap
}

/** An opened file or folder: its index has been read and checked, its tensors are read when asked for. */
export interface Container {
  /** `torch-zip`, `torch-legacy`, `safetensors`, `safetensors-sharded`, `npz`, `npy`, … */
  readonly format: string
  readonly path: string
  readonly files: readonly { path: string; bytes: number }[]
  /** What the file says of itself in short strings: safetensors metadata, epoch, stored arguments. */
  readonly metadata: Readonly<Record<string, string>>
  /** Hugging Face's `config.json` beside the weights; {} without one. */
  readonly config: Readonly<Record<string, unknown>>
  /** Hugging Face's `preprocessor_config.json` beside the weights; {} without one. */
  readonly preprocessor: Readonly<Record<string, unknown>>
  /** safetensors, npz: a Map from names to tensors. torch: whatever was saved. npy: the tensor itself. */
  readonly root: StoredValue
  readonly inert: readonly InertFacts[]
  /** Sentences a person should read. */
  readonly notices: readonly string[]
  /** Closes the files; a tensor read afterwards throws Failure. */
  close(): void
}

/** True for a dict. */
export function isMap(value: StoredValue | undefined): value is StoredMap {
  return value instanceof Map
}

/**
 * What a value holds by name: a dict's own entries, and those of an object that is a dict of its own class
 * (Lightning's AttributeDict, EasyDict) or keeps them as its attributes. Null where it holds nothing by name.
 */
export function entriesOf(value: StoredValue | undefined): StoredMap | null {
  if (isMap(value)) return value
  if (!isInert(value)) return null
  if (value.entries.size > 0) return value.entries
  return isMap(value.state) ? value.state : null
}

/** True for a tensor. */
export function isTensor(value: StoredValue | undefined): value is StoredTensor {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'tensor'
}

/** True for an inert record. */
export function isInert(value: StoredValue | undefined): value is Inert {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'inert'
}

// What stands on the unpickler's stack? Python's values as tagged data; none of them has behaviour.
import type { TensorDtype } from '../../../../src-shared/domain/checkpoint.ts'
import type { ElementSource } from '../tensor.ts'
import type { StoredTensor } from '../stored.ts'

export type PickleValue = null | boolean | number | bigint | string | Uint8Array | PickleObject

/** Everything with parts or an identity of its own. */
export type PickleObject =
  | PickleList
  | PickleTuple
  | PickleSet
  | PickleDict
  | PickleGlobal
  | PickleFact
  | PickleInert
  | NumpyDtype
  | NumpyArray
  | TorchDtype
  | Storage
  | StoredTensor

export interface PickleList {
  kind: 'list'
  items: PickleValue[]
}
export interface PickleTuple {
  kind: 'tuple'
  items: PickleValue[]
}
export interface PickleSet {
  kind: 'set'
  items: PickleValue[]
}
export interface PickleDict {
  kind: 'dict'
  entries: Map<PickleValue, PickleValue>
  /** What BUILD does to it: fills it (a Namespace), sets attributes that are dropped, or is refused. */
  state: 'entries' | 'dropped' | 'refused'
}
/** A global of the allow-list, as a value. */
export interface PickleGlobal {
  kind: 'global'
  name: string
  make: Maker | null
}
/** A small value that is only ever shown: a device, a slice, a complex number. */
export interface PickleFact {
  kind: 'fact'
  text: string
}
/** A global that is not on the allow-list, or what the file wanted it to make. */
export interface PickleInert {
  kind: 'inert'
  /** `module.name`, ready to be shown. */
  global: string
  use: 'called' | 'built' | 'referred to'
  arguments: PickleValue[]
  state: PickleValue
  items: PickleValue[]
  /** Null until the file sets one: most records have none. */
  entries: Map<PickleValue, PickleValue> | null
}
export interface NumpyDtype {
  kind: 'numpy-dtype'
  /** NumPy's code without the byte order: `f8`, `i4`, `U12`, `O8`. */
  code: string
  bigEndian: boolean
  /** Fields, subarrays, units: nothing whose bytes we could name. */
  odd: boolean
}
/** An ndarray; null until its BUILD has brought shape and bytes. */
export interface NumpyArray {
  kind: 'array'
  content: StoredTensor | PickleList | null
}
export interface TorchDtype {
  kind: 'torch-dtype'
  name: string
  dtype: TensorDtype
  itemSize: number
}
/** A block of elements that tensors look at. */
export interface Storage {
  kind: 'storage'
  dtype: TensorDtype
  itemSize: number
  /** In elements of `dtype`. */
  elements: number
  source: ElementSource
}

/** Makes a value of an allow-listed global's arguments. */
export type Maker = (args: readonly PickleValue[], context: PickleContext) => PickleValue

/** What makers may ask of the interpreter. */
export interface PickleContext {
  /** The file's name, for messages. */
  readonly name: string
  /** The error for arguments that a constructor does not take; `what` is a clause. */
  refuse(what: string): Error
  /** Keeps a call as data. */
  inert(global: string, args: readonly PickleValue[]): PickleInert
  /** Makes what `target` stands for, as REDUCE does. */
  call(target: PickleValue, args: readonly PickleValue[]): PickleValue
  /** Counts bytes that a constructor is about to create. Throws where they exceed what the file could explain. */
  produce(bytes: number): void
  /** Counts bytes that a tensor claims to have. Throws where the claims exceed what the file could explain. */
  claim(bytes: number): void
}

export function isObject(value: PickleValue | undefined): value is PickleObject {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
}

/** The items of a tuple, list or set; null for anything else. */
export function itemsOf(value: PickleValue | undefined): readonly PickleValue[] | null {
  if (!isObject(value)) return null
  return value.kind === 'tuple' || value.kind === 'list' || value.kind === 'set' ? value.items : null
}

/** The entries of a dict; null for anything else. */
export function entriesOf(value: PickleValue | undefined): Map<PickleValue, PickleValue> | null {
  return isObject(value) && value.kind === 'dict' ? value.entries : null
}

/** A tuple or list of sizes; null for anything else. */
export function sizesOf(value: PickleValue | undefined): number[] | null {
  const items = itemsOf(value)
  if (!items || items.length > 1000) return null
  const sizes = items.filter((item) => typeof item === 'number')
  return sizes.length === items.length ? sizes : null
}

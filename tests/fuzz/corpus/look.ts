// How do corpus checks look into what was opened?
import { deepStrictEqual } from 'node:assert'
import {
  isMap,
  isTensor,
  type Container,
  type StoredMap,
  type StoredTensor,
  type StoredValue,
} from '../../../src-main/checkpoints/containers/container.ts'

/** The value behind a chain of keys and indices. */
export function at(container: Container, ...keys: (string | number)[]): StoredValue | undefined {
  let value: StoredValue | undefined = container.root
  for (const key of keys)
    value = isMap(value) ? value.get(key) : Array.isArray(value) ? value[Number(key)] : undefined
  return value
}

export function tensorAt(container: Container, ...keys: (string | number)[]): StoredTensor {
  const value = at(container, ...keys)
  if (!isTensor(value)) throw new Error(`${keys.join('.')} is no tensor`)
  return value
}

export function mapOf(value: StoredValue): StoredMap {
  if (!isMap(value)) throw new Error('no dict')
  return value
}

/** Throws where the two differ. */
export function equal(actual: unknown, expected: unknown): void {
  deepStrictEqual(actual, expected)
}

/** Calls `visit` for every tensor below a value, with its path. A plain walk: the tree must be finite. */
export function walkTensors(
  value: StoredValue,
  visit: (tensor: StoredTensor, path: string) => void,
  path = '',
): void {
  const join = (key: unknown): string => (path === '' ? String(key) : `${path}.${String(key)}`)
  if (isTensor(value)) visit(value, path)
  else if (Array.isArray(value)) value.forEach((item, i) => walkTensors(item, visit, join(i)))
  else if (isMap(value))
    for (const [key, item] of value) {
      if (typeof key === 'object') walkTensors(key, visit, path)
      walkTensors(item, visit, join(typeof key === 'object' ? '…' : key))
    }
  else if (typeof value === 'object' && value !== null && 'kind' in value)
    for (const part of [value.arguments, value.state, value.items, value.entries])
      walkTensors(part, visit, path)
}

// How is a pickled value put into a few words for the report?
import { shown } from '../shown.ts'
import type { PickleValue } from './values.ts'

const longest = 160

/** A call's arguments as Python would print them, shortened. */
export function describeArguments(args: readonly PickleValue[]): string {
  return shorten(described(args, 3, longest))
}

/** One value as Python would print it, shortened. */
export function describe(value: PickleValue, depth = 2): string {
  return shorten(text(value, depth, longest))
}

function shorten(words: string): string {
  return words.length > longest ? `${words.slice(0, longest - 1)}…` : words
}

/** Items joined by commas until the room is full, so that a long list costs no more than a short one. */
function described(items: Iterable<PickleValue>, depth: number, room: number): string {
  const parts: string[] = []
  let used = 0
  for (const item of items) {
    if (used > room) {
      parts.push('…')
      break
    }
    const part = text(item, depth - 1, room - used)
    parts.push(part)
    used += part.length + 2
  }
  return parts.join(', ')
}

function text(value: PickleValue, depth: number, room: number): string {
  if (value === null) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'bigint' || typeof value === 'number') return shown(String(value), 40)
  if (typeof value === 'string') return `'${shown(value, 80)}'`
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (depth <= 0) return '…'
  switch (value.kind) {
    case 'tuple':
      return `(${described(value.items, depth, room)})`
    case 'list':
      return `[${described(value.items, depth, room)}]`
    case 'set':
      return `{${described(value.items, depth, room)}}`
    case 'dict': {
      const parts: string[] = []
      let used = 0
      for (const [key, item] of value.entries) {
        if (used > room) {
          parts.push('…')
          break
        }
        const part = `${text(key, depth - 1, room)}: ${text(item, depth - 1, room)}`
        parts.push(part)
        used += part.length + 2
      }
      return `{${parts.join(', ')}}`
    }
    case 'global':
    case 'torch-dtype':
      return value.name
    case 'fact':
      return value.text
    case 'numpy-dtype':
      return `dtype('${shown(value.code, 20)}')`
    case 'inert':
      return value.use === 'referred to'
        ? value.global
        : `${value.global}(${described(value.arguments, depth, room)})`
    case 'array':
      return 'an array'
    case 'storage':
      return `a storage of ${value.elements} elements`
    case 'tensor':
      return `a tensor of shape [${value.shape.join(', ')}]`
  }
}

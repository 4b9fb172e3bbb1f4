// What does a checkpoint say of itself in a few words? Epoch, iteration, stored arguments; short strings only.
import { shown } from './shown.ts'
import { entriesOf, isMap, type StoredValue } from './stored.ts'

const mostEntries = 200
const longestValue = 200
/** Where training code keeps its settings. */
const settings = new Set(['args', 'opt', 'config', 'cfg', 'hparams', 'hyper_parameters'])

/** Names and texts as a plain record; a key that an object would treat specially is left out. */
export function shortStrings(entries: Iterable<readonly [string, string]>): Record<string, string> {
  const record: Record<string, string> = {}
  let count = 0
  for (const [key, text] of entries) {
    if (key === '__proto__') continue
    if (++count > mostEntries) break
    record[shown(key, 80)] = shown(text, longestValue)
  }
  return record
}

/** The plain values at the top of a training checkpoint, and those of its stored arguments as `args.NAME`. */
export function metadataOf(root: StoredValue): Record<string, string> {
  return shortStrings(plainEntries(root))
}

function* plainEntries(root: StoredValue): Generator<[string, string]> {
  if (!isMap(root)) return
  for (const [key, value] of root) {
    if (typeof key !== 'string') continue
    const text = plainText(value)
    if (text !== null) yield [key, text]
    else if (settings.has(key))
      for (const [name, setting] of entriesOf(value) ?? []) {
        const settingText = typeof name === 'string' ? plainText(setting) : null
        if (settingText !== null) yield [`${key}.${String(name)}`, settingText]
      }
  }
}

function plainText(value: StoredValue): string | null {
  if (value === null) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string')
    return String(value)
  if (Array.isArray(value) && value.length <= 16) {
    const parts = value.map((item) => (Array.isArray(item) ? null : plainText(item)))
    return parts.includes(null) ? null : `[${parts.join(', ')}]`
  }
  return null
}

// What surrounds a stored network? Its names, its file's other keys and the settings its training code stored.
import { isMap, type Container, type StoredMap, type StoredValue } from './containers/container.ts'
import type { NetworkView } from './families/keyMap.ts'
import type { StoredNetwork } from './networks.ts'

/** A plain setting. */
export type Setting = string | number | boolean | null

/** How deep settings may nest: Lightning's `hyper_parameters` hold dicts of dicts. */
const deepestSettings = 3

/** What a key map may ask of a network before its weights are looked at. */
export function viewOf(network: StoredNetwork, container: Container): NetworkView {
  const root = container.root
  const isNested = network.path.length > 0 && isMap(root)
  return {
    names: new Set(network.tensors.keys()),
    shapeOf: (name) => network.tensors.get(name)?.tensor.shape,
    path: network.path,
    neighbours: new Set(isNested ? [...root.keys()].filter(isNeighbour) : []),
    config: container.config,
  }
}

/** Our own exports' settings are nobody's neighbour. */
function isNeighbour(key: StoredValue): key is string {
  return typeof key === 'string' && key !== 'emergence'
}

/**
 * The settings that a training code stored beside its weights (`args`, `hyper_parameters`, `config`, …), by their own
 * name; of two with one name the outer one. Empty where there are none.
 */
export function storedSettings({ root, metadata }: Container): ReadonlyMap<string, Setting> {
  const settings = new Map<string, Setting>()
  // What our own exports say of their network, in texts.
  for (const [key, value] of Object.entries(metadata))
    if (key.startsWith('emergence.')) settings.set(key.slice('emergence.'.length), parsed(value))
  if (!isMap(root)) return settings
  const own = root.get('emergence')
  if (isMap(own))
    for (const [key, value] of own)
      if (typeof key === 'string' && typeof value === 'string') settings.set(key, parsed(value))
  for (const name of ['args', 'hyper_parameters', 'hparams', 'config', 'cfg', 'opt']) {
    const stored = root.get(name)
    if (isMap(stored)) collect(stored, settings, 0)
  }
  return settings
}

function parsed(text: string): Setting {
  if (text === 'true' || text === 'false') return text === 'true'
  const number = Number(text)
  return text !== '' && Number.isFinite(number) ? number : text
}

function collect(map: StoredMap, settings: Map<string, Setting>, depth: number): void {
  const inner: StoredMap[] = []
  for (const [key, value] of map) {
    if (typeof key !== 'string') continue
    if (isMap(value)) inner.push(value)
    else if (isSetting(value) && !settings.has(key)) settings.set(key, value)
  }
  if (depth < deepestSettings) for (const map of inner) collect(map, settings, depth + 1)
}

function isSetting(value: StoredValue): value is Setting {
  return (
    value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  )
}

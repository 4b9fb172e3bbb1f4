// Which globals of a pickle are on the allow-list? Everything else is kept as an inert record.
import { shown } from '../shown.ts'
import { numpyGlobals } from './numpyGlobals.ts'
import { plainGlobals } from './plainGlobals.ts'
import { torchDtypes, torchGlobals } from './torchGlobals.ts'
import type { PickleGlobal, PickleInert, PickleValue, TorchDtype } from './values.ts'

/** What a pickle's `module` and `name` stand for here: an allow-listed constructor, a dtype, or an inert record. */
export function resolveGlobal(module: string, name: string): PickleGlobal | TorchDtype | PickleInert {
  if (module === 'torch') {
    const dtype = torchDtypes.get(name)
    if (dtype) return { kind: 'torch-dtype', name: `torch.${name}`, ...dtype }
  }
  const key = `${module} ${name}`
  for (const table of [torchGlobals, plainGlobals, numpyGlobals]) {
    const make = table.get(key)
    if (make !== undefined)
      return { kind: 'global', name: `${module.replace(/^__builtin__$/, 'builtins')}.${name}`, make }
  }
  return inertRecord(`${shown(module)}.${shown(name)}`, 'referred to', [])
}

/** A new inert record. */
export function inertRecord(
  global: string,
  use: PickleInert['use'],
  args: readonly PickleValue[],
): PickleInert {
  return {
    kind: 'inert',
    global,
    use,
    arguments: [...args],
    state: null,
    items: [],
    entries: null,
  }
}

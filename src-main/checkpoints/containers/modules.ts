// What weights are in a whole module that was pickled with its class (torch.save(model))? Its state dict, without it.
import { isInert, isMap, isTensor, type StoredMap, type StoredValue } from './stored.ts'

/**
 * The state dict of a pickled torch.nn.Module, as its state_dict() would give it: parameters and persistent buffers
 * under dotted names, in the module's order. Null where the value is no module. The class itself stays inert.
 */
export function moduleStateDict(value: StoredValue): StoredMap | null {
  const weights: StoredMap = new Map()
  return collect(value, '', weights) ? weights : null
}

function collect(value: StoredValue, prefix: string, weights: StoredMap): boolean {
  const state = isInert(value) && isMap(value.state) ? value.state : null
  const [parameters, buffers, children] = ['_parameters', '_buffers', '_modules'].map((key) =>
    state?.get(key),
  )
  if (!isMap(parameters) || !isMap(buffers) || !isMap(children)) return false
  const passing = state?.get('_non_persistent_buffers_set')
  const left = new Set(Array.isArray(passing) ? passing : [])
  for (const [name, tensor] of parameters) if (isTensor(tensor)) weights.set(prefix + String(name), tensor)
  for (const [name, tensor] of buffers)
    if (isTensor(tensor) && !left.has(name)) weights.set(prefix + String(name), tensor)
  for (const [name, child] of children) collect(child, `${prefix}${String(name)}.`, weights)
  return true
}

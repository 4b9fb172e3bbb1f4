// Which networks stand in a container? State dicts are found, divided by their prefixes and named.
import {
  isInert,
  isMap,
  isTensor,
  type Inert,
  type StoredTensor,
  type StoredValue,
} from './containers/container.ts'
import { keyMaps } from './families/registry.ts'

/** A tensor and its full name in its state dict. */
export interface NamedTensor {
  readonly name: string
  readonly tensor: StoredTensor
}

/** One network as it is stored. */
export interface StoredNetwork {
  /** `teacher`, `student`, `model`, `ema`, `encoder`, `target-encoder`, …; unique in its container. */
  readonly name: string
  /** Keys under which its state dict stands; empty for a bare one. */
  readonly path: readonly string[]
  /** What all names of its backbone begin with: `module.backbone.`; empty for none. */
  readonly prefix: string
  /**
   * By name relative to the backbone: `cls_token`; `../head.mlp.0.weight` beside it; `@predictor/predictor_embed.weight`
   * in the predictor that serves it.
   */
  readonly tensors: ReadonlyMap<string, NamedTensor>
}

/** A dict of tensors, and where it stands. */
interface StateDict {
  readonly path: readonly string[]
  readonly tensors: ReadonlyMap<string, StoredTensor>
}

/** Everything a container offers. */
export interface FoundNetworks {
  /** The one that is opened where none is asked for comes first: teacher, target encoder, model, student. */
  readonly networks: readonly StoredNetwork[]
  /** I-JEPA's predictor, which is opened with an encoder. */
  readonly predictor: StoredNetwork | null
  /** Every tensor of every state dict, by full name: what to look at where no network was found. */
  readonly loose: ReadonlyMap<string, StoredTensor>
}

/** Optimisers, losses and the like: their tensors are no network's. */
const aside =
  /^(optim\w*|opt|opt_state|scaler|fp16_scaler|amp|\w*scheduler\w*|callbacks|loops|rng\w*|param_groups)$/i

/** Deeper than any training code nests a state dict. */
const deepest = 12

/** More networks than any training code keeps in one state dict. */
const mostNetworks = 64

/** Finds every network of a container, by the kernels of their patch embeddings; no numbers are read. */
export function findNetworks(root: StoredValue): FoundNetworks {
  const dicts = stateDicts(root)
  const predictors = dicts.flatMap((dict) =>
    prefixesOf(dict, ['predictor_embed.weight']).map((prefix) => predictorOf(dict, prefix)),
  )
  const predictor = predictors[0] ?? null
  const networks = dicts.flatMap((dict) => networksOf(dict, predictor))
  const loose = new Map<string, StoredTensor>()
  for (const dict of dicts)
    for (const [name, tensor] of dict.tensors) if (!loose.has(name)) loose.set(name, tensor)
  return { networks: named(networks), predictor, loose }
}

function stateDicts(root: StoredValue): StateDict[] {
  const found: StateDict[] = []
  const visit = (value: StoredValue, path: readonly string[]) => {
    if (path.length > deepest) return
    if (isInert(value)) {
      const tensors = new Map<string, StoredTensor>()
      collectModule(value, '', tensors, 0)
      if (tensors.size > 0) found.push({ path, tensors })
      return
    }
    if (!isMap(value)) return
    const tensors = new Map<string, StoredTensor>()
    for (const [key, child] of value) {
      if (typeof key !== 'string' || aside.test(key)) continue
      if (isTensor(child)) tensors.set(key, child)
      else visit(child, [...path, key])
    }
    if (tensors.size > 0) found.unshift({ path, tensors })
  }
  visit(root, [])
  return found
}

/** The tensors of a module that was pickled whole (`torch.save(model)`), under the names its state dict would give. */
function collectModule(
  module: Inert,
  prefix: string,
  tensors: Map<string, StoredTensor>,
  depth: number,
): void {
  if (!isMap(module.state) || depth > deepest) return
  for (const part of ['_parameters', '_buffers']) {
    const values = module.state.get(part)
    if (isMap(values))
      for (const [name, value] of values)
        if (typeof name === 'string' && isTensor(value)) tensors.set(prefix + name, value)
  }
  const modules = module.state.get('_modules')
  if (isMap(modules))
    for (const [name, value] of modules)
      if (typeof name === 'string' && isInert(value))
        collectModule(value, `${prefix}${name}.`, tensors, depth + 1)
}

const anchors = [...new Set(keyMaps.map((map) => map.anchor))]

/** What stands before any of these names in a state dict. */
function prefixesOf({ tensors }: StateDict, endings: readonly string[]): string[] {
  const prefixes = new Set<string>()
  for (const name of tensors.keys())
    for (const ending of endings) {
      if (!name.endsWith(ending)) continue
      const prefix = name.slice(0, -ending.length)
      if (prefix === '' || /[./]$/.test(prefix)) prefixes.add(prefix)
    }
  return [...prefixes]
}

/** `module.backbone.` → `module.`; null for no prefix. */
function parentOf(prefix: string): string | null {
  return prefix === '' ? null : prefix.replace(/[^./]+[./]$/, '')
}

type Unnamed = Omit<StoredNetwork, 'name'>

function networksOf(dict: StateDict, predictor: StoredNetwork | null): Unnamed[] {
  const prefixes = prefixesOf(dict, anchors)
    .slice(0, mostNetworks)
    .sort((a, b) => b.length - a.length)
  const members = new Map<string, Map<string, NamedTensor>>(prefixes.map((prefix) => [prefix, new Map()]))
  const parents = prefixes
    .map((prefix) => ({ prefix, parent: parentOf(prefix) }))
    .sort((a, b) => (b.parent?.length ?? -1) - (a.parent?.length ?? -1))
  for (const [name, tensor] of dict.tensors) {
    // The longest prefix wins: `student.backbone.` before `student.`.
    const inside = prefixes.find((prefix) => name.startsWith(prefix))
    if (inside !== undefined) {
      members.get(inside)?.set(name.slice(inside.length), { name, tensor })
      continue
    }
    const beside = parents.find(({ parent }) => parent !== null && name.startsWith(parent))
    if (beside === undefined || beside.parent === null) continue
    members.get(beside.prefix)?.set(`../${name.slice(beside.parent.length)}`, { name, tensor })
  }
  return prefixes.map((prefix) => {
    const tensors = members.get(prefix) ?? new Map<string, NamedTensor>()
    // A predictor in the same dict is beside the encoder already; it is named as such instead.
    if (predictor !== null) {
      const its = new Set([...predictor.tensors.values()].map(({ tensor }) => tensor))
      for (const [relative, { tensor }] of tensors) if (its.has(tensor)) tensors.delete(relative)
      for (const [relative, value] of predictor.tensors) tensors.set(relative, value)
    }
    return { path: dict.path, prefix, tensors }
  })
}

function predictorOf(dict: StateDict, prefix: string): StoredNetwork {
  const tensors = new Map<string, NamedTensor>()
  for (const [name, tensor] of dict.tensors)
    if (name.startsWith(prefix)) tensors.set(`@predictor/${name.slice(prefix.length)}`, { name, tensor })
  return { name: 'predictor', path: dict.path, prefix, tensors }
}

/** Wrappers and module names that tell nothing of a network's part in its training. */
const neutral =
  /^(module|_orig_mod|_fsdp_wrapped_module|_forward_module|backbone|vit|deit|ijepa|dinov2|dinov3|dinov3_vit|vit_mae|net|network|trunk|visual|0)$/

const roles: readonly (readonly [RegExp, string])[] = [
  [/teacher/, 'teacher'],
  [/target_?encoder/, 'target-encoder'],
  [/student/, 'student'],
  [/(^|_)ema(_|$)|averaged/, 'ema'],
  [/momentum|encoder_k|target_network/, 'momentum'],
  [/base_encoder|encoder_q|online/, 'online'],
]

/** Teacher first; the averaged and the trained copy after whatever a file calls its model. */
const order = ['teacher', 'target-encoder', '', 'online', 'student', 'momentum', 'ema']

function named(networks: readonly Unnamed[]): StoredNetwork[] {
  const taken = new Map<string, number>()
  return networks
    .map((network) => ({ network, role: roleOf(network) }))
    .map(({ network, role }) => ({ network, role, rank: rankOf(role, network) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ network, role }) => {
      const count = (taken.get(role) ?? 0) + 1
      taken.set(role, count)
      return { ...network, name: count === 1 ? role : `${role}-${count}` }
    })
}

function roleOf({ path, prefix }: Unnamed): string {
  const words = [...path, ...prefix.split(/[./]/).filter((word) => word !== '')]
  for (const [pattern, role] of roles) if (words.some((word) => pattern.test(word.toLowerCase()))) return role
  const own = prefix.split(/[./]/).filter((word) => word !== '' && !neutral.test(word))
  return (own.at(-1) ?? path.at(-1) ?? 'bare').slice(0, 80)
}

function rankOf(role: string, { tensors }: Unnamed): number {
  const rank = order.indexOf(role)
  // A bare encoder beside a target encoder is the context encoder: after everything that may stand alone.
  const isSmall = tensors.size < 8
  return (rank === -1 ? order.indexOf('') : rank) + (isSmall ? order.length : 0)
}

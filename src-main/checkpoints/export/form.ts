// What would a code base store of this network? Its key map read backwards: canonical weights to stored tensors.
import type { TensorDtype } from '../../../src-shared/domain/checkpoint.ts'
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import type { Weights } from '../../../src-shared/domain/weights.ts'
import type { KeyMap, KeyRule, Nesting } from '../families/keyMap.ts'
import { fill } from '../match.ts'
import { castTo, type ExportDtype } from './dtypes.ts'

/** A tensor to be written; its bytes (little-endian, C order) are made when asked for. */
export interface OutTensor {
  readonly dtype: TensorDtype
  readonly shape: readonly number[]
  bytes(): Uint8Array
}

/** A network in the words of a code base. */
export interface StoredForm {
  /** By relative name, as rules spell them. */
  readonly tensors: ReadonlyMap<string, OutTensor>
  /** Canonical weights for which this code base has no place. */
  readonly dropped: readonly string[]
}

const dtypeNames: Readonly<Record<ExportDtype, TensorDtype>> = {
  f32: 'float32',
  f16: 'float16',
  bf16: 'bfloat16',
}

/** Float numbers as a tensor of another dtype. */
export function floatTensor(
  shape: readonly number[],
  dtype: ExportDtype,
  values: () => Float32Array,
): OutTensor {
  return { dtype: dtypeNames[dtype], shape, bytes: () => castTo(dtype, values()) }
}

/** Reads a key map backwards. */
export function formOf(map: KeyMap, spec: ModelSpec, weights: Weights, dtype: ExportDtype): StoredForm {
  const tensors = new Map<string, OutTensor>()
  const covered = new Set<string>()
  for (const { rule, block } of instancesOf(map, spec)) {
    const canonical = rule.canonical.map((name) => fill(name, block))
    if (!canonical.some((name) => weights.has(name))) continue
    const context = { spec, canonical: canonical.map((name) => weights.get(name)?.shape ?? null) }
    const shapes = rule.conversion.shapes(context)
    const values = rule.conversion.write(
      canonical.map((name) => weights.get(name)?.data ?? null),
      context,
    )
    rule.stored.forEach((template, i) => {
      const part = values[i]
      if (part === null || part === undefined) return
      tensors.set(
        fill(template, block),
        floatTensor(shapes[i] ?? [], dtype, () => part),
      )
    })
    for (const name of canonical) covered.add(name)
  }
  return { tensors, dropped: [...weights.keys()].filter((name) => !covered.has(name)) }
}

/** Rules of one block stand together, in the order of the map. */
function* instancesOf(map: KeyMap, spec: ModelSpec): Generator<{ rule: KeyRule; block: number | null }> {
  const rules = map.rules.filter((rule) => rule.when?.(spec) ?? true)
  const stackOf = (rule: KeyRule) => /^(.*blocks)\.\{i\}\./.exec(rule.canonical[0] ?? '')?.[1] ?? null
  const done = new Set<string>()
  for (const rule of rules) {
    const stack = stackOf(rule)
    if (stack === null) yield { rule, block: null }
    else if (!done.has(stack)) {
      done.add(stack)
      const depth = depthOf(stack, spec)
      for (let block = 0; block < depth; block++)
        for (const one of rules) if (stackOf(one) === stack) yield { rule: one, block }
    }
  }
}

function depthOf(stack: string, spec: ModelSpec): number {
  if (stack === 'decoder.blocks') return spec.decoder?.depth ?? 0
  return stack === 'predictor.blocks' ? (spec.predictor?.depth ?? 0) : spec.depth
}

/** Which nesting a form needs: the one for something beside the backbone where there is such a thing. */
export function nestingOf(map: KeyMap, { tensors }: StoredForm): Nesting {
  const isBeside = [...tensors.keys()].some((name) => name.startsWith('../'))
  return isBeside ? (map.nestingBeside ?? map.nesting) : map.nesting
}

/** A relative name in full: behind the backbone's prefix, or behind what stands before its last part. */
export function fullName(relative: string, prefix: string): string {
  return relative.startsWith('../')
    ? prefix.replace(/[^./]+[./]$/, '') + relative.slice(3)
    : prefix + relative
}

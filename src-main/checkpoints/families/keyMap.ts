// What does a family call its weights? A key map is a table of rules; the same table reads and writes.
import type { Family, InterpolationRule, ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import { joinedRows, patchKernel, plain, type Conversion } from './conversions.ts'

/**
 * One line of a key map: which stored names feed which canonical weights.
 * In names, `{i}` is a block's number, `../` stands beside the backbone (heads, decoders), `@predictor/` in I-JEPA's
 * predictor. `absent`: sources that need not be there. `when`: for which networks this rule writes; always without.
 */
export interface KeyRule {
  readonly stored: readonly string[]
  readonly canonical: readonly string[]
  readonly conversion: Conversion
  readonly absent?: readonly number[]
  readonly when?: (spec: ModelSpec) => boolean
}

/** What is known of a network before its family is: names and surroundings, no numbers. */
export interface NetworkView {
  /** Names relative to the backbone, as rules spell them. */
  readonly names: ReadonlySet<string>
  /** Shape of the tensor of that name; undefined where there is none. */
  shapeOf(name: string): readonly number[] | undefined
  /** Keys under which the state dict stands in the file, outermost first; empty for a bare one. */
  readonly path: readonly string[]
  /** All keys of the file's outermost dict; empty where that is the state dict itself. */
  readonly neighbours: ReadonlySet<string>
  /** Hugging Face's or timm's `config.json`; {} without one. */
  readonly config: Readonly<Record<string, unknown>>
}

/** Who a network is taken for, and why: `reason` is shown to people. */
export interface FamilyGuess {
  readonly family: Family
  readonly reason: string
}

/** Names and conventions of one code base. */
export interface KeyMap {
  readonly id: string
  /** The code base, for people. */
  readonly label: string
  /** True where the names are the original code's own; then a name used as it stands counts as matched. */
  readonly native: boolean
  /** Stored name of the patch embedding's kernel: where it stands, a network stands. */
  readonly anchor: string
  /** Spellings that mean the same, replaced before the rules are asked: chunked blocks, older releases. */
  readonly aliases?: readonly (readonly [RegExp, string])[]
  readonly rules: readonly KeyRule[]
  /** Names that are known and not needed; reported without a warning. */
  readonly ignored?: RegExp
  /** The guess where this network speaks this map's language; null where it does not. */
  recognise(view: NetworkView): FamilyGuess | null
  readonly position: 'learned' | 'sincos' | 'rotary'
  interpolation(view: NetworkView): InterpolationRule
  /** Epsilon of every norm where no configuration says it. */
  readonly normEps: number
  /** How a file of this code base nests and prefixes a single network, */
  readonly nesting: Nesting
  /** and how where something stands beside the backbone (a head, a decoder); as `nesting` where left out. */
  readonly nestingBeside?: Nesting
}

/** Where a state dict stands in a file, and what its backbone's names begin with. */
export interface Nesting {
  readonly path: readonly string[]
  readonly prefix: string
}

/** A rule for one weight that is stored as it is, in `shape` where that is not the canonical one. */
export function as(canonical: string, stored: string, shape?: (spec: ModelSpec) => number[]): KeyRule {
  return { stored: [stored], canonical: [canonical], conversion: plain(shape) }
}

/** Rules for `.weight` and `.bias` of one layer. */
export function layer(canonical: string, stored: string): KeyRule[] {
  return [as(`${canonical}.weight`, `${stored}.weight`), as(`${canonical}.bias`, `${stored}.bias`)]
}

/** Rules for the patch embedding of the original code bases. */
export const originalPatch: readonly KeyRule[] = [
  { stored: ['patch_embed.proj.weight'], canonical: ['patch.weight'], conversion: patchKernel },
  as('patch.bias', 'patch_embed.proj.bias'),
]

/** Rules for a block of DINO, and of all that copied it: norms, qkv, projection, fc1, fc2. */
export function originalBlock(canonical: string, stored: string): KeyRule[] {
  return [
    ...layer(`${canonical}.norm1`, `${stored}.norm1`),
    ...layer(`${canonical}.attention.qkv`, `${stored}.attn.qkv`),
    ...layer(`${canonical}.attention.projection`, `${stored}.attn.proj`),
    ...layer(`${canonical}.norm2`, `${stored}.norm2`),
    ...layer(`${canonical}.ffn.in`, `${stored}.mlp.fc1`),
    ...layer(`${canonical}.ffn.out`, `${stored}.mlp.fc2`),
  ]
}

/** The same rules, writing only for networks that `when` is true of. */
export function only(when: (spec: ModelSpec) => boolean, rules: readonly KeyRule[]): KeyRule[] {
  return rules.map((rule) => ({ ...rule, when }))
}

export const isGated = (spec: ModelSpec): boolean => spec.ffn.kind === 'swiglu'
export const isPlain = (spec: ModelSpec): boolean => spec.ffn.kind === 'mlp'

/** Rules for `count` tensors stacked into one weight, and likewise for their biases. */
export function stackedLayer(
  canonical: string,
  stored: readonly string[],
  mayBeAbsent: readonly number[] = [],
): KeyRule[] {
  return [
    {
      stored: stored.map((name) => `${name}.weight`),
      canonical: [`${canonical}.weight`],
      conversion: joinedRows(stored.length),
    },
    {
      stored: stored.map((name) => `${name}.bias`),
      canonical: [`${canonical}.bias`],
      conversion: joinedRows(stored.length, mayBeAbsent),
      absent: stored.map((_, i) => i),
    },
  ]
}

/** Whether any of these names matches. */
export function hasName(names: ReadonlySet<string>, pattern: RegExp): boolean {
  for (const name of names) if (pattern.test(name)) return true
  return false
}

/** q, k and v of a block, as DINO and all that copied it call them. */
export const originalQkv = /^blocks\.\d+\.attn\.qkv\.weight$/

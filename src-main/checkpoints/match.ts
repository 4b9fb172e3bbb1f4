// Which stored tensors feed which canonical weights? A network's names are laid over a key map.
import type { KeyMap, KeyRule } from './families/keyMap.ts'
import type { NamedTensor, StoredNetwork } from './networks.ts'

/** One rule applied: the tensors that feed its canonical weights. */
export interface Piece {
  readonly rule: KeyRule
  /** The block's number; null for a rule without one. */
  readonly block: number | null
  /** Canonical names, numbers filled in. */
  readonly canonical: readonly string[]
  /** Stored names (relative, as the map spells them), numbers filled in. */
  readonly wanted: readonly string[]
  /** A source for each of `wanted`; null where the file has none. */
  readonly sources: readonly (Source | null)[]
}

/** A tensor under its full name, its relative one, and the one the map knows it by. */
export interface Source extends NamedTensor {
  readonly relative: string
}

/** A network laid over a key map. */
export interface Matched {
  /** By canonical name. */
  readonly pieces: ReadonlyMap<string, Piece>
  /** What no rule took, by relative name. */
  readonly rest: ReadonlyMap<string, NamedTensor>
  /** How each block's number was spelled where an alias was used: `blocks.3` → `blocks.1.3`. */
  readonly spelled: ReadonlyMap<string, string>
}

/** `blocks.3.norm1.weight` → [`blocks.{i}.norm1.weight`, 3]; the first number of a name is its block's. */
function generalised(name: string): [string, number] | null {
  const found = /(^|[./_])(\d{1,6})(?=[./]|$)/.exec(name)
  if (found === null) return null
  const start = found.index + (found[1] ?? '').length
  const digits = found[2] ?? ''
  return [`${name.slice(0, start)}{i}${name.slice(start + digits.length)}`, Number(digits)]
}

/** Fills a block's number into a rule's name. */
export function fill(template: string, block: number | null): string {
  return block === null ? template : template.replace('{i}', String(block))
}

/** Lays the names of a network over a key map. Reads no numbers. */
export function match(network: StoredNetwork, map: KeyMap): Matched {
  const known = aliased(network, map)
  const rulesBy = new Map<string, KeyRule[]>()
  for (const rule of map.rules)
    for (const stored of rule.stored) rulesBy.set(stored, [...(rulesBy.get(stored) ?? []), rule])

  const place = new Map(map.rules.map((rule, i) => [rule, i]))
  const candidates = new Map<string, Piece>()
  for (const name of known.keys()) {
    const general = generalised(name)
    const exact = rulesBy.get(name) ?? []
    const numbered = general === null ? [] : (rulesBy.get(general[0]) ?? [])
    for (const [rules, block] of [
      [exact, null],
      [numbered, general?.[1] ?? null],
    ] as const)
      for (const rule of rules) {
        const key = `${place.get(rule)} ${block}`
        if (!candidates.has(key)) candidates.set(key, pieceOf(rule, block, known))
      }
  }

  // Of two rules that want the same tensor or feed the same weight, the one that finds all its sources wins,
  // then the one with more sources, then the one that the map names first.
  const ranked = [...candidates.values()].sort(
    (a, b) =>
      Number(isComplete(b)) - Number(isComplete(a)) ||
      presentIn(b) - presentIn(a) ||
      (place.get(a.rule) ?? 0) - (place.get(b.rule) ?? 0),
  )
  const pieces = new Map<string, Piece>()
  const taken = new Set<string>()
  for (const piece of ranked) {
    if (piece.canonical.some((name) => pieces.has(name))) continue
    if (piece.sources.some((source) => source !== null && taken.has(source.relative))) continue
    for (const name of piece.canonical) pieces.set(name, piece)
    for (const source of piece.sources) if (source !== null) taken.add(source.relative)
  }
  const rest = new Map([...network.tensors].filter(([relative]) => !taken.has(relative)))
  return { pieces, rest, spelled: spelledBlocks(known) }
}

/** Whether every source that a piece cannot do without is there. */
export function isComplete({ rule, sources }: Piece): boolean {
  const absent = rule.absent ?? []
  if (absent.length === rule.stored.length) return sources.some((source) => source !== null)
  return sources.every((source, i) => source !== null || absent.includes(i))
}

function presentIn({ sources }: Piece): number {
  return sources.filter((source) => source !== null).length
}

/** The network's tensors by the name the map knows them by. Of two that become one name, the first stays. */
function aliased(network: StoredNetwork, map: KeyMap): Map<string, Source> {
  const known = new Map<string, Source>()
  for (const [relative, { name, tensor }] of network.tensors) {
    const spelled = (map.aliases ?? []).reduce((text, [from, to]) => text.replace(from, to), relative)
    if (!known.has(spelled)) known.set(spelled, { name, tensor, relative })
  }
  return known
}

function pieceOf(rule: KeyRule, block: number | null, known: ReadonlyMap<string, Source>): Piece {
  const wanted = rule.stored.map((template) => fill(template, block))
  return {
    rule,
    block,
    wanted,
    canonical: rule.canonical.map((template) => fill(template, block)),
    sources: wanted.map((name) => known.get(name) ?? null),
  }
}

function spelledBlocks(known: ReadonlyMap<string, Source>): Map<string, string> {
  const spelled = new Map<string, string>()
  for (const [name, { relative }] of known) {
    const [, block, rest] = /^(blocks\.\d+)(\..+)$/.exec(name) ?? []
    if (block === undefined || rest === undefined || !relative.endsWith(rest)) continue
    const own = relative.slice(0, -rest.length)
    if (own !== block) spelled.set(block, own)
  }
  return spelled
}

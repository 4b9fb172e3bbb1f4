// How did the stored names meet the names a family expects? The key report, and the plan by which weights are read.
import type { KeyReport } from '../../src-shared/domain/checkpoint.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import { canonicalShapes } from './canonical.ts'
import type { Conversion, ConversionContext } from './families/conversions.ts'
import type { KeyMap, KeyRule } from './families/keyMap.ts'
import { fill, isComplete, type Matched, type Piece, type Source } from './match.ts'
import type { NamedTensor } from './networks.ts'

/** What will be read, what cannot be, and what the report says of it. */
export interface Plan {
  readonly report: KeyReport
  /** Canonical shapes of the network, in order. */
  readonly shapes: ReadonlyMap<string, number[]>
  /** Pieces that can be read, by canonical weight. */
  readonly readable: ReadonlyMap<string, Piece>
  /** Weights that the stored form does without: biases that no block has, computed rotary periods. */
  readonly implied: ReadonlySet<string>
  /** Tensors that no rule knows and that would change what the network computes. */
  readonly strange: readonly NamedTensor[]
  readonly notices: string[]
}

/** Where a tensor that no rule knows would change the result: inside blocks, before them, in the embeddings. */
const changesResult =
  /^(blocks[./]|layers?[./]|encoder[./]layers?[./]|norm_pre[./]|patch_embed[./]|embeddings[./]|rope|rel_pos|Transformer[./])/

/** Linear layers of a block whose bias a whole architecture may do without. */
const mayLackBias = /blocks\.\d+\.(norm[12]|attention\.projection|ffn\.(in|out))\.bias$/

/** Sets stored names against expected ones. Reads no numbers. */
export function planOf(spec: ModelSpec, clsRow: boolean, matched: Matched, map: KeyMap): Plan {
  const shapes = canonicalShapes(spec, clsRow)
  const readable = new Map<string, Piece>()
  const implied = new Set<string>()
  const missing = new Set<string>()
  const mismatched = new Map<string, KeyReport['mismatched'][number]>()
  const notices: string[] = []

  for (const canonical of shapes.keys()) {
    const piece = matched.pieces.get(canonical)
    if (piece !== undefined && isComplete(piece)) {
      const wrong = mismatchesOf(piece, contextFor(piece, spec, shapes))
      for (const mismatch of wrong) mismatched.set(mismatch.name, mismatch)
      if (wrong.length === 0) readable.set(canonical, piece)
    } else if (isImplied(canonical, shapes, matched, map)) implied.add(canonical)
    else for (const name of wantedFor(canonical, piece, matched, map, spec)) missing.add(name)
  }
  const withoutBias = new Set([...implied].map((name) => name.replace(/\.\d+\./, '.N.')))
  withoutBias.delete('rope.periods')
  if (withoutBias.size > 0) notices.push(`No block has ${[...withoutBias].join(', ')}; zeros stand for them.`)

  const used = usedSources(matched)
  const rest = [...matched.rest].map(([relative, named]) => ({ relative, ...named }))
  const isIgnored = ({ relative }: { relative: string }) => map.ignored?.test(relative) === true
  const strange = rest.filter((tensor) => changesResult.test(tensor.relative) && !isIgnored(tensor))
  const unknown = rest.filter((tensor) => !isIgnored(tensor) && !strange.includes(tensor))
  if (unknown.length > 0)
    notices.push(
      `${unknown.length === 1 ? 'One tensor is' : `${unknown.length} tensors are`} not part of the network and not used: ${shortList(unknown.map(({ name }) => name))}.`,
    )
  const isMatched = ({ source, wanted }: Used) => map.native && source.relative === wanted
  return {
    shapes,
    readable,
    implied,
    strange,
    notices,
    report: {
      matched: used
        .filter(isMatched)
        .map(({ source }) => source.relative.replace(/^(\.\.|@predictor)\//, '')),
      renamed: used
        .filter((one) => !isMatched(one))
        .map(({ source, canonical }) => ({ from: source.name, to: canonical })),
      missing: [...missing].map((name) => name.replace(/^(\.\.|@predictor)\//, '')),
      unexpected: rest.map(({ name }) => name),
      mismatched: [...mismatched.values()],
    },
  }
}

/** The first few of many names. */
export function shortList(names: readonly string[], most = 4): string {
  const shown = names.slice(0, most).map((name) => name.slice(0, 120))
  return names.length > most ? `${shown.join(', ')}, …` : shown.join(', ')
}

/** Shapes of a piece's weights in this network. */
export function contextFor(
  piece: Pick<Piece, 'canonical'>,
  spec: ModelSpec,
  shapes: ReadonlyMap<string, number[]>,
): ConversionContext {
  return { spec, canonical: piece.canonical.map((name) => shapes.get(name) ?? null) }
}

function mismatchesOf({ rule, sources }: Piece, context: ConversionContext): KeyReport['mismatched'] {
  const conversion: Conversion = rule.conversion
  return conversion.shapes(context).flatMap((expected, i) => {
    const source = sources[i] ?? null
    if (source === null) return []
    const found = [...source.tensor.shape]
    if (sameBesideOnes(expected, found) || conversion.accepts?.(i, found, context) === true) return []
    return [{ name: source.name, expected, found }]
  })
}

/** `[1, 4, 384]` and `[4, 384]` hold the same; `[384, 4]` does not. */
function sameBesideOnes(a: readonly number[], b: readonly number[]): boolean {
  const [left, right] = [a, b].map((shape) => shape.filter((size) => size !== 1))
  return left?.length === right?.length && left?.every((size, i) => size === right?.[i]) === true
}

/** Whether a weight is meant not to be stored: computed periods, or a bias that no block has. */
function isImplied(
  canonical: string,
  shapes: ReadonlyMap<string, number[]>,
  { pieces }: Matched,
  map: KeyMap,
): boolean {
  if (canonical === 'rope.periods') return !map.native
  if (!mayLackBias.test(canonical)) return false
  const [, prefix = '', rest = ''] = /^(.*blocks)\.\d+\.(.+)$/.exec(canonical) ?? []
  for (let i = 0; shapes.has(`${prefix}.${i}.${rest}`); i++)
    if (pieces.has(`${prefix}.${i}.${rest}`)) return false
  return true
}

/** The stored names that would feed a weight: what its piece still lacks, or what the other blocks use for it. */
function wantedFor(
  canonical: string,
  piece: Piece | undefined,
  { pieces }: Matched,
  map: KeyMap,
  spec: ModelSpec,
): string[] {
  const lacking = (rule: KeyRule, block: number | null, sources: Piece['sources']) =>
    rule.stored
      .map((template) => fill(template, block))
      .filter((_, i) => (sources[i] ?? null) === null && !(rule.absent ?? []).includes(i))
  if (piece !== undefined) return lacking(piece.rule, piece.block, piece.sources)
  const number = /blocks\.(\d+)\./.exec(canonical)?.[1]
  const block = number === undefined ? null : Number(number)
  const template = canonical.replace(/blocks\.\d+\./, 'blocks.{i}.')
  const rules = map.rules.filter((rule) => rule.canonical.includes(template))
  const isUsed = (rule: KeyRule) => [...pieces.values()].some((other) => other.rule === rule)
  const rule = rules.find(isUsed) ?? rules.find((one) => one.when?.(spec) ?? true) ?? rules[0]
  if (rule === undefined) return [canonical]
  const names = lacking(rule, block, [])
  return names.length > 0 ? names : rule.stored.map((name) => fill(name, block)).slice(0, 1)
}

interface Used {
  readonly source: Source
  readonly wanted: string
  readonly canonical: string
}

function usedSources({ pieces }: Matched): Used[] {
  return [...new Set(pieces.values())].flatMap(({ sources, wanted, canonical }) =>
    sources.flatMap((source, i) =>
      source === null ? [] : [{ source, wanted: wanted[i] ?? '', canonical: canonical.join(', ') }],
    ),
  )
}

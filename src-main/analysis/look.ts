// What does attention show of one picture? Maps per head, their entropy, distance and maximum, masks, rollout.
import { Failure } from '../../src-shared/domain/failure.ts'
import { queryToken, type Query } from '../../src-shared/domain/query.ts'
import { firstPatch, patchCount, tokenCount, type TokenLayout } from '../../src-shared/domain/tokenLayout.ts'
import {
  attentionMatrix,
  attentionRow,
  combineHeads,
  type AttentionShape,
} from '../../src-shared/numerics/attention.ts'
import {
  entropy,
  largest,
  massMask,
  quantile,
  rowDistance,
  type PatchGrid,
} from '../../src-shared/numerics/measures.ts'
import { attentionSums, rolloutRow, type Layer, type Machine } from './attentionSums.ts'

/** What a forward pass left behind: each layer's q and k, `[tokens, width]`, heads side by side. */
export interface Seen {
  layers: readonly Layer[]
  heads: number
  layout: TokenLayout
  /** Side of a patch in pixels of the input. */
  patch: number
}

export interface LookOptions {
  /** From 0; −1 is the last. */
  layer: number
  head: number | 'mean' | 'max' | 'all'
  query: Query
  /** Keep the patches that together hold this share of the attention on patches, above 0 and at most 1. */
  mass?: number | undefined
  /** Add attention rollout from the first layer to the one chosen. */
  rollout?: boolean | undefined
}

export interface HeadMap {
  head: number | 'mean' | 'max' | 'rollout'
  /** From 0. */
  layer: number
  /** `[rows, columns]` of patches: the weights as they are, what goes to [CLS] and registers left out. */
  map: Float32Array
  /** Nats, over all keys; `max`, which is no distribution, is scaled to sum 1 for it. */
  entropy: number
  /** Attention distance of the head in pixels, mean over patches as queries; null for `max` and `rollout`. */
  distance: number | null
  /** The same for this query alone; null where the query has no place in the picture, and as above. */
  queryDistance: number | null
  /** The largest weight on a patch. */
  max: number
  /** `[rows, columns]`, 1 where a patch belongs to the mass mask; null where no mass was asked for. */
  mask: Uint8Array | null
}

export interface LookResult {
  maps: HeadMap[]
  /** `[heads, tokens, tokens]` of the layer for the query `all`; else null. */
  matrices: Float32Array | null
}

/** The layer counted from 0 that `layer` means, −1 being the last. Throws Failure `bad-argument`. */
export function resolveLayer(layer: number, depth: number): number {
  const index = layer < 0 ? depth + layer : layer
  if (Number.isInteger(index) && index >= 0 && index < depth) return index
  throw new Failure(
    'bad-argument',
    `Layer ${layer} does not exist: this network has ${depth} layers, 0 to ${depth - 1}.`,
    'Layers count from 0; −1 is the last.',
  )
}

/** Bytes of the whole matrices that the query `all` gives for one picture, float32. */
export function matricesBytes(layout: TokenLayout, heads: number): number {
  return heads * tokenCount(layout) ** 2 * 4
}

export function patchGrid({ layout, patch }: Pick<Seen, 'layout' | 'patch'>): PatchGrid {
  return { first: firstPatch(layout), rows: layout.grid[0], columns: layout.grid[1], patch }
}

function shapeOf({ layers, heads, layout }: Seen): AttentionShape {
  const tokens = tokenCount(layout)
  return { tokens, width: layers[0]!.q.length / tokens, heads }
}

/**
 * Attention maps of one picture; what needs every query of a layer is computed on `machine`.
 * Throws Failure `bad-argument` for a layer, head or query that is not there.
 */
export async function look(seen: Seen, options: LookOptions, machine: Machine): Promise<LookResult> {
  const { heads, layout } = seen
  const layer = resolveLayer(options.layer, seen.layers.length)
  const query = queryToken(layout, options.query)
  if (typeof options.head === 'number' && !(options.head >= 0 && options.head < heads))
    throw new Failure(
      'bad-argument',
      `Head ${options.head} does not exist: this network has ${heads} heads, 0 to ${heads - 1}.`,
      'Ask for a head that is there, or mean, max, all.',
    )

  const every = Array.from({ length: heads }, (_, head) => head)
  const wanted = typeof options.head === 'number' ? [options.head] : every
  const found = await headRows(seen, layer, wanted, query, options.head !== 'max', machine)
  const maps =
    options.head === 'mean' || options.head === 'max'
      ? [combinedMap(seen, layer, options.head, found, query, options.mass)]
      : found.map((one) => headMap(seen, layer, one, query, options.mass))
  if (options.rollout) {
    const row = await rolloutRow(seen.layers.slice(0, layer + 1), shapeOf(seen), query, machine)
    maps.push(describe(seen, layer, 'rollout', row, options.mass, null, null))
  }

  let matrices: Float32Array | null = null
  if (options.query.kind === 'all') {
    const shape = shapeOf(seen)
    const { q, k } = seen.layers[layer]!
    const size = shape.tokens ** 2
    matrices = new Float32Array(heads * size)
    for (const head of every)
      attentionMatrix(q, k, shape, head, matrices.subarray(head * size, (head + 1) * size))
  }
  return { maps, matrices }
}

/** One head's row for the query, and its attention distance; null where that is not wanted. */
interface HeadRow {
  head: number
  row: Float32Array
  distance: number | null
}

/** The rows of these heads for a token, or the mean of all their rows for null, with their distances where wanted. */
async function headRows(
  seen: Seen,
  layer: number,
  heads: readonly number[],
  query: number | null,
  withDistance: boolean,
  machine: Machine,
): Promise<HeadRow[]> {
  const whole = seen.layers[layer]!
  const shape = shapeOf(seen)
  const { tokens } = shape
  const one = heads.length === 1 && shape.heads > 1
  const { rows, distances } = await attentionSums(
    one ? headAlone(whole, shape, heads[0]!) : whole,
    one ? { tokens, width: shape.width / shape.heads, heads: 1 } : shape,
    {
      ...(query === null ? { weights: new Float64Array(tokens).fill(1 / tokens) } : {}),
      ...(withDistance ? { grid: patchGrid(seen) } : {}),
    },
    machine,
  )
  return heads.map((head, i) => ({
    head,
    row:
      query === null
        ? Float32Array.from(rows.subarray(i * tokens, (i + 1) * tokens))
        : attentionRow(whole.q, whole.k, shape, head, query),
    distance: withDistance ? distances[i]! : null,
  }))
}

/** One head's queries and keys, `[tokens, head width]`. */
function headAlone(layer: Layer, { tokens, width, heads }: AttentionShape, head: number): Layer {
  const d = width / heads
  const columns = (whole: Float32Array) => {
    const alone = new Float32Array(tokens * d)
    for (let i = 0; i < tokens; i++) {
      const start = i * width + head * d
      alone.set(whole.subarray(start, start + d), i * d)
    }
    return alone
  }
  return { q: columns(layer.q), k: columns(layer.k) }
}

function queryDistanceOf(seen: Seen, row: Float32Array, query: number | null): number | null {
  const first = firstPatch(seen.layout)
  return query === null || query < first ? null : rowDistance(row, patchGrid(seen), query - first)
}

function headMap(
  seen: Seen,
  layer: number,
  { head, row, distance }: HeadRow,
  query: number | null,
  mass: number | undefined,
): HeadMap {
  return describe(seen, layer, head, row, mass, distance, queryDistanceOf(seen, row, query))
}

function combinedMap(
  seen: Seen,
  layer: number,
  rule: 'mean' | 'max',
  found: readonly HeadRow[],
  query: number | null,
  mass: number | undefined,
): HeadMap {
  const tokens = tokenCount(seen.layout)
  const rows = new Float32Array(found.length * tokens)
  found.forEach(({ row }, head) => rows.set(row, head * tokens))
  const row = combineHeads(rows, found.length, rule)
  if (rule === 'max') return describe(seen, layer, rule, row, mass, null, null)
  // Distance is linear in attention: the mean head's is the mean of the heads'.
  const distance = found.reduce((sum, one) => sum + one.distance! / found.length, 0)
  return describe(seen, layer, rule, row, mass, distance, queryDistanceOf(seen, row, query))
}

function describe(
  seen: Seen,
  layer: number,
  head: HeadMap['head'],
  row: Float32Array,
  mass: number | undefined,
  distance: number | null,
  queryDistance: number | null,
): HeadMap {
  const first = firstPatch(seen.layout)
  const map = row.slice(first, first + patchCount(seen.layout))
  const sum = row.reduce((total, value) => total + value, 0)
  return {
    head,
    layer,
    map,
    entropy: entropy(head === 'max' ? row.map((value) => value / sum) : row),
    distance,
    queryDistance,
    max: largest(map),
    mask: mass === undefined ? null : massMask(map, mass),
  }
}

/**
 * Patches whose token is far longer than the rest, by index among the patches: above the third quartile by more than
 * three times the quartiles' distance (Tukey's far out). Darcet et al. 2024 found such tokens in the background.
 * `norms` is over all tokens.
 */
export function highNormPatches(norms: Float32Array, layout: TokenLayout): number[] {
  const first = firstPatch(layout)
  const patches = norms.subarray(first, first + patchCount(layout))
  const [low, high] = [quantile(patches, 0.25), quantile(patches, 0.75)]
  const limit = high + 3 * (high - low)
  return Array.from(patches.keys()).filter((i) => patches[i]! > limit)
}

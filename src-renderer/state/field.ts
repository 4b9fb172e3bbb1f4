// What does one query read, in every head of every layer? Rows computed here from q and k, as layers are wanted.
import { patchCount, tokenCount, type TokenLayout } from '../../src-shared/domain/tokenLayout.ts'
import { attentionRows, combineHeads, eachAttentionRow } from '../../src-shared/numerics/attention.ts'
import { entropy, largest, rowDistance } from '../../src-shared/numerics/measures.ts'
import type { LookFacts, LookLayer } from '../client/lab.ts'
import { patchesFrom, type Asked } from './query.ts'

/** One layer's rows of a query. */
export interface FieldLayer {
  /** `[heads, tokens]`, each row sums to 1. */
  readonly rows: Float32Array
  /** The largest weight on a patch, per head. */
  readonly maxima: Float32Array
}

/** The rows of one query in all layers; layers are null until they were computed. */
export interface Field {
  readonly facts: LookFacts
  readonly asked: Asked
  readonly layers: (FieldLayer | null)[]
}

export function createField(facts: LookFacts, asked: Asked): Field {
  return { facts, asked, layers: Array.from({ length: facts.depth }, () => null) }
}

function maximaOf(rows: Float32Array, layout: TokenLayout, heads: number): Float32Array {
  const tokens = tokenCount(layout)
  return Float32Array.from({ length: heads }, (_, head) =>
    largest(rows.subarray(head * tokens + patchesFrom(layout), (head + 1) * tokens)),
  )
}

/** Queries of one step where the mean over all of them is wanted: few enough for one slice at 4,097 tokens. */
const meanStep = 32

/** The steps that compute one layer of a field; one step for a token, many for the mean over all tokens. */
export function* layerSteps(field: Field, layer: LookLayer): Generator<void> {
  if (field.layers[layer.layer]) return
  const { layout, heads, width } = field.facts
  const shape = { tokens: tokenCount(layout), width, heads }
  let rows: Float32Array
  if (field.asked.kind === 'mean') {
    rows = new Float32Array(heads * shape.tokens)
    for (let head = 0; head < heads; head++) {
      const sum = new Float64Array(shape.tokens)
      for (let from = 0; from < shape.tokens; from += meanStep) {
        const queries = Array.from({ length: Math.min(meanStep, shape.tokens - from) }, (_, i) => from + i)
        eachAttentionRow(
          layer.q,
          layer.k,
          shape,
          head,
          (_, row) => {
            for (let j = 0; j < row.length; j++) sum[j]! += row[j]!
          },
          queries,
        )
        yield
      }
      for (let j = 0; j < shape.tokens; j++) rows[head * shape.tokens + j] = sum[j]! / shape.tokens
    }
  } else rows = attentionRows(layer.q, layer.k, shape, field.asked.token)
  field.layers[layer.layer] = { rows, maxima: maximaOf(rows, layout, heads) }
  yield
}

/** Computes one layer at once and returns it; for the layer on the stage. */
export function computeLayer(field: Field, layer: LookLayer): FieldLayer {
  for (const step of layerSteps(field, layer)) void step
  return field.layers[layer.layer]!
}

/** A head's number, or what is made of all heads. */
export type HeadChoice = number | 'mean' | 'max'

/** The weights on the patches, `[patches]`, of one head or of all heads together. */
export function patchWeights(field: Field, layer: FieldLayer, head: HeadChoice): Float32Array {
  const { layout, heads } = field.facts
  const tokens = tokenCount(layout)
  const row =
    typeof head === 'number'
      ? layer.rows.subarray(head * tokens, (head + 1) * tokens)
      : combineHeads(layer.rows, heads, head)
  return row.subarray(patchesFrom(layout))
}

export interface HeadMeasures {
  readonly head: number
  /** Nats, over all keys. */
  readonly entropy: number
  readonly max: number
  readonly maxRow: number
  readonly maxColumn: number
  /** Pixels of the input; null where the query has no place. */
  readonly reach: number | null
}

/** The numbers of every head of a layer. */
export function headMeasures(field: Field, layer: FieldLayer): HeadMeasures[] {
  const { layout, heads, input } = field.facts
  const tokens = tokenCount(layout)
  const [rows, columns] = layout.grid
  const first = patchesFrom(layout)
  const { asked } = field
  return Array.from({ length: heads }, (_, head) => {
    const row = layer.rows.subarray(head * tokens, (head + 1) * tokens)
    const { at } = strongest(row.subarray(first))
    return {
      head,
      entropy: entropy(row),
      max: layer.maxima[head]!,
      maxRow: Math.floor(at / columns),
      maxColumn: at % columns,
      reach:
        asked.kind === 'patch'
          ? rowDistance(row, { first, rows, columns, patch: input.width / columns }, asked.token - first)
          : null,
    }
  })
}

/** The largest value and where it stands. */
export function strongest(values: ArrayLike<number>): { at: number; value: number } {
  let at = 0
  for (let i = 1; i < values.length; i++) if (values[i]! > values[at]!) at = i
  return { at, value: values[at] ?? 0 }
}

/** The `n` largest values and where they stand, largest first. */
export function strongestOf(values: ArrayLike<number>, n: number): { at: number; value: number }[] {
  return Array.from({ length: values.length }, (_, at) => ({ at, value: values[at]! }))
    .sort((a, b) => b.value - a.value || a.at - b.at)
    .slice(0, n)
}

/** The largest weight per layer, and of all: what shared scales are made of. */
export function fieldMaximum(field: Field, layer: number | null): number {
  const of = (one: FieldLayer | null): number => (one ? largest(one.maxima) : 0)
  return layer === null ? Math.max(0, ...field.layers.map(of)) : of(field.layers[layer] ?? null)
}

export function patchesOf(facts: LookFacts): number {
  return patchCount(facts.layout)
}

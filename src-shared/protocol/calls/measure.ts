// Calls that send whole data sets through a network: vectors of its pictures as files, and how good it is at something.
import { z } from 'zod'
import { dataSourceSchema } from '../../domain/run.ts'
import { modelChoiceSchema, outputChoiceSchema, ranSchema, runSettingsSchema } from './common.ts'
import type { CallSchema, Fit } from './common.ts'

export const embedTokens = ['cls', 'mean', 'cls+mean', 'patches'] as const
/** What of a picture's tokens is its vector: [CLS], the mean of its patches, both one after the other, or each patch. */
export type EmbedToken = (typeof embedTokens)[number]

export const embedFormats = ['npy', 'csv', 'parquet', 'tsv'] as const
export type EmbedFormat = (typeof embedFormats)[number]

export const measuringFits = ['model', 'crop', 'resize'] as const satisfies readonly Fit[]

const skipped = z.array(z.object({ name: z.string(), reason: z.string() }))
const question = {
  settings: runSettingsSchema,
  model: modelChoiceSchema,
  data: dataSourceSchema,
  /** [CLS] where the network has one, else the mean of the patches, where null. */
  token: z.enum(embedTokens).nullable(),
  /** From 0; −1 is the last. */
  layer: z.int(),
  /** Pixels of a side; null: as the model was trained. */
  size: z.int().positive().max(16_384).nullable(),
  /** How a picture becomes that square: as the model was trained, the middle that covers it, or squeezed. */
  fit: z.enum(measuringFits),
}

/**
 * One vector per picture, or per patch, written as `embeddings.npy` and `items.csv`, and as CSV, Parquet or
 * TSV for TensorBoard's projector (with `metadata.tsv`) where asked.
 * What was computed before, by the same model and settings from the same bytes of a picture, is taken over.
 */
export const embed = {
  request: z.object({ ...question, format: z.enum(embedFormats), output: outputChoiceSchema }),
  result: ranSchema.extend({
    rows: z.int(),
    columns: z.int(),
    /** Pictures that went through the network; the others were known. */
    computed: z.int(),
    skipped,
    output: z.string(),
  }),
  item: null,
} satisfies CallSchema

export const protocols = ['knn', 'linear', 'cluster', 'segment', 'parts', 'retrieval'] as const
export type Protocol = (typeof protocols)[number]
export const baselines = ['pixels', 'untrained'] as const
export type Baseline = (typeof baselines)[number]

const scores = z.record(z.string(), z.number().nullable())
export type Scores = z.infer<typeof scores>

/** How good a network's features are at something, beside what anybody would get. Shares are from 0 to 1. */
export const evaluate = {
  request: z.object({
    ...question,
    protocol: z.enum(protocols),
    /** Neighbours that vote (`knn`), answers that are looked at (`retrieval`). */
    k: z.int().positive().max(10_000),
    /** T: a neighbour of cosine s votes with weight exp(s / T). */
    temperature: z.number().positive(),
    baselines: z.array(z.enum(baselines)),
    /** The split that is tested on; null: `test` or `val`, or a share of each class where there are none. */
    split: z.string().max(60).nullable(),
    holdOut: z.number().gt(0).max(0.9),
    /** Pictures at most, drawn by the seed; null: all. */
    most: z.int().positive().nullable(),
  }),
  result: ranSchema.extend({
    protocol: z.enum(protocols),
    scores,
    /** By their names: `chance`, `pixels`, `untrained`, `fixed` (a map that never looks at the picture), `commonest`. */
    baselines: z.record(z.string(), scores),
    items: z.object({ train: z.int(), test: z.int() }),
    skipped,
  }),
  item: null,
} satisfies CallSchema

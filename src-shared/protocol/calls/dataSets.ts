// Calls of the engine about data sets: their items, small pictures of them, and their embeddings as numbers.
import { z } from 'zod'
import { embeddingChoiceSchema } from '../../domain/dataSet.ts'
import { dataSourceSchema } from '../../domain/run.ts'
import { modelChoiceSchema, ranSchema, runSettingsSchema } from './common.ts'
import type { CallSchema } from './common.ts'

const ints = z.instanceof(Int32Array<ArrayBufferLike>)
const floats = z.instanceof(Float32Array<ArrayBufferLike>)
const bytes = z.instanceof(Uint8Array<ArrayBufferLike>)
const path = z.string().min(1).max(4096)
const [fromPath, fromCritters] = dataSourceSchema.options

/** A data set as the engine opens it. */
export const dataChoiceSchema = z.discriminatedUnion('kind', [
  fromPath,
  fromCritters,
  z.object({ kind: z.literal('files'), files: z.array(z.object({ path, name: z.string() })).max(1_000_000) }),
  /** What a training run holds out of `of` and measures on, in the order of its embeddings. */
  z.object({
    kind: z.literal('held'),
    of: dataSourceSchema,
    share: z.number(),
    seed: z.number(),
    count: z.int().positive(),
  }),
])
export type DataChoice = z.infer<typeof dataChoiceSchema>

/** Every item of a data set, in pieces. */
const listData = {
  request: z.object({ data: dataChoiceSchema }),
  result: z.object({
    name: z.string(),
    hash: z.string(),
    items: z.int(),
    classes: z.array(z.string()),
    splits: z.array(z.object({ name: z.string(), items: ints })),
    skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
  }),
  item: z.object({
    names: z.array(z.string()),
    /** Class of each; −1 without one. */
    labels: ints,
  }),
} satisfies CallSchema

/** Items as small pictures, JPEG, longest side at most `side`; those that cannot be read are left out. */
const dataPictures = {
  request: z.object({
    data: dataChoiceSchema,
    items: ints,
    /** In pixels; null: as they are, as PNG. */
    side: z.int().min(8).max(4096).nullable(),
  }),
  result: z.object({}),
  item: z.object({ item: z.int(), type: z.string(), bytes, width: z.int(), height: z.int() }),
} satisfies CallSchema

/** Bytes of an item's hash: the first of SHA-256 over what it is made from. */
export const itemHashBytes = 16

/**
 * Vectors of items by a model, in the order asked for, in pieces. An item whose hash is among `known` is not computed
 * again. The picture gets the model's own preprocessing. An item that cannot be read has a vector of NaN.
 */
const embedItems = {
  request: z.object({
    settings: runSettingsSchema,
    model: modelChoiceSchema,
    data: dataChoiceSchema,
    items: ints,
    choice: embeddingChoiceSchema,
    /** Longest side of the input in pixels; null: what the model was trained at. */
    size: z.int().positive().max(4096).nullable(),
    /** `[any number, itemHashBytes]` of what is there already; null: nothing is. */
    known: bytes.nullable(),
  }),
  result: ranSchema.extend({
    columns: z.int(),
    /** Vectors of one item. */
    perItem: z.int(),
    skipped: z.array(z.object({ item: z.int(), reason: z.string() })),
  }),
  item: z.object({
    /** Those of this piece, as they are numbered in the data set. */
    items: ints,
    /** `[items, itemHashBytes]` */
    hashes: bytes,
    perItem: z.int(),
    columns: z.int(),
    /** Where in `known` the item's hash stands: its vectors are not in this piece. −1: it is new. */
    same: ints,
    /** `[new items · perItem, columns]` */
    vectors: floats,
  }),
} satisfies CallSchema

export const dataSetCalls = { listData, dataPictures, embedItems }

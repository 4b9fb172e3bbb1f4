// What is a data set of the workspace, and what is kept of one? Its items, their embeddings by a model, maps, and groups of items.
import { z } from 'zod'
import { mapSettingsSchema, trustworthinessSchema } from './map.ts'
import { problemSchema } from './problem.ts'
import { dataSourceSchema } from './run.ts'

const id = z.uuid()
const path = z.string().min(1).max(4096)
const [fromPath, fromCritters] = dataSourceSchema.options

/** Where the items of a data set come from, as the workspace keeps it. */
export const dataOriginSchema = z.discriminatedUnion('kind', [
  fromPath,
  fromCritters,
  /** Pictures of the workspace. */
  z.object({ kind: z.literal('pictures'), pictures: z.array(id).min(1).max(100_000) }),
  /** Some items of another data set. */
  z.object({ kind: z.literal('part'), of: id, items: z.array(z.int().nonnegative()).min(1) }),
  /** Held out by a training run, in the order of its stored embeddings. */
  z.object({
    kind: z.literal('held'),
    run: id,
    of: dataSourceSchema,
    share: z.number(),
    seed: z.number(),
    count: z.int().positive(),
  }),
  /** Embeddings or coordinates made elsewhere: `.npy`, `.csv`, `.tsv`, `.parquet`. */
  z.object({ kind: z.literal('table'), path }),
])
export type DataOrigin = z.infer<typeof dataOriginSchema>

export const dataSetRowSchema = z.object({
  id,
  name: z.string(),
  kind: z.enum(['path', 'critters', 'pictures', 'part', 'held', 'table']),
  /** Where it lies, or how it is made; in words. */
  from: z.string(),
  items: z.int(),
  /** Names of the classes; empty where nothing is said of them. */
  classes: z.array(z.string()),
  /** There are pictures to look at. */
  pictures: z.boolean(),
  /** Numbers came with it, so that it can be mapped without a model: how many to a row; 0 where none did. */
  columns: z.int(),
  /** Tells its content from another's. */
  hash: z.string(),
  problem: problemSchema.nullable(),
})
export type DataSetRow = z.infer<typeof dataSetRowSchema>

export const embedTokens = ['cls', 'mean', 'cls+mean', 'patches'] as const
export type EmbedToken = (typeof embedTokens)[number]

/** What a vector is: which tokens of which layer, from 0; −1 is the last. */
export const embeddingChoiceSchema = z.object({ token: z.enum(embedTokens), layer: z.int().min(-1).max(200) })
export type EmbeddingChoice = z.infer<typeof embeddingChoiceSchema>

export const mapRowSchema = z.object({
  id,
  name: z.string(),
  dataSet: id,
  /** null: the data set's own numbers, or a moment of a run. */
  model: id.nullable(),
  /** Whose embeddings these are, in words. */
  modelName: z.string(),
  choice: embeddingChoiceSchema.nullable(),
  settings: mapSettingsSchema,
  /** Passes that were made. */
  epochs: z.int(),
  /** Points. */
  rows: z.int(),
  /** Numbers of an embedding. */
  columns: z.int(),
  /** Points of one item: more than 1 on a map of patches. */
  perItem: z.int(),
  setAside: z.int(),
  trustworthiness: trustworthinessSchema.nullable(),
  seconds: z.number(),
  /** The run and step whose network this was, where it is a moment of a run. */
  moment: z.object({ run: id, step: z.int(), knn: z.number().nullable() }).nullable(),
  /** ISO time. */
  created: z.string(),
})
export type MapRow = z.infer<typeof mapRowSchema>

export const groupKinds = ['label', 'selection', 'aside'] as const
/** `label`: says what the items are; an item has one. `aside`: left out of maps and measures. */
export type GroupKind = (typeof groupKinds)[number]
export const itemGroupSchema = z.object({
  id,
  kind: z.enum(groupKinds),
  name: z.string(),
  /** Of the twelve class colours. */
  colour: z.int().min(0).max(11),
  /** Ascending. */
  items: z.instanceof(Int32Array<ArrayBufferLike>),
})
export type ItemGroup = z.infer<typeof itemGroupSchema>

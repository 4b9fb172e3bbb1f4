// Calls of the projection process: maps of embeddings, and who is near to whom among them.
import { z } from 'zod'
import {
  mapHashesSchema,
  mapMetrics,
  mapSettingsSchema,
  searchSchema,
  setAsideSchema,
  trustworthinessSchema,
} from '../../domain/map.ts'
import { outputChoiceSchema } from './common.ts'
import type { CallSchema } from './common.ts'

const floats = z.instanceof(Float32Array<ArrayBufferLike>)
const ints = z.instanceof(Int32Array<ArrayBufferLike>)
const path = z.string().min(1).max(4096)

/** Embeddings in a file (`.npy`, `.csv`, `.tsv`, `.parquet`), or as numbers `[rows, columns]`. */
export const embeddingsSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('path'), path }),
  z.object({
    kind: z.literal('values'),
    rows: z.int().nonnegative(),
    columns: z.int().positive(),
    data: floats,
  }),
])
export type EmbeddingsSource = z.infer<typeof embeddingsSchema>

/** Threads to compute with; as many as there are cores where absent. The result does not depend on it. */
const threads = z.int().positive().max(1024).optional()
const metric = z.enum(mapMetrics)
const k = z.int().min(1).max(500)

/**
 * A map of embeddings. Every row gets a place; rows with a value that is no number are named and set aside. Frames come
 * while it is optimised, about 20 a second and never more than the reader takes. Neighbours are kept for the next call
 * with the same embeddings: a change of `minDist` or `dims` starts at once.
 */
const project = {
  request: z.object({
    embeddings: embeddingsSchema,
    settings: mapSettingsSchema,
    threads,
    /**
     * Where points start, `[rows, dims]`; a row of NaN starts among its neighbours. With epoch n a map goes on as it
     * stood after n epochs (UMAP: exactly as if it had never stopped); 0 is a whole new optimisation from there.
     */
    start: z.object({ positions: floats, epoch: z.int().nonnegative() }).nullable(),
    /** Places the rows into this map instead, which does not move. The settings are the map's own. */
    into: z
      .discriminatedUnion('kind', [
        /** A map's folder. */
        z.object({ kind: z.literal('path'), path }),
        z.object({ kind: z.literal('values'), embeddings: embeddingsSchema, positions: floats }),
      ])
      .nullable(),
    frames: z.boolean(),
    trustworthiness: z.boolean(),
    /** Writes a map's folder: `map.npy`, `items.csv`, `embeddings.npy`, `map.json`, and a page to look at. */
    output: outputChoiceSchema.extend({ page: z.boolean() }).nullable(),
  }),
  result: z.object({
    /** Of what was given. */
    rows: z.int(),
    columns: z.int(),
    dims: z.int(),
    /** `[rows, dims]`; NaN where a row was set aside. */
    positions: floats,
    setAside: z.array(setAsideSchema),
    /** As they were used; another map's where rows were placed into one. */
    settings: mapSettingsSchema,
    /** Passes that were made. */
    epochs: z.int(),
    /** Null where no neighbours were needed. */
    search: searchSchema.nullable(),
    trustworthiness: trustworthinessSchema.nullable(),
    /** t-SNE: the Kullback-Leibler divergence at the end. */
    divergence: z.number().nullable(),
    /** PCA: share of the variance along each axis. */
    explained: z.array(z.number()).nullable(),
    hashes: mapHashesSchema,
    seconds: z.object({ total: z.number(), neighbours: z.number(), layout: z.number() }),
    /** The folder that was written; empty where none was asked for. */
    output: z.string(),
  }),
  item: z.discriminatedUnion('kind', [
    /** The neighbours are known; the first frame follows. */
    z.object({ kind: z.literal('neighbours'), search: searchSchema, seconds: z.number() }),
    z.object({ kind: z.literal('frame'), epoch: z.int(), of: z.int(), positions: floats }),
  ]),
} satisfies CallSchema

/** The k rows nearest to some rows, or to vectors that are none of them; exactly. A row is not its own neighbour. */
const nearest = {
  request: z.object({
    embeddings: embeddingsSchema,
    queries: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('rows'), rows: ints }),
      /** `[queries, columns]` */
      z.object({ kind: z.literal('vectors'), data: floats }),
    ]),
    k,
    metric,
  }),
  result: z.object({
    /** `[queries, k]`, nearest first; −1 where there are fewer rows. */
    indices: ints,
    /** 1 − cosine, or Euclidean; NaN where there is no neighbour. */
    distances: floats,
    k: z.int(),
  }),
  item: null,
} satisfies CallSchema

/** The k nearest rows of every row, itself left out. */
const neighbours = {
  request: z.object({
    embeddings: embeddingsSchema,
    k,
    metric,
    /** `auto`: exact as long as that takes seconds. */
    search: z.enum(['auto', 'exact']),
    threads,
  }),
  result: z.object({
    /** `[rows, k]`, nearest first; −1 for rows set aside and where there are fewer rows. */
    indices: ints,
    distances: floats,
    k: z.int(),
    search: searchSchema,
    setAside: z.array(setAsideSchema),
    seconds: z.number(),
  }),
  item: null,
} satisfies CallSchema

/** How much the neighbourhood of each item changed between two embeddings of the same items. */
const compareNeighbourhoods = {
  request: z.object({ first: embeddingsSchema, second: embeddingsSchema, k, metric }),
  result: z.object({
    /** `[rows]`: share of the k nearest that both have in common; NaN for rows set aside in either. */
    overlap: floats,
    mean: z.number(),
    /** What two embeddings that know nothing of each other would have in common. */
    chance: z.number(),
    k: z.int(),
  }),
  item: null,
} satisfies CallSchema

/** Rows that are nearly the same: groups of rows within `distance` of each other, largest first. */
const nearDuplicates = {
  request: z.object({ embeddings: embeddingsSchema, metric, distance: z.number().nonnegative() }),
  result: z.object({
    /** Each group's rows in their order; the first is the one to keep. */
    groups: z.array(ints),
    /** Of each group: the largest distance of a row to its nearest one in the group. */
    distances: floats,
  }),
  item: null,
} satisfies CallSchema

/** Rows whose neighbours have another label: what may be labelled wrongly. */
const labelDisagreement = {
  request: z.object({
    embeddings: embeddingsSchema,
    /** A number for each class, −1 for none, `[rows]`. */
    labels: ints,
    k,
    metric,
  }),
  result: z.object({
    /** `[rows]`: share of the labelled neighbours that have another label; NaN where nothing can be said. */
    disagreement: floats,
    /** The label most neighbours have, −1 where none has one. */
    suggested: ints,
    /** Mean share of neighbours that agree: the k-NN agreement of the data set. */
    agreement: z.number(),
  }),
  item: null,
} satisfies CallSchema

/** A table made elsewhere: its columns of numbers as rows, and its other columns as words. */
const readTable = {
  request: z.object({ path }),
  result: z.object({
    rows: z.int(),
    columns: z.int(),
    /** `[rows, columns]` */
    data: floats,
    /** Names of the columns of numbers; empty where the file has none. */
    names: z.array(z.string()),
    /** Columns of words, for example labels and file names. */
    words: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
  }),
  item: null,
} satisfies CallSchema

export const projectionCalls = {
  project,
  nearest,
  neighbours,
  compareNeighbourhoods,
  nearDuplicates,
  labelDisagreement,
  readTable,
}

// What is a map of embeddings? How it is made, what was set aside, and what its folder says of it.
import { z } from 'zod'

export const mapMethods = ['umap', 'tsne', 'pca'] as const
export type MapMethod = (typeof mapMethods)[number]
export const mapMetrics = ['cosine', 'euclidean'] as const
export type MapMetric = (typeof mapMetrics)[number]

/** Everything that a map depends on beside its data; equal settings and data give equal bytes. */
export const mapSettingsSchema = z.object({
  method: z.enum(mapMethods),
  dims: z.union([z.literal(2), z.literal(3)]),
  /** How far two embeddings are from each other. */
  metric: z.enum(mapMetrics),
  /** UMAP: neighbours of each point (`n_neighbors`), itself counted, as umap-learn does. */
  neighbours: z.int().min(2).max(500),
  /** UMAP: how near to each other points may lie in the map (`min_dist`). */
  minDist: z.number().min(0).max(1),
  /** t-SNE: neighbours that count, smoothly. */
  perplexity: z.number().min(2).max(500),
  /** Passes of the optimisation; null: as many as the method's authors take for so many rows. */
  epochs: z.int().min(0).max(100_000).nullable(),
  seed: z
    .int()
    .nonnegative()
    .max(2 ** 32 - 1),
})
export type MapSettings = z.infer<typeof mapSettingsSchema>

/** UMAP in three dimensions with the settings of umap-learn. */
export const defaultMapSettings: MapSettings = {
  method: 'umap',
  dims: 3,
  metric: 'cosine',
  neighbours: 15,
  minDist: 0.1,
  perplexity: 30,
  epochs: null,
  seed: 0,
}

/** A row that has no place on the map, and why: `NaN in column 3`. */
export const setAsideSchema = z.object({ row: z.int(), why: z.string() })
export type SetAside = z.infer<typeof setAsideSchema>

/** How many of each point's neighbours on the map are neighbours in truth (Venna and Kaski 2001), 1 at best. */
export const trustworthinessSchema = z.object({
  value: z.number(),
  /** Neighbours that were looked at. */
  k: z.int(),
  /** Points that were measured: all, or as many drawn by the seed. */
  points: z.int(),
})
export type Trustworthiness = z.infer<typeof trustworthinessSchema>

/** How neighbours were found: exactly, or nearly all of them. */
export const searchSchema = z.object({
  exact: z.boolean(),
  /** Share of the true nearest neighbours that were found, measured on some points; null where it is exact. */
  recall: z.number().nullable(),
})
export type Search = z.infer<typeof searchSchema>

/** SHA-256 of the float32 numbers, little-endian, row by row. */
export const mapHashesSchema = z.object({ embeddings: z.string(), map: z.string() })

/** `map.json` in a map's folder. Rows that were set aside are in none of its arrays. */
export const mapFileSchema = z.object({
  format: z.literal('emergence-map'),
  version: z.literal(1),
  settings: mapSettingsSchema,
  rows: z.int(),
  columns: z.int(),
  /** Passes that were made. */
  epochs: z.int(),
  /** Rows of what was given that have no place. */
  setAside: z.array(setAsideSchema),
  trustworthiness: trustworthinessSchema.nullable(),
  search: searchSchema.nullable(),
  /** SHA-256 of the map that these rows were placed into without moving it; null: it is a map of its own. */
  placedInto: z.string().nullable(),
  hashes: mapHashesSchema,
})
export type MapFile = z.infer<typeof mapFileSchema>

// What is in a workspace, as the window sees it? Models, pictures, inspections, notes, and what stands on the disk.
import { z } from 'zod'
import { modelOverridesSchema } from './checkpoint.ts'
import { dataSetRowSchema, mapRowSchema } from './dataSet.ts'
import { modelSpecSchema } from './modelSpec.ts'
import { problemSchema } from './problem.ts'
import { dataSourceSchema, runStates } from './run.ts'

/** Ids are made by the lab; nothing else fits, so that an id can never be a path. */
export const idSchema = z.uuid()
const path = z.string().min(1).max(4096)

export const sourceSchema = z.discriminatedUnion('kind', [
  /** A file or folder of the computer the lab runs on. */
  z.object({ kind: z.literal('path'), path }),
  /** A file that the window sent through the host beforehand. */
  z.object({ kind: z.literal('upload'), id: idSchema }),
])
export type Source = z.infer<typeof sourceSchema>

export const modelRowSchema = z.object({
  id: idSchema,
  name: z.string(),
  path: z.string(),
  bundled: z.boolean(),
  bytes: z.number(),
  /** The network in use (`teacher`, …) and all that the file holds; empty until the file was read. */
  network: z.string(),
  networks: z.array(z.string()),
  spec: modelSpecSchema.nullable(),
  parameters: z.number(),
  overrides: modelOverridesSchema,
  /** Why the model cannot be used now; null where it can. */
  problem: problemSchema.nullable(),
})
export type ModelRow = z.infer<typeof modelRowSchema>

export const pictureRowSchema = z.object({
  id: idSchema,
  name: z.string(),
  path: z.string(),
  bundled: z.boolean(),
  /** In pixels, upright. */
  width: z.int(),
  height: z.int(),
  bytes: z.number(),
  /** Who is to be named where the picture is shown; empty where nobody is. */
  credit: z.string(),
  problem: problemSchema.nullable(),
})
export type PictureRow = z.infer<typeof pictureRowSchema>

/** A training run as the tree shows it; what changes with every step comes with the call `followRun`. */
export const runRowSchema = z.object({
  id: idSchema,
  name: z.string(),
  folder: z.string(),
  method: z.string(),
  preset: z.string(),
  data: dataSourceSchema,
  state: z.enum(runStates),
  /** Of the last pause, checkpoint or end; 0 before the first. */
  step: z.int(),
  /** As planned; 0 where it is not known yet. */
  totalSteps: z.int(),
  /** The kind of collapse that was found; empty where there is none. */
  collapse: z.enum(['', 'uniform', 'one-dimension']),
  /** Why it failed or was interrupted. */
  problem: problemSchema.nullable(),
  /** ISO time. */
  created: z.string(),
})
export type RunRow = z.infer<typeof runRowSchema>

/** A view on subjects with its settings, kept under a name. `settings` belongs to the view that wrote it. */
export const inspectionRowSchema = z.object({
  id: idSchema,
  name: z.string(),
  view: z.string(),
  settings: z.unknown(),
  /** ISO time. */
  changed: z.string(),
})
export type InspectionRow = z.infer<typeof inspectionRowSchema>

export const workspaceSchema = z.object({
  /** Tells one opened workspace from another. */
  id: z.string(),
  /** The file; null while the workspace has not been given a place by a person. */
  path: z.string().nullable(),
  name: z.string(),
  /** Why nothing can be written; empty where it can. */
  readOnly: z.string(),
  models: z.array(modelRowSchema),
  pictures: z.array(pictureRowSchema),
  runs: z.array(runRowSchema),
  dataSets: z.array(dataSetRowSchema),
  maps: z.array(mapRowSchema),
  inspections: z.array(inspectionRowSchema),
  notes: z.string(),
  /** What the window last stored. */
  window: z.unknown(),
  /** ISO time of the last write; null before the first. */
  savedAt: z.string().nullable(),
})
export type Workspace = z.infer<typeof workspaceSchema>

/** Bytes. */
export const diskUseSchema = z.object({
  workspace: z.number(),
  data: z.number(),
  /** Of `data`, what nothing refers to any more. */
  unused: z.number(),
  /** Files that were sent through the host and not taken in yet. */
  uploads: z.number(),
})
export type DiskUse = z.infer<typeof diskUseSchema>

export const recentWorkspaceSchema = z.object({
  path: z.string(),
  name: z.string(),
  /** ISO time. */
  opened: z.string(),
})
export type RecentWorkspace = z.infer<typeof recentWorkspaceSchema>

export const addedSchema = z.object({
  models: z.array(idSchema),
  pictures: z.array(idSchema),
  /** Paths of `.emergence` files among the sources. */
  workspaces: z.array(z.string()),
  refused: z.array(z.object({ name: z.string(), problem: problemSchema })),
})
/** What became of files that were given to the lab. */
export type Added = z.infer<typeof addedSchema>

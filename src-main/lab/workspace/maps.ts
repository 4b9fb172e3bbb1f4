// Which maps are in the workspace? Each with its settings, what is known of it, and a file of positions.
import { z } from 'zod'
import { embeddingChoiceSchema } from '../../../src-shared/domain/dataSet.ts'
import { mapSettingsSchema, setAsideSchema, trustworthinessSchema } from '../../../src-shared/domain/map.ts'
import { recordBlob, type Blob } from './blobs.ts'
import type { ReadableWorkspace, WritableWorkspace } from './database.ts'
import { json, newId, parseRow } from './rows.ts'

const factsSchema = z.object({
  modelName: z.string(),
  choice: embeddingChoiceSchema.nullable(),
  epochs: z.int(),
  rows: z.int(),
  columns: z.int(),
  perItem: z.int(),
  setAside: z.array(setAsideSchema),
  trustworthiness: trustworthinessSchema.nullable(),
  seconds: z.number(),
  /** SHA-256 of the embeddings and of the map, as the projection says them; empty where it was ended early. */
  hashes: z.object({ embeddings: z.string(), map: z.string() }),
  /** Of the data set whose items the rows are. */
  dataHash: z.string(),
  knn: z.number().nullable(),
  /** What the vectors of a moment lie in, in the run's folder. */
  file: z.string().nullable(),
})
export type MapFacts = z.infer<typeof factsSchema>

const mapSchema = z.object({
  id: z.string(),
  name: z.string(),
  data_set: z.string(),
  embedding: z.string().nullable(),
  model: z.string().nullable(),
  settings: json(mapSettingsSchema),
  facts: json(factsSchema),
  positions: z.string(),
  run: z.string().nullable(),
  step: z.number().nullable(),
  added: z.number(),
})
/** `positions` is the hash of a `.npy` file `[rows, dims]`. */
export type StoredMap = z.infer<typeof mapSchema>

const columns = 'id, name, data_set, embedding, model, settings, facts, positions, run, step, added'

export function listMaps(workspace: ReadableWorkspace): StoredMap[] {
  return workspace.database
    .all(`SELECT ${columns} FROM maps ORDER BY added, rowid`)
    .map((row) => parseRow(mapSchema, row, workspace))
}

export function findMap(workspace: ReadableWorkspace, id: string): StoredMap | null {
  const row = workspace.database.get(`SELECT ${columns} FROM maps WHERE id = ?`, id)
  return row === undefined ? null : parseRow(mapSchema, row, workspace)
}

export type NewMap = Omit<StoredMap, 'id' | 'positions' | 'added'> & { readonly positions: Blob }

/** Keeps a map with its positions, in the place of the map `replaces` where that is named; returns its id. */
export function keepMap(workspace: WritableWorkspace, map: NewMap, replaces: string | null): string {
  const { database } = workspace
  return database.transaction(() => {
    recordBlob(workspace, map.positions)
    const id = replaces !== null && findMap(workspace, replaces) ? replaces : newId()
    const values = [
      map.name,
      map.data_set,
      map.embedding,
      map.model,
      JSON.stringify(map.settings),
      JSON.stringify(map.facts),
      map.positions.hash,
      map.run,
      map.step,
    ] as const
    if (id === replaces)
      database.run(
        `UPDATE maps SET name = ?, data_set = ?, embedding = ?, model = ?, settings = ?, facts = ?, positions = ?,
           run = ?, step = ? WHERE id = ?`,
        ...values,
        id,
      )
    else
      database.run(
        `INSERT INTO maps (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        ...values,
        Date.now(),
      )
    return id
  })
}

export function renameMap(workspace: WritableWorkspace, id: string, name: string): boolean {
  return workspace.database.run('UPDATE maps SET name = ? WHERE id = ?', name, id) > 0
}

export function removeMap(workspace: WritableWorkspace, id: string): boolean {
  return workspace.database.run('DELETE FROM maps WHERE id = ?', id) > 0
}

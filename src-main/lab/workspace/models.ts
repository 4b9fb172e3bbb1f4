// Which models are in the workspace?
import { z } from 'zod'
import { modelOverridesSchema, type ModelOverrides } from '../../../src-shared/domain/checkpoint.ts'
import { modelSpecSchema } from '../../../src-shared/domain/modelSpec.ts'
import { recordBlob, type Blob } from './blobs.ts'
import type { ReadableWorkspace, WritableWorkspace } from './database.ts'
import { json, keptSchema, newId, originColumns, parseRow, type Origin } from './rows.ts'

const factsSchema = z.object({
  network: z.string(),
  networks: z.array(z.string()),
  spec: modelSpecSchema,
  parameters: z.number(),
})
/** What the last reading of the checkpoint said, kept so that the tree is drawn without opening it. */
export type ModelFacts = z.infer<typeof factsSchema>

const modelSchema = z.object({
  id: z.string(),
  name: z.string(),
  kept: keptSchema,
  path: z.string(),
  blob: z.string().nullable(),
  bytes: z.number(),
  modified: z.number(),
  hash: z.string().nullable(),
  overrides: json(modelOverridesSchema),
  facts: json(factsSchema.nullable()).nullable(),
  added: z.number(),
})
export type StoredModel = z.infer<typeof modelSchema>

const columns = 'id, name, kept, path, blob, bytes, modified, hash, overrides, facts, added'

export function listModels(workspace: ReadableWorkspace): StoredModel[] {
  return workspace.database
    .all(`SELECT ${columns} FROM models ORDER BY added, rowid`)
    .map((row) => parseRow(modelSchema, row, workspace))
}

export function findModel(workspace: ReadableWorkspace, id: string): StoredModel | null {
  const row = workspace.database.get(`SELECT ${columns} FROM models WHERE id = ?`, id)
  return row === undefined ? null : parseRow(modelSchema, row, workspace)
}

/** Adds a model, or returns the id of the one that is there already from the same place. */
export function addModel(
  workspace: WritableWorkspace,
  model: { name: string; origin: Origin; overrides: ModelOverrides; facts: ModelFacts | null },
): string {
  const { origin } = model
  return workspace.database.transaction(() => {
    const same =
      origin.kept === 'copied'
        ? workspace.database.get('SELECT id FROM models WHERE blob = ?', origin.blob.hash)
        : workspace.database.get(
            'SELECT id FROM models WHERE kept = ? AND path = ?',
            origin.kept,
            origin.path,
          )
    if (same !== undefined) {
      const { id } = parseRow(z.object({ id: z.string() }), same, workspace)
      if (origin.kept === 'path')
        workspace.database.run(
          'UPDATE models SET bytes = ?, modified = ?, hash = NULL, facts = ? WHERE id = ?',
          origin.bytes,
          Math.trunc(origin.modified),
          JSON.stringify(model.facts),
          id,
        )
      return id
    }
    if (origin.kept === 'copied') recordBlob(workspace, origin.blob)
    const id = newId()
    workspace.database.run(
      `INSERT INTO models (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      model.name,
      ...originColumns(origin),
      JSON.stringify(model.overrides),
      JSON.stringify(model.facts),
      Date.now(),
    )
    return id
  })
}

export function renameModel(workspace: WritableWorkspace, id: string, name: string): boolean {
  return workspace.database.run('UPDATE models SET name = ? WHERE id = ?', name, id) > 0
}

/** Keeps what a person said against our reading, and what the reading then says. */
export function overrideModel(
  workspace: WritableWorkspace,
  id: string,
  overrides: ModelOverrides,
  facts: ModelFacts | null,
): boolean {
  return (
    workspace.database.run(
      'UPDATE models SET overrides = ?, facts = ? WHERE id = ?',
      JSON.stringify(overrides),
      JSON.stringify(facts),
      id,
    ) > 0
  )
}

/** The hash of a model's file, once it is known; only if the file is still the one that was hashed. */
export function keepModelHash(workspace: WritableWorkspace, model: StoredModel, hash: string): void {
  workspace.database.run(
    'UPDATE models SET hash = ? WHERE id = ? AND bytes = ? AND modified = ?',
    hash,
    model.id,
    model.bytes,
    model.modified,
  )
}

/** From now on the model is read from the data folder. */
export function keepModelCopy(workspace: WritableWorkspace, id: string, blob: Blob): void {
  workspace.database.transaction(() => {
    recordBlob(workspace, blob)
    workspace.database.run(
      "UPDATE models SET kept = 'copied', blob = ?, hash = ?, bytes = ?, modified = 0 WHERE id = ?",
      blob.hash,
      blob.hash,
      blob.bytes,
      id,
    )
  })
}

export function removeModel(workspace: WritableWorkspace, id: string): boolean {
  return workspace.database.run('DELETE FROM models WHERE id = ?', id) > 0
}

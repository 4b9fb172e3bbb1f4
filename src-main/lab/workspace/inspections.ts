// Which views on models and pictures did a person keep, and with which settings?
import { z } from 'zod'
import type { ReadableWorkspace, WritableWorkspace } from './database.ts'
import { json, newId, parseRow } from './rows.ts'

const inspectionSchema = z.object({
  id: z.string(),
  name: z.string(),
  view: z.string(),
  settings: json(z.json()),
  added: z.number(),
  changed: z.number(),
})
/** `settings` belongs to the view that wrote it and is kept as it came. Times in milliseconds since 1970. */
export type StoredInspection = z.infer<typeof inspectionSchema>

const columns = 'id, name, view, settings, added, changed'

export function listInspections(workspace: ReadableWorkspace): StoredInspection[] {
  return workspace.database
    .all(`SELECT ${columns} FROM inspections ORDER BY added, rowid`)
    .map((row) => parseRow(inspectionSchema, row, workspace))
}

/** Keeps an inspection under its id, or under a new one where it has none or its own was removed. */
export function keepInspection(
  workspace: WritableWorkspace,
  inspection: { id: string | null; name: string; view: string; settings: unknown },
): string {
  const id = inspection.id ?? newId()
  const now = Date.now()
  workspace.database.run(
    `INSERT INTO inspections (${columns}) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, view = excluded.view,
         settings = excluded.settings, changed = excluded.changed`,
    id,
    inspection.name,
    inspection.view,
    JSON.stringify(inspection.settings ?? null),
    now,
    now,
  )
  return id
}

export function removeInspection(workspace: WritableWorkspace, id: string): boolean {
  return workspace.database.run('DELETE FROM inspections WHERE id = ?', id) > 0
}

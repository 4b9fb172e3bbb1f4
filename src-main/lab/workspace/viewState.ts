// How did the window stand when it was last closed?
import { z } from 'zod'
import type { ReadableWorkspace, WritableWorkspace } from './database.ts'
import { json, parseRow } from './rows.ts'

/** What was kept under `key`; null where nothing was. */
export function readViewState(workspace: ReadableWorkspace, key: string): unknown {
  const row = workspace.database.get('SELECT value FROM view_state WHERE key = ?', key)
  return row === undefined ? null : parseRow(z.object({ value: json(z.json()) }), row, workspace).value
}

export function keepViewState(workspace: WritableWorkspace, key: string, value: unknown): void {
  workspace.database.run(
    `INSERT INTO view_state (key, value, changed) VALUES (?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, changed = excluded.changed`,
    key,
    JSON.stringify(value ?? null),
    Date.now(),
  )
}

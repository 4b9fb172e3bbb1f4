// What did a person write down, about the workspace or one thing in it?
import { z } from 'zod'
import type { ReadableWorkspace, WritableWorkspace } from './database.ts'
import { parseRow } from './rows.ts'

/** The text about `subject`: the id of a model, picture or inspection, or '' for the workspace itself. */
export function readNotes(workspace: ReadableWorkspace, subject = ''): string {
  const row = workspace.database.get('SELECT text FROM notes WHERE subject = ?', subject)
  return row === undefined ? '' : parseRow(z.object({ text: z.string() }), row, workspace).text
}

export function keepNotes(workspace: WritableWorkspace, text: string, subject = ''): void {
  if (text === '') workspace.database.run('DELETE FROM notes WHERE subject = ?', subject)
  else
    workspace.database.run(
      `INSERT INTO notes (subject, text, changed) VALUES (?, ?, ?)
         ON CONFLICT (subject) DO UPDATE SET text = excluded.text, changed = excluded.changed`,
      subject,
      text,
      Date.now(),
    )
}

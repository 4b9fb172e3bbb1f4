// What have the tables in common? Ids, times, JSON columns, and where a model's or picture's bytes lie.
import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { blobPath, findBlob, type Blob } from './blobs.ts'
import type { ReadableWorkspace } from './database.ts'

export function newId(): string {
  return randomUUID()
}

/** Reads a row that the file holds; a row of another shape is damage, not a bug. */
export function parseRow<T>(schema: z.ZodType<T>, row: unknown, workspace: ReadableWorkspace): T {
  const parsed = schema.safeParse(row)
  if (parsed.success) return parsed.data
  const at = parsed.error.issues[0]?.path.join('.') ?? ''
  throw new Failure(
    'damaged-file',
    `${basename(workspace.path)} holds a row whose ${at || 'shape'} cannot be read.`,
    'Open an older copy, or begin a new workspace; the file is left as it is.',
  )
}

/** A column of JSON text, read as `schema`. */
export function json<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.string().transform((text, context): T => {
    try {
      const parsed = schema.safeParse(JSON.parse(text))
      if (parsed.success) return parsed.data
    } catch {
      // Said below.
    }
    context.addIssue('not the JSON that belongs here')
    return z.NEVER
  }) as unknown as z.ZodType<T>
}

export const keptSchema = z.enum(['path', 'bundled', 'copied'])
/** Where the bytes are: at a path of this computer, among the bundled ones, or copied into the data folder. */
export type Kept = z.infer<typeof keptSchema>

/** Where a subject's bytes come from when it is added. */
export type Origin =
  | { readonly kept: 'path'; readonly path: string; readonly bytes: number; readonly modified: number }
  | { readonly kept: 'bundled'; readonly path: string; readonly bytes: number }
  | { readonly kept: 'copied'; readonly path: string; readonly blob: Blob }

/** The columns that say where a subject's bytes are. */
export function originColumns(
  origin: Origin,
): [kept: Kept, path: string, blob: string | null, bytes: number, modified: number, hash: string | null] {
  return origin.kept === 'copied'
    ? ['copied', origin.path, origin.blob.hash, origin.blob.bytes, 0, origin.blob.hash]
    : [
        origin.kept,
        origin.path,
        null,
        origin.bytes,
        origin.kept === 'path' ? Math.trunc(origin.modified) : 0,
        null,
      ]
}

export interface Located {
  readonly kept: Kept
  readonly path: string
  readonly blob: string | null
  readonly bytes: number
  readonly modified: number
}

/** The path under which a subject can be read now; for a bundled one its name. */
export function pathOf(workspace: ReadableWorkspace, subject: Located): string {
  if (subject.kept !== 'copied' || subject.blob === null) return subject.path
  const blob = findBlob(workspace, subject.blob)
  return blob ? blobPath(workspace, blob) : subject.path
}

/** Whether a subject's file is where it was, as it was. */
export async function stateOf(
  workspace: ReadableWorkspace,
  subject: Located,
): Promise<'here' | 'missing' | 'changed'> {
  if (subject.kept === 'bundled') return 'here'
  const facts = await stat(pathOf(workspace, subject)).catch(() => null)
  if (!facts) return 'missing'
  if (subject.kept === 'copied' || facts.isDirectory()) return 'here'
  return facts.size === subject.bytes && Math.trunc(facts.mtimeMs) === subject.modified ? 'here' : 'changed'
}

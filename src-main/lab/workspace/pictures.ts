// Which pictures are in the workspace, and what do they look like small?
import { z } from 'zod'
import { recordBlob, type Blob } from './blobs.ts'
import type { ReadableWorkspace, WritableWorkspace } from './database.ts'
import { keptSchema, newId, originColumns, parseRow, type Origin } from './rows.ts'

const pictureSchema = z.object({
  id: z.string(),
  name: z.string(),
  kept: keptSchema,
  path: z.string(),
  blob: z.string().nullable(),
  bytes: z.number(),
  modified: z.number(),
  hash: z.string().nullable(),
  width: z.number(),
  height: z.number(),
  credit: z.string(),
  added: z.number(),
})
/** `width` and `height` in pixels, upright. */
export type StoredPicture = z.infer<typeof pictureSchema>

const thumbnailSchema = z.object({ type: z.string(), bytes: z.instanceof(Uint8Array<ArrayBufferLike>) })
/** An encoded small picture and its media type. */
export type Thumbnail = z.infer<typeof thumbnailSchema>

const columns = 'id, name, kept, path, blob, bytes, modified, hash, width, height, credit, added'

export function listPictures(workspace: ReadableWorkspace): StoredPicture[] {
  return workspace.database
    .all(`SELECT ${columns} FROM pictures ORDER BY added, rowid`)
    .map((row) => parseRow(pictureSchema, row, workspace))
}

export function findPicture(workspace: ReadableWorkspace, id: string): StoredPicture | null {
  const row = workspace.database.get(`SELECT ${columns} FROM pictures WHERE id = ?`, id)
  return row === undefined ? null : parseRow(pictureSchema, row, workspace)
}

/** Adds a picture, or returns the id of the one that is there already from the same place. */
export function addPicture(
  workspace: WritableWorkspace,
  picture: { name: string; origin: Origin; width: number; height: number; credit: string },
): string {
  const { origin } = picture
  return workspace.database.transaction(() => {
    const same =
      origin.kept === 'copied'
        ? workspace.database.get('SELECT id FROM pictures WHERE blob = ?', origin.blob.hash)
        : workspace.database.get(
            'SELECT id FROM pictures WHERE kept = ? AND path = ?',
            origin.kept,
            origin.path,
          )
    if (same !== undefined) {
      const { id } = parseRow(z.object({ id: z.string() }), same, workspace)
      if (origin.kept === 'path') {
        const modified = Math.trunc(origin.modified)
        const changed = workspace.database.run(
          `UPDATE pictures SET bytes = ?, modified = ?, hash = NULL, width = ?, height = ?
             WHERE id = ? AND (bytes <> ? OR modified <> ?)`,
          origin.bytes,
          modified,
          picture.width,
          picture.height,
          id,
          origin.bytes,
          modified,
        )
        if (changed > 0) workspace.database.run('DELETE FROM thumbnails WHERE picture = ?', id)
      }
      return id
    }
    if (origin.kept === 'copied') recordBlob(workspace, origin.blob)
    const id = newId()
    workspace.database.run(
      `INSERT INTO pictures (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      picture.name,
      ...originColumns(origin),
      picture.width,
      picture.height,
      picture.credit,
      Date.now(),
    )
    return id
  })
}

export function renamePicture(workspace: WritableWorkspace, id: string, name: string): boolean {
  return workspace.database.run('UPDATE pictures SET name = ? WHERE id = ?', name, id) > 0
}

/** The hash of a picture's file, once it is known; only if the file is still the one that was hashed. */
export function keepPictureHash(workspace: WritableWorkspace, picture: StoredPicture, hash: string): void {
  workspace.database.run(
    'UPDATE pictures SET hash = ? WHERE id = ? AND bytes = ? AND modified = ?',
    hash,
    picture.id,
    picture.bytes,
    picture.modified,
  )
}

/** From now on the picture is read from the data folder. */
export function keepPictureCopy(workspace: WritableWorkspace, id: string, blob: Blob): void {
  workspace.database.transaction(() => {
    recordBlob(workspace, blob)
    workspace.database.run(
      "UPDATE pictures SET kept = 'copied', blob = ?, hash = ?, bytes = ?, modified = 0 WHERE id = ?",
      blob.hash,
      blob.hash,
      blob.bytes,
      id,
    )
  })
}

export function removePicture(workspace: WritableWorkspace, id: string): boolean {
  return workspace.database.run('DELETE FROM pictures WHERE id = ?', id) > 0
}

export function findThumbnail(workspace: ReadableWorkspace, picture: string, size: string): Thumbnail | null {
  const row = workspace.database.get(
    'SELECT type, bytes FROM thumbnails WHERE picture = ? AND size = ?',
    picture,
    size,
  )
  return row === undefined ? null : parseRow(thumbnailSchema, row, workspace)
}

/** Keeps a small picture; silently nothing where the picture was removed meanwhile. */
export function keepThumbnail(
  workspace: WritableWorkspace,
  picture: string,
  size: string,
  thumbnail: Thumbnail,
): void {
  workspace.database.run(
    `INSERT INTO thumbnails (picture, size, type, bytes)
       SELECT id, ?, ?, ? FROM pictures WHERE id = ?
       ON CONFLICT (picture, size) DO UPDATE SET type = excluded.type, bytes = excluded.bytes`,
    size,
    thumbnail.type,
    thumbnail.bytes,
    picture,
  )
}

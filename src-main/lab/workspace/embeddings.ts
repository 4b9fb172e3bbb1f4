// Which embeddings are there? Vectors of a data set by a model, whole or still in pieces, each with the hash of its item.
import { z } from 'zod'
import { recordBlob, type Blob } from './blobs.ts'
import type { ReadableWorkspace, WritableWorkspace } from './database.ts'
import { newId, parseRow } from './rows.ts'

const embeddingSchema = z.object({
  id: z.string(),
  data_set: z.string(),
  data_hash: z.string(),
  key: z.string(),
  columns: z.number(),
  per_item: z.number(),
  items: z.number(),
  vectors: z.string().nullable(),
  hashes: z.string().nullable(),
  added: z.number(),
})
/** `vectors` (`.npy`, `[items · per_item, columns]`) and `hashes` are null while it is in pieces. */
export type StoredEmbedding = z.infer<typeof embeddingSchema>

const columns = 'id, data_set, data_hash, key, columns, per_item, items, vectors, hashes, added'

export function findEmbedding(workspace: ReadableWorkspace, id: string): StoredEmbedding | null {
  const row = workspace.database.get(`SELECT ${columns} FROM embeddings WHERE id = ?`, id)
  return row === undefined ? null : parseRow(embeddingSchema, row, workspace)
}

/** Embeddings of a data set made in one way (`key`), the newest first. */
export function embeddingsOf(workspace: ReadableWorkspace, dataSet: string, key: string): StoredEmbedding[] {
  return workspace.database
    .all(
      `SELECT ${columns} FROM embeddings WHERE data_set = ? AND key = ? ORDER BY added DESC, rowid DESC`,
      dataSet,
      key,
    )
    .map((row) => parseRow(embeddingSchema, row, workspace))
}

/** Begins an embedding that will come in pieces. */
export function beginEmbedding(
  workspace: WritableWorkspace,
  { dataSet, dataHash, key, items }: { dataSet: string; dataHash: string; key: string; items: number },
): string {
  const id = newId()
  workspace.database.run(
    `INSERT INTO embeddings (id, data_set, data_hash, key, columns, per_item, items, facts, added)
     VALUES (?, ?, ?, ?, 0, 0, ?, '{}', ?)`,
    id,
    dataSet,
    dataHash,
    key,
    items,
    Date.now(),
  )
  return id
}

const pieceSchema = z.object({
  items: z.instanceof(Uint8Array<ArrayBufferLike>),
  hashes: z.instanceof(Uint8Array<ArrayBufferLike>),
  vectors: z.string(),
})
export interface Piece {
  readonly items: Int32Array
  readonly hashes: Uint8Array
  /** Hash of a file of bare float32 numbers. */
  readonly vectors: string
}

/** Numbers that SQLite gave as bytes, wherever they begin. */
export const asInts = (bytes: Uint8Array): Int32Array => new Int32Array(new Uint8Array(bytes).buffer)
export const asBytes = (ints: Int32Array): Uint8Array =>
  new Uint8Array(ints.buffer, ints.byteOffset, ints.byteLength)

export function piecesOf(workspace: ReadableWorkspace, embedding: string): Piece[] {
  return workspace.database
    .all('SELECT items, hashes, vectors FROM embedding_pieces WHERE embedding = ? ORDER BY number', embedding)
    .map((row) => {
      const { items, hashes, vectors } = parseRow(pieceSchema, row, workspace)
      return { items: asInts(items), hashes: new Uint8Array(hashes), vectors }
    })
}

/** Keeps what was computed since the last piece. */
export function addPiece(
  workspace: WritableWorkspace,
  embedding: string,
  {
    items,
    hashes,
    blob,
    columns,
    perItem,
  }: {
    items: Int32Array
    hashes: Uint8Array
    blob: Blob
    columns: number
    perItem: number
  },
): void {
  const { database } = workspace
  database.transaction(() => {
    recordBlob(workspace, blob)
    database.run('UPDATE embeddings SET columns = ?, per_item = ? WHERE id = ?', columns, perItem, embedding)
    database.run(
      `INSERT INTO embedding_pieces (embedding, number, items, hashes, vectors)
       SELECT ?, coalesce(max(number) + 1, 0), ?, ?, ? FROM embedding_pieces WHERE embedding = ?`,
      embedding,
      asBytes(items),
      hashes,
      blob.hash,
      embedding,
    )
  })
}

/** The embedding is whole: its pieces go, and older ones made in the same way that no map stands on. */
export function endEmbedding(
  workspace: WritableWorkspace,
  id: string,
  { vectors, hashes, columns, perItem }: { vectors: Blob; hashes: Blob; columns: number; perItem: number },
): void {
  const { database } = workspace
  database.transaction(() => {
    recordBlob(workspace, vectors)
    recordBlob(workspace, hashes)
    database.run(
      'UPDATE embeddings SET vectors = ?, hashes = ?, columns = ?, per_item = ? WHERE id = ?',
      vectors.hash,
      hashes.hash,
      columns,
      perItem,
      id,
    )
    database.run('DELETE FROM embedding_pieces WHERE embedding = ?', id)
    database.run(
      `DELETE FROM embeddings WHERE id <> ?
         AND (data_set, key) IN (SELECT data_set, key FROM embeddings WHERE id = ?)
         AND id NOT IN (SELECT embedding FROM maps WHERE embedding IS NOT NULL)`,
      id,
      id,
    )
  })
}

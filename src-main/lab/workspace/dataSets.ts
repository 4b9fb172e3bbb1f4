// Which data sets are in the workspace, and what items do they have? A row each; the long list lies in the data folder.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { dataOriginSchema, type DataOrigin } from '../../../src-shared/domain/dataSet.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { blobPath, findBlob, recordBlob, storeFile, type Blob } from './blobs.ts'
import type { ReadableWorkspace, WritableWorkspace } from './database.ts'
import { json, newId, parseRow } from './rows.ts'

const splitSchema = z.object({ name: z.string(), items: z.array(z.int()) })

/** Every item of a data set with what is known of it. */
export const listingSchema = z.object({
  names: z.array(z.string()),
  /** Class of each; −1 without one. */
  labels: z.array(z.int()),
  classes: z.array(z.string()),
  splits: z.array(splitSchema),
  words: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
  numbers: z.array(z.object({ name: z.string(), values: z.array(z.number().nullable()) })),
  /** Files of the pictures, where a table names them. */
  paths: z.array(z.string()).nullable(),
  skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
})
export type Listing = z.infer<typeof listingSchema>

const factsSchema = z.object({
  classes: z.array(z.string()),
  pictures: z.boolean(),
  /** Numbers that came with each item; 0: none. */
  columns: z.int(),
})

const dataSetSchema = z.object({
  id: z.string(),
  name: z.string(),
  origin: json(dataOriginSchema),
  hash: z.string(),
  items: z.number(),
  facts: json(factsSchema),
  listing: z.string(),
  vectors: z.string().nullable(),
  added: z.number(),
})
/** `listing` and `vectors` are hashes of files in the data folder. */
export type StoredDataSet = z.infer<typeof dataSetSchema>

const columns = 'id, name, origin, hash, items, facts, listing, vectors, added'

export function listDataSets(workspace: ReadableWorkspace): StoredDataSet[] {
  return workspace.database
    .all(`SELECT ${columns} FROM data_sets ORDER BY added, rowid`)
    .map((row) => parseRow(dataSetSchema, row, workspace))
}

export function findDataSet(workspace: ReadableWorkspace, id: string): StoredDataSet | null {
  const row = workspace.database.get(`SELECT ${columns} FROM data_sets WHERE id = ?`, id)
  return row === undefined ? null : parseRow(dataSetSchema, row, workspace)
}

export interface NewDataSet {
  readonly name: string
  readonly origin: DataOrigin
  readonly hash: string
  readonly listing: Listing
  readonly pictures: boolean
  /** A `.npy` file of its own numbers, and how many to a row. */
  readonly vectors: { readonly blob: Blob; readonly columns: number } | null
}

const facts = ({ listing, pictures, vectors }: NewDataSet): string =>
  JSON.stringify({ classes: listing.classes, pictures, columns: vectors?.columns ?? 0 })

/** Writes a listing into the data folder. */
function storeListing(workspace: WritableWorkspace, listing: Listing): Promise<Blob> {
  return storeFile(workspace, [Buffer.from(JSON.stringify(listing))], '.json')
}

/** Adds a data set, or brings the one `known` up to date; returns its id. */
export async function keepDataSet(
  workspace: WritableWorkspace,
  dataSet: NewDataSet,
  known: string | null = null,
): Promise<string> {
  const listing = await storeListing(workspace, dataSet.listing)
  const { database } = workspace
  return database.transaction(() => {
    recordBlob(workspace, listing)
    if (dataSet.vectors) recordBlob(workspace, dataSet.vectors.blob)
    const id = known ?? newId()
    const values = [
      JSON.stringify(dataSet.origin),
      dataSet.hash,
      dataSet.listing.names.length,
      facts(dataSet),
      listing.hash,
      dataSet.vectors?.blob.hash ?? null,
    ] as const
    if (known === null)
      database.run(
        `INSERT INTO data_sets (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        dataSet.name,
        ...values,
        Date.now(),
      )
    else
      database.run(
        'UPDATE data_sets SET origin = ?, hash = ?, items = ?, facts = ?, listing = ?, vectors = ? WHERE id = ?',
        ...values,
        id,
      )
    return id
  })
}

export function renameDataSet(workspace: WritableWorkspace, id: string, name: string): boolean {
  return workspace.database.run('UPDATE data_sets SET name = ? WHERE id = ?', name, id) > 0
}

/** Takes a data set out with its embeddings, maps and groups. Pictures stay where they lie. */
export function removeDataSet(workspace: WritableWorkspace, id: string): boolean {
  return workspace.database.run('DELETE FROM data_sets WHERE id = ?', id) > 0
}

/** A file of the data folder by its hash. Throws Failure where it is gone. */
export function filePath(workspace: ReadableWorkspace, hash: string): string {
  const blob = findBlob(workspace, hash)
  if (blob) return blobPath(workspace, blob)
  throw new Failure(
    'damaged-file',
    'A file of the workspace’s data folder is not there any more.',
    'Remove the data set and add it again; its pictures are where they were.',
  )
}

/** The items of a data set. Throws Failure where the file is damaged. */
export async function readListing(workspace: ReadableWorkspace, dataSet: StoredDataSet): Promise<Listing> {
  const path = filePath(workspace, dataSet.listing)
  try {
    return listingSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    throw new Failure(
      'damaged-file',
      `The list of the items of ${dataSet.name} cannot be read.`,
      'Remove the data set and add it again; its pictures are where they were.',
    )
  }
}

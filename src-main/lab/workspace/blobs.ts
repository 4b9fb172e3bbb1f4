// Where do big files of a workspace lie? In its data folder, under the hash of their content, whole or not at all.
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { z } from 'zod'
import { inWords, type ReadableWorkspace, type WritableWorkspace } from './database.ts'
import { syncFolder } from './files.ts'

const blobSchema = z.object({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  suffix: z.string().regex(/^(\.[a-z0-9]{1,16})?$/),
  bytes: z.number(),
})
/** A file in the data folder. Its suffix is kept because some readers go by it. */
export type Blob = z.infer<typeof blobSchema>

/** The file of a blob, relative to the data folder. */
export function blobName(blob: Blob): string {
  return join(blob.hash.slice(0, 2), `${blob.hash}${blob.suffix}`)
}

export function blobPath(workspace: { readonly data: string }, blob: Blob): string {
  return join(workspace.data, blobName(blob))
}

export function findBlob(workspace: ReadableWorkspace, hash: string): Blob | null {
  const row = workspace.database.get('SELECT hash, suffix, bytes FROM blobs WHERE hash = ?', hash)
  return row === undefined ? null : blobSchema.parse(row)
}

export function listBlobs(workspace: ReadableWorkspace): Blob[] {
  return z
    .array(blobSchema)
    .parse(workspace.database.all('SELECT hash, suffix, bytes FROM blobs ORDER BY hash'))
}

/** The suffix of a file's name where it is a plain one, else nothing. */
export function plainSuffix(name: string): string {
  const suffix = extname(name).toLowerCase()
  return /^\.[a-z0-9]{1,16}$/.test(suffix) ? suffix : ''
}

/**
 * Copies a file into the data folder. The row that mentions it is written afterwards by `recordBlob`, in the
 * transaction of whatever refers to it; until then `workspace.arriving` keeps it from being swept.
 * Throws Failure where the disk is full or read-only.
 */
export async function storeFile(
  workspace: WritableWorkspace,
  source: string | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  suffix: string,
): Promise<Blob> {
  const temporary = `arriving-${randomUUID()}`
  workspace.arriving.add(temporary)
  const path = join(workspace.data, temporary)
  try {
    const hash = createHash('sha256')
    let bytes = 0
    const file = await open(path, 'wx')
    try {
      for await (const chunk of typeof source === 'string' ? createReadStream(source) : source) {
        const piece: Uint8Array = chunk
        hash.update(piece)
        bytes += piece.length
        await file.writeFile(piece)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    const blob = { hash: hash.digest('hex'), suffix, bytes }
    const known = findBlob(workspace, blob.hash)
    if (known && existsSync(blobPath(workspace, known))) {
      await rm(path)
      workspace.arriving.add(blobName(known))
      return known
    }
    const name = blobName(known ?? blob)
    workspace.arriving.add(name)
    await mkdir(join(workspace.data, blob.hash.slice(0, 2)), { recursive: true })
    await rename(path, join(workspace.data, name))
    syncFolder(join(workspace.data, blob.hash.slice(0, 2)))
    syncFolder(workspace.data)
    return known ?? blob
  } catch (error) {
    await rm(path, { force: true })
    throw inWords(error, workspace.path)
  } finally {
    workspace.arriving.delete(temporary)
  }
}

/** Lists a stored file; to be called in the transaction that also refers to it. */
export function recordBlob(workspace: WritableWorkspace, blob: Blob): void {
  workspace.database.run(
    'INSERT INTO blobs (hash, suffix, bytes, added) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    blob.hash,
    blob.suffix,
    blob.bytes,
    Date.now(),
  )
  workspace.arriving.delete(blobName(blob))
}

/** Every column that holds the hash of a file in the data folder. */
const references = [
  'models.blob',
  'pictures.blob',
  'data_sets.listing',
  'data_sets.vectors',
  'embeddings.vectors',
  'embeddings.hashes',
  'embedding_pieces.vectors',
  'maps.positions',
].map((place) => place.split('.') as [string, string])
const unreferenced = `FROM blobs WHERE ${references
  .map(([table, column]) => `hash NOT IN (SELECT ${column} FROM ${table} WHERE ${column} IS NOT NULL)`)
  .join(' AND ')}`

/** Files of the data folder that are blobs or remains of unfinished copies, relative to it, with their bytes. */
async function filesOf(data: string): Promise<{ name: string; bytes: number }[]> {
  const found: { name: string; bytes: number }[] = []
  const entries = await readdir(data, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    const names = entry.isDirectory()
      ? /^[0-9a-f]{2}$/.test(entry.name)
        ? (await readdir(join(data, entry.name))).map((name) => join(entry.name, name))
        : []
      : entry.name.startsWith('arriving-')
        ? [entry.name]
        : []
    for (const name of names) {
      const facts = await stat(join(data, name)).catch(() => null)
      if (facts?.isFile()) found.push({ name, bytes: facts.size })
    }
  }
  return found
}

/** Names of the files that nothing refers to, and the bytes of all and of these. */
export async function surveyBlobs(
  workspace: ReadableWorkspace,
): Promise<{ bytes: number; unused: number; unusedNames: string[] }> {
  const arriving = 'arriving' in workspace ? (workspace.arriving as Set<string>) : new Set<string>()
  const used = new Set(
    z
      .array(blobSchema)
      .parse(
        workspace.database.all(
          `SELECT hash, suffix, bytes FROM blobs WHERE hash NOT IN (SELECT hash ${unreferenced})`,
        ),
      )
      .map(blobName),
  )
  const files = await filesOf(workspace.data)
  const unused = files.filter(({ name }) => !used.has(name) && !arriving.has(name))
  const sum = (list: { bytes: number }[]): number => list.reduce((total, { bytes }) => total + bytes, 0)
  return { bytes: sum(files), unused: sum(unused), unusedNames: unused.map(({ name }) => name) }
}

/** Removes what nothing refers to: first the rows, then the files. Returns the bytes that became free. */
export async function sweep(workspace: WritableWorkspace): Promise<number> {
  const { unused, unusedNames } = await surveyBlobs(workspace)
  workspace.database.run(`DELETE ${unreferenced}`)
  // A file may have been asked for again while the folder was listed.
  const listed = new Set(listBlobs(workspace).map(blobName))
  for (const name of unusedNames)
    if (!listed.has(name) && !workspace.arriving.has(name))
      await rm(join(workspace.data, name), { force: true })
  return unused
}

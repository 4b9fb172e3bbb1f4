// How does a workspace get to another place? As a copy of file and folder, or packed into one file and unpacked.
import { createHash } from 'node:crypto'
import SQLite from 'better-sqlite3'
import { createReadStream, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { z } from 'zod'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { blobName, blobPath, listBlobs, plainSuffix, type Blob } from './blobs.ts'
import {
  applicationId,
  connect,
  dataFolder,
  inWords,
  packId,
  readable,
  type ReadableWorkspace,
} from './database.ts'
import { piecesOfFile, syncFile, syncFolder, temporaryName, writeWhole } from './files.ts'
import { takeLock } from './lock.ts'
import { kindOf } from './open.ts'
import { refuseNewer, versionOf } from './migrations.ts'
import { listPictures } from './pictures.ts'
import { copyRunFile, listRunFiles, runFilePath } from './runFiles.ts'

/** Bytes of one row of a packed file; SQLite holds a row in memory. */
const pieceBytes = 4 << 20
/** Before the name of a run's file among the packed ones; the others are called by their hash. */
const runMark = 'run:'

export type Progress = (doneBytes: number, totalBytes: number) => void

/** SQLite's own backup of a workspace into the file `to`, which is complete and on the disk afterwards. */
async function backup(workspace: ReadableWorkspace, to: string): Promise<void> {
  const connection = connect(workspace.path, 'read')
  try {
    await connection.backup(to)
  } finally {
    connection.close()
  }
  const copy = new SQLite(to)
  copy.pragma('journal_mode = DELETE')
  copy.close()
  syncFile(to)
}

function blobsIn(file: string): Blob[] {
  const connection = connect(file, 'read')
  try {
    return listBlobs({ path: file, data: dataFolder(file), database: readable(connection, file) })
  } finally {
    connection.close()
  }
}

/** Refuses a place that another lab has open; returns what gives the place free again. */
function reserve(path: string): () => void {
  if (['foreign', 'not-sqlite'].includes(kindOf(path)) && statSync(path).size > 0)
    throw new Failure(
      'output-exists',
      `${basename(path)} exists and is not a workspace. It was not replaced.`,
      'Choose another name.',
    )
  mkdirSync(dataFolder(path), { recursive: true })
  const lock = takeLock(dataFolder(path))
  if (!lock.held)
    throw new Failure('output-exists', `${basename(path)} cannot be replaced: ${lock.holder} has it open.`)
  return lock.release
}

/** Puts the finished file `from` in the place of `path`; the journal of what stood there must not meet it. */
function takePlace(from: string, path: string): void {
  for (const tail of ['-wal', '-shm', '-journal']) rmSync(path + tail, { force: true })
  renameSync(from, path)
  syncFolder(dirname(path))
}

/**
 * Copies a workspace to `path`, its folder first. What stood there is replaced in the last step only.
 * Throws Failure where the place is taken, read-only or full.
 */
export async function saveAs(
  workspace: ReadableWorkspace,
  path: string,
  onProgress: Progress = () => undefined,
  signal?: AbortSignal,
): Promise<void> {
  if (resolve(path) === resolve(workspace.path))
    throw new Failure('bad-argument', 'The workspace is already kept in this file.', 'Choose another name.')
  const temporary = temporaryName(path)
  let release = (): void => undefined
  try {
    release = reserve(path)
    await backup(workspace, temporary)
    const blobs = blobsIn(temporary)
    const runFiles = await listRunFiles(workspace)
    const total = [...blobs, ...runFiles].reduce((sum, { bytes }) => sum + bytes, 0)
    let done = 0
    for (const file of runFiles) {
      signal?.throwIfAborted()
      await copyRunFile(file, { data: dataFolder(path) })
      onProgress((done += file.bytes), total)
    }
    for (const blob of blobs) {
      signal?.throwIfAborted()
      const to = join(dataFolder(path), blobName(blob))
      await mkdir(dirname(to), { recursive: true })
      if (statSync(to, { throwIfNoEntry: false })?.size !== blob.bytes)
        await writeWhole(to, piecesOfFile(blobPath(workspace, blob)))
      onProgress((done += blob.bytes), total)
    }
    takePlace(temporary, path)
  } catch (error) {
    throw inWords(error, path)
  } finally {
    rmSync(temporary, { force: true })
    release()
  }
}

/**
 * Packs a workspace with its big files into the one file `path`. Pictures that are kept by path are packed too,
 * so that they are there on the other computer; models are not, as they are large and public more often than not.
 */
export async function exportPack(
  workspace: ReadableWorkspace,
  path: string,
  onProgress: Progress = () => undefined,
  signal?: AbortSignal,
): Promise<void> {
  const temporary = temporaryName(path)
  try {
    await backup(workspace, temporary)
    const pack = new SQLite(temporary)
    try {
      pack.pragma('foreign_keys = ON')
      pack.pragma('synchronous = OFF')
      pack.exec(
        'CREATE TABLE packed (hash TEXT, piece INTEGER, bytes BLOB, PRIMARY KEY (hash, piece)) STRICT',
      )
      const insert = pack.prepare('INSERT OR REPLACE INTO packed (hash, piece, bytes) VALUES (?, ?, ?)')
      const view = { path: temporary, data: workspace.data, database: readable(pack, temporary) }
      const blobs = listBlobs(view)
      const loose = listPictures(view).filter(({ kept }) => kept === 'path')
      const runFiles = await listRunFiles(workspace)
      const total = [...blobs, ...loose, ...runFiles].reduce((sum, { bytes }) => sum + bytes, 0)
      let done = 0
      const packFile = async (
        source: string,
        expected: string,
      ): Promise<{ hash: string; bytes: number } | null> => {
        const hash = createHash('sha256')
        const name = expected || `arriving ${source}`
        let [bytes, piece] = [0, 0]
        try {
          for await (const chunk of createReadStream(source, { highWaterMark: pieceBytes })) {
            signal?.throwIfAborted()
            const part: Uint8Array = chunk
            hash.update(part)
            insert.run(name, piece++, part)
            bytes += part.length
            onProgress((done += part.length), total)
          }
        } catch (error) {
          if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
          throw error
        }
        return { hash: hash.digest('hex'), bytes }
      }
      for (const blob of blobs) await packFile(blobPath(workspace, blob), blob.hash)
      for (const file of runFiles) await packFile(file.path, `${runMark}${file.name}`)
      for (const picture of loose) {
        const packed = await packFile(picture.path, '')
        if (!packed) continue
        pack.prepare('DELETE FROM packed WHERE hash = ?').run(packed.hash)
        pack.prepare('UPDATE packed SET hash = ? WHERE hash = ?').run(packed.hash, `arriving ${picture.path}`)
        pack
          .prepare(
            'INSERT INTO blobs (hash, suffix, bytes, added) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
          )
          .run(packed.hash, plainSuffix(picture.path), packed.bytes, Date.now())
        pack
          .prepare(
            "UPDATE pictures SET kept = 'copied', blob = ?, hash = ?, bytes = ?, modified = 0 WHERE id = ?",
          )
          .run(packed.hash, packed.hash, packed.bytes, picture.id)
      }
      pack.pragma(`application_id = ${packId}`)
    } finally {
      pack.close()
    }
    syncFile(temporary)
    renameSync(temporary, path)
    syncFolder(dirname(path))
  } catch (error) {
    throw inWords(error, path)
  } finally {
    rmSync(temporary, { force: true })
    rmSync(`${temporary}-journal`, { force: true })
  }
}

/**
 * Unpacks what `exportPack` wrote into a workspace at `path`, which must be free. Each big file is checked against
 * its hash. Throws Failure for files that are no exported workspace, damaged, or of a newer version.
 */
export async function importPack(
  pack: string,
  path: string,
  onProgress: Progress = () => undefined,
  signal?: AbortSignal,
): Promise<void> {
  if (kindOf(pack) !== 'pack')
    throw new Failure(
      'unreadable-file',
      `${basename(pack)} is not an exported workspace.`,
      'Choose a file that "Export" wrote.',
    )
  if (kindOf(path) !== 'missing')
    throw new Failure(
      'output-exists',
      `${basename(path)} exists. It was not replaced.`,
      'Choose another name.',
    )
  const temporary = temporaryName(path)
  let release = (): void => undefined
  try {
    const source = connect(pack, 'read')
    try {
      refuseNewer(versionOf(source), pack)
      release = reserve(path)
      const blobs = listBlobs({ path: pack, data: '', database: readable(source, pack) })
      const total = blobs.reduce((sum, { bytes }) => sum + bytes, 0)
      let done = 0
      const pieceSchema = z.object({ bytes: z.instanceof(Uint8Array) })
      const select = source.prepare('SELECT bytes FROM packed WHERE hash = ? AND piece = ?')
      const piecesOf = function* (name: string): Generator<Uint8Array> {
        for (let piece = 0; ; piece++) {
          signal?.throwIfAborted()
          const row = select.get(name, piece)
          if (row === undefined) return
          const { bytes } = pieceSchema.parse(row)
          onProgress((done += bytes.length), total)
          yield bytes
        }
      }
      const packedRuns = z
        .array(z.object({ hash: z.string() }))
        .parse(source.prepare(`SELECT DISTINCT hash FROM packed WHERE hash GLOB '${runMark}*'`).all())
      for (const { hash: name } of packedRuns) {
        const to = runFilePath({ data: dataFolder(path) }, name.slice(runMark.length))
        await mkdir(dirname(to), { recursive: true })
        await writeWhole(to, piecesOf(name))
      }
      for (const blob of blobs) {
        const hash = createHash('sha256')
        const pieces = function* (): Generator<Uint8Array> {
          for (const bytes of piecesOf(blob.hash)) {
            hash.update(bytes)
            yield bytes
          }
          if (hash.digest('hex') !== blob.hash)
            throw new Failure(
              'damaged-file',
              `${basename(pack)} is damaged: one of its files is not what it was when it was packed.`,
              'Export the workspace once more.',
            )
        }
        const to = join(dataFolder(path), blobName(blob))
        await mkdir(dirname(to), { recursive: true })
        await writeWhole(to, pieces())
      }
      await source.backup(temporary)
    } finally {
      source.close()
    }
    const copy = new SQLite(temporary)
    try {
      copy.exec('DROP TABLE packed')
      copy.pragma(`application_id = ${applicationId}`)
      copy.exec('VACUUM')
    } finally {
      copy.close()
    }
    syncFile(temporary)
    takePlace(temporary, path)
  } catch (error) {
    throw inWords(error, path)
  } finally {
    rmSync(temporary, { force: true })
    rmSync(`${temporary}-journal`, { force: true })
    release()
  }
}

/** A free name beside an exported file: `NAME.emergence`, `NAME 2.emergence`, … */
export function freeName(pack: string): string {
  const stem = join(dirname(pack), basename(pack, extname(pack)))
  for (let n = 1; ; n++) {
    const path = `${stem}${n === 1 ? '' : ` ${n}`}.emergence`
    if (kindOf(path) === 'missing') return path
  }
}

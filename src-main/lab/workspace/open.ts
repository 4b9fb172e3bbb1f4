// What happens between a person's "open" and a workspace that can be trusted? Every way it can go wrong is here.
import type Database from 'better-sqlite3'
import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, extname, join } from 'node:path'
import SQLite from 'better-sqlite3'
import { Failure } from '../../../src-shared/domain/failure.ts'
import {
  applicationId,
  connect,
  dataFolder,
  inWords,
  isCorrupt,
  packId,
  readable,
  writable,
  type ReadableWorkspace,
  type WritableWorkspace,
} from './database.ts'
import { syncFile, syncFolder, temporaryName } from './files.ts'
import { takeLock, type Lock } from './lock.ts'
import { migrate, newestVersion, refuseNewer, versionOf } from './migrations.ts'

interface Common {
  /** Sentences a person should read: a crash that was looked into, a damaged file that was set aside. */
  readonly notices: readonly string[]
  close(): void
}
/** An open workspace: either it can be written, or `why` says why it cannot. */
export type OpenWorkspace =
  | (Common & { readonly mode: 'write'; readonly workspace: WritableWorkspace })
  | (Common & { readonly mode: 'read'; readonly workspace: ReadableWorkspace; readonly why: string })

type Kind = 'missing' | 'empty' | 'ours' | 'pack' | 'foreign' | 'not-sqlite'

/** What stands at `path`, from the first 100 bytes: SQLite's magic and the id of the program that wrote it. */
export function kindOf(path: string): Kind {
  const facts = statSync(path, { throwIfNoEntry: false })
  if (!facts) return 'missing'
  if (!facts.isFile()) return 'not-sqlite'
  const header = Buffer.alloc(100)
  const handle = openSync(path, 'r')
  let bytes: number
  try {
    bytes = readSync(handle, header, 0, 100, 0)
  } finally {
    closeSync(handle)
  }
  if (bytes === 0) return 'empty'
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0') return 'not-sqlite'
  const id = header.readUInt32BE(68)
  return id === applicationId ? 'ours' : id === packId ? 'pack' : 'foreign'
}

/** Writes a new empty workspace at `path`: complete under a temporary name, then renamed. */
export function createFile(path: string): void {
  const temporary = temporaryName(path)
  try {
    const connection = new SQLite(temporary)
    connection.pragma(`application_id = ${applicationId}`)
    migrate(connection)
    connection.close()
    syncFile(temporary)
    renameSync(temporary, path)
    syncFolder(dirname(path))
  } catch (error) {
    rmSync(temporary, { force: true })
    rmSync(`${temporary}-journal`, { force: true })
    throw inWords(error, path)
  }
}

function checked(connection: Database.Database): string {
  try {
    const found = connection.pragma('integrity_check(3)', { simple: true })
    if (found !== 'ok') return String(found)
    const orphans = connection.pragma('foreign_key_check') as unknown[]
    return orphans.length === 0 ? '' : `${orphans.length} rows refer to rows that are not there`
  } catch (error) {
    if (isCorrupt(error)) return error instanceof Error ? error.message : 'damaged'
    throw error
  }
}

/** Renames a damaged file, its journal and its big files, keeps them all, and returns the new name. */
function setAside(path: string): string {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
  const ending = extname(path)
  const stem = path.slice(0, path.length - ending.length)
  let kept = `${stem}.damaged-${stamp}${ending}`
  for (let n = 2; existsSync(kept); n++) kept = `${stem}.damaged-${stamp}-${n}${ending}`
  renameSync(path, kept)
  for (const tail of ['-wal', '-shm']) if (existsSync(path + tail)) renameSync(path + tail, kept + tail)
  mkdirSync(dataFolder(kept), { recursive: true })
  for (const name of readdirSync(dataFolder(path)))
    if (/^[0-9a-f]{2}$/.test(name)) renameSync(join(dataFolder(path), name), join(dataFolder(kept), name))
  syncFolder(dirname(path))
  return kept
}

/** A workspace brings no code of its own: views and triggers are in none that we write. */
function refuseCode(connection: Database.Database, path: string): void {
  const found = connection
    .prepare("SELECT name FROM sqlite_schema WHERE type IN ('view', 'trigger') LIMIT 1")
    .get()
  if (found === undefined) return
  throw new Failure(
    'unsafe-file',
    `${basename(path)} holds a view or a trigger, which no workspace of Emergence has. It was not opened.`,
    'Open it only with a tool that shows its SQL, and ask where the file came from.',
  )
}

/** Why this workspace can only be read; empty where it can be written. */
function readOnlyReason(path: string): string {
  const can = (what: string): boolean => {
    try {
      accessSync(what, constants.W_OK)
      return true
    } catch {
      return false
    }
  }
  if (!can(dirname(path))) return 'its folder is read-only'
  if (existsSync(path) && !can(path)) return 'the file is read-only'
  return ''
}

function refuseKind(kind: Kind, path: string): void {
  const name = basename(path)
  if (kind === 'foreign')
    throw new Failure(
      'unreadable-file',
      `${name} is a database of another program, not a workspace of Emergence. It was not changed.`,
      'Choose a file that ends in .emergence.',
    )
  if (kind === 'pack')
    throw new Failure(
      'unreadable-file',
      `${name} is an exported workspace, packed into one file.`,
      'Import it: it is unpacked beside the file and opened there.',
    )
}

/**
 * Opens the workspace at `path`, or makes it where `create` says so. A second lab gets it for reading only.
 * A file that is found damaged after a crash is renamed and kept, and an empty workspace takes its place.
 * Throws Failure for files that are not ours, of a newer version, or out of reach.
 */
export function openWorkspace(path: string, options: { create?: boolean } = {}): OpenWorkspace {
  try {
    const kind = kindOf(path)
    refuseKind(kind, path)
    if (kind === 'missing' && !options.create)
      throw new Failure(
        'unreadable-file',
        `There is no workspace at ${path}.`,
        'It may have been moved or renamed.',
      )
    // A file that lost its first bytes still has its data folder; without one it never was a workspace.
    if (kind === 'not-sqlite' && !existsSync(join(dataFolder(path), 'lock')))
      throw new Failure(
        'unreadable-file',
        `${basename(path)} is not a workspace of Emergence. It was not changed.`,
        'Choose a file that ends in .emergence.',
      )
    const why = readOnlyReason(path)
    if (why && (kind === 'missing' || kind === 'empty'))
      throw new Failure('disk', `${basename(path)} cannot be made: ${why}.`, 'Choose a folder of your own.')
    if (why) return openForReading(path, why)
    mkdirSync(dataFolder(path), { recursive: true })
    const lock = takeLock(dataFolder(path))
    if (!lock.held) return openForReading(path, `${lock.holder} has it open`)
    try {
      return openForWriting(path, lock)
    } catch (error) {
      lock.abandon()
      throw error
    }
  } catch (error) {
    throw inWords(error, path)
  }
}

function openForWriting(path: string, lock: Lock): OpenWorkspace {
  const notices: string[] = []
  const kind = kindOf(path)
  if (kind === 'missing' || kind === 'empty') {
    rmSync(`${path}-wal`, { force: true })
    createFile(path)
  }
  const journal = statSync(`${path}-wal`, { throwIfNoEntry: false })
  const crashed = lock.crashed || (journal !== undefined && journal.size > 0)
  let connection: Database.Database | null = null
  let damage = ''
  try {
    connection = connect(path, 'write')
    refuseNewer(versionOf(connection), path)
    refuseCode(connection, path)
    if (crashed) damage = checked(connection)
  } catch (error) {
    connection?.close()
    if (!isCorrupt(error)) throw error
    damage = error instanceof Error ? error.message : 'damaged'
  }
  if (damage || !connection) {
    connection?.close()
    const kept = setAside(path)
    createFile(path)
    connection = connect(path, 'write')
    notices.push(
      `${basename(path)} was damaged (${damage}). It is kept as ${basename(kept)}, and an empty workspace was begun.`,
    )
  } else if (crashed)
    notices.push(
      `${basename(path)} was not closed last time. It was checked: everything that was saved is there.`,
    )
  // Only now, so that a file that was refused or set aside is as it was found.
  connection.pragma('journal_mode = WAL')
  if (versionOf(connection) < newestVersion) {
    migrate(connection)
    notices.push(`${basename(path)} was brought to format ${newestVersion}.`)
  }
  return {
    mode: 'write',
    workspace: {
      path,
      data: dataFolder(path),
      database: writable(connection, path),
      arriving: new Set(),
    },
    notices,
    close: () => {
      // A closed workspace is one plain file, which can also be read in a folder that cannot be written.
      try {
        connection.pragma('wal_checkpoint(TRUNCATE)')
        connection.pragma('journal_mode = DELETE')
      } catch {
        // Somebody else still reads it: the journal stays, and the next open takes it in.
      }
      connection.close()
      lock.release()
    },
  }
}

function openForReading(path: string, why: string): OpenWorkspace {
  let copy = ''
  let connection: Database.Database
  try {
    connection = connect(path, 'read')
    if (versionOf(connection) < newestVersion) {
      connection.close()
      throw new Error('older than today')
    }
  } catch {
    // A journal that cannot be read where it lies, or an older version: a copy is read instead.
    copy = mkdtempSync(join(tmpdir(), 'emergence-'))
    const file = join(copy, basename(path))
    copyFileSync(path, file)
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${file}-wal`)
    const whole = connect(file, 'write')
    refuseNewer(versionOf(whole), path)
    migrate(whole)
    whole.close()
    connection = connect(file, 'read')
  }
  try {
    refuseNewer(versionOf(connection), path)
    refuseCode(connection, path)
  } catch (error) {
    connection.close()
    throw error
  }
  return {
    mode: 'read',
    why: `${basename(path)} is open for reading only: ${why}.`,
    workspace: { path, data: dataFolder(path), database: readable(connection, path) },
    notices: [],
    close: () => {
      connection.close()
      if (copy) rmSync(copy, { recursive: true, force: true })
    },
  }
}

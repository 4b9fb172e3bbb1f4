// How does the lab talk to the file of a workspace? Two kinds of handle, one that reads and one that also writes,
// so that a function that changes something cannot be called with a workspace that was opened for reading.
import Database from 'better-sqlite3'
import { basename } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'

/** `Emer` in ASCII: tells our files from those of every other program that uses SQLite. */
export const applicationId = 0x456d6572
/** `Emep`: an exported workspace, with its data packed into the same file. */
export const packId = 0x456d6570

/** What SQLite stores in a column. */
export type Value = string | number | null | Uint8Array

export interface ReadableDatabase {
  readonly kind: 'readable' | 'writable'
  all(sql: string, ...values: Value[]): unknown[]
  get(sql: string, ...values: Value[]): unknown
}

export interface WritableDatabase extends ReadableDatabase {
  readonly kind: 'writable'
  /** Runs one statement and returns how many rows it changed. On return the change is on the disk. */
  run(sql: string, ...values: Value[]): number
  /** All or nothing: what `work` changed is kept when it returns and undone when it throws. */
  transaction<T>(work: () => T): T
}

export interface ReadableWorkspace {
  /** The `.emergence` file as a person knows it, even where a copy of it is read. */
  readonly path: string
  /** The folder of big files beside it. */
  readonly data: string
  readonly database: ReadableDatabase
}

export interface WritableWorkspace extends ReadableWorkspace {
  readonly database: WritableDatabase
  /** Names in the data folder that are being written and that no row mentions yet: not to be swept. */
  readonly arriving: Set<string>
}

/** The folder of big files that belongs to a workspace file. */
export function dataFolder(path: string): string {
  return `${path}-data`
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

export function isCorrupt(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error))
}

export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error))
}

/** Turns what the disk or SQLite said about `path` into a sentence; anything else comes back as it is. */
export function inWords(error: unknown, path: string): unknown {
  if (error instanceof Failure) return error
  const code = codeOf(error)
  const name = basename(path)
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT')
    return new Failure(
      'disk',
      `The disk that holds ${name} is full: the last change was not kept, everything before it was.`,
      'Free some space and try again, or save the workspace on another disk.',
    )
  if (/^SQLITE_READONLY/.test(code) || code === 'EROFS' || code === 'EACCES' || code === 'EPERM')
    return new Failure(
      'disk',
      `${name} cannot be written: the file or its folder is read-only.`,
      'Save the workspace under another name in a folder of your own.',
    )
  if (isBusy(error))
    return new Failure(
      'disk',
      `${name} is held by another program for longer than five seconds.`,
      'Close the other program, or wait until it has finished, and try again.',
    )
  if (isCorrupt(error))
    return new Failure(
      'damaged-file',
      `${name} is damaged: ${error instanceof Error ? error.message : code}.`,
      'Open it again: the damaged file is then set aside and a new one is begun.',
    )
  if (/^SQLITE_(IOERR|CANTOPEN)/.test(code))
    return new Failure(
      'disk',
      `${name} could not be read or written (${code}).`,
      'See that its disk is still connected, and open the workspace again.',
    )
  return error
}

/** Runs `work` and throws what went wrong in words. */
export function speaking<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw inWords(error, path)
  }
}

/**
 * Opens a connection with the settings that every workspace file has. SQL that the file itself brings along
 * (in views, triggers, defaults) is not trusted.
 */
export function connect(file: string, mode: 'read' | 'write'): Database.Database {
  const connection = new Database(file, {
    readonly: mode === 'read',
    fileMustExist: true,
    timeout: 5000,
  })
  try {
    connection.pragma('trusted_schema = OFF')
    connection.pragma('cell_size_check = ON')
    connection.pragma('foreign_keys = ON')
    connection.pragma(mode === 'write' ? 'synchronous = FULL' : 'query_only = ON')
    // The first page is read here, so that a file that cannot be read fails now.
    connection.pragma('user_version')
    connection.prepare('SELECT count(*) FROM sqlite_schema').get()
  } catch (error) {
    connection.close()
    throw error
  }
  return connection
}

function prepared(connection: Database.Database): (sql: string) => Database.Statement<Value[]> {
  const statements = new Map<string, Database.Statement<Value[]>>()
  return (sql) => {
    let statement = statements.get(sql)
    if (!statement) statements.set(sql, (statement = connection.prepare<Value[]>(sql)))
    return statement
  }
}

export function readable(connection: Database.Database, path: string): ReadableDatabase {
  const prepare = prepared(connection)
  return {
    kind: 'readable',
    all: (sql, ...values) => speaking(path, () => prepare(sql).all(...values)),
    get: (sql, ...values) => speaking(path, () => prepare(sql).get(...values)),
  }
}

export function writable(connection: Database.Database, path: string): WritableDatabase {
  const prepare = prepared(connection)
  return {
    ...readable(connection, path),
    kind: 'writable',
    run: (sql, ...values) => speaking(path, () => prepare(sql).run(...values).changes),
    transaction: (work) => speaking(path, () => connection.transaction(work).immediate()),
  }
}

// Who may write to this workspace? An advisory lock that the operating system takes back when its holder dies.
//
// A small SQLite file in the data folder is held in a transaction for as long as the workspace is open. A second
// lab fails to begin its own and can still read who holds it. The same file remembers whether the last holder
// closed the workspace or was killed.
import Database from 'better-sqlite3'
import { rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isBusy, isCorrupt } from './database.ts'

export interface Lock {
  readonly held: true
  /** True: the last lab that held this lock never closed the workspace. */
  readonly crashed: boolean
  /** Gives the lock back and notes that the workspace was closed. */
  release(): void
  /** Gives the lock back without that note, as a crash would. */
  abandon(): void
}

export interface Refusal {
  readonly held: false
  /** Who has it, for a person. */
  readonly holder: string
}

function holderOf(connection: Database.Database): string {
  try {
    const row = connection.prepare('SELECT pid, host, since FROM holder').get() as
      { pid: number; host: string; since: string } | undefined
    if (row) return `another Emergence (process ${row.pid} on ${row.host}, since ${row.since})`
  } catch {
    // The holder is at its very first write.
  }
  return 'another Emergence'
}

function attempt(file: string): Lock | Refusal {
  const connection = new Database(file, { timeout: 0 })
  try {
    connection.exec('BEGIN IMMEDIATE')
    connection.exec('CREATE TABLE IF NOT EXISTS holder (pid INTEGER, host TEXT, since TEXT, closed INTEGER)')
    const last = connection.prepare('SELECT closed FROM holder').get() as { closed: number } | undefined
    connection.exec('DELETE FROM holder')
    connection
      .prepare('INSERT INTO holder VALUES (?, ?, ?, 0)')
      .run(process.pid, hostname(), new Date().toISOString().slice(0, 16).replace('T', ' '))
    connection.exec('COMMIT; BEGIN IMMEDIATE')
    return {
      held: true,
      crashed: last !== undefined && last.closed === 0,
      release: () => {
        try {
          connection.exec('UPDATE holder SET closed = 1; COMMIT')
        } catch {
          // Somebody is reading the note at this moment: the next open then looks at the file once more than needed.
        }
        connection.close()
      },
      abandon: () => connection.close(),
    }
  } catch (error) {
    const holder = isBusy(error) ? holderOf(connection) : ''
    connection.close()
    if (holder) return { held: false, holder }
    throw error
  }
}

/** Takes the lock of the data folder `folder`, which must exist, or says who has it. */
export function takeLock(folder: string): Lock | Refusal {
  const file = join(folder, 'lock')
  try {
    return attempt(file)
  } catch (error) {
    if (!isCorrupt(error)) throw error
    // The lock file holds nothing that is worth keeping.
    rmSync(file, { force: true })
    rmSync(`${file}-journal`, { force: true })
    return attempt(file)
  }
}

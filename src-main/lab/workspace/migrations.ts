// How does a workspace of an older version become one of today's? One file for each step, in this order.
import type Database from 'better-sqlite3'
import { basename } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { first } from './migrations/0001-first.ts'
import { runs } from './migrations/0002-runs.ts'
import { maps } from './migrations/0003-maps.ts'
import type { Migration } from './migrations/migration.ts'

export const migrations: readonly Migration[] = [first, runs, maps]

export const newestVersion = migrations.length

export function versionOf(connection: Database.Database): number {
  return Number(connection.pragma('user_version', { simple: true }))
}

/** Throws Failure for a workspace that a newer Emergence wrote: it is not touched. */
export function refuseNewer(version: number, path: string): void {
  if (version <= newestVersion) return
  throw new Failure(
    'unreadable-file',
    `${basename(path)} was written by a newer Emergence (format ${version}; this one knows ${newestVersion}). It was not changed.`,
    'Update Emergence, or export the workspace from the newer one.',
  )
}

/** Brings a file to the newest version in one transaction: it is migrated as a whole or not at all. */
export function migrate(connection: Database.Database, steps: readonly Migration[] = migrations): void {
  const from = versionOf(connection)
  const due = steps.filter((step) => step.version > from)
  if (due.length === 0) return
  connection
    .transaction(() => {
      for (const step of due) {
        connection.exec(step.sql)
        connection.pragma(`user_version = ${step.version}`)
      }
    })
    .immediate()
}

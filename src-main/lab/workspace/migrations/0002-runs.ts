// What does the second version of a workspace hold besides? Training runs.
import type { Migration } from './migration.ts'

export const runs: Migration = {
  version: 2,
  title: 'training runs',
  // What a run leaves lies in its folder; a row says what it was started with and how it stands.
  sql: `
    CREATE TABLE runs (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      state TEXT NOT NULL,
      start TEXT NOT NULL,
      facts TEXT,
      problem TEXT,
      added INTEGER NOT NULL,
      removed INTEGER
    ) STRICT;
  `,
}

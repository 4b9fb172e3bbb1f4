// What does the first version of a workspace hold?
import type { Migration } from './migration.ts'

export const first: Migration = {
  version: 1,
  title: 'models, pictures, inspections, notes and the state of the window',
  sql: `
    CREATE TABLE blobs (
      hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
      suffix TEXT NOT NULL DEFAULT '',
      bytes INTEGER NOT NULL,
      added INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE models (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      kept TEXT NOT NULL CHECK (kept IN ('path', 'bundled', 'copied')),
      path TEXT NOT NULL,
      blob TEXT REFERENCES blobs (hash) CHECK ((kept = 'copied') = (blob IS NOT NULL)),
      bytes INTEGER NOT NULL,
      modified INTEGER NOT NULL,
      hash TEXT,
      overrides TEXT NOT NULL,
      facts TEXT,
      added INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX models_blob ON models (blob);

    CREATE TABLE pictures (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      kept TEXT NOT NULL CHECK (kept IN ('path', 'bundled', 'copied')),
      path TEXT NOT NULL,
      blob TEXT REFERENCES blobs (hash) CHECK ((kept = 'copied') = (blob IS NOT NULL)),
      bytes INTEGER NOT NULL,
      modified INTEGER NOT NULL,
      hash TEXT,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      credit TEXT NOT NULL DEFAULT '',
      added INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX pictures_blob ON pictures (blob);

    CREATE TABLE thumbnails (
      picture TEXT NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
      size TEXT NOT NULL,
      type TEXT NOT NULL,
      bytes BLOB NOT NULL,
      PRIMARY KEY (picture, size)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE inspections (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      view TEXT NOT NULL,
      settings TEXT NOT NULL,
      added INTEGER NOT NULL,
      changed INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE notes (
      subject TEXT PRIMARY KEY,
      text TEXT NOT NULL,
      changed INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE view_state (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL,
      changed INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
}

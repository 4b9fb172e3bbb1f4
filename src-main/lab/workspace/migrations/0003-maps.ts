// What does the third version of a workspace hold besides? Data sets, their embeddings, maps, and groups of items.
import type { Migration } from './migration.ts'

export const maps: Migration = {
  version: 3,
  title: 'data sets, embeddings, maps, labels and selections',
  // Long lists lie in the data folder: a listing of items, vectors, positions. An embedding under way has its pieces in
  // rows of their own, so that what was computed is there after a crash.
  sql: `
    CREATE TABLE data_sets (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      origin TEXT NOT NULL,
      hash TEXT NOT NULL,
      items INTEGER NOT NULL,
      facts TEXT NOT NULL,
      listing TEXT NOT NULL REFERENCES blobs (hash),
      vectors TEXT REFERENCES blobs (hash),
      added INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX data_sets_listing ON data_sets (listing);
    CREATE INDEX data_sets_vectors ON data_sets (vectors);

    CREATE TABLE embeddings (
      id TEXT PRIMARY KEY,
      data_set TEXT NOT NULL REFERENCES data_sets (id) ON DELETE CASCADE,
      data_hash TEXT NOT NULL,
      key TEXT NOT NULL,
      columns INTEGER NOT NULL,
      per_item INTEGER NOT NULL,
      items INTEGER NOT NULL,
      vectors TEXT REFERENCES blobs (hash),
      hashes TEXT REFERENCES blobs (hash),
      facts TEXT NOT NULL,
      added INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX embeddings_data_set ON embeddings (data_set);
    CREATE INDEX embeddings_vectors ON embeddings (vectors);
    CREATE INDEX embeddings_hashes ON embeddings (hashes);

    CREATE TABLE embedding_pieces (
      embedding TEXT NOT NULL REFERENCES embeddings (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      items BLOB NOT NULL,
      hashes BLOB NOT NULL,
      vectors TEXT NOT NULL REFERENCES blobs (hash),
      PRIMARY KEY (embedding, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX embedding_pieces_vectors ON embedding_pieces (vectors);

    CREATE TABLE maps (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      data_set TEXT NOT NULL REFERENCES data_sets (id) ON DELETE CASCADE,
      embedding TEXT REFERENCES embeddings (id) ON DELETE CASCADE,
      model TEXT,
      settings TEXT NOT NULL,
      facts TEXT NOT NULL,
      positions TEXT NOT NULL REFERENCES blobs (hash),
      run TEXT,
      step INTEGER,
      added INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX maps_data_set ON maps (data_set);
    CREATE INDEX maps_embedding ON maps (embedding);
    CREATE INDEX maps_positions ON maps (positions);

    CREATE TABLE item_groups (
      id TEXT PRIMARY KEY,
      data_set TEXT NOT NULL REFERENCES data_sets (id) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind IN ('label', 'selection', 'aside')),
      name TEXT NOT NULL,
      colour INTEGER NOT NULL,
      items BLOB NOT NULL,
      added INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX item_groups_data_set ON item_groups (data_set);
  `,
}

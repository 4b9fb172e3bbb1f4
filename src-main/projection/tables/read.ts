// Which kind of table is a file? By its ending, with what lies beside it: words about its rows.
import { stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { badTable, type Table, type Words } from './table.ts'

const expected = 'Expected is a .npy, .csv, .tsv or .parquet file.'

/**
 * The table in a file, and words about its rows from `items.csv` or, for TensorBoard's vectors, `metadata.tsv` beside
 * it. A folder stands for its `embeddings.npy`. Throws Failure.
 */
export async function readTable(path: string): Promise<Table> {
  const facts = await stat(path).catch(() => null)
  if (!facts) throw new Failure('unreadable-file', `There is no file ${path}.`, 'Check the path.')
  if (facts.isDirectory()) return readTable(join(path, 'embeddings.npy'))
  const table = await byEnding(path, facts.size)
  const words = await wordsBeside(path, table.rows)
  return { ...table, words: [...table.words, ...words] }
}

async function byEnding(path: string, size: number): Promise<Table> {
  const ending = extname(path).toLowerCase()
  if (size === 0) throw badTable(path, 'the file is empty')
  if (ending === '.npy') return (await import('./npy.ts')).readNpyTable(path)
  if (ending === '.parquet' || ending === '.pq') return (await import('./parquet.ts')).readParquetTable(path)
  if (ending === '.csv') return (await import('./text.ts')).readTextTable(path, ',')
  if (ending === '.tsv' || ending === '.tab') return (await import('./text.ts')).readTextTable(path, '\t')
  throw new Failure('bad-data', `${path} is of a kind that is not known here.`, expected)
}

/** Files about the rows of a table beside it. */
async function wordsBeside(path: string, rows: number): Promise<Words[]> {
  const name = basename(path).toLowerCase()
  const candidates: [string, ',' | '\t'][] =
    extname(name) === '.npy'
      ? [['items.csv', ',']]
      : /\.(tsv|tab)$/.test(name) && name !== 'metadata.tsv'
        ? [['metadata.tsv', '\t']]
        : []
  for (const [beside, separator] of candidates) {
    const file = join(dirname(path), beside)
    if (!(await stat(file).catch(() => null))) continue
    const words = await (await import('./words.ts')).readWords(file, separator, rows)
    if (words) return words
  }
  return []
}

// Which rows have a place on a map? Embeddings from a file or a message, without the rows that hold no numbers.
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { Failure } from '../../src-shared/domain/failure.ts'
import type { MapMetric, SetAside } from '../../src-shared/domain/map.ts'
import type { EmbeddingsSource } from '../../src-shared/protocol/calls/project.ts'
import { prepare, type Found, type Prepared } from './neighbours/neighbours.ts'
import { readTable } from './tables/read.ts'
import type { Words } from './tables/table.ts'

export interface Embeddings {
  /** Rows that were given, and those of them that are kept; null: all. */
  given: number
  kept: Int32Array | null
  setAside: SetAside[]
  /** Rows in `data`. */
  rows: number
  columns: number
  /** `[rows, columns]`, numbers only. */
  data: Float32Array
  /** What the file says of the rows that are kept. */
  words: Words[]
  /** SHA-256 of `data`. */
  hash: string
  /** What was found out about them already. */
  readonly known: Known
}
interface Known {
  prepared: Map<MapMetric, Prepared>
  neighbours: Map<string, Found>
}

/** The embeddings used last, so that another map of the same ones starts at once. */
const remembered: { key: string; embeddings: Promise<Embeddings> }[] = []
const most = 2

/** Reads embeddings, or takes them as they were read before. Throws Failure. */
export async function openEmbeddings(source: EmbeddingsSource): Promise<Embeddings> {
  const key = await keyOf(source)
  const place = remembered.findIndex((entry) => entry.key === key)
  const [found] = place < 0 ? [] : remembered.splice(place, 1)
  const entry = found ?? { key, embeddings: read(source) }
  if (!found) {
    while (remembered.length >= most) remembered.shift()
    entry.embeddings.catch(() => {
      const at = remembered.indexOf(entry)
      if (at >= 0) remembered.splice(at, 1)
    })
  }
  remembered.push(entry)
  return entry.embeddings
}

/** Forgets all but the newest, where memory is wanted. */
export function forgetOthers(): void {
  remembered.splice(0, remembered.length - 1)
}

async function keyOf(source: EmbeddingsSource): Promise<string> {
  if (source.kind === 'values') return `${source.rows} ${source.columns} ${sha256(source.data)}`
  const facts = await stat(source.path).catch(() => null)
  return `${source.path} ${facts?.size} ${facts?.mtimeMs} ${facts?.ino}`
}

async function read(source: EmbeddingsSource): Promise<Embeddings> {
  const table =
    source.kind === 'path'
      ? await readTable(source.path)
      : { rows: source.rows, columns: source.columns, data: source.data, words: [] }
  if (table.rows * table.columns !== table.data.length)
    throw new Failure(
      'bad-argument',
      `${table.data.length} numbers are not ${table.rows} rows of ${table.columns}.`,
    )
  return withoutBroken(table)
}

/** Sets rows aside that hold something that is no number. Throws Failure `bad-data` where no row is left. */
export function withoutBroken(table: {
  rows: number
  columns: number
  data: Float32Array
  words: Words[]
}): Embeddings {
  const { rows, columns, words } = table
  let { data } = table
  const setAside: SetAside[] = []
  for (let row = 0; row < rows; row++) {
    let sum = 0
    const end = (row + 1) * columns
    // One product per row tells: NaN and infinity times 0 are NaN.
    for (let at = row * columns; at < end; at++) sum += data[at]! * 0
    if (sum === 0) continue
    let at = row * columns
    while (Number.isFinite(data[at]!)) at++
    const value = Number.isNaN(data[at]!) ? 'NaN' : 'infinity'
    setAside.push({ row, why: `${value} in column ${at - row * columns}` })
  }
  let kept: Int32Array | null = null
  if (setAside.length > 0) {
    if (setAside.length === rows)
      throw new Failure(
        'bad-data',
        rows === 1
          ? `The only row holds ${setAside[0]!.why}.`
          : `Every one of the ${rows} rows holds something that is no number; the first: ${setAside[0]!.why}.`,
        'A map needs rows of finite numbers.',
      )
    const broken = new Set(setAside.map(({ row }) => row))
    kept = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => !broken.has(row))
    const whole = new Float32Array(kept.length * columns)
    kept.forEach((row, i) => whole.set(data.subarray(row * columns, (row + 1) * columns), i * columns))
    data = whole
  }
  const those = kept
  return {
    given: rows,
    kept,
    setAside,
    rows: rows - setAside.length,
    columns,
    data,
    words: those
      ? words.map(({ name, values }) => ({ name, values: Array.from(those, (row) => values[row] ?? '') }))
      : words,
    hash: sha256(data),
    known: { prepared: new Map(), neighbours: new Map() },
  }
}

/** Embeddings as products see them, made once. */
export function preparedFor({ data, columns, known }: Embeddings, metric: MapMetric): Prepared {
  const existing = known.prepared.get(metric)
  if (existing) return existing
  const made = prepare(data, columns, metric)
  known.prepared.set(metric, made)
  return made
}

/** Numbers of the rows that are kept, put where they were given; NaN elsewhere. */
export function spread(
  { given, kept }: Pick<Embeddings, 'given' | 'kept'>,
  values: Float32Array,
  width: number,
): Float32Array {
  if (!kept) return values
  const out = new Float32Array(given * width).fill(NaN)
  kept.forEach((row, i) => out.set(values.subarray(i * width, (i + 1) * width), row * width))
  return out
}

/** The reverse: of numbers for each row that was given, those of the rows that are kept. */
export function gathered(
  { kept }: Pick<Embeddings, 'kept'>,
  values: Float32Array,
  width: number,
): Float32Array {
  if (!kept) return values
  const out = new Float32Array(kept.length * width)
  kept.forEach((row, i) => out.set(values.subarray(row * width, (row + 1) * width), i * width))
  return out
}

export function sha256(data: Float32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex')
}

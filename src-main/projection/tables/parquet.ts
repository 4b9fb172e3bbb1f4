// How are embeddings read from Parquet? Columns of numbers side by side, or one column whose values are lists.
import { open } from 'node:fs/promises'
import * as zlib from 'node:zlib'
import { parquetMetadataAsync, parquetRead, type AsyncBuffer } from 'hyparquet'
import { aboutRows, allocate, badTable, type Table, type Words } from './table.ts'

/** Compression that hyparquet leaves to others and Node brings along. */
const compressors = {
  GZIP: (input: Uint8Array) => zlib.gunzipSync(input),
  BROTLI: (input: Uint8Array) => zlib.brotliDecompressSync(input),
  ZSTD: (input: Uint8Array) => zlib.zstdDecompressSync(input),
}

type Value = number | bigint | string | boolean | null | undefined | ArrayLike<number> | object

/** A table from a Parquet file. Throws Failure `bad-data`. */
export async function readParquetTable(path: string): Promise<Table> {
  const handle = await open(path)
  try {
    const { size } = await handle.stat()
    const file: AsyncBuffer = {
      byteLength: size,
      slice: async (start, end = size) => {
        const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start))
        await handle.read(bytes, 0, bytes.length, start)
        return bytes.buffer
      },
    }
    return await readColumns(path, file).catch((thrown: unknown) => {
      if ((thrown as Error).name === 'Failure') throw thrown
      throw badTable(path, String((thrown as Error).message).replace(/\.$/, ''))
    })
  } finally {
    await handle.close()
  }
}

async function readColumns(path: string, file: AsyncBuffer): Promise<Table> {
  const metadata = await parquetMetadataAsync(file)
  const rows = Number(metadata.num_rows)
  if (rows === 0) throw badTable(path, 'it has no rows')
  const columns = topColumns(metadata.schema)
  const lists = columns.filter(({ nested }) => nested)
  // Where there is a column of lists, it is the embedding, and numbers beside it are about the rows.
  const about =
    lists.length > 0
      ? (name: string) => !lists.some((list) => list.name === name)
      : aboutRows(columns.map(({ name }) => name))
  const words: Words[] = []
  /** Places of numbers in a row: of one column after the other. */
  const numeric: { name: string; width: number; values: Float32Array }[] = []
  for (const { name } of columns) {
    let numbers: Float32Array | null = null
    let width = 0
    let text: string[] | null = about(name) ? new Array<string>(rows).fill('') : null
    await parquetRead({
      file,
      metadata,
      columns: [name],
      compressors,
      onChunk: ({ columnData, rowStart }) => {
        for (let i = 0; i < columnData.length && rowStart + i < rows; i++) {
          const value = (columnData as ArrayLike<Value>)[i]
          const row = rowStart + i
          if (text) {
            text[row] = wordOf(value)
            continue
          }
          const list = listOf(value)
          if (list === null) {
            if (numbers)
              throw badTable(path, `the column "${name}" mixes numbers and words in row ${row + 1}`)
            text = new Array<string>(rows).fill('')
            text[row] = wordOf(value)
            continue
          }
          if (!numbers) {
            width = list.length
            if (width === 0)
              throw badTable(path, `the column "${name}" holds an empty list in row ${row + 1}`)
            numbers = allocate(rows, width)
          }
          if (list.length !== width)
            throw badTable(
              path,
              `the column "${name}" holds ${list.length} numbers in row ${row + 1}, and ${width} before`,
            )
          for (let t = 0; t < width; t++) numbers[row * width + t] = Number(list[t] ?? NaN)
        }
      },
    })
    if (text) words.push({ name, values: text })
    else if (numbers) numeric.push({ name, width, values: numbers })
  }
  const total = numeric.reduce((sum, { width }) => sum + width, 0)
  if (total === 0) throw badTable(path, 'it has no column of numbers')
  const names = numeric.flatMap(({ name, width }) =>
    width === 1 ? [name] : Array.from({ length: width }, (_, t) => `${name}.${t}`),
  )
  if (numeric.length === 1) return { rows, columns: total, data: numeric[0]!.values, names, words }
  const data = allocate(rows, total)
  let at = 0
  for (const { width, values } of numeric) {
    for (let row = 0; row < rows; row++)
      for (let t = 0; t < width; t++) data[row * total + at + t] = values[row * width + t]!
    at += width
  }
  return { rows, columns: total, data, names, words }
}

/** The columns right below the root of the schema. */
function topColumns(schema: { name: string; num_children?: number }[]): { name: string; nested: boolean }[] {
  const columns: { name: string; nested: boolean }[] = []
  let at = 1
  const skip = (): void => {
    const children = schema[at++]?.num_children ?? 0
    for (let child = 0; child < children; child++) skip()
  }
  while (at < schema.length) {
    const { name, num_children: children = 0 } = schema[at]!
    columns.push({ name, nested: children > 0 })
    skip()
  }
  return columns
}

/** A value as numbers; null where it is none. */
function listOf(value: Value): ArrayLike<number | bigint> | null {
  if (value === null || value === undefined) return [NaN]
  if (typeof value === 'number' || typeof value === 'bigint') return [value]
  if (typeof value === 'object' && 'length' in value) {
    const list = value as ArrayLike<unknown>
    const first = list.length > 0 ? list[0] : 0
    return first === null || typeof first === 'number' || typeof first === 'bigint'
      ? (list as ArrayLike<number>)
      : null
  }
  return null
}

function wordOf(value: Value): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

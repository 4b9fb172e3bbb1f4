// In which forms do embeddings leave? The same rows as .npy, CSV, Parquet, or TSV for TensorBoard's projector.
import { writeNpy } from '../../../src-shared/numerics/npy.ts'
import { csvLine, shortest, tsvLine } from './csv.ts'
import type { Cell } from './csv.ts'

/** What is said of each row: named columns of words or numbers. */
export type About = readonly { name: string; values: readonly Cell[] }[]

/** Rows of numbers with what is said of them. */
export interface NamedRows {
  rows: number
  columns: number
  /** `[rows, columns]`, float32. */
  data: Float32Array
  about: About
}

/** Text is joined in pieces of about so many characters. */
const pieceLength = 1 << 20

/** `[rows, columns]` as the bytes of a `.npy` file. */
export const asNpy = ({ rows, columns, data }: NamedRows): Uint8Array =>
  writeNpy({ shape: [rows, columns], data })

/** The columns about the rows as CSV, a line of names first. */
export function aboutAsCsv({ rows, about }: Pick<NamedRows, 'rows' | 'about'>): Uint8Array {
  return textOf(csvLine(about.map(({ name }) => name)), rows, (row) =>
    csvLine(about.map(({ values }) => values[row]!)),
  )
}

/** Everything as CSV: the columns about the rows, then `e0`, `e1`, … in the fewest digits that keep each number. */
export function asCsv(table: NamedRows): Uint8Array {
  const { rows, columns, about } = table
  const names = Array.from({ length: columns }, (_, i) => `e${i}`)
  return textOf(csvLine([...about.map(({ name }) => name), ...names]), rows, (row) =>
    csvLine([...about.map(({ values }) => values[row]!), ...numbersOf(table, row)]),
  )
}

/** For TensorBoard's projector: the numbers without names, and the columns about the rows. */
export function asTensorBoard(table: NamedRows): { tensors: Uint8Array; metadata: Uint8Array } {
  const { rows, about } = table
  // A single column has no line of names there.
  const head = about.length > 1 ? tsvLine(about.map(({ name }) => name)) : ''
  return {
    tensors: textOf('', rows, (row) => tsvLine(numbersOf(table, row))),
    metadata: textOf(head, rows, (row) => tsvLine(about.map(({ values }) => values[row]!))),
  }
}

/** As Parquet: the columns about the rows, and `embedding`, a list of float32 in each row. */
export async function asParquet({ rows, columns, data, about }: NamedRows): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer')
  const isNumber = about.map(({ values }) => values.every((value) => Number.isInteger(value)))
  const buffer = parquetWriteBuffer({
    schema: [
      { name: 'root', num_children: about.length + 1 },
      ...about.map(({ name }, i) =>
        isNumber[i]
          ? ({ name, type: 'INT32', repetition_type: 'REQUIRED' } as const)
          : ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' } as const),
      ),
      { name: 'embedding', repetition_type: 'REQUIRED', converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
    ],
    columnData: [
      ...about.map(({ name, values }, i) => ({
        name,
        data: isNumber[i] ? [...values] : values.map(String),
      })),
      {
        name: 'embedding',
        data: Array.from({ length: rows }, (_, row) =>
          Array.from(data.subarray(row * columns, (row + 1) * columns)),
        ),
      },
    ],
  })
  return new Uint8Array(buffer)
}

function numbersOf({ columns, data }: NamedRows, row: number): string[] {
  return Array.from(data.subarray(row * columns, (row + 1) * columns), shortest)
}

function textOf(head: string, rows: number, line: (row: number) => string): Uint8Array {
  const pieces: Buffer[] = []
  let text = head
  for (let row = 0; row < rows; row++) {
    text += line(row)
    if (text.length < pieceLength) continue
    pieces.push(Buffer.from(text))
    text = ''
  }
  pieces.push(Buffer.from(text))
  return Buffer.concat(pieces)
}

// How are embeddings read from a .npy file? A piece at a time, so that memory holds them once.
import { open } from 'node:fs/promises'
import {
  NpyError,
  npyBytes,
  npyNumbers,
  readNpyHead,
  toFloat32,
  type NpyHead,
} from '../../../src-shared/numerics/npy.ts'
import { allocate, badTable, type Table } from './table.ts'

const headBytes = 1 << 16
/** Numbers that are read at once. */
const piece = 1 << 20

/** A table from a .npy file `[rows, columns]` of any number type and order. Throws Failure `bad-data`. */
export async function readNpyTable(path: string): Promise<Table> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    if (size === 0) throw badTable(path, 'the file is empty')
    const first = new Uint8Array(Math.min(size, headBytes))
    await file.read(first, 0, first.length, 0)
    const { head, bytes: inAll } = headOf(path, first, size)
    const [rows = 0, columns = 0] = head.shape
    if (head.shape.length !== 2)
      throw badTable(
        path,
        `its shape is [${head.shape.join(', ')}]`,
        'An array [rows, columns] is expected: one row for each item.',
      )
    if (rows === 0 || columns === 0) throw badTable(path, `its shape [${rows}, ${columns}] holds no numbers`)
    const data = allocate(rows, columns)
    const itemBytes = inAll / (rows * columns)
    for (let from = 0; from < rows * columns; from += piece) {
      const bytes = new Uint8Array(Math.min(piece, rows * columns - from) * itemBytes)
      await file.read(bytes, 0, bytes.length, head.start + from * itemBytes)
      const { dtype } = head
      const numbers = toFloat32({ dtype, shape: [], data: npyNumbers(head, bytes) })
      if (!head.fortran) data.set(numbers, from)
      else
        for (let i = 0; i < numbers.length; i++) {
          const place = from + i
          data[(place % rows) * columns + Math.floor(place / rows)] = numbers[i]!
        }
    }
    return { rows, columns, data, names: [], words: [] }
  } finally {
    await file.close()
  }
}

function headOf(path: string, first: Uint8Array, size: number): { head: NpyHead; bytes: number } {
  try {
    const head = readNpyHead(first)
    return { head, bytes: npyBytes(head, size) }
  } catch (thrown) {
    throw thrown instanceof NpyError ? badTable(path, thrown.message) : thrown
  }
}

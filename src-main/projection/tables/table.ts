// What is a table of embeddings? Rows of numbers, the names of their columns, and columns of words beside them.
import { Failure } from '../../../src-shared/domain/failure.ts'
import { refuseWithoutMemory, tableBytes } from '../memory.ts'

export interface Words {
  name: string
  values: string[]
}
export interface Table {
  rows: number
  columns: number
  /** `[rows, columns]` */
  data: Float32Array
  /** Of the columns of numbers; empty where the file names none. */
  names: string[]
  words: Words[]
}

/** Columns that say who a row is, whatever numbers they hold. */
const who =
  /^(#|id|index|idx|row|item|label|class|target|category|species|split|cluster|file|filename|name|path|picture|unnamed: 0|)$/i

/** True for a column whose numbers are no coordinates, by its name. */
export const isAboutRows = (name: string): boolean => who.test(name.trim())

/** Memory for a table. Throws Failure `too-large`. */
export function allocate(rows: number, columns: number): Float32Array {
  refuseWithoutMemory(`${rows.toLocaleString('en')} rows of ${columns} numbers`, tableBytes(rows, columns))
  return new Float32Array(rows * columns)
}

/** The Failure of a file that is no table. */
export const badTable = (path: string, why: string, hint = ''): Failure =>
  new Failure('bad-data', `${path} cannot be read as a table of embeddings: ${why}.`, hint)

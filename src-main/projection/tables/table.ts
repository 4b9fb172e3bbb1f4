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

/** So many columns with counted names are coordinates, and the others say something of the rows. */
const fewest = 3

/**
 * Tells from the names of all columns whether one of them says something of the rows, whatever numbers it holds: where
 * names are counted (`e0`, `e1`, `e2` …), all that are not; else those called `label`, `index` and the like.
 */
export function aboutRows(names: readonly string[]): (name: string) => boolean {
  const counts = new Map<string, Set<number>>()
  for (const name of names) {
    const [, stem, number] = /^(.*?)(\d+)$/.exec(name.trim()) ?? []
    if (stem !== undefined) counts.set(stem, (counts.get(stem) ?? new Set()).add(Number(number)))
  }
  const whole = [...counts].filter(
    ([, numbers]) =>
      numbers.size >= fewest && Math.max(...numbers) - Math.min(...numbers) === numbers.size - 1,
  )
  const [stem] = whole.sort((a, b) => b[1].size - a[1].size)[0] ?? []
  if (stem === undefined) return (name) => who.test(name.trim())
  return (name) => /^(.*?)(\d+)$/.exec(name.trim())?.[1] !== stem
}

/** Memory for a table. Throws Failure `too-large`. */
export function allocate(rows: number, columns: number): Float32Array {
  refuseWithoutMemory(`${rows.toLocaleString('en')} rows of ${columns} numbers`, tableBytes(rows, columns))
  return new Float32Array(rows * columns)
}

/** The Failure of a file that is no table. */
export const badTable = (path: string, why: string, hint = ''): Failure =>
  new Failure('bad-data', `${path} cannot be read as a table of embeddings: ${why}.`, hint)

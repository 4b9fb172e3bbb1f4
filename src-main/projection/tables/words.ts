// What is said of the rows of a table in a file beside it? Columns of words, as many as there are rows.
import { readFile } from 'node:fs/promises'
import { fieldsOf } from './text.ts'
import type { Words } from './table.ts'

/**
 * Columns of a text file with one line for each of `rows`, and a line of names above; TensorBoard's metadata of a single
 * column has none. null where the file speaks of another number of rows.
 */
export async function readWords(path: string, separator: ',' | '\t', rows: number): Promise<Words[] | null> {
  const text = await readFile(path, 'utf8')
  const lines = splitRecords(text.replace(/^\uFEFF/, ''))
  const records = lines.map((line) => fieldsOf(line, separator))
  const named = records.length === rows + 1
  if (!named && !(records.length === rows && records[0]?.length === 1)) return null
  const names = named ? records[0]! : ['label']
  const body = named ? records.slice(1) : records
  return names.map((name, column) => ({ name, values: body.map((fields) => fields[column] ?? '') }))
}

/** Records end at line ends outside quotes; a last empty line is none. */
function splitRecords(text: string): string[] {
  const records: string[] = []
  let start = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 34) quoted = !quoted
    else if (code === 10 && !quoted) {
      records.push(text.slice(start, at).replace(/\r$/, ''))
      start = at + 1
    }
  }
  if (start < text.length) records.push(text.slice(start).replace(/\r$/, ''))
  return records
}

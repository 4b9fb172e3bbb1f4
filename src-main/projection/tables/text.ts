// How are embeddings read from text? Comma- or tab-separated, with or without names above the columns.
import { createReadStream } from 'node:fs'
import { badTable, aboutRows, type Table, type Words } from './table.ts'
import { refuseWithoutMemory, tableBytes } from '../memory.ts'

/** Numbers by which a column of unknown length grows. */
const firstRows = 1024
/** A line that goes on so long is no line of a table. */
const longestLine = 64 << 20

/**
 * A table from a text file: columns in which everything is a number (or empty, which counts as NaN) are the embeddings,
 * all others are words. A column with a name such as `label` or `index` is never an embedding. A first line without a
 * number names the columns. Quotes as in RFC 4180. Throws Failure `bad-data` with the line at fault.
 */
export async function readTextTable(path: string, separator: ',' | '\t'): Promise<Table> {
  const reading = createTableReader(path, separator)
  const decoder = new TextDecoder('utf-8')
  const lines = createLineSplitter((line, number) => reading.line(line, number))
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const text = decoder.decode(chunk as Uint8Array, { stream: true })
    lines.take(text)
    if (lines.waiting() > longestLine) throw badTable(path, 'a line never ends')
  }
  lines.take(decoder.decode())
  lines.end()
  return reading.table()
}

/** Splits text into records at line ends that are outside quotes. */
function createLineSplitter(use: (line: string, number: number) => void): {
  take(text: string): void
  waiting(): number
  end(): void
} {
  let rest = ''
  let quoted = false
  let looked = 0
  let number = 1
  let begun = 1
  const give = (line: string): void => use(line.endsWith('\r') ? line.slice(0, -1) : line, begun)
  return {
    take: (text) => {
      rest += text
      let start = 0
      for (; looked < rest.length; looked++) {
        const code = rest.charCodeAt(looked)
        if (code === 34) quoted = !quoted
        else if (code === 10) {
          number++
          if (quoted) continue
          give(rest.slice(start, looked))
          start = looked + 1
          begun = number
        }
      }
      rest = rest.slice(start)
      looked = rest.length
    },
    waiting: () => rest.length,
    end: () => {
      if (rest !== '') give(rest)
    },
  }
}

/** The fields of one record. */
export function fieldsOf(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator)
  const fields: string[] = []
  let at = 0
  while (at <= line.length) {
    if (line[at] === '"') {
      let field = ''
      let from = at + 1
      for (;;) {
        const close = line.indexOf('"', from)
        if (close < 0) {
          field += line.slice(from)
          at = line.length + 1
          break
        }
        field += line.slice(from, close)
        if (line[close + 1] === '"') {
          field += '"'
          from = close + 2
          continue
        }
        const next = line.indexOf(separator, close)
        at = next < 0 ? line.length + 1 : next + 1
        break
      }
      fields.push(field)
      if (at > line.length) break
      if (at === line.length) {
        fields.push('')
        break
      }
    } else {
      const next = line.indexOf(separator, at)
      fields.push(next < 0 ? line.slice(at) : line.slice(at, next))
      if (next < 0) break
      at = next + 1
    }
  }
  return fields
}

const missing = /^(|nan|na|null|none|-?inf(inity)?)$/i
/** A field as a number; undefined where it is none. Empty and NaN count as numbers that are not there. */
function numberIn(field: string): number | undefined {
  const value = Number(field)
  // Number() takes blanks for 0.
  if (value === value && (value !== 0 || field.trim() !== '')) return value
  return missing.test(field.trim()) ? NaN : undefined
}

/**
 * True for a line that names columns: no numbers in it, or only the numbers of columns, 0, 1, 2 … (as pandas writes
 * them).
 */
function namesColumns(fields: readonly string[]): boolean {
  const numbers = fields.filter((field) => field.trim() !== '').map(numberIn)
  const counted = numbers.filter((value) => value !== undefined)
  if (counted.length === 0) return numbers.length > 0
  return counted.length >= 3 && counted.every((value, i) => value === counted[0]! + i) && counted[0]! <= 1
}

function createTableReader(
  path: string,
  separator: string,
): { line(line: string, number: number): void; table(): Table } {
  let names: string[] | null = null
  /** The first record with numbers settles how many fields there are. */
  let width = 0
  let rows = 0
  /** Each column is numbers until something else comes, then words. */
  let numbers: (Float32Array | null)[] = []
  let words: (string[] | null)[] = []

  const become = (column: number): string[] => {
    const made = Array.from(numbers[column]!.subarray(0, rows), (value) =>
      Number.isNaN(value) ? '' : String(value),
    )
    numbers[column] = null
    words[column] = made
    return made
  }
  const begin = (fields: readonly string[]): void => {
    width = fields.length
    numbers = fields.map(() => new Float32Array(firstRows))
    words = fields.map(() => null)
    const about = aboutRows(names ?? [])
    names?.forEach((name, column) => {
      if (about(name)) become(column)
    })
  }
  const grow = (): void => {
    const room = numbers.find((column) => column !== null)?.length
    if (room === undefined || rows < room) return
    refuseWithoutMemory(`More than ${room.toLocaleString('en')} rows`, 3 * tableBytes(room, numbers.length))
    numbers = numbers.map((column) => {
      if (!column) return null
      const larger = new Float32Array(2 * room)
      larger.set(column)
      return larger
    })
  }

  return {
    line: (line, number) => {
      if (line === '') return
      const fields = fieldsOf(number === 1 ? line.replace(/^\uFEFF/, '') : line, separator)
      if (width === 0) {
        if (names === null && namesColumns(fields)) {
          names = fields.map((field) => field.trim())
          return
        }
        if (names && fields.length !== names.length)
          throw badTable(
            path,
            `line ${number} has ${fields.length} fields, and ${names.length} are named above`,
          )
        begin(fields)
      }
      if (fields.length !== width)
        throw badTable(
          path,
          `line ${number} has ${fields.length} fields, and the lines before have ${width}`,
          'Every line of a table needs as many fields.',
        )
      grow()
      for (let column = 0; column < width; column++) {
        const field = fields[column]!
        const list = words[column]
        if (list) {
          list.push(field)
          continue
        }
        const value = numberIn(field)
        if (value === undefined) become(column).push(field)
        else numbers[column]![rows] = value
      }
      rows++
    },
    table: () => {
      if (rows === 0) throw badTable(path, names ? 'it has names and no rows' : 'the file is empty')
      const kept = numbers.flatMap((column, place) => (column ? [{ column, place }] : []))
      if (kept.length === 0)
        throw badTable(
          path,
          'it has no column of numbers',
          `Its fields are separated by ${separator === ',' ? 'commas' : 'tabs'}.`,
        )
      const data = new Float32Array(rows * kept.length)
      kept.forEach(({ column }, t) => {
        for (let row = 0; row < rows; row++) data[row * kept.length + t] = column[row]!
      })
      const named = names ?? []
      return {
        rows,
        columns: kept.length,
        data,
        names: named.length > 0 ? kept.map(({ place }) => named[place]!) : [],
        words: words.flatMap((values, place): Words[] =>
          values ? [{ name: named[place] ?? `column ${place + 1}`, values }] : [],
        ),
      }
    },
  }
}

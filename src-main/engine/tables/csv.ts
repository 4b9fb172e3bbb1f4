// How are rows of words and numbers written as text? CSV as RFC 4180 has it, TSV as TensorBoard's projector reads it.

export type Cell = string | number

/** A line of CSV with its end: fields with a comma, a quote or a line break are quoted. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map((cell) => quoted(String(cell))).join(',')}\n`
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** A line of TSV with its end: it knows no quotes, so tabs and line breaks become spaces. */
export function tsvLine(cells: readonly Cell[]): string {
  return `${cells.map((cell) => String(cell).replace(/[\t\r\n]+/g, ' ')).join('\t')}\n`
}

/** A float32 in the fewest digits that read back as the same number. */
export function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits)
    if (Math.fround(Number(text)) === value) return String(Number(text))
  }
  return String(value)
}

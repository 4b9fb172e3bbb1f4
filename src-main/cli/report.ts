// How does a command speak? Results on stdout, progress and sentences on stderr, errors as a sentence and as JSON.
import type { CallEvent } from '../../src-shared/protocol/calls/common.ts'
import type { Failure } from '../../src-shared/domain/failure.ts'

/** How long nothing is said of progress, and how often a line comes where stderr is no terminal; milliseconds. */
const quiet = 700
const lineEvery = 3000
const barWidth = 24

export interface Progress {
  onEvent(event: CallEvent): void
  notice(text: string): void
  /** Takes the bar away. */
  clear(): void
}

/** Progress and notices on stderr: a bar where it is a terminal, a line every few seconds where it is not. */
export function progressOn(
  stream: { write(text: string): unknown; isTTY?: boolean; columns?: number },
  now: () => number = performance.now.bind(performance),
): Progress {
  const began = now()
  let drawn = false
  let lastLine = began
  const clear = (): void => {
    if (drawn) stream.write('\r\x1b[2K')
    drawn = false
  }
  const said = new Set<string>()
  const notice = (text: string): void => {
    if (said.has(text)) return
    said.add(text)
    clear()
    stream.write(`${text}\n`)
  }
  return {
    clear,
    notice,
    onEvent: (event) => {
      if (event.kind === 'notice') return notice(event.text)
      const { what, done, total } = event
      const elapsed = now() - began
      if (elapsed < quiet || total === 1) return
      const left = total !== null && done > 0 ? timeLeft((elapsed / done) * (total - done)) : ''
      const count = total === null ? `${done}` : `${done}/${total}`
      if (stream.isTTY === true) {
        const filled = total ? Math.round((done / total) * barWidth) : 0
        const bar = total === null ? '' : ` ${'█'.repeat(filled)}${'·'.repeat(barWidth - filled)}`
        stream.write(`\r\x1b[2K${what}${bar} ${count}${left}`.slice(0, (stream.columns ?? 80) + 5))
        drawn = true
      } else if (now() - lastLine >= lineEvery) {
        lastLine = now()
        stream.write(`${what} ${count}${left}\n`)
      }
    },
  }
}

function timeLeft(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 1) return ''
  return `, ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} left`
}

/** A failure as the sentence for stderr. */
export function sentence({ message, hint }: Pick<Failure, 'message' | 'hint'>): string {
  return hint ? `${message} ${hint}` : message
}

/** A failure as the JSON document for stdout. */
export function errorDocument({ code, message, hint }: Pick<Failure, 'code' | 'message' | 'hint'>): string {
  return `${JSON.stringify({ error: { code, message, hint } })}\n`
}

/** Rows as columns of their widest cell, two spaces between; columns of numbers, under a heading too, stand to the right. */
export function table(rows: readonly (readonly string[])[], indent = ''): string {
  const widths: number[] = []
  const numbers: boolean[] = []
  const words: boolean[] = []
  rows.forEach((row, r) =>
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length)
      if (isNumber(cell)) numbers[i] = true
      else if (r > 0 && cell !== '' && cell !== '-') words[i] = true
    }),
  )
  const toTheRight = (i: number): boolean => numbers[i] === true && words[i] !== true
  return rows
    .map((row) =>
      (
        indent +
        row.map((cell, i) => (toTheRight(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join('  ')
      ).trimEnd(),
    )
    .join('\n')
}

const isNumber = (cell: string): boolean => /^[−-]?[\d.,]+( (px|nats|s|ms|%|GFLOPS))?$/.test(cell)

/** A whole number with its thousands apart. */
export const grouped = (value: number): string => value.toLocaleString('en')

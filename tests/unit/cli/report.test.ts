// Do progress, notices, errors and tables read as they should?
import { describe, expect, test } from 'vitest'
import { errorDocument, progressOn, sentence, table } from '../../../src-main/cli/report.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'

function stream(isTTY: boolean) {
  const written: string[] = []
  return { written, isTTY, columns: 80, write: (text: string) => written.push(text) }
}
const progress = (done: number) => ({ kind: 'progress' as const, what: 'attention', done, total: 10 })

describe('progress', () => {
  test('says nothing of work that ends at once', () => {
    const out = stream(true)
    let now = 0
    const shown = progressOn(out, () => now)
    now = 300
    shown.onEvent(progress(5))
    expect(out.written).toEqual([])
  })
  test('is a bar with the time left on a terminal, and is taken away', () => {
    const out = stream(true)
    let now = 0
    const shown = progressOn(out, () => now)
    now = 65_000
    shown.onEvent(progress(5))
    expect(out.written[0]?.slice(5)).toMatch(/^attention █+·+ 5\/10, 1:05 left/)
    shown.clear()
    expect(out.written.at(-1)).toBe('\r\x1b[2K')
  })
  test('is a line every few seconds elsewhere', () => {
    const out = stream(false)
    let now = 0
    const shown = progressOn(out, () => now)
    for (; now <= 9000; now += 500) shown.onEvent(progress(now / 1000))
    expect(out.written.length).toBe(3)
    expect(out.written[0]).toBe('attention 3/10, 0:07 left\n')
  })
  test('says a notice once', () => {
    const out = stream(false)
    const shown = progressOn(out)
    shown.notice('Rounded.')
    shown.onEvent({ kind: 'notice', text: 'Rounded.' })
    expect(out.written).toEqual(['Rounded.\n'])
  })
})

test('an error is a sentence and a document', () => {
  const failure = new Failure('bad-picture', 'It is no picture.', 'Give another.')
  expect(sentence(failure)).toBe('It is no picture. Give another.')
  expect(JSON.parse(errorDocument(failure))).toEqual({
    error: { code: 'bad-picture', message: 'It is no picture.', hint: 'Give another.' },
  })
})

test('a column stands to the right where all of it is numbers, under a heading or none', () => {
  const rows = (cells: string[]) => table(cells.map((cell) => [cell, '|']))
  expect(rows(['speed', '43 GFLOPS', '-', '2 GFLOPS'])).toBe(
    '    speed  |\n43 GFLOPS  |\n        -  |\n 2 GFLOPS  |',
  )
  expect(rows(['16 px', '4 × 6', '0.5'])).toBe('16 px  |\n4 × 6  |\n0.5    |')
  expect(rows(['-', '-'])).toBe('-  |\n-  |')
})

test('tables align words to the left and numbers to the right', () => {
  expect(
    table(
      [
        ['a', '1.5'],
        ['long', '12.25'],
      ],
      '  ',
    ),
  ).toBe('  a       1.5\n  long  12.25')
})

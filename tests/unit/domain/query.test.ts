// Do the query's words name the right token, and say what is wrong where there is none?
import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { formatQuery, parseQuery, querySchema, queryToken } from '../../../src-shared/domain/query.ts'

const layout = { cls: true, registers: 2, grid: [3, 5] as [number, number] }
const plain = { cls: false, registers: 0, grid: [3, 5] as [number, number] }
const token = (words: string, of = layout) => queryToken(of, parseQuery(words))

describe('query words', () => {
  it('name tokens in the order of the layout', () => {
    expect(token('cls')).toBe(0)
    expect(token('register:1')).toBe(2)
    expect(token('patch:0,0')).toBe(3)
    expect(token('patch:2,4')).toBe(17)
    expect(token('patch: 1,0'.replace(' ', ''), plain)).toBe(5)
    expect(token('mean')).toBeNull()
  })

  it('fall back from [CLS] to the mean only where nobody asked for [CLS]', () => {
    expect(token('auto')).toBe(0)
    expect(token('auto', plain)).toBeNull()
    expect(token('all')).toBe(0)
    expect(() => token('cls', plain)).toThrow('no [CLS]')
  })

  it('read what they write', () => {
    for (const words of ['auto', 'cls', 'register:3', 'patch:4,7', 'mean', 'all']) {
      expect(formatQuery(parseQuery(words))).toBe(words)
      expect(querySchema.parse(parseQuery(words))).toEqual(parseQuery(words))
    }
    expect(parseQuery(' CLS ')).toEqual({ kind: 'cls' })
  })

  it.each([
    '',
    'patch',
    'patch:1',
    'patch:-1,0',
    'patch:1.5,0',
    'register:',
    'head:1',
    'patch:1,2,3',
    'x'.repeat(500),
  ])('refuse %j in words', (words) => {
    expect(() => parseQuery(words)).toThrow(Failure)
  })

  it('say how many registers and patches there are', () => {
    expect(() => token('register:2')).toThrow('has 2, counted from 0')
    expect(() => token('register:0', plain)).toThrow('no registers')
    expect(() => token('patch:3,0')).toThrow('3 rows and 5 columns')
    expect(() => token('patch:0,5')).toThrow(Failure)
  })
})

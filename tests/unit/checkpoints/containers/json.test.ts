// Does our JSON read what JSON.parse reads, and refuse what it lets through?
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonError, parseJson, type JsonValue } from '../../../../src-main/checkpoints/containers/json.ts'

/** Maps as plain objects and bigints as the numbers JSON.parse makes of them, to compare. */
function plain(value: JsonValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]))
  if (Array.isArray(value)) return value.map(plain)
  return typeof value === 'bigint' ? Number(value) : value
}

describe('parseJson', () => {
  it('reads what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const expected = JSON.parse(text) as unknown
        if (text.includes('__proto__')) return
        expect(plain(parseJson(text))).toEqual(expected)
      }),
      { seed: 11, numRuns: 500 },
    )
  })
  it('refuses what JSON.parse refuses', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 12, unit: fc.constantFrom(...'{}[]",:0123.eE-+ntfalsru \\\n') }),
        (text) => {
          let known = true
          try {
            JSON.parse(text)
          } catch {
            known = false
          }
          if (!known) expect(() => parseJson(text)).toThrow(JsonError)
        },
      ),
      { seed: 12, numRuns: 3000 },
    )
  })
  it('keeps every digit of an integer', () => {
    expect(parseJson('[9007199254740993, -1, 1e3, 0.5, 9007199254740991]')).toEqual([
      9007199254740993n,
      -1,
      1000,
      0.5,
      9007199254740991,
    ])
  })
  it.each(['{"a":1,"a":2}', '{"a":{"b":1,"b":1}}', '{"\\u0061":1,"a":2}'])(
    'refuses a key given twice: %s',
    (text) => {
      expect(() => parseJson(text)).toThrow(/second time/)
    },
  )
  it('keeps __proto__ as a key', () => {
    const value = parseJson('{"__proto__":{"polluted":true}}')
    expect(value instanceof Map && [...value.keys()]).toEqual(['__proto__'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
  it('stops at its depth', () => {
    expect(parseJson(`${'['.repeat(60)}${']'.repeat(60)}`)).toBeInstanceOf(Array)
    expect(() => parseJson('['.repeat(1_000_000))).toThrow(/nested/)
  })
})

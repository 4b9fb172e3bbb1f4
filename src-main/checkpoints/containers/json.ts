// What does a JSON text say, exactly? Keys given twice are refused, integers keep every digit, nesting is bounded.
import { limits } from './limits.ts'

export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | JsonObject
/** Keys are data: `__proto__` is a key like any other. */
export type JsonObject = Map<string, JsonValue>

/** The text is not JSON, or breaks a bound; the message is a clause that says why. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
}

const number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const blank = /[ \t\n\r]*/y

/**
 * Reads one JSON value that fills the whole text (RFC 8259). Integers beyond 2^53 become bigint. Throws JsonError.
 */
export function parseJson(text: string): JsonValue {
  let at = 0
  let values = 0

  const skip = (): void => {
    const code = text.charCodeAt(at)
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return
    blank.lastIndex = at
    blank.exec(text)
    at = blank.lastIndex
  }
  const wrong = (what: string): JsonError => new JsonError(`${what} at character ${at}`)
  const expect = (character: string): void => {
    if (text[at] !== character) throw wrong(`"${character}" was expected`)
    at++
  }
  const string = (): string => {
    expect('"')
    const start = at
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === 34) break
      if (Number.isNaN(code)) throw wrong('a string does not end')
      if (code < 32) throw wrong('a control character stands in a string')
      at += code === 92 ? 2 : 1
    }
    const raw = text.slice(start, at++)
    if (!raw.includes('\\')) return raw
    try {
      return String(JSON.parse(`"${raw}"`))
    } catch {
      throw wrong('a string has a wrong escape')
    }
  }
  const numeral = (): number | bigint => {
    number.lastIndex = at
    const match = number.exec(text)
    if (!match || match[0].length > 400) throw wrong('a value was expected')
    at = number.lastIndex
    const value = Number(match[0])
    const integer = match[1] === undefined && match[2] === undefined
    return integer && !Number.isSafeInteger(value) ? BigInt(match[0]) : value
  }
  const word = (name: string, value: boolean | null): boolean | null => {
    if (!text.startsWith(name, at)) throw wrong('a value was expected')
    at += name.length
    return value
  }
  const list = (depth: number): JsonValue[] => {
    const items: JsonValue[] = []
    at++
    skip()
    if (text[at] === ']') {
      at++
      return items
    }
    for (;;) {
      items.push(value(depth))
      if (text[at] !== ',') break
      at++
    }
    expect(']')
    return items
  }
  const object = (depth: number): JsonObject => {
    const entries: JsonObject = new Map()
    at++
    skip()
    if (text[at] === '}') {
      at++
      return entries
    }
    for (;;) {
      skip()
      const key = string()
      if (entries.has(key)) throw wrong(`the key ${JSON.stringify(key.slice(0, 80))} is given a second time`)
      skip()
      expect(':')
      entries.set(key, value(depth))
      if (text[at] !== ',') break
      at++
    }
    expect('}')
    return entries
  }
  const value = (depth: number): JsonValue => {
    if (++values > limits.jsonValues) throw wrong(`there are more than ${limits.jsonValues} values`)
    if (depth > limits.jsonDepth) throw wrong(`values are nested more than ${limits.jsonDepth} deep`)
    skip()
    const first = text[at]
    const result =
      first === '{'
        ? object(depth + 1)
        : first === '['
          ? list(depth + 1)
          : first === '"'
            ? string()
            : first === 't'
              ? word('true', true)
              : first === 'f'
                ? word('false', false)
                : first === 'n'
                  ? word('null', null)
                  : numeral()
    skip()
    return result
  }
  const whole = value(0)
  if (at < text.length) throw wrong('something follows the value')
  return whole
}

/** True for a JSON object. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map
}

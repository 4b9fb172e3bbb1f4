// How are an opcode's operands read from a pickle? Every length is checked against the bytes that are there.
import { damaged, unsafe } from '../sourceFile.ts'
import { limits } from '../limits.ts'
import { shown } from '../shown.ts'

/** More of the file has to be read before this pickle can go on. */
export class NeedsBytes extends Error {
  readonly wanted: number

  constructor(wanted: number) {
    super(`the first ${wanted} bytes are needed`)
    this.wanted = wanted
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * A cursor over the first bytes of a pickle. `total` is how many bytes the file has from its start on: what lies
 * beyond `bytes` but within `total` throws NeedsBytes, what lies beyond `total` throws Failure.
 */
export class PickleReader {
  readonly name: string
  readonly total: number
  at: number
  private readonly bytes: Uint8Array
  private readonly view: DataView

  constructor(name: string, bytes: Uint8Array, start: number, total: number) {
    this.name = name
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = start
    this.total = total
  }

  /** Moves over `length` bytes and returns where they start. */
  private take(length: number): number {
    const start = this.at
    const end = start + length
    if (end > this.bytes.length) {
      if (end <= this.total) throw new NeedsBytes(end)
      throw damaged(
        this.name,
        `its pickle claims ${length} bytes where ${Math.max(0, this.total - start)} are left`,
      )
    }
    this.at = end
    return start
  }

  uint8(): number {
    return this.bytes[this.take(1)]!
  }
  uint16(): number {
    return this.view.getUint16(this.take(2), true)
  }
  uint32(): number {
    return this.view.getUint32(this.take(4), true)
  }
  int32(): number {
    return this.view.getInt32(this.take(4), true)
  }
  /** A length of 8 bytes; what is no exact number cannot be there either. */
  length64(): number {
    const value = Number(this.view.getBigUint64(this.take(8), true))
    if (value > this.total - this.at)
      throw damaged(this.name, `its pickle claims ${value} bytes in a file of ${this.total}`)
    return value
  }
  /** The signed length of protocol 1 and 2 opcodes. */
  length32(): number {
    const value = this.int32()
    if (value < 0) throw damaged(this.name, `its pickle claims a length of ${value}`)
    return value
  }
  float64(): number {
    return this.view.getFloat64(this.take(8), false)
  }

  /** A view of the next `length` bytes. */
  slice(length: number): Uint8Array {
    const start = this.take(length)
    return this.bytes.subarray(start, start + length)
  }

  /** UTF-8 text; what is not valid becomes U+FFFD. */
  text(length: number): string {
    const slice = this.slice(length)
    return Buffer.from(slice.buffer, slice.byteOffset, length).toString('utf8')
  }

  /** A string of Python 2: text where it is UTF-8, else bytes. */
  oldString(length: number): string | Uint8Array {
    return asText(this.slice(length))
  }

  /** A line without its end, as Latin-1. */
  line(): string {
    const start = this.at
    const most = Math.min(this.bytes.length, start + limits.pickleLine)
    let end = start
    while (end < most && this.bytes[end] !== 10) end++
    if (end === most) {
      if (most - start >= limits.pickleLine) throw unsafe(this.name, 'its pickle has an endless line')
      if (this.bytes.length < this.total)
        throw new NeedsBytes(Math.min(this.total, start + limits.pickleLine))
      throw damaged(this.name, 'its pickle ends inside a line')
    }
    this.at = end + 1
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, end - start).toString('latin1')
  }

  /** A line as UTF-8: the names of a GLOBAL. */
  name8(): string {
    return Buffer.from(this.line(), 'latin1').toString('utf8')
  }

  /** A little-endian two's complement integer. */
  integer(length: number): number | bigint {
    if (length > limits.pickleIntegerBytes)
      throw unsafe(this.name, `its pickle holds an integer of ${length} bytes`)
    const slice = this.slice(length)
    let value = 0n
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(slice[i]!)
    return plain(length > 0 && slice[length - 1]! & 0x80 ? value - (1n << BigInt(8 * length)) : value)
  }

  /** A decimal integer in a line, of INT (where 00 and 01 are booleans) or LONG (which may end in L). */
  decimal(kind: 'int' | 'long'): number | bigint | boolean {
    const line = this.line().trim()
    if (kind === 'int' && (line === '00' || line === '01')) return line === '01'
    const digits = kind === 'long' ? line.replace(/L$/, '') : line
    if (digits.length > limits.pickleDigits || !/^[+-]?\d+$/.test(digits))
      throw damaged(this.name, `its pickle has the integer "${shown(line, 40)}"`)
    return plain(BigInt(digits.replace(/^\+/, '')))
  }

  /** The index of PUT and GET in a line. */
  index(): number {
    const line = this.line().trim()
    if (!/^\d{1,10}$/.test(line))
      throw damaged(this.name, `its pickle has the memo index "${shown(line, 40)}"`)
    return Number(line)
  }

  /** A float in a line, as repr() writes it. */
  decimalFloat(): number {
    const line = this.line().trim()
    const word = /^([+-]?)(inf|nan)$/i.exec(line)
    if (word) return word[2]!.toLowerCase() === 'nan' ? NaN : word[1] === '-' ? -Infinity : Infinity
    if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(line))
      throw damaged(this.name, `its pickle has the float "${shown(line, 40)}"`)
    return Number(line)
  }

  /** A quoted string of protocol 0, with Python's escapes. */
  quoted(): string | Uint8Array {
    const line = this.line().trimEnd()
    const quote = line[0]
    if (line.length < 2 || (quote !== '"' && quote !== "'") || !line.endsWith(quote))
      throw damaged(this.name, 'its pickle has a string without quotes')
    const text = line.slice(1, -1).replaceAll(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)/g, (_, escape: string) => {
      if (/^x./.test(escape)) return String.fromCharCode(parseInt(escape.slice(1), 16))
      if (/^[0-7]/.test(escape)) return String.fromCharCode(parseInt(escape, 8) & 255)
      return escapes[escape] ?? `\\${escape}`
    })
    return asText(new Uint8Array(Buffer.from(text, 'latin1')))
  }

  /** A line of protocol 0 text: Latin-1 with \uXXXX and \UXXXXXXXX. */
  rawUnicode(): string {
    return this.line().replaceAll(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (whole, short, long) => {
      const code = parseInt(String(short ?? long), 16)
      return code <= 0x10ffff ? String.fromCodePoint(code) : String(whole)
    })
  }
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

function asText(bytes: Uint8Array): string | Uint8Array {
  try {
    return utf8.decode(bytes)
  } catch {
    return bytes
  }
}

/** A number where it is exact, else the bigint itself. */
function plain(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

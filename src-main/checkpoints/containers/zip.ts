// Which members does a zip archive have, and do all its records agree? Strict: no bytes without an owner.
import { shown } from './shown.ts'
import { limits } from './limits.ts'
import { damaged, unsafe, type SourceFile } from './sourceFile.ts'

/** A member of an archive whose records have been checked. */
export interface ZipMember {
  readonly name: string
  readonly method: 'stored' | 'deflated'
  /** Bytes once inflated, and in the file. */
  readonly bytes: number
  readonly packed: number
  readonly crc: number
  /** Where its data start in the file. */
  readonly start: number
}

const signatures = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
  descriptor: 0x08074b50,
}
const endLength = 22
const longestComment = 65535
const descriptorFlag = 1 << 3

interface Entry extends Omit<ZipMember, 'start'> {
  readonly flags: number
  readonly rawName: Uint8Array
  readonly methodCode: number
  readonly offset: number
}

/**
 * The members of the archive in `file`, directories left out. Central and local records must agree, the members must
 * fill the file without gaps or overlaps (APPNOTE.TXT 4.3), names must be plain and unique. Throws Failure.
 */
export function readZip(file: SourceFile): ZipMember[] {
  const end = findEnd(file)
  const entries = readDirectory(file, end)
  const members: ZipMember[] = []
  const names = new Set<string>()
  const ordered = [...entries].sort((a, b) => a.offset - b.offset)
  const starts = new Map<Entry, number>()
  let expected = 0
  for (const [index, entry] of ordered.entries()) {
    if (entry.offset < expected)
      throw unsafe(file.name, `the member ${shown(entry.name)} of its archive overlaps the one before it`)
    if (entry.offset > expected)
      throw unsafe(file.name, `${entry.offset - expected} bytes of its archive belong to no member`)
    const next = ordered[index + 1]?.offset ?? end.directory
    const start = checkLocal(file, entry, next)
    starts.set(entry, start)
    expected = checkDescriptor(file, entry, start + entry.packed, next)
  }
  if (expected !== end.directory)
    throw unsafe(file.name, `${end.directory - expected} bytes of its archive belong to no member`)

  let inflated = 0
  for (const entry of entries) {
    const folded = entry.name.toLowerCase()
    if (names.has(folded))
      throw unsafe(file.name, `two members of its archive are called ${shown(entry.name)}`)
    names.add(folded)
    inflated += entry.bytes
    if (entry.name.endsWith('/')) {
      if (entry.bytes > 0)
        throw unsafe(file.name, `the folder ${shown(entry.name)} of its archive holds bytes`)
      continue
    }
    const { name, method, bytes, packed, crc } = entry
    members.push({ name, method, bytes, packed, crc, start: starts.get(entry)! })
  }
  if (inflated > limits.inflatedPerByte * file.bytes + limits.inflatedBesides)
    throw unsafe(file.name, `its ${file.bytes} bytes would inflate to ${inflated}`)
  return members
}

interface End {
  readonly entries: number
  /** Where the central directory starts, and its length. */
  readonly directory: number
  readonly length: number
}

/** The last end record, with its zip64 record where there is one. Nothing may stand between them or after. */
function findEnd(file: SourceFile): End {
  const tailLength = Math.min(file.bytes, endLength + longestComment)
  const tailStart = file.bytes - tailLength
  const tail = Buffer.from(file.read(tailStart, tailLength).buffer)
  const at = tail.length < endLength ? -1 : tail.lastIndexOf('PK\x05\x06', tail.length - endLength, 'latin1')
  if (at < 0) throw damaged(file.name, 'its archive has no end; the download or the copy probably broke off')
  if (at + endLength + tail.readUInt16LE(at + 20) !== tail.length)
    throw unsafe(file.name, 'bytes follow the end of its archive')
  const position = tailStart + at
  const end = {
    disks: [tail.readUInt16LE(at + 4), tail.readUInt16LE(at + 6)],
    counts: [tail.readUInt16LE(at + 8), tail.readUInt16LE(at + 10)],
    length: tail.readUInt32LE(at + 12),
    directory: tail.readUInt32LE(at + 16),
  }
  let { length, directory } = end
  let count = end.counts[1]!
  let directoryEnd = position
  const hasLocator = position >= 20 && readUint32(file, position - 20) === signatures.locator64
  if (hasLocator) {
    const locator = file.read(position - 20, 20)
    const recordAt = u64(locator, 8)
    if (recordAt + 56 > position - 20)
      throw damaged(file.name, 'the zip64 record of its archive lies outside')
    const record = file.read(recordAt, 56)
    if (u32(record, 0) !== signatures.end64 || recordAt + 12 + u64(record, 4) !== position - 20)
      throw damaged(file.name, 'the zip64 record of its archive is not where it should be')
    if (u32(record, 16) !== 0 || u32(record, 20) !== 0 || u32(locator, 4) !== 0 || u32(locator, 16) > 1)
      throw unsafe(file.name, 'its archive is one of several volumes')
    const wide = {
      counts: [u64(record, 24), u64(record, 32)],
      length: u64(record, 40),
      directory: u64(record, 48),
    }
    const agrees =
      wide.counts[0] === wide.counts[1] &&
      end.counts.every((value) => value === 0xffff || value === wide.counts[1]) &&
      (end.length === 0xffffffff || end.length === wide.length) &&
      (end.directory === 0xffffffff || end.directory === wide.directory)
    if (!agrees) throw unsafe(file.name, 'the two end records of its archive disagree')
    ;({ length, directory } = wide)
    count = wide.counts[1]!
    directoryEnd = recordAt
  } else if (end.counts[0] !== end.counts[1] || end.disks.some((disk) => disk !== 0))
    throw unsafe(file.name, 'its archive is one of several volumes')
  if (directory + length !== directoryEnd)
    throw unsafe(file.name, 'the directory of its archive does not stand where its end record says')
  if (count > limits.zipMembers || length > limits.zipDirectory)
    throw unsafe(file.name, `its archive claims ${count} members`)
  return { entries: count, directory, length }
}

function readDirectory(file: SourceFile, end: End): Entry[] {
  const bytes = file.read(end.directory, end.length)
  const entries: Entry[] = []
  let at = 0
  for (let i = 0; i < end.entries; i++) {
    if (at + 46 > bytes.length || u32(bytes, at) !== signatures.central)
      throw damaged(file.name, `the directory of its archive ends after ${i} of ${end.entries} members`)
    const nameEnd = at + 46 + u16(bytes, at + 28)
    const extraEnd = nameEnd + u16(bytes, at + 30)
    const next = extraEnd + u16(bytes, at + 32)
    if (next > bytes.length) throw damaged(file.name, 'a record of its archive reaches past the directory')
    const rawName = bytes.subarray(at + 46, nameEnd)
    const name = plainName(file.name, rawName)
    const extra = readExtra(file.name, bytes.subarray(nameEnd, extraEnd), rawName)
    const [size, packed, offset] = widened(
      file.name,
      [u32(bytes, at + 24), u32(bytes, at + 20), u32(bytes, at + 42)],
      extra,
      false,
    )
    const flags = u16(bytes, at + 8)
    const methodCode = u16(bytes, at + 10)
    if (flags & 0x2041) throw unsafe(file.name, `the member ${shown(name)} of its archive is encrypted`)
    if (flags & 0x20) throw unsafe(file.name, `the member ${shown(name)} of its archive is a patch`)
    if (methodCode !== 0 && methodCode !== 8)
      throw damaged(
        file.name,
        `the member ${shown(name)} of its archive is compressed by method ${methodCode}, and only deflate is read`,
      )
    const method = methodCode === 0 ? 'stored' : 'deflated'
    if (method === 'stored' && size !== packed)
      throw unsafe(file.name, `the member ${shown(name)} of its archive has two sizes, ${size} and ${packed}`)
    if (method === 'deflated' && size! > packed! * limits.deflateRatio + 64)
      throw unsafe(
        file.name,
        `the member ${shown(name)} of its archive claims to inflate from ${packed} to ${size} bytes`,
      )
    entries.push({
      name,
      rawName,
      flags,
      methodCode,
      method,
      bytes: size!,
      packed: packed!,
      crc: u32(bytes, at + 16),
      offset: offset!,
    })
    at = next
  }
  if (at !== bytes.length)
    throw unsafe(file.name, 'bytes of the directory of its archive belong to no member')
  return entries
}

/** Compares the record before a member's data with the directory. Returns where the data start. */
function checkLocal(file: SourceFile, entry: Entry, next: number): number {
  if (entry.offset + 30 > next)
    throw unsafe(file.name, `the member ${shown(entry.name)} of its archive overlaps what follows it`)
  const head = file.read(entry.offset, Math.min(30 + entry.rawName.length + 256, next - entry.offset))
  if (u32(head, 0) !== signatures.local)
    throw damaged(file.name, `the member ${shown(entry.name)} of its archive is not where the directory says`)
  const nameEnd = 30 + u16(head, 26)
  const start = entry.offset + nameEnd + u16(head, 28)
  if (start + entry.packed > next)
    throw unsafe(file.name, `the member ${shown(entry.name)} of its archive overlaps the next one`)
  const disagree = (what: string): Error =>
    unsafe(
      file.name,
      `the directory of its archive and the record of ${shown(entry.name)} disagree about its ${what}`,
    )
  if (nameEnd > head.length || Buffer.compare(head.subarray(30, nameEnd), entry.rawName) !== 0)
    throw disagree('name')
  // Bits 1 and 2 only say how hard the compressor tried.
  if ((u16(head, 6) & ~6) !== (entry.flags & ~6)) throw disagree('flags')
  if (u16(head, 8) !== entry.methodCode) throw disagree('compression')
  const extraEnd = start - entry.offset
  const extraBytes =
    extraEnd <= head.length
      ? head.subarray(nameEnd, extraEnd)
      : file.read(entry.offset + nameEnd, extraEnd - nameEnd)
  const extra = readExtra(file.name, extraBytes, entry.rawName)
  // With a descriptor behind the data, the writer may have left these at zero.
  const open = (entry.flags & descriptorFlag) !== 0
  const [bytes, packed] = widened(file.name, [u32(head, 22), u32(head, 18)], extra, open)
  const crc = u32(head, 14)
  if (bytes !== entry.bytes && !(open && bytes === 0)) throw disagree('size')
  if (packed !== entry.packed && !(open && packed === 0)) throw disagree('size')
  if (crc !== entry.crc && !(open && crc === 0)) throw disagree('checksum')
  return start
}

/** Checks the descriptor behind a member's data, where its flags promise one. Returns where the member ends. */
function checkDescriptor(file: SourceFile, entry: Entry, dataEnd: number, next: number): number {
  if (!(entry.flags & descriptorFlag)) return dataEnd
  const length = next - dataEnd
  if (length === 12 || length === 16 || length === 20 || length === 24) {
    const bytes = file.read(dataEnd, length)
    const signed = length === 16 || length === 24
    const at = signed ? 4 : 0
    const wide = length >= 20
    const packed = wide ? u64(bytes, at + 4) : u32(bytes, at + 4)
    const size = wide ? u64(bytes, at + 12) : u32(bytes, at + 8)
    const agrees =
      (!signed || u32(bytes, 0) === signatures.descriptor) &&
      u32(bytes, at) === entry.crc &&
      packed === entry.packed &&
      size === entry.bytes
    if (agrees) return next
  }
  throw unsafe(
    file.name,
    `the directory of its archive and the data of ${shown(entry.name)} disagree about its size`,
  )
}

/** The zip64 field of a record's extra data, as its 8-byte numbers; null without one. */
function readExtra(file: string, extra: Uint8Array, rawName: Uint8Array): number[] | null {
  let wide: number[] | null = null
  let at = 0
  while (at + 4 <= extra.length) {
    const tag = u16(extra, at)
    const end = at + 4 + u16(extra, at + 2)
    if (end > extra.length) throw damaged(file, 'a record of its archive has broken extra data')
    if (tag === 0x0001) {
      if (wide) throw unsafe(file, 'a record of its archive has two zip64 fields')
      wide = []
      for (let number = at + 4; number + 8 <= end; number += 8) wide.push(u64(extra, number))
    }
    // Info-ZIP's Unicode path: a second name, which some readers prefer.
    if (tag === 0x7075 && Buffer.compare(extra.subarray(at + 9, end), rawName) !== 0)
      throw unsafe(file, 'a member of its archive has two names')
    at = end
  }
  return wide
}

/**
 * Numbers of 4 bytes, those that say "see the zip64 field" replaced by its numbers in their order. `open`: a record
 * whose numbers come later, behind the data; PyTorch fills its zip64 field with what it happens to know.
 */
function widened(
  file: string,
  narrow: readonly number[],
  wide: readonly number[] | null,
  open: boolean,
): number[] {
  let taken = 0
  const values = narrow.map((value) => {
    if (value !== 0xffffffff || !wide) return value
    const replacement = wide[taken++]
    if (replacement === undefined) throw damaged(file, 'a record of its archive lacks a zip64 number')
    return replacement
  })
  if (wide && !open) {
    // Numbers that nothing asked for must at least say the same.
    const lies = taken === 0 ? wide.some((value, i) => value !== values[i]) : wide.length > taken
    if (lies) throw unsafe(file, 'the numbers of a record of its archive disagree with its zip64 field')
  }
  if (values.some((value) => !Number.isSafeInteger(value)))
    throw damaged(file, 'a record of its archive claims more bytes than a file can have')
  return values
}

/** The text of a member's name. Throws Failure for names that would lead out of a folder. */
function plainName(file: string, raw: Uint8Array): string {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  const text = bytes.toString('utf8')
  const name = Buffer.from(text, 'utf8').equals(bytes) ? text : bytes.toString('latin1')
  const leads =
    name === '' ||
    name.includes('\0') ||
    name.includes('\\') ||
    name.startsWith('/') ||
    /^[A-Za-z]:/.test(name) ||
    name.split('/').includes('..')
  if (leads) throw unsafe(file, `its archive has a member called "${shown(name)}"`)
  return name
}

function readUint32(file: SourceFile, at: number): number {
  return u32(file.read(at, 4), 0)
}
function u16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8)
}
function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0
}
/** Inexact beyond 2^53, where no file reaches. */
function u64(bytes: Uint8Array, at: number): number {
  return u32(bytes, at) + u32(bytes, at + 4) * 2 ** 32
}

// How is a torch archive laid out? A zip without compression, its tensors aligned, written as it grows.
import { writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'

/** Where torch puts the data of each member, so that it can be mapped into memory (caffe2/serialize/inline_container). */
const alignment = 64
/** The id of torch's padding field, "FB". */
const paddingField = 0x4246
const most32 = 0xffff_ffff
/** 1 January 1980, the first day a zip knows: the same weights give the same file. */
const firstDay = 0x21

interface Member {
  readonly name: Buffer
  readonly size: number
  readonly crc: number
  readonly offset: number
}

export interface ZipWriter {
  /** Adds one member; its bytes are written at once. */
  add(name: string, bytes: Uint8Array): void
  /** Writes the directory. */
  end(): void
}

/** Starts a zip in an open, empty file. zip64 records are written where sizes ask for them. */
export function zipWriter(descriptor: number): ZipWriter {
  const members: Member[] = []
  let position = 0
  const write = (bytes: Uint8Array) => {
    for (let done = 0; done < bytes.length;)
      done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, 2 ** 30))
    position += bytes.length
  }
  return {
    add(name, bytes) {
      const member = {
        name: Buffer.from(name, 'utf8'),
        size: bytes.length,
        crc: crc32(bytes),
        offset: position,
      }
      write(localHeader(member))
      write(bytes)
      members.push(member)
    },
    end() {
      const start = position
      for (const member of members) write(centralRecord(member))
      write(endRecords(members.length, start, position - start, position))
    },
  }
}

function localHeader({ name, size, crc, offset }: Member): Buffer {
  const large = size >= most32 ? zip64Field([size, size]) : Buffer.alloc(0)
  const before = offset + 30 + name.length + large.length + 4
  const padding = (alignment - (before % alignment)) % alignment
  const extra = Buffer.concat([large, field(paddingField, Buffer.alloc(padding, 'Z'))])
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x0403_4b50, 0)
  header.writeUInt16LE(large.length > 0 ? 45 : 20, 4)
  header.writeUInt16LE(0x0800, 6)
  header.writeUInt16LE(firstDay, 12)
  header.writeUInt32LE(crc, 14)
  header.writeUInt32LE(Math.min(size, most32), 18)
  header.writeUInt32LE(Math.min(size, most32), 22)
  header.writeUInt16LE(name.length, 26)
  header.writeUInt16LE(extra.length, 28)
  return Buffer.concat([header, name, extra])
}

function centralRecord({ name, size, crc, offset }: Member): Buffer {
  const large: number[] = [...(size >= most32 ? [size, size] : []), ...(offset >= most32 ? [offset] : [])]
  const extra = large.length > 0 ? zip64Field(large) : Buffer.alloc(0)
  const record = Buffer.alloc(46)
  record.writeUInt32LE(0x0201_4b50, 0)
  record.writeUInt16LE(45, 4)
  record.writeUInt16LE(large.length > 0 ? 45 : 20, 6)
  record.writeUInt16LE(0x0800, 8)
  record.writeUInt16LE(firstDay, 14)
  record.writeUInt32LE(crc, 16)
  record.writeUInt32LE(Math.min(size, most32), 20)
  record.writeUInt32LE(Math.min(size, most32), 24)
  record.writeUInt16LE(name.length, 28)
  record.writeUInt16LE(extra.length, 30)
  record.writeUInt32LE(Math.min(offset, most32), 42)
  return Buffer.concat([record, name, extra])
}

function endRecords(count: number, start: number, size: number, end: number): Buffer {
  const isLarge = count >= 0xffff || start >= most32 || size >= most32
  const records: Buffer[] = []
  if (isLarge) {
    const record = Buffer.alloc(56)
    record.writeUInt32LE(0x0606_4b50, 0)
    record.writeBigUInt64LE(44n, 4)
    record.writeUInt16LE(45, 12)
    record.writeUInt16LE(45, 14)
    record.writeBigUInt64LE(BigInt(count), 24)
    record.writeBigUInt64LE(BigInt(count), 32)
    record.writeBigUInt64LE(BigInt(size), 40)
    record.writeBigUInt64LE(BigInt(start), 48)
    const locator = Buffer.alloc(20)
    locator.writeUInt32LE(0x0706_4b50, 0)
    locator.writeBigUInt64LE(BigInt(end), 8)
    locator.writeUInt32LE(1, 16)
    records.push(record, locator)
  }
  const last = Buffer.alloc(22)
  last.writeUInt32LE(0x0605_4b50, 0)
  last.writeUInt16LE(Math.min(count, 0xffff), 8)
  last.writeUInt16LE(Math.min(count, 0xffff), 10)
  last.writeUInt32LE(Math.min(size, most32), 12)
  last.writeUInt32LE(Math.min(start, most32), 16)
  return Buffer.concat([...records, last])
}

function field(id: number, content: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16LE(id, 0)
  head.writeUInt16LE(content.length, 2)
  return Buffer.concat([head, content])
}

function zip64Field(values: readonly number[]): Buffer {
  const content = Buffer.alloc(8 * values.length)
  values.forEach((value, i) => content.writeBigUInt64LE(BigInt(value), 8 * i))
  return field(1, content)
}

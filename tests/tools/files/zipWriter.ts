// How do tests write zip archives, right ones and wrong ones? Every field can be said otherwise than it is.
import { crc32, deflateRawSync } from 'node:zlib'
import { concat, latin1, little } from './bytes.ts'

/** What one record says, where it differs from the truth. */
export interface Lies {
  readonly name?: string
  readonly flags?: number
  readonly method?: number
  readonly crc?: number
  readonly bytes?: number
  readonly packed?: number
  readonly extra?: Uint8Array
  readonly offset?: number
}
export interface MemberToWrite {
  readonly name: string
  readonly data: Uint8Array
  readonly deflate?: boolean
  /** Data as they stand in the file, in place of stored or deflated ones. */
  readonly packedData?: Uint8Array
  /** PyTorch's way: zeros before the data, the numbers in a descriptor behind them. */
  readonly descriptor?: 'none' | 'short' | 'signed' | 'wide'
  readonly local?: Lies
  readonly central?: Lies
  readonly descriptorLies?: Lies
}
export interface ArchiveOptions {
  readonly before?: Uint8Array
  readonly after?: Uint8Array
  /** Bytes between the members and the directory. */
  readonly gap?: Uint8Array
  readonly comment?: Uint8Array
  readonly zip64?: boolean
  /** What the end records say, where it differs from the truth. */
  readonly end?: { count?: number; length?: number; directory?: number; disk?: number }
  readonly end64?: { count?: number; length?: number; directory?: number }
}

/** The bytes of an archive. */
export function writeZip(members: readonly MemberToWrite[], options: ArchiveOptions = {}): Uint8Array {
  const parts: Uint8Array[] = [options.before ?? new Uint8Array(0)]
  let at = parts[0]!.length
  const put = (part: Uint8Array): void => {
    parts.push(part)
    at += part.length
  }
  const directory: Uint8Array[] = []
  for (const member of members) {
    const packed =
      member.packedData ?? (member.deflate ? new Uint8Array(deflateRawSync(member.data)) : member.data)
    const truth = {
      name: member.name,
      flags: member.descriptor && member.descriptor !== 'none' ? 8 : 0,
      method: member.deflate ? 8 : 0,
      crc: crc32(member.data),
      bytes: member.data.length,
      packed: packed.length,
      extra: new Uint8Array(0),
      offset: at,
    }
    const open = truth.flags ? { crc: 0, bytes: 0, packed: 0 } : {}
    put(localRecord({ ...truth, ...open, ...member.local }))
    put(packed)
    if (truth.flags) put(descriptor(member.descriptor!, { ...truth, ...member.descriptorLies }))
    directory.push(centralRecord({ ...truth, ...member.central }))
  }
  put(options.gap ?? new Uint8Array(0))
  const start = at
  const central = concat(directory)
  put(central)
  const truth = { count: members.length, length: central.length, directory: start }
  if (options.zip64) {
    const wide = { ...truth, ...options.end64 }
    const record = at
    put(
      concat([
        latin1('PK\x06\x06'),
        little(44, 8),
        little(45, 2),
        little(45, 2),
        little(0, 8),
        little(wide.count, 8),
        little(wide.count, 8),
        little(wide.length, 8),
        little(wide.directory, 8),
      ]),
    )
    put(concat([latin1('PK\x06\x07'), little(0, 4), little(record, 8), little(1, 4)]))
  }
  const end = { ...truth, disk: 0, ...options.end }
  const comment = options.comment ?? new Uint8Array(0)
  put(
    concat([
      latin1('PK\x05\x06'),
      little(end.disk, 2),
      little(0, 2),
      little(end.count, 2),
      little(end.count, 2),
      little(end.length, 4),
      little(end.directory, 4),
      little(comment.length, 2),
      comment,
    ]),
  )
  put(options.after ?? new Uint8Array(0))
  return concat(parts)
}

type Record = Required<Lies>

function shared(record: Record): Uint8Array {
  return concat([
    little(record.flags, 2),
    little(record.method, 2),
    little(0, 4),
    little(record.crc, 4),
    little(record.packed, 4),
    little(record.bytes, 4),
    little(latin1(record.name).length, 2),
    little(record.extra.length, 2),
  ])
}

function localRecord(record: Record): Uint8Array {
  return concat([latin1('PK\x03\x04'), little(20, 2), shared(record), latin1(record.name), record.extra])
}

function centralRecord(record: Record): Uint8Array {
  return concat([
    latin1('PK\x01\x02'),
    little(20, 2),
    little(20, 2),
    shared(record),
    little(0, 2),
    little(0, 2),
    little(0, 2),
    little(0, 4),
    little(record.offset, 4),
    latin1(record.name),
    record.extra,
  ])
}

function descriptor(kind: 'none' | 'short' | 'signed' | 'wide', record: Record): Uint8Array {
  const size = kind === 'wide' ? 8 : 4
  const numbers = concat([little(record.crc, 4), little(record.packed, size), little(record.bytes, size)])
  return kind === 'short' ? numbers : concat([latin1('PK\x07\x08'), numbers])
}

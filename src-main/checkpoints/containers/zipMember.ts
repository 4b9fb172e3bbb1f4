// How are the bytes of a zip member read? Stored ones in place, deflated ones inflated to exactly what was declared.
import { crc32, inflateRawSync } from 'node:zlib'
import { limits } from './limits.ts'
import { shown } from './shown.ts'
import { damaged, unsafe, type ByteSource, type SourceFile } from './sourceFile.ts'
import type { ZipMember } from './zip.ts'

/** The whole member, its checksum verified unless the archive was written without. Throws Failure. */
export function memberBytes(file: SourceFile, member: ZipMember, unverified = false): Uint8Array {
  const bytes = member.method === 'stored' ? file.read(member.start, member.bytes) : inflated(file, member)
  if (!unverified) verify(file, member, bytes)
  return bytes
}

/** True where no checksum was written at all, as PyTorch does when it is told to leave them out. */
export function withoutChecksums(members: readonly ZipMember[]): boolean {
  return members.every((member) => member.crc === 0)
}

/**
 * The member as bytes that can be read anywhere. Its checksum is verified where it is read whole; `unverified` leaves
 * that out. A deflated member is inflated when first read, and kept until another one is.
 */
export function memberSource(
  file: SourceFile,
  member: ZipMember,
  cache: InflatedCache,
  unverified = false,
): ByteSource {
  if (member.method === 'stored')
    return {
      bytes: member.bytes,
      readInto(target, offset) {
        checkRange(file, member, offset, target.length)
        file.readInto(target, member.start + offset)
        if (!unverified && offset === 0 && target.length === member.bytes) verify(file, member, target)
      },
    }
  return {
    bytes: member.bytes,
    readInto(target, offset) {
      checkRange(file, member, offset, target.length)
      if (cache.member !== member || !cache.bytes) {
        cache.bytes = null
        const bytes = inflated(file, member)
        if (!unverified) verify(file, member, bytes)
        cache.member = member
        cache.bytes = bytes
      }
      target.set(cache.bytes.subarray(offset, offset + target.length))
    },
  }
}

/** The deflated member that was inflated last. */
export interface InflatedCache {
  member: ZipMember | null
  bytes: Uint8Array | null
}

/** At least the first `length` bytes of a member, or all of it where it is shorter. Throws Failure. */
export function memberHead(file: SourceFile, member: ZipMember, length: number): Uint8Array {
  const wanted = Math.min(length, member.bytes)
  if (member.method === 'stored') return file.read(member.start, wanted)
  // What deflate cannot pack it may store, with 5 bytes for each 64 KB.
  const packed = file.read(member.start, Math.min(member.packed, wanted + 1024))
  const most = Math.min(member.bytes, packed.length * limits.deflateRatio + 64)
  let bytes: Uint8Array
  try {
    // Z_SYNC_FLUSH: the stream is cut off, and what there is counts.
    bytes = inflateRawSync(packed, { finishFlush: 2, maxOutputLength: Math.max(1, most) })
  } catch {
    throw damaged(file.name, `the member ${shown(member.name)} of its archive cannot be inflated`)
  }
  if (bytes.length < wanted)
    throw damaged(
      file.name,
      `the member ${shown(member.name)} of its archive inflates to less than it claims`,
    )
  return bytes
}

function inflated(file: SourceFile, member: ZipMember): Uint8Array {
  if (member.bytes > limits.inflatedMember)
    throw unsafe(
      file.name,
      `the member ${shown(member.name)} of its archive inflates to ${member.bytes} bytes`,
    )
  const packed = file.read(member.start, member.packed)
  let bytes: Uint8Array
  let consumed: number
  try {
    const result = inflateRawSync(packed, {
      maxOutputLength: Math.max(1, member.bytes),
      info: true,
    }) as unknown as {
      buffer: Buffer
      engine: { bytesWritten: number }
    }
    bytes = result.buffer
    consumed = result.engine.bytesWritten
  } catch {
    throw damaged(
      file.name,
      `the member ${shown(member.name)} of its archive does not inflate to the ${member.bytes} bytes it claims`,
    )
  }
  if (bytes.length !== member.bytes || consumed !== member.packed)
    throw damaged(
      file.name,
      `the member ${shown(member.name)} of its archive inflates to ${bytes.length} bytes instead of ${member.bytes}`,
    )
  return bytes
}

/** crc32 takes less than 2^32 bytes at once. */
const mostAtOnce = 1 << 30

function verify(file: SourceFile, member: ZipMember, bytes: Uint8Array): void {
  let sum = 0
  for (let at = 0; at < bytes.length; at += mostAtOnce) sum = crc32(bytes.subarray(at, at + mostAtOnce), sum)
  if (sum !== member.crc)
    throw damaged(file.name, `the checksum of the member ${shown(member.name)} of its archive is wrong`)
}

function checkRange(file: SourceFile, member: ZipMember, offset: number, length: number): void {
  if (offset < 0 || offset + length > member.bytes)
    throw damaged(file.name, `the member ${shown(member.name)} of its archive is too short`)
}

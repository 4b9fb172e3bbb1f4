// How are NumPy's .npz and .npy files read? Google's ViT checkpoints come as such; every array is a plain tensor.
import { limits } from './limits.ts'
import { npyHeaderEnd, npyMagic, npyPreamble, parseNpyHeader, type NpyHeader } from './npy.ts'
import type { Contents } from './reader.ts'
import { shown } from './shown.ts'
import { damaged, unsafe, type ByteSource, type SourceFile } from './sourceFile.ts'
import type { StoredMap, StoredTensor } from './stored.ts'
import { storedTensor } from './tensor.ts'
import type { ZipMember } from './zip.ts'
import { memberHead, memberSource, type InflatedCache } from './zipMember.ts'

const extension = '.npy'

/** True for an archive of arrays. */
export function isNpz(members: readonly ZipMember[]): boolean {
  return members.length > 0 && members.every(({ name }) => name.endsWith(extension))
}

/** True for a single array. */
export function isNpy(head: Uint8Array): boolean {
  return npyMagic.every((byte, i) => head[i] === byte)
}

/** Reads the headers of the arrays in an archive. The root is a Map from their names to tensors. Throws Failure. */
export function readNpz(file: SourceFile, members: readonly ZipMember[]): Contents {
  if (members.length > limits.npzMembers) throw unsafe(file.name, `it claims ${members.length} arrays`)
  const cache: InflatedCache = { member: null, bytes: null }
  const root: StoredMap = new Map()
  const notices = new Set<string>()
  for (const member of members) {
    const key = member.name.slice(0, -extension.length)
    const head = memberHead(file, member, npyPreamble)
    const end = npyHeaderEnd(file.name, head)
    if (end > member.bytes) throw damaged(file.name, `the array ${shown(key)} ends inside its header`)
    const bytes = end <= head.length ? head.subarray(0, end) : memberHead(file, member, end).subarray(0, end)
    const header = parseNpyHeader(file.name, bytes, member.bytes)
    root.set(key, tensorOf(`${shown(key)} of ${file.name}`, header, memberSource(file, member, cache)))
    noteHeader(header, file.name, notices)
  }
  return { format: 'npz', root, metadata: {}, inert: [], notices: [...notices] }
}

/** Reads the header of one array. The root is the tensor itself. Throws Failure. */
export function readNpy(file: SourceFile): Contents {
  const end = npyHeaderEnd(file.name, file.read(0, Math.min(file.bytes, npyPreamble)))
  if (end > file.bytes) throw damaged(file.name, 'it ends inside its header')
  const header = parseNpyHeader(file.name, file.read(0, end), file.bytes)
  const notices = new Set<string>()
  noteHeader(header, file.name, notices)
  return {
    format: 'npy',
    root: tensorOf(file.name, header, file),
    metadata: {},
    inert: [],
    notices: [...notices],
  }
}

function tensorOf(name: string, header: NpyHeader, source: ByteSource): StoredTensor {
  const { start, bigEndian } = header
  return storedTensor(name, header.dtype, header.itemSize, header.view, {
    bytes: source.bytes - start,
    bigEndian,
    readInto: (target, offset) => source.readInto(target, start + offset),
  })
}

function noteHeader(header: NpyHeader, name: string, notices: Set<string>): void {
  if (header.dtype === 'bfloat16')
    notices.add(
      `Arrays of ${name} with two bytes per number and no type are read as bfloat16, as JAX saves it.`,
    )
}

// How is a valid file made wrong? Seeded mutations of its bytes, and of the pickle or header inside it.
import type { Random } from '../../src-shared/numerics/random.ts'
import { readZip } from '../../src-main/checkpoints/containers/zip.ts'
import { memberBytes } from '../../src-main/checkpoints/containers/zipMember.ts'
import { concat, little } from '../tools/files/bytes.ts'
import { call, ops, py, storage, tuple } from '../tools/files/pickleAssembler.ts'
import { writeZip, type MemberToWrite } from '../tools/files/zipWriter.ts'
import { memoryFile } from './memoryFile.ts'

/** A file to start from: its bytes, and a way to change its inside so that checksums hold. */
export interface Seed {
  readonly name: string
  readonly bytes: Uint8Array
  /** Members of a zip archive, to be written anew with the first of them changed. */
  readonly members: readonly MemberToWrite[] | null
}

/** Looks inside a file once, so that mutations of it can be written with right checksums. */
export function seedOf(name: string, bytes: Uint8Array): Seed {
  try {
    const file = memoryFile(name, bytes)
    const members = readZip(file).map((member) => ({
      name: member.name,
      data: memberBytes(file, member, true),
      deflate: member.method === 'deflated',
    }))
    return { name, bytes, members: members.length > 0 && members.length < 500 ? members : null }
  } catch {
    return { name, bytes, members: null }
  }
}

/** One mutation of a seed. */
export function mutation(source: Random, seed: Seed): Uint8Array {
  const inside = seed.members !== null && source.integer(4) > 0
  if (!inside) return mutated(source, seed.bytes)
  // The pickle, mostly; else any member, or what the records say of it.
  const pickle = seed.members.findIndex(({ name }) => name.endsWith('.pkl'))
  const target = pickle >= 0 && source.integer(6) > 0 ? pickle : source.integer(seed.members.length)
  const members = seed.members.map((member, i) => (i === target ? changedMember(source, member) : member))
  return writeZip(members)
}

function changedMember(source: Random, member: MemberToWrite): MemberToWrite {
  switch (source.integer(12)) {
    case 0:
      return { ...member, local: { bytes: source.integer(100) } }
    case 1:
      return { ...member, central: { packed: source.integer(100) } }
    case 2:
      return { ...member, central: { offset: source.integer(10_000) } }
    case 3:
      return { ...member, deflate: member.deflate !== true }
    default:
      return { ...member, data: mutated(source, member.data) }
  }
}

const interesting = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x28, 0x2e, 0x52, 0x51, 0x62, 0x73, 0x75, 0x63, 0x85, 0x81, 0x93, 0x95,
]
const numbers = [0, 1, -1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 40, 2 ** 53, 10 ** 9, 65535]

/** Whole instructions, so that a pickle stays one and means something else. */
const snippets = [
  ops.emptyTuple,
  ops.emptyDict,
  ops.emptyList,
  concat([ops.emptyTuple, ops.reduce]),
  concat([ops.emptyDict, ops.build]),
  concat([ops.mark, ops.none, ops.none, ops.setitems]),
  concat([ops.none, ops.append]),
  concat([ops.dup, ops.tuple2]),
  concat([ops.global('os', 'system'), py('touch canary'), ops.tuple1, ops.reduce]),
  concat([ops.global('os', 'system'), ops.pop]),
  py(call('collections', 'OrderedDict')),
  py(call('argparse', 'Namespace')),
  py(call('numpy', 'dtype', 'f8', false, true)),
  py(call('builtins', 'bytearray', 10 ** 9)),
  py(storage('0', 4)),
  py(tuple(1, -1, 2 ** 40)),
  ops.binget(1),
  ops.binput(1),
  ops.binpersid,
  ops.pop,
]

/** A few small changes at random places, more often near the beginning and the end, where indices stand. */
export function mutated(source: Random, bytes: Uint8Array): Uint8Array {
  let out: Uint8Array = bytes.slice()
  const times = 1 + Math.max(0, source.integer(5) - 1)
  for (let i = 0; i < times; i++) out = changed(source, out)
  return out
}

function place(source: Random, length: number): number {
  if (length === 0) return 0
  const near = Math.min(length, 4096)
  switch (source.integer(3)) {
    case 0:
      return source.integer(near)
    case 1:
      return length - 1 - source.integer(near)
    default:
      return source.integer(length)
  }
}

function changed(source: Random, bytes: Uint8Array): Uint8Array {
  const at = place(source, bytes.length)
  const span = 1 + source.integer(16)
  switch (source.integer(9)) {
    case 0:
      bytes[at]! ^= 1 << source.integer(8)
      return bytes
    case 1:
      bytes[at] = interesting[source.integer(interesting.length)]!
      return bytes
    case 2:
      bytes[at] = source.integer(256)
      return bytes
    case 3: {
      const number = little(BigInt(numbers[source.integer(numbers.length)]!), [2, 4, 8][source.integer(3)]!)
      bytes.set(number.subarray(0, Math.max(0, bytes.length - at)), at)
      return bytes
    }
    case 4:
      return concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + span))])
    case 5:
      return concat([bytes.subarray(0, at), bytes.subarray(at, at + span), bytes.subarray(at)])
    case 6: {
      const from = place(source, bytes.length)
      bytes.copyWithin(at, from, Math.min(bytes.length, from + span))
      return bytes
    }
    case 7: {
      const snippet = snippets[source.integer(2 * snippets.length)]
      if (snippet) return concat([bytes.subarray(0, at), snippet, bytes.subarray(at)])
      const noise = Uint8Array.from({ length: span }, () => interesting[source.integer(interesting.length)]!)
      return concat([bytes.subarray(0, at), noise, bytes.subarray(at)])
    }
    default:
      return source.integer(4) === 0 ? bytes.slice(0, at) : changed(source, bytes)
  }
}

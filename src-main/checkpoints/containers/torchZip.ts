// How is a PyTorch checkpoint of 1.6 and later read? A zip archive with one pickle and a member for each storage.
import { Failure } from '../../../src-shared/domain/failure.ts'
import { limits } from './limits.ts'
import { metadataOf } from './metadata.ts'
import type { PickleContext, PickleValue, Storage } from './pickle/values.ts'
import { settle } from './pickle/settle.ts'
import { unpickle } from './pickle/unpickle.ts'
import type { Contents } from './reader.ts'
import { shown } from './shown.ts'
import { damaged, unsafe, type SourceFile } from './sourceFile.ts'
import { leftOutNotices, storageId } from './torchStorages.ts'
import type { ZipMember } from './zip.ts'
import { memberBytes, memberSource, withoutChecksums, type InflatedCache } from './zipMember.ts'

const pickleName = 'data.pkl'

/** True for an archive that PyTorch wrote, TorchScript programs included. */
export function isTorchZip(members: readonly ZipMember[]): boolean {
  return members.some(({ name }) => name === pickleName || name.endsWith(`/${pickleName}`))
}

/** Reads a checkpoint from the members of its archive. Throws Failure. */
export function readTorchZip(file: SourceFile, members: readonly ZipMember[]): Contents {
  const prefix = prefixOf(file, members)
  const inPrefix = new Map(
    members
      .filter(({ name }) => name.startsWith(prefix))
      .map((member) => [member.name.slice(prefix.length), member]),
  )
  if (inPrefix.has('constants.pkl') || [...inPrefix.keys()].some((name) => name.startsWith('code/')))
    throw new Failure(
      'not-a-checkpoint',
      `${file.name} is a TorchScript program, not a checkpoint.`,
      'Give the weights it was made from: torch.save(model.state_dict(), FILE).',
    )
  const pickle = inPrefix.get(pickleName)!
  if (pickle.bytes > limits.pickleBytes) throw unsafe(file.name, `its pickle claims ${pickle.bytes} bytes`)
  const unverified = withoutChecksums(members)
  const bytes = memberBytes(file, pickle, unverified)
  const bigEndian = byteOrder(file, inPrefix.get('byteorder'), unverified)

  const cache: InflatedCache = { member: null, bytes: null }
  const storages = new Map<string, Storage>()
  const persistent = (id: PickleValue, context: PickleContext): Storage => {
    const { key, dtype, itemSize, elements } = storageId(id, context, 5)
    const known = storages.get(key)
    if (known) {
      if (known.dtype !== dtype || known.elements !== elements)
        throw unsafe(file.name, `its storage ${shown(key)} is described in two ways`)
      return known
    }
    const member = inPrefix.get(`data/${key}`)
    if (!member) throw damaged(file.name, `its storage ${shown(key)} is missing`)
    if (member.bytes !== elements * itemSize)
      throw unsafe(
        file.name,
        `its storage ${shown(key)} claims ${elements} elements of ${itemSize} bytes and has ${member.bytes} bytes`,
      )
    const storage: Storage = {
      kind: 'storage',
      dtype,
      itemSize,
      elements,
      source: { ...memberSource(file, member, cache, unverified), bigEndian },
    }
    storages.set(key, storage)
    return storage
  }

  const pickled = unpickle({
    name: file.name,
    bytes,
    start: 0,
    total: bytes.length,
    fileBytes: file.bytes,
    persistent,
  })
  if (pickled.end !== bytes.length)
    throw unsafe(file.name, `${bytes.length - pickled.end} bytes follow the end of its pickle`)
  const { root, inert, notices } = settle(file.name, pickled)
  if (unverified)
    notices.push(`${file.name} was written without checksums, so damage to it cannot be noticed.`)
  return {
    format: 'torch-zip',
    root,
    metadata: metadataOf(root),
    inert,
    notices: [...notices, ...leftOutNotices(inert)],
  }
}

/** The folder that holds everything, named after the file it was first saved as. */
function prefixOf(file: SourceFile, members: readonly ZipMember[]): string {
  const pickles = members.filter(({ name }) => name.toLowerCase().split('/').at(-1) === pickleName)
  const [pickle] = pickles
  const prefix = pickle?.name.slice(0, -pickleName.length) ?? ''
  if (pickles.length !== 1 || prefix.split('/').length !== 2)
    throw unsafe(
      file.name,
      `its archive has ${pickles.length} pickles where a checkpoint has one, in its folder`,
    )
  // PyTorch takes the folder of the first member: another one would mean two readings of one file.
  const stray = members.find(({ name }) => !name.startsWith(prefix))
  if (stray)
    throw unsafe(
      file.name,
      `its archive has the member ${shown(stray.name)} outside the folder ${shown(prefix)}`,
    )
  return prefix
}

function byteOrder(file: SourceFile, member: ZipMember | undefined, unverified: boolean): boolean {
  if (!member) return false
  const order =
    member.bytes <= 16 ? Buffer.from(memberBytes(file, member, unverified)).toString('latin1') : ''
  if (order !== 'little' && order !== 'big')
    throw damaged(file.name, `its byte order is "${shown(order, 16)}", neither little nor big`)
  return order === 'big'
}

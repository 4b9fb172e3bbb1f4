// How is a PyTorch checkpoint from before 1.6 read? Five pickles one after another, then the storages' raw elements.
import { limits } from './limits.ts'
import { metadataOf } from './metadata.ts'
import { NeedsBytes } from './pickle/reader.ts'
import { settle } from './pickle/settle.ts'
import { unpickle, type Unpickled } from './pickle/unpickle.ts'
import {
  entriesOf,
  itemsOf,
  isObject,
  type PickleContext,
  type PickleValue,
  type Storage,
} from './pickle/values.ts'
import type { Contents } from './reader.ts'
import { shown } from './shown.ts'
import { damaged, unsafe, type SourceFile } from './sourceFile.ts'
import { leftOutNotices, storageId } from './torchStorages.ts'

/** torch.serialization.MAGIC_NUMBER and PROTOCOL_VERSION. */
const magicNumber = 0x1950a86a20f9469cfc6cn
const protocolVersion = 1001

/** Enough for the magic number's pickle in any protocol. */
const magicBytes = 64

/** True where the file begins with the pickle of PyTorch's magic number. */
export function isTorchLegacy(head: Uint8Array): boolean {
  // Cheap before thorough: a pickle begins with PROTO, or in protocol 0 with L.
  if (head[0] !== 0x80 && head[0] !== 0x4c) return false
  try {
    const bytes = head.subarray(0, magicBytes)
    const nothing = (): never => {
      throw new Error('the magic number refers to nothing')
    }
    const source = { name: '', bytes, start: 0, total: bytes.length, fileBytes: bytes.length }
    return unpickle({ ...source, persistent: nothing }).value === magicNumber
  } catch {
    return false
  }
}

/** A storage whose place in the file is known once the pickles have been read. */
interface Placed extends Storage {
  start: number
}

/** Reads a legacy checkpoint. Throws Failure. */
export function readTorchLegacy(file: SourceFile): Contents {
  const { name } = file
  const pickles = pickleReader(file)
  const noStorage = (_: PickleValue, context: PickleContext): never => {
    throw context.refuse('a pickle beside the model refers to a storage')
  }
  if (pickles.next(noStorage).value !== magicNumber) throw damaged(name, "it lacks PyTorch's magic number")
  const version = pickles.next(noStorage).value
  if (version !== protocolVersion)
    throw damaged(name, `its format is not ${protocolVersion}, the only one that PyTorch wrote`)
  const system = entriesOf(pickles.next(noStorage).value)
  if (!system) throw damaged(name, 'it does not describe the computer it was written on')
  const bigEndian = system.get('little_endian') === false

  const storages = new Map<string, Placed>()
  const persistent = (id: PickleValue, context: PickleContext): PickleValue => {
    // ('module', class, file, source): the class is what matters, its source is only text.
    const parts = itemsOf(id)
    if (parts?.[0] === 'module' && parts.length === 4 && isObject(parts[1])) return parts[1]
    const { key, dtype, itemSize, elements, window } = storageId(id, context, 6)
    let storage = storages.get(key)
    if (storage && (storage.dtype !== dtype || storage.elements !== elements))
      throw unsafe(name, `its storage ${shown(key)} is described in two ways`)
    if (!storage) {
      storage = placedStorage(file, dtype, itemSize, elements, bigEndian)
      storages.set(key, storage)
    }
    return window === undefined || window === null ? storage : windowOn(storage, window, context)
  }
  const model = pickles.next(persistent, () => storages.clear())
  const keys = itemsOf(pickles.next(noStorage).value)
  if (!keys) throw damaged(name, 'it does not list its storages')
  place(file, storages, keys, pickles.position(), bigEndian)

  const { root, inert, notices } = settle(name, model)
  return {
    format: 'torch-legacy',
    root,
    metadata: metadataOf(root),
    inert,
    notices: [...notices, ...leftOutNotices(inert)],
  }
}

/** Reads one pickle after another from the beginning of a file, no more of it than they need. */
function pickleReader(file: SourceFile): {
  next(persistent: (id: PickleValue, context: PickleContext) => PickleValue, again?: () => void): Unpickled
  position(): number
} {
  let bytes = file.read(0, Math.min(file.bytes, 1024 * 1024))
  let at = 0
  return {
    position: () => at,
    next(persistent, again) {
      for (;;)
        try {
          again?.()
          const source = { name: file.name, bytes, start: at, total: file.bytes, fileBytes: file.bytes }
          const pickled = unpickle({ ...source, persistent })
          at = pickled.end
          return pickled
        } catch (error) {
          if (!(error instanceof NeedsBytes)) throw error
          if (error.wanted > limits.pickleBytes)
            throw unsafe(file.name, `its pickles claim more than ${limits.pickleBytes} bytes`)
          // Eight times as much each time: a pickle is begun anew only a few times.
          const length = Math.min(file.bytes, limits.pickleBytes, Math.max(error.wanted, 8 * bytes.length))
          bytes = file.read(0, length)
        }
    },
  }
}

function placedStorage(
  file: SourceFile,
  dtype: Storage['dtype'],
  itemSize: number,
  elements: number,
  bigEndian: boolean,
): Placed {
  const storage: Placed = {
    kind: 'storage',
    dtype,
    itemSize,
    elements,
    start: -1,
    source: {
      bytes: elements * itemSize,
      bigEndian,
      readInto: (target, offset) => file.readInto(target, storage.start + offset),
    },
  }
  return storage
}

/** (key, offset, elements): a part of a storage that tensors took for a storage of its own. */
function windowOn(storage: Placed, window: PickleValue, context: PickleContext): Storage {
  const [key, offset, elements] = itemsOf(window) ?? []
  const valid =
    typeof key === 'string' &&
    typeof offset === 'number' &&
    typeof elements === 'number' &&
    Number.isSafeInteger(offset) &&
    Number.isSafeInteger(elements) &&
    offset >= 0 &&
    elements >= 0 &&
    offset + elements <= storage.elements
  if (!valid) throw context.refuse('a part of a storage lies outside it')
  const { source, itemSize } = storage
  return {
    kind: 'storage',
    dtype: storage.dtype,
    itemSize,
    elements,
    source: {
      bytes: elements * itemSize,
      bigEndian: source.bigEndian,
      readInto: (target, at) => source.readInto(target, offset * itemSize + at),
    },
  }
}

/** Finds each storage in the rest of the file: its element count, then its elements, in the order of the keys. */
function place(
  file: SourceFile,
  storages: ReadonlyMap<string, Placed>,
  keys: readonly PickleValue[],
  from: number,
  bigEndian: boolean,
): void {
  let at = from
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined
    if (!storage || storage.start >= 0)
      throw unsafe(file.name, 'its list of storages names one that the model does not have, or one twice')
    const bytes = storage.elements * storage.itemSize
    if (at + 8 + bytes > file.bytes)
      throw damaged(
        file.name,
        `it ends before its storage ${shown(String(key))}; the download or the copy probably broke off`,
      )
    const count = new DataView(file.read(at, 8).buffer).getBigInt64(0, !bigEndian)
    if (count !== BigInt(storage.elements))
      throw unsafe(
        file.name,
        `its storage ${shown(String(key))} has ${count} elements where its pickle says ${storage.elements}`,
      )
    storage.start = at + 8
    at += 8 + bytes
  }
  const missing = [...storages].find(([, { start }]) => start < 0)
  if (missing) throw damaged(file.name, `its storage ${shown(missing[0])} is missing`)
  if (at !== file.bytes) throw unsafe(file.name, `${file.bytes - at} bytes follow its last storage`)
}

// Which data sets are open in the engine? The last few, so that small pictures of one come at once.
import { Failure } from '../../src-shared/domain/failure.ts'
import type { DataChoice } from '../../src-shared/protocol/calls/dataSets.ts'
import type { RgbPicture } from '../datasets/reader.ts'
import type { Shrink } from '../datasets/pictures.ts'

/** A data set as looking and embedding need it. */
export interface OpenSet {
  readonly name: string
  readonly hash: string
  readonly items: number
  readonly classes: readonly string[]
  /** −1 without a class. */
  label(i: number): number
  id(i: number): string
  read(i: number, shrink?: Shrink): Promise<RgbPicture>
  bytes(i: number): Promise<Uint8Array>
  readonly splits: readonly { readonly name: string; readonly items: Int32Array }[]
  readonly skipped: readonly { readonly name: string; readonly reason: string }[]
  close(): void
}

const mostOpen = 3
const held = new Map<string, Promise<OpenSet>>()

/** The data set of a choice. `fresh`: looked at anew, because its files may be others. Throws Failure. */
export function openSet(choice: DataChoice, fresh = false): Promise<OpenSet> {
  const key = JSON.stringify(choice)
  const known = held.get(key)
  held.delete(key)
  if (known && fresh) void known.then((set) => set.close()).catch(() => undefined)
  const opening = known && !fresh ? known : openNow(choice)
  held.set(key, opening)
  opening.catch(() => {
    if (held.get(key) === opening) held.delete(key)
  })
  for (const [oldest, set] of held) {
    if (held.size <= mostOpen) break
    held.delete(oldest)
    void set.then((old) => old.close()).catch(() => undefined)
  }
  return opening
}

async function openNow(choice: DataChoice): Promise<OpenSet> {
  if (choice.kind === 'files') return filesSet(choice.files)
  const { holdOut, openData } = await import('../datasets/source.ts')
  const set = await openData(choice.kind === 'held' ? choice.of : choice)
  if (choice.kind === 'held') {
    const { held } = holdOut(set, choice.share, choice.seed)
    const { measuredOrder } = await import('./training/heldOut.ts')
    const items = measuredOrder(held, choice.seed).subarray(0, choice.count)
    const at = (i: number): number => items[i]!
    return {
      name: set.name,
      hash: `${set.hash} held out ${choice.share} ${choice.seed} ${choice.count}`,
      items: items.length,
      classes: set.classes ?? [],
      label: (i) => set.label(at(i)) ?? -1,
      id: (i) => set.id(at(i)),
      read: (i, shrink) => set.read(at(i), shrink),
      bytes: (i) => set.bytes(at(i)),
      splits: [],
      skipped: set.skipped,
      close: set.close,
    }
  }
  return { ...set, classes: set.classes ?? [], label: (i) => set.label(i) ?? -1 }
}

async function filesSet(files: readonly { path: string; name: string }[]): Promise<OpenSet> {
  const [{ decode }, { readFile }, { createHash }] = await Promise.all([
    import('../datasets/pictures.ts'),
    import('node:fs/promises'),
    import('node:crypto'),
  ])
  const hash = createHash('sha256')
  for (const { path } of files) hash.update(`${path}\0`)
  return {
    name: 'Pictures',
    hash: hash.digest('hex'),
    items: files.length,
    classes: [],
    label: () => -1,
    id: (i) => files[i]!.name,
    read: (i, shrink) => decode(files[i]!.path, files[i]!.name, shrink),
    bytes: (i) =>
      readFile(files[i]!.path).catch(() => {
        throw new Failure('unreadable-file', `${files[i]!.name} is not where it was.`, 'Put the file back.')
      }),
    splits: [],
    skipped: [],
    close: () => undefined,
  }
}

/** How much smaller a picture may be decoded whose result has `side` pixels at least. */
export const shrinkTo =
  (side: number): Shrink =>
  ({ width, height }) => {
    const spare = Math.max(width, height) / side
    return spare >= 8 ? 8 : spare >= 4 ? 4 : spare >= 2 ? 2 : 1
  }

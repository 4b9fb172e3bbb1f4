// What is in a data set? Its pictures, classes and splits, from a folder, IDX, CIFAR or .npy files, or drawn critters.
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { Failure } from '../../src-shared/domain/failure.ts'
import type { DataSource } from '../../src-shared/domain/run.ts'
import { permutation, random } from '../../src-shared/numerics/random.ts'
import type { PictureSet } from './pictureSet.ts'
import { openCifar } from './sources/cifar.ts'
import { openCritters } from './sources/critters.ts'
import { openFolder } from './sources/folder.ts'
import { openIdx } from './sources/idx.ts'
import { openNpyPictures } from './sources/npy.ts'

/**
 * Opens a data set; pictures themselves are read later. Throws Failure `unreadable-file` where nothing is there,
 * `bad-data` where there is nothing to learn from.
 */
export async function openData(source: DataSource): Promise<PictureSet> {
  if (source.kind === 'critters') return openCritters(source)
  const path = resolve(source.path)
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' || error.code === 'ENOTDIR'
      ? new Failure('unreadable-file', `There is no file or folder ${path}.`, 'Check the path.')
      : new Failure('unreadable-file', `${path} may not be read (${error.code ?? 'unknown error'}).`)
  })
  for (const open of [openIdx, openCifar, openNpyPictures]) {
    const set = await open(path, found.isDirectory())
    if (set) return set
  }
  if (found.isDirectory()) return openFolder(path)
  throw new Failure(
    'bad-data',
    `${basename(path)} is no data set: a folder of pictures, IDX files (.gz too), CIFAR binaries or an .npy of pictures can be read.`,
    'Name a folder with pictures, or critters:2000 for drawn ones.',
  )
}

/**
 * Items to learn from and items held out, each ascending: the data's own splits (`train` against `test` or `val`), or a
 * random share of each class. At least one picture of a class with several is held out where anything is.
 */
export function holdOut(
  set: PictureSet,
  share: number,
  seed: number,
): { train: Int32Array; held: Int32Array } {
  const own = (names: readonly string[]) => set.splits.find(({ name }) => names.includes(name))?.items
  const train = own(['train'])
  const test = own(['test', 'val'])
  if (train && test) return { train, held: test }
  const groups = new Map<number | null, number[]>()
  for (let i = 0; i < set.items; i++) {
    const label = set.label(i)
    const group = groups.get(label)
    if (group) group.push(i)
    else groups.set(label, [i])
  }
  const kept: number[] = []
  const held: number[] = []
  for (const [label, items] of groups) {
    const order = permutation(random(seed).split(`held out ${label}`), items.length)
    const count = share > 0 && items.length > 1 ? Math.max(1, Math.round(items.length * share)) : 0
    order.forEach((place, i) => (i < count ? held : kept).push(items[place]!))
  }
  return { train: Int32Array.from(kept).sort(), held: Int32Array.from(held).sort() }
}

// How are CIFAR's binary files read? Records of 1 or 2 label bytes and 32 × 32 pixels in three planes.
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { PictureSet } from '../pictureSet.ts'
import { naturalOrder } from '../listPictures.ts'
import { numberedClasses, range, recordSet } from './records.ts'

const pixels = 32 * 32 * 3
/** CIFAR-100 has a coarse label before the fine one. */
const headOf = { ten: 1, hundred: 2 } as const

/**
 * A folder of CIFAR-10 (`data_batch_N.bin`, `test_batch.bin`) or CIFAR-100 (`train.bin`, `test.bin`), or one such file;
 * null where it is none. Pictures are read from disk as they are asked for. Throws Failure `bad-data`.
 */
export async function openCifar(path: string, isFolder: boolean): Promise<PictureSet | null> {
  const folder = isFolder ? path : dirname(path)
  const all = isFolder ? await readdir(path) : [basename(path)]
  const ten = all.filter((name) => /^(data_batch_\d+|test_batch)\.bin$/.test(name)).sort(naturalOrder)
  const hundred = all.filter((name) => /^(train|test)\.bin$/.test(name)).sort((a, b) => b.localeCompare(a))
  const files = ten.length > 0 ? ten : hundred
  if (files.length === 0) return null
  const head = headOf[ten.length > 0 ? 'ten' : 'hundred']
  const stride = head + pixels

  const pieces: { path: string; name: string; offset: number; items: number }[] = []
  const labels: number[] = []
  for (const name of files) {
    const file = join(folder, name)
    const { size } = await stat(file)
    if (size === 0 || size % stride !== 0)
      throw new Failure(
        'bad-data',
        `${name} is ${size} bytes long, no whole number of records of ${stride} bytes.`,
        'Download it again; the binary version is needed.',
      )
    pieces.push({ path: file, name, offset: 0, items: size / stride })
    const bytes = await readFile(file)
    for (let i = head - 1; i < size; i += stride) labels.push(bytes[i]!)
  }
  const groups = new Map<string, number[]>()
  let at = 0
  for (const { name, items } of pieces) {
    const split = name.startsWith('test') ? 'test' : 'train'
    groups.set(split, [...(groups.get(split) ?? []), ...range(at, items)])
    at += items
  }
  return recordSet({
    name: basename(path),
    items: at,
    store: {
      kind: 'files',
      files: pieces.map(({ path: file, offset, items }) => ({ path: file, offset, items })),
    },
    layout: {
      width: 32,
      height: 32,
      channels: 3,
      order: 'planes',
      numbers: 'bytes',
      stride,
      skip: head,
    },
    labels,
    classes: (await classNames(folder)) ?? numberedClasses(labels),
    splits:
      groups.size > 1 ? [...groups].map(([name, items]) => ({ name, items: Int32Array.from(items) })) : [],
  })
}

async function classNames(folder: string): Promise<string[] | null> {
  for (const name of ['batches.meta.txt', 'fine_label_names.txt']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => null)
    if (text !== null) return text.split(/\s+/).filter((word) => word !== '')
  }
  return null
}

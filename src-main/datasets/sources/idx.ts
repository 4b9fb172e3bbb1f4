// How are MNIST's IDX files read? Magic, sizes (big-endian), bytes; as they are or gzipped; labels beside the pictures.
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip as gunzipCallback } from 'node:zlib'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { PictureSet } from '../pictureSet.ts'
import { numberedClasses, range, recordSet } from './records.ts'

const gunzip = promisify(gunzipCallback)
const picturesFile = /images?[-.]idx([34])-ubyte(\.gz)?$/i
/** Bytes that unpacked pictures or labels may have. */
const most = 4 * 2 ** 30 - 1

interface Idx {
  sizes: number[]
  data: Uint8Array
}

/**
 * The IDX files of a folder (`train-…` and `t10k-…` or `test-…` become splits) or one file of pictures with its labels
 * beside it; null where there is none. Throws Failure `bad-data` for a damaged one.
 */
export async function openIdx(path: string, isFolder: boolean): Promise<PictureSet | null> {
  if (!isFolder && !picturesFile.test(path)) return null
  const folder = isFolder ? path : dirname(path)
  const beside = await readdir(folder)
  const files = isFolder
    ? beside.filter((name) => picturesFile.test(name)).sort(trainFirst)
    : [basename(path)]
  if (files.length === 0) return null

  const pieces: { name: string; pictures: Idx; labels: Uint8Array | null }[] = []
  for (const file of files) {
    // The same pictures packed and unpacked lie side by side after a download: once is enough.
    if (file.endsWith('.gz') && files.includes(file.slice(0, -3))) continue
    const pictures = await readIdx(join(folder, file))
    if (pictures.sizes.length < 3 || (pictures.sizes.length === 4 && pictures.sizes[3] !== 3))
      throw new Failure('bad-data', `${file} holds no pictures: its sizes are ${pictures.sizes.join(' × ')}.`)
    pieces.push({ name: file, pictures, labels: await labelsFor(folder, file, beside, pictures.sizes[0]!) })
  }
  const [first] = pieces
  const [, height = 0, width = 0, channels = 1] = first!.pictures.sizes
  for (const { name, pictures } of pieces)
    if (pictures.sizes.slice(1).join() !== first!.pictures.sizes.slice(1).join())
      throw new Failure('bad-data', `${name} and ${first!.name} hold pictures of different sizes.`)
  const items = pieces.reduce((sum, { pictures }) => sum + pictures.sizes[0]!, 0)
  if (items === 0 || width === 0 || height === 0)
    throw new Failure('bad-data', `${first!.name} holds no pictures.`, 'Name a file that does.')

  const stride = width * height * channels
  const bytes = new SharedArrayBuffer(items * stride)
  const whole = new Uint8Array(bytes)
  const labelled = pieces.every(({ labels }) => labels)
  const labels = labelled ? new Uint8Array(items) : null
  const splits: { name: string; items: Int32Array }[] = []
  let at = 0
  for (const { name, pictures, labels: own } of pieces) {
    whole.set(pictures.data, at * stride)
    labels?.set(own!, at)
    if (pieces.length > 1) splits.push({ name: splitOf(name), items: range(at, pictures.sizes[0]!) })
    at += pictures.sizes[0]!
  }
  return recordSet({
    name: basename(path),
    items,
    store: { kind: 'memory', bytes },
    layout: {
      width,
      height,
      channels: channels === 3 ? 3 : 1,
      order: 'pixels',
      numbers: 'bytes',
      stride,
      skip: 0,
    },
    labels,
    classes: labels ? numberedClasses(labels) : null,
    splits,
  })
}

const splitOf = (name: string): string =>
  /^train/i.test(name)
    ? 'train'
    : /^(t10k|test)/i.test(name)
      ? 'test'
      : name.replace(picturesFile, '').replace(/[-.]$/, '')
const trainFirst = (a: string, b: string): number =>
  Number(!/^train/i.test(a)) - Number(!/^train/i.test(b)) || (a < b ? -1 : 1)

/** The labels whose name goes with a file of pictures, packed or not. Throws Failure where they do not fit. */
async function labelsFor(
  folder: string,
  file: string,
  beside: readonly string[],
  items: number,
): Promise<Uint8Array | null> {
  const wanted = file.replace(picturesFile, 'labels-idx1-ubyte').toLowerCase()
  const plain = (name: string) =>
    name
      .toLowerCase()
      .replace(/\.gz$/, '')
      .replace('label-idx', 'labels-idx')
      .replace('labels.idx', 'labels-idx')
  const found = beside.find((name) => plain(name) === wanted)
  if (!found) return null
  const { sizes, data } = await readIdx(join(folder, found))
  if (sizes.length !== 1 || sizes[0] !== items)
    throw new Failure(
      'bad-data',
      `${found} holds ${sizes[0]} labels, and ${file} holds ${items} pictures.`,
      'Use files of one download.',
    )
  return data
}

/** One file, unpacked where it is packed. Throws Failure `bad-data`. */
async function readIdx(path: string): Promise<Idx> {
  const name = basename(path)
  let bytes: Uint8Array = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new Failure('unreadable-file', `${path} could not be read (${error.code}).`)
  })
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    bytes = await gunzip(bytes, { maxOutputLength: most }).catch(() => {
      throw new Failure(
        'bad-data',
        `${name} cannot be unpacked: it is damaged or incomplete.`,
        'Download it again.',
      )
    })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const axes = bytes[3] ?? 0
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || axes < 1 || axes > 4)
    throw new Failure('bad-data', `${name} does not begin as an IDX file does.`)
  if (bytes[2] !== 8) throw new Failure('bad-data', `${name} holds other numbers than bytes.`)
  const start = 4 + 4 * axes
  if (bytes.length < start) throw new Failure('bad-data', `${name} ends inside its header.`)
  const sizes = Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i))
  const needed = sizes.reduce((product, size) => product * size, 1)
  if (bytes.length - start < needed)
    throw new Failure(
      'bad-data',
      `${name} is cut off: ${sizes.join(' × ')} needs ${needed} bytes, and ${bytes.length - start} are there.`,
      'Download it again.',
    )
  return { sizes, data: bytes.subarray(start, start + needed) }
}

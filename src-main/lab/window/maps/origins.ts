// What items does a data set have, and how does the engine open it? Folders, files, critters, pictures, parts of others, tables.
import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { DataOrigin } from '../../../../src-shared/domain/dataSet.ts'
import { Failure } from '../../../../src-shared/domain/failure.ts'
import { npyHeader } from '../../../../src-shared/numerics/npy.ts'
import type { DataChoice } from '../../../../src-shared/protocol/calls/dataSets.ts'
import { storeFile, type Blob } from '../../workspace/blobs.ts'
import { findDataSet, readListing, type Listing, type StoredDataSet } from '../../workspace/dataSets.ts'
import { findPicture } from '../../workspace/pictures.ts'
import type { WindowLab } from '../parts.ts'

/** A data set as it was found. */
export interface Described {
  readonly name: string
  readonly hash: string
  readonly listing: Listing
  readonly pictures: boolean
  readonly vectors: { readonly blob: Blob; readonly columns: number } | null
}

export const noListing: Listing = {
  names: [],
  labels: [],
  classes: [],
  splits: [],
  words: [],
  numbers: [],
  paths: null,
  skipped: [],
}

export function dataSetIn(lab: WindowLab, id: string): StoredDataSet {
  const dataSet = findDataSet(lab.document.readable(), id)
  if (dataSet) return dataSet
  throw new Failure('bad-argument', 'This data set is not in the workspace any more.')
}

const hashOf = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex')

const tables = new Set(['.csv', '.tsv', '.parquet'])

/** A path as it is meant: numbers made elsewhere, or pictures. Throws Failure where nothing is there. */
export async function originOfPath(path: string, name: string = basename(path)): Promise<DataOrigin> {
  const facts = await stat(path).catch(() => null)
  if (!facts) throw new Failure('unreadable-file', `There is no file or folder ${path}.`, 'Check the path.')
  const ending = extname(name).toLowerCase()
  const table = facts.isFile() && (tables.has(ending) || (ending === '.npy' && (await isMatrix(path))))
  return table ? { kind: 'table', path: resolve(path) } : { kind: 'path', path: resolve(path) }
}

/** Whether a `.npy` file holds rows of numbers, not pictures. What cannot be told is left to the reader of tables to refuse. */
async function isMatrix(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1024), 0, 1024, 0)
    const shape = /'shape'\s*:\s*\(([^)]*)\)/.exec(buffer.toString('latin1', 0, bytesRead))?.[1]
    return shape === undefined || shape.split(',').filter((word) => word.trim() !== '').length <= 2
  } finally {
    await file.close()
  }
}

/** How the engine opens a data set, and which of what it finds there the items are (null: all, in order). */
export async function choiceOf(
  lab: WindowLab,
  dataSet: StoredDataSet,
): Promise<{ choice: DataChoice | null; items: Int32Array | null }> {
  const { origin } = dataSet
  switch (origin.kind) {
    case 'path':
    case 'critters':
      return { choice: origin, items: null }
    case 'held':
      return { choice: heldChoice(origin), items: null }
    case 'pictures':
      return { choice: picturesChoice(lab, origin.pictures), items: null }
    case 'table': {
      const { paths, names } = await readListing(lab.document.readable(), dataSet)
      const files = paths?.map((path, i) => ({ path, name: names[i] ?? path }))
      return { choice: files ? { kind: 'files', files } : null, items: null }
    }
    case 'part': {
      const whole = await choiceOf(lab, dataSetIn(lab, origin.of))
      const mine = Int32Array.from(origin.items)
      return { choice: whole.choice, items: whole.items ? mine.map((item) => whole.items![item]!) : mine }
    }
  }
}

function heldChoice({ of, share, seed, count }: Extract<DataOrigin, { kind: 'held' }>): DataChoice {
  return { kind: 'held', of, share, seed, count }
}

function picturesChoice(lab: WindowLab, ids: readonly string[]): DataChoice {
  const workspace = lab.document.readable()
  return {
    kind: 'files',
    files: ids.map((id) => {
      const picture = findPicture(workspace, id)
      // One that was removed stays an item that cannot be read: the others keep their numbers.
      return picture
        ? { path: lab.picturePath(picture), name: picture.name }
        : { path: `${id} was removed`, name: id }
    }),
  }
}

/** Looks at where a data set comes from. Throws Failure where nothing can be used. */
export async function describe(lab: WindowLab, origin: DataOrigin, signal: AbortSignal): Promise<Described> {
  const workspace = lab.document.readable()
  switch (origin.kind) {
    case 'path':
    case 'critters':
      return listed(lab, origin, signal)
    case 'held':
      return listed(lab, heldChoice(origin), signal)
    case 'pictures': {
      const found = origin.pictures.map((id) => findPicture(workspace, id))
      const names = found.map((picture, i) => picture?.name ?? origin.pictures[i]!)
      const facts = found.map((picture) => [picture?.bytes, picture?.modified])
      const listing = { ...noListing, names, labels: names.map(() => -1) }
      const hash = hashOf('pictures', origin.pictures, facts)
      return { name: 'Pictures', hash, listing, pictures: true, vectors: null }
    }
    case 'part': {
      const parent = dataSetIn(lab, origin.of)
      const whole = await readListing(workspace, parent)
      const pick = <T>(values: readonly T[]): T[] => origin.items.map((item) => values[item]!)
      if (origin.items.some((item) => item >= whole.names.length))
        throw new Failure(
          'bad-argument',
          `${parent.name} has ${whole.names.length} items.`,
          'Select them anew.',
        )
      const listing: Listing = {
        ...whole,
        names: pick(whole.names),
        labels: pick(whole.labels),
        splits: [],
        words: whole.words.map(({ name, values }) => ({ name, values: pick(values) })),
        numbers: whole.numbers.map(({ name, values }) => ({ name, values: pick(values) })),
        paths: whole.paths && pick(whole.paths),
        skipped: [],
      }
      return {
        name: `${origin.items.length} of ${parent.name}`,
        hash: hashOf('part', parent.hash, origin.items),
        listing,
        pictures: parent.facts.pictures,
        vectors: null,
      }
    }
    case 'table':
      return table(lab, origin.path, signal)
  }
}

async function listed(lab: WindowLab, data: DataChoice, signal: AbortSignal): Promise<Described> {
  const names: string[] = []
  const labels: number[] = []
  const { name, hash, classes, splits, skipped } = await lab.calls.listData(
    { data },
    {
      signal,
      onItem: (piece) => {
        for (const one of piece.names) names.push(one)
        for (const one of piece.labels) labels.push(one)
      },
    },
  )
  const listing: Listing = {
    ...noListing,
    names,
    labels,
    classes,
    splits: splits.map((split) => ({ name: split.name, items: [...split.items] })),
    skipped,
  }
  return { name, hash, listing, pictures: true, vectors: null }
}

/** What a column of words is called where it names the picture, and where it names the class. */
const [pictureColumn, classColumn] = [
  /^(file(name)?|path|image|picture|name)$/i,
  /^(label|class|category|species|target|y)$/i,
]
const pictureName = /\.(jpe?g|png|webp|gif|tiff?|avif|bmp)$/i
/** More different words than this are no classes. */
const mostClasses = 500

/** Rows of numbers made elsewhere, with their words: classes where a column says so, pictures where files are there. */
async function table(lab: WindowLab, path: string, signal: AbortSignal): Promise<Described> {
  const read = await lab.calls.readTable({ path }, { signal })
  const words = [...read.words, ...(await metadataBeside(lab, path, read.rows, signal))]
  const { data } = read
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const header = npyHeader({ shape: [read.rows, read.columns], data })
  const blob = await storeFile(lab.document.writable(), [header, bytes], '.npy')
  const naming = words.find(({ name }) => pictureColumn.test(name)) ?? words[0]
  const labelling =
    words.find(({ name }) => classColumn.test(name)) ??
    words.find((one) => one !== naming && new Set(one.values).size <= mostClasses)
  const classes = labelling ? [...new Set(labelling.values)].filter(Boolean).sort() : []
  const place = new Map(classes.map((name, i) => [name, i]))
  const paths = naming?.values.map((value) => resolve(dirname(path), value)) ?? null
  const first = paths?.find((one) => pictureName.test(one))
  const pictures = first !== undefined && (await stat(first).catch(() => null))?.isFile() === true
  const listing: Listing = {
    ...noListing,
    names: Array.from({ length: read.rows }, (_, i) => naming?.values[i] || String(i)),
    labels: Array.from({ length: read.rows }, (_, i) => place.get(labelling?.values[i] ?? '') ?? -1),
    classes: classes.length <= mostClasses ? classes : [],
    words,
    paths: pictures ? paths : null,
  }
  if (listing.classes.length === 0) listing.labels = listing.labels.map(() => -1)
  return {
    name: basename(path, extname(path)),
    hash: hashOf('table', blob.hash, words),
    listing,
    pictures,
    vectors: { blob, columns: read.columns },
  }
}

/** TensorBoard's second file: `metadata.tsv` beside `tensors.tsv`, a row for each. */
async function metadataBeside(
  lab: WindowLab,
  path: string,
  rows: number,
  signal: AbortSignal,
): Promise<Listing['words']> {
  const name = basename(path).replace(/tensors?|vectors?/i, 'metadata')
  const beside = join(dirname(path), name.endsWith('.tsv') ? name : 'metadata.tsv')
  if (beside === path || name === basename(path) || !(await stat(beside).catch(() => null))) return []
  const { words, rows: said } = await lab.calls.readTable({ path: beside }, { signal }).catch(() => ({
    words: [],
    rows: 0,
  }))
  return said === rows ? words : []
}

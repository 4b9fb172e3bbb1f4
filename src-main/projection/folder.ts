// What lies in a map's folder? Its arrays and what is said of them, written whole or not at all, and read again.
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Failure } from '../../src-shared/domain/failure.ts'
import { mapFileSchema, type MapFile } from '../../src-shared/domain/map.ts'
import { npyHeader } from '../../src-shared/numerics/npy.ts'
import { openEmbeddings, sha256, type Embeddings } from './embeddings.ts'
import { readNpyTable } from './tables/npy.ts'
import type { Words } from './tables/table.ts'

const names = { map: 'map.npy', items: 'items.csv', embeddings: 'embeddings.npy', facts: 'map.json' } as const
const pageName = 'map.html'

/** Throws Failure `output-exists` where a file of a map is in the folder and may not be replaced. */
export async function claimFolder(folder: string, force: boolean, page: boolean): Promise<void> {
  for (const name of [...Object.values(names), ...(page ? [pageName] : [])]) {
    const path = join(resolve(folder), name)
    const there = await stat(path).catch(() => null)
    if (!there) continue
    if (there.isDirectory() || !force)
      throw new Failure(
        'output-exists',
        `${path} is already there.`,
        there.isDirectory()
          ? 'Choose another --output.'
          : 'Add --force to replace it, or choose another --output.',
      )
  }
}

export interface MapParts {
  /** `[rows, dims]` */
  positions: Float32Array
  embeddings: Embeddings
  facts: MapFile
  /** A page to look at; null: none. */
  page: string | null
}

/** Writes a map's folder; `map.json` comes last. Its absolute path. Throws Failure `disk`. */
export async function writeFolder(
  folder: string,
  { positions, embeddings, facts, page }: MapParts,
): Promise<string> {
  const root = resolve(folder)
  const { rows, columns, data } = embeddings
  const numbers = (array: Float32Array): Uint8Array =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  const array = (shape: number[], values: Float32Array): Uint8Array[] => [
    npyHeader({ shape, data: values }),
    numbers(values),
  ]
  const text = (words: string): Uint8Array[] => [new TextEncoder().encode(words)]
  try {
    await mkdir(root, { recursive: true })
    await replace(join(root, names.map), array([rows, facts.settings.dims], positions))
    await replace(join(root, names.embeddings), array([rows, columns], data))
    await replace(join(root, names.items), text(itemsTable(embeddings)))
    if (page !== null) await replace(join(root, pageName), text(page))
    await replace(join(root, names.facts), text(`${JSON.stringify(facts, null, 2)}\n`))
  } catch (thrown) {
    throw diskFailure(root, thrown as NodeJS.ErrnoException)
  }
  return root
}

/** Writes a file beside its place and puts it there when it is on the disk. */
async function replace(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const temporary = `${path}.${process.pid}.part`
  try {
    const file = await open(temporary, 'w')
    try {
      for (const piece of pieces) await file.writeFile(piece)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw thrown
  }
}

function diskFailure(path: string, { code }: NodeJS.ErrnoException): Failure {
  const why: Record<string, string> = {
    ENOSPC: 'the disk is full',
    EDQUOT: 'your share of the disk is used up',
    EACCES: 'you may not write there',
    EPERM: 'you may not write there',
    EROFS: 'that disk is read-only',
    EEXIST: 'it is a file',
    ENOTDIR: 'a file stands where a folder is needed',
  }
  return new Failure(
    'disk',
    `${path} could not be written: ${why[code ?? ''] ?? `the system says ${code}`}.`,
    'Choose another --output.',
  )
}

/** `items.csv`: which of the given rows each one is, and what the file said of it. */
function itemsTable({ rows, kept, words }: Embeddings): string {
  const columns: Words[] = words.filter(({ name }) => name !== 'row')
  const quoted = (value: string): string =>
    /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
  const lines = [['row', ...columns.map(({ name }) => quoted(name))].join(',')]
  for (let i = 0; i < rows; i++)
    lines.push([kept ? kept[i]! : i, ...columns.map(({ values }) => quoted(values[i]!))].join(','))
  return `${lines.join('\n')}\n`
}

/** A map that was written before. Throws Failure where it is none, or is not whole. */
export async function readFolder(
  folder: string,
): Promise<{ facts: MapFile; positions: Float32Array; embeddings: Embeddings }> {
  const path = join(folder, names.facts)
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text === null)
    throw new Failure(
      'unreadable-file',
      `${folder} is not the folder of a map: there is no ${names.facts} in it.`,
      'Name a folder that `emergence project` has written.',
    )
  const facts = factsIn(path, text)
  const { rows, columns, settings, hashes } = facts
  const map = await readNpyTable(join(folder, names.map)).catch(missing(folder))
  const embeddings = await openEmbeddings({ kind: 'path', path: join(folder, names.embeddings) }).catch(
    missing(folder),
  )
  const whole =
    map.rows === rows &&
    map.columns === settings.dims &&
    embeddings.rows === rows &&
    embeddings.columns === columns &&
    sha256(map.data) === hashes.map &&
    embeddings.hash === hashes.embeddings
  if (!whole)
    throw new Failure(
      'damaged-file',
      `The map in ${folder} is not whole: its files do not belong together.`,
      'Make it again with `emergence project`.',
    )
  return { facts, positions: map.data, embeddings }
}

function factsIn(path: string, text: string): MapFile {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Failure('damaged-file', `${path} is no JSON.`, 'Make the map again.')
  }
  const checked = mapFileSchema.safeParse(value)
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  throw new Failure(
    'damaged-file',
    `${path} does not describe a map: ${issue?.path.join('.')}: ${issue?.message}.`,
    'It may be from a newer version of Emergence.',
  )
}

const missing =
  (folder: string) =>
  (thrown: unknown): never => {
    const { code } = thrown as NodeJS.ErrnoException
    if (code !== 'ENOENT') throw thrown
    throw new Failure(
      'damaged-file',
      `The map in ${folder} is not whole: a file is missing.`,
      'Make it again.',
    )
  }

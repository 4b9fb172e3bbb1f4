// Which picture files do these paths mean, and what is each called in the results?
import { readdir, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { Failure } from '../../src-shared/domain/failure.ts'

export interface ListedPicture {
  /** The file, or `-` for standard input. */
  path: string
  /** What its files are called: the file's name without its ending, unique in the list (`cat`, `cat-2`, …). */
  name: string
}

const endings = new Set(['.jpg', '.jpeg', '.jpe', '.png', '.webp', '.gif', '.tif', '.tiff', '.avif'])
const order = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' })

/** Text in the order people expect: `cat-2` before `cat-10`. */
export function naturalOrder(a: string, b: string): number {
  return order.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)
}

/** Whether a file's ending is one of a picture's. */
export function looksLikePicture(path: string): boolean {
  return endings.has(extname(path).toLowerCase())
}

/**
 * The pictures that paths mean, in the order given; a folder stands for the picture files in it and in its
 * folders, in natural order, hidden ones and links to folders left out. `-` is standard input, called `stdin`.
 * A file named outright is taken whatever its ending. Throws Failure `unreadable-file`, and `bad-data` for a
 * folder without pictures.
 */
export async function listPictures(paths: readonly string[]): Promise<ListedPicture[]> {
  const files: string[] = []
  for (const path of paths) {
    if (path === '-') {
      files.push(path)
      continue
    }
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' || error.code === 'ENOTDIR'
        ? new Failure('unreadable-file', `There is no file or folder ${path}.`, 'Check the path.')
        : new Failure('unreadable-file', `${path} may not be read (${error.code ?? 'unknown error'}).`)
    })
    if (!found.isDirectory()) {
      files.push(path)
      continue
    }
    const inside = await picturesIn(path)
    if (inside.length === 0)
      throw new Failure(
        'bad-data',
        `The folder ${path} holds no pictures: no file ends in ${[...endings].join(', ')}.`,
        'Name a folder with pictures, or picture files.',
      )
    files.push(...inside)
  }
  const names = uniqueNames(files.map((path) => (path === '-' ? 'stdin' : basename(path, extname(path)))))
  return files.map((path, i) => ({ path, name: names[i]! }))
}

async function picturesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(
      'unreadable-file',
      `The folder ${folder} may not be read (${error.code ?? 'unknown error'}).`,
    )
  })
  entries.sort((a, b) => naturalOrder(a.name, b.name))
  const files: string[] = []
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) files.push(...(await picturesIn(path)))
    else if (looksLikePicture(entry.name) && (entry.isFile() || (await isLinkedFile(path)))) files.push(path)
  }
  return files
}

async function isLinkedFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}

/** The names, with -2, -3, … behind those that came before; case does not tell names apart, as on many disks. */
export function uniqueNames(names: readonly string[]): string[] {
  const given = new Set(names.map((name) => name.toLowerCase()))
  const taken = new Set<string>()
  return names.map((name) => {
    let unique = name
    // A number that some other picture is called by itself is left to that one.
    for (let n = 2; taken.has(unique.toLowerCase()) || (n > 2 && given.has(unique.toLowerCase())); n++)
      unique = `${name}-${n}`
    taken.add(unique.toLowerCase())
    return unique
  })
}

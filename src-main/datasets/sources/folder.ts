// How is a folder a data set? Pictures in class folders or side by side, in train/ and test/ (or val/) or without splits.
import { createHash } from 'node:crypto'
import { open, readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { looksLikePicture, naturalOrder } from '../listPictures.ts'
import { decodeIndices } from '../pictures.ts'
import { openReader } from '../reader.ts'
import type { Masks, PictureSet, Skipped } from '../pictureSet.ts'

/** What a folder with part masks says of them, in `masks/parts.json`. */
export const masksFile = 'masks/parts.json'
const masksSchema = z.object({ partNames: z.array(z.string()).min(1).max(256) })

const splitNames: Readonly<Record<string, string>> = {
  train: 'train',
  training: 'train',
  test: 'test',
  testing: 'test',
  val: 'val',
  valid: 'val',
  validation: 'val',
}
/** Files that are opened at once while a folder is looked through. */
const atOnce = 32
/** The first bytes of more files are not looked at: what cannot be read is met when it is. */
const mostLookedAt = 50_000

interface Found {
  /** Below the data set's folder, with `/`. */
  file: string
  split: string | null
  className: string | null
}

/** Opens a folder of pictures. Throws Failure `bad-data` where it holds none. */
export async function openFolder(folder: string): Promise<PictureSet> {
  const skipped: Skipped[] = []
  const found = await lookThrough(folder, skipped)
  const sizes = await lookAtFiles(folder, found, skipped)
  const usable = found.flatMap((item, i) => (sizes[i]! > 0 ? [{ ...item, size: sizes[i]! }] : []))
  if (usable.length === 0) {
    const unreadable =
      skipped.length > 0
        ? `: ${skipped.length} cannot be read, ${skipped[0]!.name} first (${skipped[0]!.reason})`
        : ''
    throw new Failure(
      'bad-data',
      `The folder ${folder} holds no pictures that can be used${unreadable}.`,
      'Name a folder with JPEG, PNG, WebP, GIF, TIFF or AVIF files, in it or in class folders.',
    )
  }
  const classes = usable.some(({ className }) => className !== null)
    ? [...new Set(usable.map(({ className }) => className ?? ''))].sort(naturalOrder)
    : null
  const number = new Map(classes?.map((name, i) => [name, i]))
  const labels = classes ? Int32Array.from(usable, ({ className }) => number.get(className ?? '')!) : null
  const files = usable.map(({ file }) => file)
  const splits = ['train', 'test', 'val']
    .map((name) => ({
      name,
      items: Int32Array.from(usable.flatMap(({ split }, i) => (split === name ? [i] : []))),
    }))
    .filter(({ items }) => items.length > 0)

  const hash = createHash('sha256')
  for (const { file, size } of usable) hash.update(`${file}\0${size}\0`)
  const plan = { kind: 'pictures', folder, files } as const
  const reader = openReader(plan)
  const partNames = await readPartNames(folder)
  return {
    name: basename(folder),
    hash: hash.digest('hex'),
    items: files.length,
    classes,
    label: (i) => labels?.[i] ?? null,
    id: (i) => files[i]!,
    read: reader.read,
    bytes: reader.bytes,
    ...(partNames ? { masks: (i: number) => readMasks(folder, files[i]!, partNames) } : {}),
    splits,
    skipped,
    plan,
    close: reader.close,
  }
}

/** Every file that looks like a picture, with the split and class its folders say. */
async function lookThrough(folder: string, skipped: Skipped[]): Promise<Found[]> {
  const top = await foldersAndPictures(folder)
  const splits = top.folders.filter((name) => splitNames[name.toLowerCase()])
  const roles = new Set(splits.map((name) => splitNames[name.toLowerCase()]))
  if (roles.has('train')) {
    const all: Found[] = []
    for (const name of splits) {
      const split = splitNames[name.toLowerCase()]!
      for (const item of await classFolders(folder, `${name}/`, skipped)) all.push({ ...item, split })
    }
    const strays = [
      ...top.pictures,
      ...top.folders.filter((name) => !splits.includes(name) && name !== 'masks'),
    ]
    for (const name of strays) skipped.push({ name, reason: 'it lies beside the splits' })
    return all
  }
  return (await classFolders(folder, '', skipped)).map((item) => ({ ...item, split: null }))
}

/** Pictures below `prefix`: each folder in it a class, or none where pictures lie side by side. */
async function classFolders(
  folder: string,
  prefix: string,
  skipped: Skipped[],
): Promise<Omit<Found, 'split'>[]> {
  const { folders, pictures } = await foldersAndPictures(join(folder, prefix))
  const classes: Omit<Found, 'split'>[] = []
  for (const name of folders) {
    // Part masks are pictures too, and no class.
    if (name === 'masks' && (await readPartNames(folder))) continue
    for (const file of await below(folder, `${prefix}${name}/`)) classes.push({ file, className: name })
  }
  if (classes.length === 0) return pictures.map((name) => ({ file: prefix + name, className: null }))
  for (const name of pictures)
    skipped.push({ name: prefix + name, reason: 'it lies beside the class folders' })
  return classes
}

async function foldersAndPictures(path: string): Promise<{ folders: string[]; pictures: string[] }> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Failure('unreadable-file', `The folder ${path} may not be read (${error.code}).`)
  })
  const visible = entries.filter(({ name }) => !name.startsWith('.'))
  const names = (wanted: typeof visible) => wanted.map(({ name }) => name).sort(naturalOrder)
  return {
    folders: names(visible.filter((entry) => entry.isDirectory())),
    pictures: names(visible.filter((entry) => !entry.isDirectory() && looksLikePicture(entry.name))),
  }
}

async function below(folder: string, prefix: string): Promise<string[]> {
  const { folders, pictures } = await foldersAndPictures(join(folder, prefix))
  const files = pictures.map((name) => prefix + name)
  for (const name of folders) files.push(...(await below(folder, `${prefix}${name}/`)))
  return files
}

/** Bytes of each file; 0 for one that cannot be a picture, which is then in `skipped`. */
async function lookAtFiles(
  folder: string,
  found: readonly Found[],
  skipped: Skipped[],
): Promise<Float64Array> {
  const sizes = new Float64Array(found.length)
  const reasons: (string | null)[] = found.map(() => null)
  let next = 0
  const look = async (): Promise<void> => {
    const head = new Uint8Array(12)
    while (next < found.length) {
      const i = next++
      try {
        const file = await open(join(folder, found[i]!.file))
        try {
          sizes[i] = (await file.stat()).size
          if (sizes[i] === 0) reasons[i] = 'it is empty'
          else if (found.length <= mostLookedAt) {
            await file.read(head, 0, 12, 0)
            if (!beginsLikePicture(head)) reasons[i] = 'it does not begin as a picture does'
          }
        } finally {
          await file.close()
        }
      } catch (error) {
        reasons[i] = `it may not be read (${(error as NodeJS.ErrnoException).code})`
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, look))
  reasons.forEach((reason, i) => {
    if (reason === null) return
    sizes[i] = 0
    skipped.push({ name: found[i]!.file, reason })
  })
  return sizes
}

const beginnings = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47],
  [0x47, 0x49, 0x46, 0x38],
  [0x52, 0x49, 0x46, 0x46],
  [0x49, 0x49, 0x2a],
  [0x4d, 0x4d, 0x00, 0x2a],
]
function beginsLikePicture(head: Uint8Array): boolean {
  const box = String.fromCharCode(...head.subarray(4, 8))
  return box === 'ftyp' || beginnings.some((bytes) => bytes.every((byte, i) => head[i] === byte))
}

/** The names of parts where the folder brings masks along; null where it does not. */
async function readPartNames(folder: string): Promise<string[] | null> {
  const text = await readFile(join(folder, masksFile), 'utf8').catch(() => null)
  if (text === null) return null
  try {
    return masksSchema.parse(JSON.parse(text)).partNames
  } catch {
    throw new Failure(
      'bad-data',
      `${join(folder, masksFile)} does not name the parts.`,
      'Make the folder again with data make critters --masks.',
    )
  }
}

/** The masks of one picture: `masks/FILE.png`, each pixel the index of its part. */
async function readMasks(folder: string, file: string, partNames: string[]): Promise<Masks> {
  const name = join('masks', file.replace(/\.[^./]+$/, '.png'))
  const { width, height, indices } = await decodeIndices(join(folder, name), name)
  if (indices.some((index) => index >= partNames.length))
    throw new Failure('bad-data', `${name} holds a part that ${masksFile} does not name.`)
  return {
    width,
    height,
    parts: indices,
    foreground: indices.map((index) => (index > 0 ? 1 : 0)),
    partNames,
  }
}

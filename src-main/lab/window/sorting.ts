// What was dropped: a model, a picture, a workspace, a folder of them? Told by the name, else by the first bytes.
import { open, readdir, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { inWords } from '../workspace/database.ts'

export type Sort = 'model' | 'picture' | 'workspace'
export interface Sorted {
  readonly sort: Sort
  readonly path: string
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly modified: number
}

const models = new Set(['.pth', '.pt', '.ckpt', '.tar', '.safetensors', '.npz', '.bin'])
const pictures = new Set([
  '.jpg',
  '.jpeg',
  '.png',
  '.webp',
  '.gif',
  '.tif',
  '.tiff',
  '.avif',
  '.bmp',
  '.heic',
])
const workspaces = new Set(['.emergence', '.emergence-pack'])
/** Files of one dropped folder at most, and how deep it is read. */
const mostFiles = 10_000
const deepest = 6

function byName(path: string): Sort | null {
  const ending = extname(path).toLowerCase()
  if (workspaces.has(ending)) return 'workspace'
  if (models.has(ending)) return 'model'
  return pictures.has(ending) ? 'picture' : null
}

const starts: readonly (readonly [Sort, string])[] = [
  ['picture', '\xff\xd8\xff'],
  ['picture', '\x89PNG'],
  ['picture', 'GIF8'],
  ['picture', 'RIFF'],
  ['picture', 'II*\0'],
  ['picture', 'MM\0*'],
  ['model', 'PK\x03\x04'],
  ['model', '\x80\x02'],
  ['model', '\x80\x04'],
  ['workspace', 'SQLite format 3'],
]

async function byContent(path: string): Promise<Sort | null> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0)
    const head = buffer.toString('latin1', 0, bytesRead)
    return starts.find(([, start]) => head.startsWith(start))?.[0] ?? null
  } finally {
    await file.close()
  }
}

/** True for a folder that is a model of its own: Hugging Face's, or one with sharded safetensors. */
async function isModelFolder(path: string): Promise<boolean> {
  const names = await readdir(path)
  const weights = names.some(
    (name) => /\.(safetensors|bin|pth)$/.test(name) || name.endsWith('.safetensors.index.json'),
  )
  return weights && names.includes('config.json')
}

/**
 * What lies at `path`, called `name`: one thing for a file, all pictures and models inside for a folder. Throws
 * Failure where there is nothing that the lab can use.
 */
export async function sort(path: string, name: string = basename(path)): Promise<Sorted[]> {
  try {
    const facts = await stat(path)
    if (facts.isDirectory()) {
      if (await isModelFolder(path))
        return [{ sort: 'model', path, bytes: await bytesIn(path), modified: facts.mtimeMs }]
      const found = await sortFolder(path, deepest)
      if (found.length > 0) return found
      throw new Failure(
        'bad-data',
        `The folder ${name} holds no picture and no checkpoint.`,
        'Pictures are JPEG, PNG, WebP, GIF, TIFF and AVIF files; checkpoints .pth, .safetensors and .npz.',
      )
    }
    const kind = byName(name) ?? (facts.isFile() ? await byContent(path) : null)
    if (kind) return [{ sort: kind, path, bytes: facts.size, modified: facts.mtimeMs }]
    throw new Failure(
      'unreadable-file',
      `${name} is neither a picture nor a checkpoint nor a workspace.`,
      'Pictures are JPEG, PNG, WebP, GIF, TIFF and AVIF files; checkpoints .pth, .safetensors and .npz.',
    )
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new Failure('unreadable-file', `There is no file or folder ${path}.`, 'Check the path.')
    throw inWords(error, path)
  }
}

async function sortFolder(folder: string, depth: number): Promise<Sorted[]> {
  const found: Sorted[] = []
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))) {
    if (found.length >= mostFiles) break
    if (entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (depth > 0) found.push(...(await sortFolder(path, depth - 1)))
      continue
    }
    const kind = byName(path)
    if (kind !== 'picture' && kind !== 'model') continue
    const facts = await stat(path).catch(() => null)
    if (facts?.isFile()) found.push({ sort: kind, path, bytes: facts.size, modified: facts.mtimeMs })
  }
  return found.slice(0, mostFiles)
}

async function bytesIn(folder: string): Promise<number> {
  let sum = 0
  for (const entry of await readdir(folder)) {
    const facts = await stat(join(folder, entry)).catch(() => null)
    if (facts?.isFile()) sum += facts.size
  }
  return sum
}

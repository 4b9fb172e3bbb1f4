// Which file does a model's name mean? A path, or one of those that come with the app.
import { existsSync } from 'node:fs'
import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../src-shared/domain/failure.ts'
import type { ModelCard } from '../../src-shared/protocol/calls/about.ts'

/** The models that come with the app: a folder each, with a `model.json`. Throws nothing: a broken card is left out. */
export async function bundledModels(resources: string): Promise<{ card: ModelCard; path: string }[]> {
  const root = join(resources, 'models')
  const folders = await readdir(root).catch(() => [])
  const found = await Promise.all(
    folders.sort().map(async (folder) => {
      try {
        const card = JSON.parse(await readFile(join(root, folder, 'model.json'), 'utf8')) as ModelCard
        const path = join(root, folder, card.file)
        return existsSync(path) ? [{ card, path }] : []
      } catch {
        return []
      }
    }),
  )
  return found.flat()
}

/** The path that a model's name means. Throws Failure `unreadable-file` where it means none. */
export async function resolveModel(name: string, resources: string): Promise<string> {
  // The reader of checkpoints knows the local Hugging Face cache.
  if (name.startsWith('hf:')) return name
  // A name with a separator, or one that is there, is a path; bundled names have no separator.
  const there = await stat(name).then(
    () => true,
    () => false,
  )
  if (there) return name
  const bundled = await bundledModels(resources)
  const found = bundled.find(({ card }) => card.name === name)
  if (found) return found.path
  const names = bundled.map(({ card }) => card.name)
  const near = /[\\/]|\.\w+$/.test(name)
  throw new Failure(
    'unreadable-file',
    near
      ? `There is no file or folder ${name}.`
      : `There is no file or folder ${name}, and no bundled model of that name.`,
    near ? 'Check the path.' : `Bundled models: ${names.join(', ') || 'none'}.`,
  )
}

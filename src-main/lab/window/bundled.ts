// What comes with the app? Its models and pictures, which every new workspace begins with.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { bundledModels } from '../models.ts'
import type { WritableWorkspace } from '../workspace/database.ts'
import { addModel } from '../workspace/models.ts'
import { addPicture } from '../workspace/pictures.ts'

const picturesSchema = z.array(
  z.object({
    file: z.string(),
    name: z.string(),
    width: z.int().positive(),
    height: z.int().positive(),
    credit: z.string(),
  }),
)

const cardSchema = z.object({ name: z.string(), file: z.string() })

/** The file of a bundled picture. Its name comes from a workspace and can name nothing outside the folder. */
export function bundledPicture(resources: string, name: string): string {
  return join(resources, 'pictures', basename(name))
}

/** The file of a bundled model and the names of its classes; null where no model of that name comes with the app. */
export async function bundledModel(
  resources: string,
  name: string,
): Promise<{ path: string; labels: readonly string[] | null } | null> {
  const found = (await bundledModels(resources)).find(({ card }) => card.name === name)
  return found ? { path: found.path, labels: found.card.labels ?? null } : null
}

/** Names of the bundled models and where their files lie; a broken card is left out. */
function modelFiles(resources: string): { name: string; path: string }[] {
  const root = join(resources, 'models')
  const found: { name: string; path: string }[] = []
  for (const folder of existsSync(root) ? readdirSync(root).sort() : []) {
    try {
      const card = cardSchema.parse(JSON.parse(readFileSync(join(root, folder, 'model.json'), 'utf8')))
      const path = join(root, folder, card.file)
      if (existsSync(path)) found.push({ name: card.name, path })
    } catch {
      // Its card does not say what it is.
    }
  }
  return found
}

/** Puts the bundled models and pictures into a workspace. */
export function addBundled(workspace: WritableWorkspace, resources: string): void {
  for (const { name, path } of modelFiles(resources))
    addModel(workspace, {
      name,
      origin: { kept: 'bundled', path: name, bytes: statSync(path).size },
      overrides: {},
      facts: null,
    })
  const text = readFileSync(join(resources, 'pictures', 'pictures.json'), 'utf8')
  for (const { file, ...picture } of picturesSchema.parse(JSON.parse(text))) {
    const facts = statSync(bundledPicture(resources, file), { throwIfNoEntry: false })
    if (facts)
      addPicture(workspace, { ...picture, origin: { kept: 'bundled', path: file, bytes: facts.size } })
  }
}

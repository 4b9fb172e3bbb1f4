// What comes with the app? Its models and pictures, which every new workspace begins with.
import { readFileSync, statSync } from 'node:fs'
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

/** Puts the bundled models and pictures into a workspace. */
export async function addBundled(workspace: WritableWorkspace, resources: string): Promise<void> {
  for (const { card, path } of await bundledModels(resources))
    addModel(workspace, {
      name: card.name,
      origin: { kept: 'bundled', path: card.name, bytes: statSync(path).size },
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

// What is not known yet of the files in the workspace? Read quietly, one after the other, when nothing else is asked.
import { toFailure } from '../../../src-shared/protocol/errors.ts'
import type { Inspection, ModelOverrides } from '../../../src-shared/domain/checkpoint.ts'
import { hashFile } from '../workspace/files.ts'
import { findModel, keepModelHash, listModels, overrideModel, type ModelFacts } from '../workspace/models.ts'
import { findPicture, keepPictureHash, keepThumbnail, listPictures } from '../workspace/pictures.ts'
import { stateOf } from '../workspace/rows.ts'
import type { Reader, WindowLab } from './parts.ts'

/** The facts of an inspection that are kept. */
export function factsFrom({ network, networks, spec }: Inspection): ModelFacts {
  const parameters = networks.find(({ name }) => name === network)?.parameters ?? 0
  return { network, networks: networks.map(({ name }) => name), spec, parameters }
}

/** Longest side of a picture in the tree, in pixels. */
export const thumbSide = 128

export function createReader(lab: WindowLab): Reader {
  let controller = new AbortController()
  let running: Promise<void> = Promise.resolve()

  async function factsOf(path: string, overrides: ModelOverrides, signal?: AbortSignal): Promise<ModelFacts> {
    const model = { name: path, overrides }
    return factsFrom(await lab.calls.inspect({ model, stats: false }, { signal }))
  }

  async function readModels(signal: AbortSignal): Promise<void> {
    const { document } = lab
    const workspace = document.readable()
    for (const { id } of listModels(workspace)) {
      const model = findModel(workspace, id)
      if (signal.aborted || !model) return
      const state = await stateOf(workspace, model)
      if (state === 'missing' || (model.facts && state === 'here')) continue
      try {
        const facts = await factsOf(await lab.modelPath(model), model.overrides, signal)
        document.setProblem(id, null)
        if (document.readable() === workspace) overrideModel(document.writable(), id, model.overrides, facts)
      } catch (thrown) {
        if (signal.aborted) return
        document.setProblem(id, toFailure(thrown))
      }
      document.changed()
    }
  }

  async function hashFiles(signal: AbortSignal): Promise<void> {
    const { document } = lab
    const workspace = document.readable()
    const hash = async (path: string): Promise<string | null> => hashFile(path, signal).catch(() => null)
    for (const { id, kept } of listPictures(workspace)) {
      const picture = findPicture(workspace, id)
      if (signal.aborted || !picture) continue
      if (kept !== 'path' || picture.hash !== null || (await stateOf(workspace, picture)) !== 'here') continue
      const found = await hash(picture.path)
      if (found && !signal.aborted) keepPictureHash(document.writable(), picture, found)
    }
    for (const { id, kept } of listModels(workspace)) {
      const model = findModel(workspace, id)
      if (signal.aborted || !model) continue
      if (kept !== 'path' || model.hash !== null || (await stateOf(workspace, model)) !== 'here') continue
      const found = await hash(model.path)
      if (found && !signal.aborted) keepModelHash(document.writable(), model, found)
    }
  }

  return {
    factsOf,
    catchUp: () => {
      controller.abort()
      controller = new AbortController()
      const { signal } = controller
      running = running
        .then(async () => {
          await readModels(signal)
          await hashFiles(signal)
        })
        .catch((thrown: unknown) => {
          // A workspace that is read only, or was closed meanwhile, keeps nothing of it.
          if (toFailure(thrown).code === 'internal' && !signal.aborted)
            lab.notice('notice', toFailure(thrown).message)
        })
      return running
    },
    stop: () => controller.abort(),
  }
}

/** Makes and keeps the small picture of the tree; returns the size of the whole, upright. */
export async function describePicture(
  lab: WindowLab,
  path: string,
  signal?: AbortSignal,
): Promise<{
  width: number
  height: number
  thumbnail: { type: string; bytes: Uint8Array<ArrayBufferLike> }
}> {
  const { width, height, type, bytes } = await lab.calls.preview(
    { picture: { kind: 'path', path }, side: thumbSide },
    { signal },
  )
  return { width, height, thumbnail: { type, bytes } }
}

/** Keeps a picture's thumbnail where the workspace can be written. */
export function keepThumb(
  lab: WindowLab,
  id: string,
  thumbnail: { type: string; bytes: Uint8Array<ArrayBufferLike> },
): void {
  try {
    keepThumbnail(lab.document.writable(), id, 'thumb', thumbnail)
  } catch {
    // It is made again when it is asked for.
  }
}

// Answers `add`: files and folders that were dropped become models, pictures and workspaces.
import { mkdirSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import type { Added, Source } from '../../../../src-shared/domain/workspace.ts'
import { cancelled, toFailure, toWire, type WireError } from '../../../../src-shared/protocol/errors.ts'
import { plainSuffix, storeFile } from '../../workspace/blobs.ts'
import { freeName } from '../../workspace/copies.ts'
import { addModel } from '../../workspace/models.ts'
import { addPicture } from '../../workspace/pictures.ts'
import type { Origin } from '../../workspace/rows.ts'
import { unsavedFolder } from '../home.ts'
import type { JobHandle } from '../jobBoard.ts'
import { describePicture, keepThumb } from '../reader.ts'
import { sort, type Sorted } from '../sorting.ts'
import type { WindowLab } from '../parts.ts'
import type { HandlersOf } from './kind.ts'

/** Pictures that are decoded at the same time. */
const atOnce = 2

/** One thing to add: what it is, what to call it, and the upload it came as. */
interface Found extends Sorted {
  readonly name: string
  readonly upload: string | null
}

/** Puts an uploaded workspace where it can stay, and returns its path. */
export async function placeUpload(lab: WindowLab, id: string): Promise<string> {
  const upload = lab.uploads.find(id)
  mkdirSync(unsavedFolder(lab.home), { recursive: true })
  const name = join(unsavedFolder(lab.home), basename(upload.name, extname(upload.name)))
  const isPack = extname(upload.name).toLowerCase() === '.emergence-pack'
  const path = isPack ? `${name}.emergence-pack` : freeName(name)
  await copyFile(upload.path, path)
  await lab.uploads.drop(id)
  return path
}

async function find(lab: WindowLab, source: Source): Promise<Found[]> {
  if (source.kind === 'path')
    return (await sort(source.path)).map((found) => ({ ...found, name: basename(found.path), upload: null }))
  const { path, name } = lab.uploads.find(source.id)
  return (await sort(path, name)).map((found) => ({ ...found, name, upload: source.id }))
}

/** Where the bytes will be: at their path, or copied into the workspace where they came as an upload. */
async function originOf(lab: WindowLab, found: Found): Promise<Origin> {
  if (found.upload === null)
    return { kept: 'path', path: found.path, bytes: found.bytes, modified: found.modified }
  const blob = await storeFile(lab.document.writable(), found.path, plainSuffix(found.name))
  return { kept: 'copied', path: found.name, blob }
}

const stem = (name: string): string => basename(name, extname(name))

async function addOne(lab: WindowLab, found: Found, added: Added, signal: AbortSignal): Promise<void> {
  const { document } = lab
  if (found.sort === 'workspace') {
    added.workspaces.push(found.upload === null ? found.path : await placeUpload(lab, found.upload))
  } else if (found.sort === 'model') {
    const facts = await lab.reader.factsOf(found.path, {}, signal)
    const origin = await originOf(lab, found)
    added.models.push(addModel(document.writable(), { name: stem(found.name), origin, overrides: {}, facts }))
  } else {
    const { width, height, thumbnail } = await describePicture(lab, found.path, signal)
    const origin = await originOf(lab, found)
    const id = addPicture(document.writable(), { name: stem(found.name), origin, width, height, credit: '' })
    keepThumb(lab, id, thumbnail)
    added.pictures.push(id)
  }
}

/** What went wrong with a file, by the name its person knows: an upload lies under a name of the lab's own. */
function problemOf(thrown: unknown, { upload, path, name }: Found): WireError {
  const error = toWire(toFailure(thrown))
  if (upload === null) return error
  const named = (text: string): string =>
    [path, basename(path), stem(path)].reduce((said, own) => said.replaceAll(own, name), text)
  return { ...error, message: named(error.message), hint: named(error.hint) }
}

async function addAll(lab: WindowLab, sources: readonly Source[], job: JobHandle): Promise<Added> {
  const { document, uploads } = lab
  const added: Added = { models: [], pictures: [], workspaces: [], refused: [] }
  const refuse = (name: string, thrown: unknown): void => {
    if (job.signal.aborted) throw cancelled()
    added.refused.push({ name, problem: toWire(toFailure(thrown)) })
  }
  // Where nothing can be written nothing is read either.
  document.writable()
  const all: Found[] = []
  for (const source of sources) {
    try {
      all.push(...(await find(lab, source)))
    } catch (thrown) {
      refuse(source.kind === 'path' ? basename(source.path) : uploads.find(source.id).name, thrown)
    }
  }
  let done = 0
  let next = 0
  const results = all.map((): Added => ({ models: [], pictures: [], workspaces: [], refused: [] }))
  const work = async (): Promise<void> => {
    for (let i = next++; i < all.length; i = next++) {
      const found = all[i]!
      const mine = results[i]!
      try {
        await addOne(lab, found, mine, job.signal)
      } catch (thrown) {
        if (job.signal.aborted) throw cancelled()
        mine.refused.push({ name: found.name, problem: problemOf(thrown, found) })
      }
      if (found.upload !== null) await uploads.drop(found.upload)
      job.progress(++done, all.length)
      // A long list shows itself as it grows.
      if (done % 16 === 0) document.changed()
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, work))
  for (const mine of results) {
    added.models.push(...mine.models)
    added.pictures.push(...mine.pictures)
    added.workspaces.push(...mine.workspaces)
    added.refused.push(...mine.refused)
  }
  return added
}

export const addingHandlers: HandlersOf<'add'> = (lab) => ({
  add: async ({ sources }, { signal }) => {
    const title = sources.length === 1 ? 'Adding a file' : `Adding ${sources.length} files`
    try {
      return await lab.jobs.run(title, 'files', (job) => addAll(lab, sources, job), signal)
    } finally {
      lab.document.changed()
      void lab.reader.catchUp()
    }
  },
})

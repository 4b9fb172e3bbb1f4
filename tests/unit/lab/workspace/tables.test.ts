import { existsSync, mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { blobPath, listBlobs, storeFile, sweep } from '../../../../src-main/lab/workspace/blobs.ts'
import { cleanUp, diskUse } from '../../../../src-main/lab/workspace/diskUse.ts'
import {
  keepInspection,
  listInspections,
  removeInspection,
} from '../../../../src-main/lab/workspace/inspections.ts'
import {
  addModel,
  findModel,
  keepModelCopy,
  keepModelHash,
  listModels,
  overrideModel,
  removeModel,
  renameModel,
} from '../../../../src-main/lab/workspace/models.ts'
import { keepNotes, readNotes } from '../../../../src-main/lab/workspace/notes.ts'
import {
  addPicture,
  findPicture,
  findThumbnail,
  keepThumbnail,
  listPictures,
  removePicture,
} from '../../../../src-main/lab/workspace/pictures.ts'
import { pathOf, stateOf } from '../../../../src-main/lab/workspace/rows.ts'
import { keepViewState, readViewState } from '../../../../src-main/lab/workspace/viewState.ts'
import { newFolder, opening, writing } from './folders.ts'

const text = (words: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(words)

test('a model keeps its name, its place, what a person said of it, and comes back after closing', () => {
  const path = join(newFolder(), 'a.emergence')
  const first = opening(path)
  const id = addModel(writing(first), {
    name: 'DINO',
    origin: { kept: 'path', path: '/models/dino.pth', bytes: 12, modified: 34.5 },
    overrides: { network: 'teacher', heads: 6 },
    facts: null,
  })
  renameModel(writing(first), id, 'DINO, teacher')
  first.close()
  const again = opening(path)
  expect(again.notices).toEqual([])
  expect(listModels(again.workspace)).toMatchObject([
    {
      id,
      name: 'DINO, teacher',
      kept: 'path',
      path: '/models/dino.pth',
      bytes: 12,
      modified: 34,
      overrides: { network: 'teacher', heads: 6 },
    },
  ])
})

test('the same file added twice is one model, and its facts are those of the second reading', () => {
  const workspace = writing(opening(join(newFolder(), 'a.emergence')))
  const add = (modified: number): string =>
    addModel(workspace, {
      name: 'm',
      origin: { kept: 'path', path: '/m.pth', bytes: 1, modified },
      overrides: {},
      facts: null,
    })
  const id = add(1)
  keepModelHash(workspace, findModel(workspace, id)!, 'ff')
  expect(findModel(workspace, id)?.hash).toBe('ff')
  expect(add(2)).toBe(id)
  expect(findModel(workspace, id)).toMatchObject({ modified: 2, hash: null })
  expect(overrideModel(workspace, id, { patch: 8 }, null)).toBe(true)
  expect(findModel(workspace, id)?.overrides).toEqual({ patch: 8 })
  expect(removeModel(workspace, id)).toBe(true)
  expect(removeModel(workspace, id)).toBe(false)
})

test('a picture says whether its file is still where it was, as it was', async () => {
  const folder = newFolder()
  const workspace = writing(opening(join(folder, 'a.emergence')))
  const file = join(folder, 'photo.png')
  writeFileSync(file, 'pixels')
  utimesSync(file, 100, 100)
  const facts = statSync(file)
  const id = addPicture(workspace, {
    name: 'photo',
    origin: { kept: 'path', path: file, bytes: facts.size, modified: facts.mtimeMs },
    width: 3,
    height: 2,
    credit: 'A. Person',
  })
  const picture = (): NonNullable<ReturnType<typeof findPicture>> => findPicture(workspace, id)!
  expect(picture().credit).toBe('A. Person')
  expect(await stateOf(workspace, picture())).toBe('here')
  writeFileSync(file, 'other pixels')
  expect(await stateOf(workspace, picture())).toBe('changed')
  rmSync(file)
  expect(await stateOf(workspace, picture())).toBe('missing')
})

test('thumbnails go with their picture, and a changed picture loses the old ones', () => {
  const workspace = writing(opening(join(newFolder(), 'a.emergence')))
  const add = (modified: number): string =>
    addPicture(workspace, {
      name: 'p',
      origin: { kept: 'path', path: '/p.png', bytes: 5, modified },
      width: 3,
      height: 2,
      credit: '',
    })
  const id = add(1)
  keepThumbnail(workspace, id, 'thumb', { type: 'image/webp', bytes: text('small') })
  expect(findThumbnail(workspace, id, 'thumb')?.type).toBe('image/webp')
  add(1)
  expect(findThumbnail(workspace, id, 'thumb')).not.toBeNull()
  add(2)
  expect(findThumbnail(workspace, id, 'thumb')).toBeNull()
  keepThumbnail(workspace, id, 'thumb', { type: 'image/webp', bytes: text('small') })
  removePicture(workspace, id)
  expect(findThumbnail(workspace, id, 'thumb')).toBeNull()
  keepThumbnail(workspace, id, 'thumb', { type: 'image/webp', bytes: text('late') })
  expect(findThumbnail(workspace, id, 'thumb')).toBeNull()
})

test('inspections, notes and the window come back as they were given', () => {
  const path = join(newFolder(), 'a.emergence')
  const first = opening(path)
  const settings = { layer: 11, query: { kind: 'patch', row: 3, column: 4 }, models: ['a', null] }
  const id = keepInspection(writing(first), { id: null, name: 'ears', view: 'inspect', settings })
  keepInspection(writing(first), { id, name: 'ears, layer 11', view: 'inspect', settings })
  const other = keepInspection(writing(first), { id: null, name: 'gone', view: 'model', settings: undefined })
  removeInspection(writing(first), other)
  keepNotes(writing(first), 'heads 3 and 5 look at the ears')
  keepViewState(writing(first), 'window', { tabs: [id] })
  first.close()
  const { workspace } = opening(path)
  expect(listInspections(workspace)).toMatchObject([
    { id, name: 'ears, layer 11', view: 'inspect', settings },
  ])
  expect(readNotes(workspace)).toBe('heads 3 and 5 look at the ears')
  expect(readViewState(workspace, 'window')).toEqual({ tabs: [id] })
  expect(readViewState(workspace, 'other')).toBeNull()
})

test('a copied file lies under the hash of its content, once for equal content', async () => {
  const folder = newFolder()
  const workspace = writing(opening(join(folder, 'a.emergence')))
  const first = await storeFile(workspace, [text('pix'), text('els')], '.png')
  const second = await storeFile(workspace, [text('pixels')], '.jpg')
  expect(second.hash).toBe(first.hash)
  const add = (blob: typeof first): string =>
    addPicture(workspace, {
      name: 'p',
      origin: { kept: 'copied', path: '', blob },
      width: 1,
      height: 1,
      credit: '',
    })
  expect(add(first)).toBe(add(second))
  expect(listBlobs(workspace)).toEqual([first])
  const [picture] = listPictures(workspace)
  expect(pathOf(workspace, picture!)).toBe(blobPath(workspace, first))
  expect(await stateOf(workspace, picture!)).toBe('here')
})

test('a model that is copied in is read from the data folder from then on', async () => {
  const folder = newFolder()
  const workspace = writing(opening(join(folder, 'a.emergence')))
  const file = join(folder, 'm.safetensors')
  writeFileSync(file, 'weights')
  const id = addModel(workspace, {
    name: 'm',
    origin: { kept: 'path', path: file, bytes: 7, modified: 1 },
    overrides: {},
    facts: null,
  })
  keepModelCopy(workspace, id, await storeFile(workspace, file, '.safetensors'))
  const model = findModel(workspace, id)!
  expect(pathOf(workspace, model)).toMatch(/a\.emergence-data.*\.safetensors$/)
  expect(model.hash).toHaveLength(64)
})

test('what nothing refers to is counted, swept, and nothing else is', async () => {
  const folder = newFolder()
  const workspace = writing(opening(join(folder, 'a.emergence')))
  const kept = await storeFile(workspace, [text('kept')], '')
  const dropped = await storeFile(workspace, [text('dropped')], '')
  const arriving = await storeFile(workspace, [text('arriving')], '')
  const add = (blob: typeof kept): string =>
    addPicture(workspace, {
      name: 'p',
      origin: { kept: 'copied', path: '', blob },
      width: 1,
      height: 1,
      credit: '',
    })
  add(kept)
  removePicture(workspace, add(dropped))
  mkdirSync(join(workspace.data, 'aa'), { recursive: true })
  writeFileSync(join(workspace.data, 'aa', 'left over'), 'remains')
  writeFileSync(join(workspace.data, 'arriving-of-a-dead-lab'), 'half')
  const before = await diskUse(workspace)
  expect(before.unused).toBe('dropped'.length + 'remains'.length + 'half'.length)
  expect(await sweep(workspace)).toBe(before.unused)
  expect(existsSync(blobPath(workspace, kept))).toBe(true)
  expect(existsSync(blobPath(workspace, dropped))).toBe(false)
  expect(existsSync(blobPath(workspace, arriving))).toBe(true)
  await cleanUp(workspace)
  expect(await diskUse(workspace)).toMatchObject({ unused: 0, data: 'kept'.length + 'arriving'.length })
})

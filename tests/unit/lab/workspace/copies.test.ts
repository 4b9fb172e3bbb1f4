import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { blobPath, findBlob, storeFile } from '../../../../src-main/lab/workspace/blobs.ts'
import { exportPack, freeName, importPack, saveAs } from '../../../../src-main/lab/workspace/copies.ts'
import type { WritableWorkspace } from '../../../../src-main/lab/workspace/database.ts'
import { keepNotes, readNotes } from '../../../../src-main/lab/workspace/notes.ts'
import { addPicture, listPictures } from '../../../../src-main/lab/workspace/pictures.ts'
import { pathOf } from '../../../../src-main/lab/workspace/rows.ts'
import { runFilePath } from '../../../../src-main/lab/workspace/runFiles.ts'
import { addRun, listRuns, removeRun, runFolder, sweepRuns } from '../../../../src-main/lab/workspace/runs.ts'
import { newFolder, opening, writing } from './folders.ts'

/** A workspace with a note, a picture in its data folder, and a picture that is kept by path. */
async function filled(folder: string): Promise<WritableWorkspace> {
  const workspace = writing(opening(join(folder, 'from.emergence')))
  keepNotes(workspace, 'a note')
  const bytes = new Uint8Array(9_000_000).map((_, i) => (i * 7) % 251)
  const blob = await storeFile(workspace, [bytes], '.png')
  addPicture(workspace, {
    name: 'copied',
    origin: { kept: 'copied', path: '', blob },
    width: 1,
    height: 1,
    credit: '',
  })
  const loose = join(folder, 'loose.JPG')
  writeFileSync(loose, 'loose pixels')
  addPicture(workspace, {
    name: 'loose',
    origin: { kept: 'path', path: loose, bytes: 12, modified: 1 },
    width: 1,
    height: 1,
    credit: '',
  })
  return workspace
}

test('save as copies the file and its folder, and the copy stands alone', async () => {
  const folder = newFolder()
  const from = await filled(folder)
  const to = join(folder, 'to.emergence')
  const told: number[] = []
  await saveAs(from, to, (done, total) => told.push(done / total))
  keepNotes(from, 'changed afterwards')
  const copy = opening(to)
  expect(copy.mode).toBe('write')
  expect(copy.notices).toEqual([])
  expect(readNotes(copy.workspace)).toBe('a note')
  const [picture] = listPictures(copy.workspace)
  const path = pathOf(copy.workspace, picture!)
  expect(path).toContain('to.emergence-data')
  expect(readFileSync(path).length).toBe(9_000_000)
  expect(told.at(-1)).toBe(1)
})

test('save as replaces a closed workspace, refuses an open one, itself, and a file of another kind', async () => {
  const folder = newFolder()
  const from = await filled(folder)
  const other = join(folder, 'other.emergence')
  const open = opening(other)
  keepNotes(writing(open), 'older')
  await expect(saveAs(from, other)).rejects.toThrow(/has it open/)
  open.close()
  await saveAs(from, other)
  expect(readNotes(opening(other).workspace)).toBe('a note')
  await expect(saveAs(from, from.path)).rejects.toThrow(/already kept/)
  const diary = join(folder, 'diary.emergence')
  writeFileSync(diary, 'dear diary')
  await expect(saveAs(from, diary)).rejects.toThrow(/not a workspace/)
  expect(readFileSync(diary, 'utf8')).toBe('dear diary')
})

test('an exported workspace is one file, and importing it elsewhere brings everything back', async () => {
  const folder = newFolder()
  const from = await filled(folder)
  const pack = join(folder, 'gift.emergence-pack')
  await exportPack(from, pack)
  const elsewhere = newFolder()
  const path = join(elsewhere, 'gift.emergence')
  await importPack(pack, path)
  const there = opening(path)
  expect(there.mode).toBe('write')
  expect(readNotes(there.workspace)).toBe('a note')
  const pictures = listPictures(there.workspace)
  expect(pictures.map(({ name, kept }) => [name, kept])).toEqual([
    ['copied', 'copied'],
    ['loose', 'copied'],
  ])
  expect(readFileSync(pathOf(there.workspace, pictures[1]!), 'utf8')).toBe('loose pixels')
  expect(pathOf(there.workspace, pictures[1]!)).toMatch(/\.jpg$/)
  // What was exported is as it was.
  expect(listPictures(from).map(({ kept }) => kept)).toEqual(['copied', 'path'])
})

test('a packed file whose bytes changed is refused and leaves no workspace behind', async () => {
  const folder = newFolder()
  const from = await filled(folder)
  const pack = join(folder, 'gift.emergence-pack')
  await exportPack(from, pack)
  const database = new SQLite(pack)
  database.exec("UPDATE packed SET bytes = x'00' WHERE piece = 1")
  database.close()
  const path = join(folder, 'in.emergence')
  await expect(importPack(pack, path)).rejects.toThrow(/is damaged/)
  expect(existsSync(path)).toBe(false)
})

test('a packed file cannot name a place outside the data folder', async () => {
  const folder = newFolder()
  const from = await filled(folder)
  const pack = join(folder, 'gift.emergence-pack')
  await exportPack(from, pack)
  const database = new SQLite(pack)
  database.pragma('ignore_check_constraints = ON')
  database.exec("UPDATE blobs SET suffix = '/../../../../escaped'")
  database.close()
  await expect(importPack(pack, join(folder, 'in.emergence'))).rejects.toThrow()
  expect(existsSync(join(folder, 'escaped'))).toBe(false)
})

test('a packed file is not opened as a workspace, and a workspace is not imported', async () => {
  const folder = newFolder()
  const from = await filled(folder)
  const pack = join(folder, 'gift.emergence-pack')
  await exportPack(from, pack)
  expect(() => opening(pack)).toThrow(/exported workspace/)
  await expect(importPack(from.path, join(folder, 'in.emergence'))).rejects.toThrow(/not an exported/)
  expect(freeName(join(folder, 'from.emergence-pack'))).toBe(join(folder, 'from 2.emergence'))
})

test('a big file that is lost is said when the workspace is copied', async () => {
  const folder = newFolder()
  const from = await filled(folder)
  const [picture] = listPictures(from)
  rmSync(blobPath(from, findBlob(from, picture!.blob!)!))
  await expect(saveAs(from, join(folder, 'to.emergence'))).rejects.toThrow()
  expect(existsSync(join(folder, 'to.emergence'))).toBe(false)
})

/** A run that left a log and a checkpoint in a folder of its own. */
function withRun(workspace: WritableWorkspace): string {
  const id = addRun(workspace, 'dino-01', {
    method: 'dino',
    preset: 'demo',
    set: { lr: 0.001 },
    data: { kind: 'critters', count: 64, seed: 1, difficulty: 'medium', size: 64 },
    holdOut: 0.1,
    until: { steps: 10, epochs: null, seconds: null },
    seed: 0,
    pins: [],
    evaluateEvery: null,
    checkpointEvery: 60,
    targets: false,
    from: null,
  })
  const folder = runFolder(workspace, { id })
  mkdirSync(join(folder, 'checkpoints'), { recursive: true })
  writeFileSync(join(folder, 'log.jsonl'), '{"step":1}\n')
  writeFileSync(join(folder, 'checkpoints', 'step-10.pth'), new Uint8Array(5_000_000).fill(3))
  return id
}

test('what runs left comes along when the workspace is saved elsewhere, and when it is packed', async () => {
  const folder = newFolder()
  const from = await filled(folder)
  const id = withRun(from)
  const to = join(folder, 'to.emergence')
  await saveAs(from, to)
  const pack = join(folder, 'pack.emergence-pack')
  await exportPack(from, pack)
  const unpacked = join(folder, 'unpacked.emergence')
  await importPack(pack, unpacked)
  for (const path of [to, unpacked]) {
    const { workspace } = opening(path)
    expect(listRuns(workspace)).toMatchObject([{ id, name: 'dino-01', start: { set: { lr: 0.001 } } }])
    const run = runFolder(workspace, { id })
    expect(readFileSync(join(run, 'log.jsonl'), 'utf8')).toBe('{"step":1}\n')
    expect(readFileSync(join(run, 'checkpoints', 'step-10.pth')).equals(Buffer.alloc(5_000_000, 3))).toBe(
      true,
    )
  }
})

test('a run that was removed keeps its folder until it is swept, and can be put back before', () => {
  const workspace = writing(opening(join(newFolder(), 'a.emergence')))
  const [kept, gone] = [withRun(workspace), withRun(workspace)]
  removeRun(workspace, kept, true)
  removeRun(workspace, gone, true)
  expect(listRuns(workspace)).toEqual([])
  removeRun(workspace, kept, false)
  sweepRuns(workspace)
  expect(listRuns(workspace).map(({ id }) => id)).toEqual([kept])
  expect(existsSync(runFolder(workspace, { id: kept }))).toBe(true)
  expect(existsSync(runFolder(workspace, { id: gone }))).toBe(false)
})

test('a file of a run cannot be named outside the folder of runs', () => {
  const id = '00000000-0000-4000-8000-000000000000'
  expect(runFilePath({ data: '/d' }, `${id}/checkpoints/a.pth`)).toBe(
    join('/d', 'runs', id, 'checkpoints', 'a.pth'),
  )
  for (const name of [
    `${id}/../x`,
    `../${id}/x`,
    `${id}/a/../../x`,
    `${id}`,
    `${id}/.hidden`,
    '/etc/passwd',
    `${id}\\x`,
  ])
    expect(() => runFilePath({ data: '/d' }, name)).toThrow(/outside its runs/)
})

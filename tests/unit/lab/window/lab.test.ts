// Does the lab's process keep what a window gives it, and say what a person should know?
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Item } from '../../../../src-shared/protocol/calls.ts'
import { newFolder, runLab } from './running.ts'

const root = join(import.meta.dirname, '..', '..', '..', '..')
const photo = (name: string): string => join(root, 'resources', 'pictures', name)
const golden = join(root, 'tests', 'fixtures', 'goldens', 'parity', 'dino_vit', 'checkpoint.pth')

test('a first start has the bundled model and pictures, and reads what the model is', async () => {
  const { client, heard } = runLab(newFolder())
  const workspace = await client.workspace({})
  expect(workspace).toMatchObject({ path: null, name: 'Untitled', readOnly: '', notes: '', inspections: [] })
  expect(workspace.models.map(({ name, bundled }) => [name, bundled])).toEqual([
    ['deit-tiny', true],
    ['dino-critters', true],
  ])
  expect(workspace.pictures.length).toBe(13)
  for (const { path, width, height } of workspace.pictures) {
    expect(existsSync(path)).toBe(true)
    expect(width * height).toBeGreaterThan(0)
  }
  const { workspace: read } = await heard('workspace', (event) => event.workspace.models[0]?.spec !== null)
  expect(read.models[0]).toMatchObject({ problem: null, parameters: 5_717_416 })
  expect(read.models[0]?.spec?.width).toBe(192)
})

test('what was kept is back after closing, and the last workspace is opened again', async () => {
  const home = newFolder()
  const first = runLab(home)
  await first.client.keepNotes({ text: 'heads 3 and 5' })
  await first.client.keepWindow({ state: { tabs: ['inspect'] } })
  const { id } = await first.client.keepInspection({
    id: null,
    name: 'ears',
    view: 'inspect',
    settings: { layer: 3 },
  })
  await first.stop()
  const { client } = runLab(home)
  const workspace = await client.workspace({})
  expect(workspace.notes).toBe('heads 3 and 5')
  expect(workspace.window).toEqual({ tabs: ['inspect'] })
  expect(workspace.inspections).toMatchObject([{ id, name: 'ears', settings: { layer: 3 } }])
})

test('files become models and pictures, others are refused with their names, the same twice is one', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'letter.txt'), 'dear friend')
  writeFileSync(join(folder, 'broken.jpg'), 'no picture')
  writeFileSync(join(folder, 'broken.pth'), 'no checkpoint')
  const { client } = runLab(newFolder())
  const sources = [
    golden,
    photo('raccoon.jpg'),
    join(folder, 'letter.txt'),
    join(folder, 'broken.jpg'),
    join(folder, 'broken.pth'),
  ]
  const request = { sources: sources.map((path) => ({ kind: 'path' as const, path })) }
  const added = await client.add(request)
  expect(added.models.length).toBe(1)
  expect(added.pictures.length).toBe(1)
  expect(added.refused.map(({ name }) => name).sort()).toEqual(['broken.jpg', 'broken.pth', 'letter.txt'])
  for (const { problem } of added.refused) expect(problem.message).toMatch(/\.$/)
  const again = await client.add(request)
  expect(again.models).toEqual(added.models)
  expect(again.pictures).toEqual(added.pictures)
  const { models } = await client.workspace({})
  const model = models.find(({ id }) => id === added.models[0])
  expect(model).toMatchObject({ name: 'checkpoint', network: 'teacher', problem: null })
  expect(model?.networks).toContain('student')
})

test('a folder brings its pictures, a folder without any is refused', async () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'trip', 'day 2'), { recursive: true })
  mkdirSync(join(folder, 'empty'))
  copyFileSync(photo('raccoon.jpg'), join(folder, 'trip', '2.jpg'))
  copyFileSync(photo('coffee-cup.jpg'), join(folder, 'trip', '10.jpg'))
  copyFileSync(photo('bear-night.jpg'), join(folder, 'trip', 'day 2', 'bear.JPG'))
  const { client } = runLab(newFolder())
  const added = await client.add({
    sources: ['trip', 'empty'].map((name) => ({ kind: 'path' as const, path: join(folder, name) })),
  })
  const { pictures } = await client.workspace({})
  const names = added.pictures.map((id) => pictures.find((picture) => picture.id === id)?.name)
  expect(names).toEqual(['2', '10', 'bear'])
  expect(added.refused.map(({ name }) => name)).toEqual(['empty'])
})

test('a file that is gone is said to be gone, with a way out, and comes back when it is back', async () => {
  const folder = newFolder()
  const path = join(folder, 'heron.jpg')
  copyFileSync(photo('bear-night.jpg'), path)
  const { client, heard } = runLab(newFolder())
  const added = await client.add({ sources: [{ kind: 'path', path }] })
  const problem = async (): Promise<unknown> =>
    (await client.workspace({})).pictures.find(({ id }) => id === added.pictures[0])?.problem
  expect(await problem()).toBeNull()
  rmSync(path)
  await client.workspace({})
  const { workspace } = await heard('workspace', (event) =>
    event.workspace.pictures.some((row) => row.problem !== null),
  )
  const row = workspace.pictures.find(({ id }) => id === added.pictures[0])
  expect(row?.problem?.message).toContain('heron is not where it was')
  expect(row?.problem?.hint).not.toBe('')
})

test('a look sends what it was, every layer, and the end', async () => {
  const { client, events } = runLab(newFolder())
  const { models, pictures } = await client.workspace({})
  const request = { model: models[0]!.id, picture: pictures[0]!.id, size: 160, fit: 'native' as const }
  const items: Item<'lookAt'>[] = []
  const end = await client.lookAt(request, { onItem: (item) => void items.push(item) })
  const [facts, ...layers] = items
  if (facts?.kind !== 'facts') throw new Error('the facts come first')
  expect(facts).toMatchObject({
    depth: 12,
    heads: 3,
    width: 192,
    input: { width: 160, height: 112 },
    device: 'cpu',
  })
  const tokens = 1 + facts.layout.grid[0] * facts.layout.grid[1]
  expect(layers.map((item) => (item.kind === 'layer' ? item.layer : -1))).toEqual([
    11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
  ])
  for (const item of layers) {
    if (item.kind !== 'layer') throw new Error('only layers follow')
    expect([item.q.length, item.k.length, item.norms.length]).toEqual([tokens * 192, tokens * 192, tokens])
    expect(Math.min(...item.norms)).toBeGreaterThan(0)
  }
  expect(end.rollout.length).toBe(tokens)
  expect(end.rollout.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4)
  expect(end.norms.length).toBe(tokens)
  expect(end.logits?.length).toBe(1000)
  const titles = events.flatMap((event) =>
    event.kind === 'jobs' ? event.jobs.map(({ title }) => title) : [],
  )
  expect(titles).toContain('Looking at Chelsea the cat with deit-tiny')
})

test('a look that is cancelled ends as cancelled, and the next one works', async () => {
  const { client } = runLab(newFolder())
  const { models, pictures } = await client.workspace({})
  const request = { model: models[0]!.id, picture: pictures[0]!.id, size: 512, fit: 'native' as const }
  const controller = new AbortController()
  const first = client.lookAt(request, { signal: controller.signal, onItem: () => controller.abort() })
  await expect(first).rejects.toMatchObject({ code: 'cancelled' })
  const end = await client.lookAt({ ...request, size: 96 }, { onItem: () => undefined })
  expect(end.rollout.length).toBeGreaterThan(1)
})

test('what a look would cost is said beforehand, and what cannot fit is said to be impossible', async () => {
  const { client, heard } = runLab(newFolder())
  await heard('workspace', (event) => event.workspace.models[0]?.spec !== null)
  const { models, pictures } = await client.workspace({})
  const request = { model: models[0]!.id, picture: pictures[0]!.id, fit: 'resize' as const }
  const small = await client.estimateLook({ ...request, size: 224 })
  expect(small).toMatchObject({
    input: { width: 224, height: 224 },
    tokens: 197,
    warning: '',
    possible: true,
  })
  const large = await client.estimateLook({ ...request, size: 16_384 })
  expect(large.possible).toBe(false)
  expect(large.warning).toMatch(/GB of memory/)
  expect(large.seconds).toBeGreaterThan(small.seconds * 1000)
})

test('weights are read one tensor after the other, and two checkpoints are compared', async () => {
  const { client } = runLab(newFolder())
  const backbone = join(root, 'tests', 'fixtures', 'goldens', 'parity', 'dino_vit', 'backbone.pth')
  const { models } = await client.add({
    sources: [golden, backbone].map((path) => ({ kind: 'path' as const, path })),
  })
  const seen: Item<'modelStats'>[] = []
  await client.modelStats({ model: models[0]! }, { onItem: (item) => void seen.push(item) })
  const { tensors } = await client.modelInspection({ model: models[0]! })
  expect(seen.map(({ name }) => name)).toEqual(tensors.map(({ name }) => name))
  for (const { histogram, low, high, shape } of seen) {
    expect(histogram.length).toBe(256)
    expect(high).toBeGreaterThanOrEqual(low)
    expect(histogram.reduce((sum, count) => sum + count, 0)).toBe(
      shape.reduce((size, side) => size * side, 1),
    )
  }
  const difference = await client.modelDiff({ first: models[0]!, second: models[1]! })
  expect(difference.tensors.length).toBeGreaterThan(20)
})

test('saving as gives the workspace a place, goes on there, and leaves nothing behind', async () => {
  const home = newFolder()
  const folder = newFolder()
  const { client } = runLab(home)
  await client.keepNotes({ text: 'before' })
  const path = join(folder, 'mine.emergence')
  await client.saveWorkspaceAs({ path })
  await client.keepNotes({ text: 'after' })
  expect(await client.workspace({})).toMatchObject({ path, name: 'mine', notes: 'after' })
  expect(existsSync(join(home, 'workspaces', 'Untitled.emergence'))).toBe(false)
  const { recent } = await client.recentWorkspaces({})
  expect(recent.map((entry) => entry.path)).toEqual([path])
})

test('an exported workspace is unpacked when it is opened', async () => {
  const folder = newFolder()
  const { client } = runLab(newFolder())
  await client.keepNotes({ text: 'a gift' })
  const pack = join(folder, 'gift.emergence-pack')
  await client.exportWorkspace({ path: pack })
  await client.newWorkspace({})
  expect((await client.workspace({})).notes).toBe('')
  await client.openWorkspace({ source: { kind: 'path', path: pack } })
  expect(await client.workspace({})).toMatchObject({
    name: 'gift',
    notes: 'a gift',
    path: join(folder, 'gift.emergence'),
  })
})

test('a second lab on the same workspace reads, says so, and refuses to write in words', async () => {
  const home = newFolder()
  const first = runLab(home)
  const { id } = await first.client.workspace({})
  const second = runLab(home)
  const workspace = await second.client.workspace({})
  expect(workspace.id).not.toBe(id)
  expect(workspace.readOnly).toContain('for reading only')
  await second.heard('notice', ({ text }) => text.includes('for reading only'))
  await expect(second.client.keepNotes({ text: 'x' })).rejects.toMatchObject({ code: 'disk' })
  await first.client.keepNotes({ text: 'still mine' })
  expect((await second.client.workspace({})).notes).toBe('still mine')
})

test('a lab that is killed is started again with everything it had acknowledged', async () => {
  const running = runLab(newFolder())
  await running.client.keepNotes({ text: 'acknowledged' })
  const pid = running.lab.pid()!
  const failed = running.client.lookAt({
    model: '00000000-0000-4000-8000-000000000000',
    picture: '00000000-0000-4000-8000-000000000000',
    size: null,
    fit: 'native',
  })
  failed.catch(() => undefined)
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => running.deaths.length).toBe(1)
  expect(running.deaths[0]).toContain('The lab ended (signal SIGKILL)')
  expect((await running.lab.client().workspace({})).notes).toBe('acknowledged')
})

test('an engine that is killed during a look is started again, and the look says what happened', async () => {
  const { client, heard, lab } = runLab(newFolder())
  const { models, pictures } = await client.workspace({})
  await heard('engine', ({ engine }) => engine.state === 'ready')
  const children = readFileSync(`/proc/${lab.pid()}/task/${lab.pid()}/children`, 'utf8').trim().split(' ')
  const request = { model: models[0]!.id, picture: pictures[0]!.id, size: 1024, fit: 'native' as const }
  const look = client.lookAt(request, { onItem: () => undefined })
  setTimeout(() => process.kill(Number(children[0]), 'SIGKILL'), 30)
  await expect(look).rejects.toMatchObject({ code: 'engine-died' })
  await heard('notice', ({ text }) => text.startsWith('The engine ended'))
  const end = await client.lookAt({ ...request, size: 96 }, { onItem: () => undefined })
  expect(end.rollout.length).toBeGreaterThan(1)
})

test('settings are kept for the person, told to every window, and refused where they do not fit', async () => {
  const home = newFolder()
  const { client, heard, stop } = runLab(home)
  await client.changeSettings({ change: { theme: 'dark', threads: 1 } })
  await heard('settings', ({ settings }) => settings.theme === 'dark')
  await expect(client.changeSettings({ change: { theme: 'pink' as 'dark' } })).rejects.toMatchObject({
    code: 'bad-argument',
  })
  await stop()
  writeFileSync(
    join(home, 'preferences.json'),
    readFileSync(join(home, 'preferences.json'), 'utf8').replace('"dark"', '"mauve"'),
  )
  const again = await runLab(home).client.settings({})
  // What does not fit any more is the default; the rest stays.
  expect(again).toMatchObject({ theme: 'system', threads: 1 })
})

test('the disk use is told, and cleaning up frees what nothing refers to', async () => {
  const home = newFolder()
  const path = join(home, 'photo.jpg')
  copyFileSync(photo('raccoon.jpg'), path)
  const { client } = runLab(home)
  const { pictures } = await client.add({ sources: [{ kind: 'path', path }] })
  await client.copyIn({ id: pictures[0]! })
  const bytes = readFileSync(path).length
  rmSync(path)
  expect((await client.workspace({})).pictures.find(({ id }) => id === pictures[0])?.problem).toBeNull()
  expect(await client.diskUse({})).toMatchObject({ data: bytes, unused: 0 })
  await client.removePicture({ id: pictures[0]! })
  expect(await client.diskUse({})).toMatchObject({ unused: bytes })
  expect(await client.cleanUp({})).toMatchObject({ data: 0, unused: 0 })
})

test('the diagnostics name versions, device and paths', async () => {
  const { client } = runLab(newFolder())
  const { text } = await client.diagnostics({})
  expect(text).toMatch(/Emergence \d/)
  expect(text).toMatch(/workspace: .*Untitled\.emergence/)
})

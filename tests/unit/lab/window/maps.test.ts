// Do data sets, embeddings, maps and labels reach the workspace and stay there, and is nothing computed twice?
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startLab, type LabProcess } from '../../../../src-main/processes/lab.ts'
import { createClient, type Client } from '../../../../src-shared/protocol/client.ts'
import { createPeer } from '../../../../src-shared/protocol/peer.ts'
import type { Item } from '../../../../src-shared/protocol/calls.ts'
import { fillUniform, random } from '../../../../src-shared/numerics/random.ts'
import { writeNpy } from '../../../../src-shared/numerics/npy.ts'
import { defaultMapSettings } from '../../../../src-shared/domain/map.ts'

const root = join(import.meta.dirname, '..', '..', '..', '..')
/** A small network with random weights, as the original code wrote it. */
const network = join(root, 'tests/fixtures/goldens/parity/dino_vit/backbone.pth')
const folder = mkdtempSync(join(tmpdir(), 'emergence-maps-'))
const pictures = join(folder, 'shapes')

async function draw(path: string, seed: number, colour: number): Promise<void> {
  const pixels = fillUniform(random(seed), new Float32Array(8 * 8 * 3), 0, 120)
  for (let i = colour; i < pixels.length; i += 3) pixels[i] = 255
  await sharp(Buffer.from(Uint8Array.from(pixels)), { raw: { width: 8, height: 8, channels: 3 } })
    .resize(64, 64, { kernel: 'nearest' })
    .png()
    .toFile(path)
}

let process: LabProcess
let client: Client
let model = ''
let dataSet = ''
const choice = { token: 'cls', layer: -1 } as const
const settings = { ...defaultMapSettings, neighbours: 5, epochs: 60 }
const subject = (): { kind: 'model'; model: string; choice: typeof choice } => ({
  kind: 'model',
  model,
  choice,
})

beforeAll(async () => {
  for (const [colour, name] of ['blue', 'red'].entries()) {
    mkdirSync(join(pictures, name), { recursive: true })
    for (let i = 0; i < 12; i++)
      await draw(join(pictures, name, `${name}-${i}.png`), i + 100 * colour, colour * 2)
  }
  // One lab for all: the engine's start is what takes time.
  process = startLab({
    handlers: {},
    env: { EMERGENCE_HOME: join(folder, 'home') },
    onDeath: () => undefined,
  })
  client = createClient(createPeer(process.openWindow('window 1')))
  const added = await client.add({ sources: [{ kind: 'path', path: network }] })
  model = added.models[0]!
  await client.overrideModel({ id: model, overrides: { heads: 3, imageSize: 56 } })
  dataSet = (await client.addDataSet({ origin: { kind: 'path', path: pictures }, name: '' })).id
})
afterAll(async () => {
  await process.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Makes a map and tells what came on the way. */
async function make(more: Partial<Parameters<Client['makeMap']>[0]> = {}) {
  const items: Item<'makeMap'>[] = []
  const { id } = await client.makeMap(
    { dataSet, subject: subject(), settings, name: '', from: null, replaces: null, ...more },
    { onItem: (item) => void items.push(item) },
  )
  return { id, items, embedded: items.filter((item) => item.kind === 'embedding').at(-1) }
}

describe('a data set', () => {
  test('is a folder with its classes, told to every window', async () => {
    const { dataSets } = await client.workspace({})
    expect(dataSets).toMatchObject([
      { name: 'shapes', items: 24, classes: ['blue', 'red'], pictures: true, columns: 0 },
    ])
    const items = await client.dataSetItems({ id: dataSet })
    expect(items.names[0]).toBe('blue/blue-0.png')
    expect([...items.labels]).toEqual([...new Array(12).fill(0), ...new Array(12).fill(1)])
  })

  test('shows its items small, in whatever order they are ready', async () => {
    const got = new Map<number, { type: string; width: number }>()
    await client.itemPictures(
      { dataSet, items: Int32Array.of(3, 20, 99), side: 32 },
      { onItem: ({ item, type, bytes, width }) => void (bytes.length > 0 && got.set(item, { type, width })) },
    )
    expect([...got.keys()].sort((a, b) => a - b)).toEqual([3, 20])
    expect(got.get(3)).toEqual({ type: 'image/jpeg', width: 32 })
  })

  test('gives an item to Inspect once, however often it is opened', async () => {
    const before = (await client.workspace({})).pictures.length
    const first = await client.openItem({ dataSet, item: 2 })
    const again = await client.openItem({ dataSet, item: 2 })
    expect(again).toEqual(first)
    const { pictures: rows } = await client.workspace({})
    expect(rows.length).toBe(before + 1)
    expect(rows.find(({ id }) => id === first.picture)).toMatchObject({ width: 64, height: 64 })
  })

  test('that is not there, or is empty, is refused in a sentence', async () => {
    const add = (path: string) => client.addDataSet({ origin: { kind: 'path', path }, name: '' })
    await expect(add(join(folder, 'nowhere'))).rejects.toThrow(/There is no file or folder/)
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    await expect(add(empty)).rejects.toThrow(/holds no pictures/)
    const nothing = join(folder, 'nothing.npy')
    writeFileSync(nothing, '')
    await expect(add(nothing)).rejects.toThrow(/nothing\.npy/)
    const ragged = join(folder, 'ragged.csv')
    writeFileSync(ragged, 'a,b\n1,2\n3\n4,5,6\n')
    await expect(add(ragged)).rejects.toThrow(/ragged\.csv/)
    expect((await client.workspace({})).dataSets.length).toBe(1)
  })
})

describe('a map', () => {
  test('is made with its frames, is kept, and is the same when it is made again', async () => {
    const { id, items, embedded } = await make()
    expect(embedded).toMatchObject({ done: 24, of: 24 })
    expect(items.some(({ kind }) => kind === 'frame')).toBe(true)
    const first = await client.readMap({ id })
    expect(first.row).toMatchObject({ rows: 24, perItem: 1, setAside: 0, modelName: 'backbone' })
    expect(first.positions.length).toBe(72)
    const { id: again, embedded: computed } = await make()
    expect(again).not.toBe(id)
    // The vectors were there.
    expect(computed).toBeUndefined()
    const second = await client.readMap({ id: again })
    expect(second.positions).toEqual(first.positions)
    await client.removeMap({ id: again })
  })

  test('says who is near among the embeddings, and who among them has another class', async () => {
    const { id } = (await client.workspace({})).maps[0]!
    const near = await client.mapNearest({ map: id, rows: Int32Array.of(0), k: 5 })
    expect(near.indices.length).toBe(5)
    expect(near.indices.includes(0)).toBe(false)
    expect([...near.distances]).toEqual([...near.distances].sort((a, b) => a - b))
    const { labels } = await client.dataSetItems({ id: dataSet })
    const wrong = Int32Array.from(labels)
    wrong[1] = 1
    const { disagreement, agreement } = await client.mapLabelErrors({ map: id, labels: wrong, k: 5 })
    expect(disagreement.length).toBe(24)
    expect(agreement).toBeGreaterThan(0)
  })

  test('has an axis from one group to another: 0 in the middle of one, 1 in the middle of the other', async () => {
    const { id } = (await client.workspace({})).maps[0]!
    const [from, to] = [
      Int32Array.from({ length: 12 }, (_, i) => i),
      Int32Array.from({ length: 12 }, (_, i) => i + 12),
    ]
    const { values } = await client.mapAxis({ map: id, from, to })
    const mean = (items: Int32Array): number =>
      items.reduce((sum, item) => sum + values[item]!, 0) / items.length
    expect(mean(from)).toBeCloseTo(0, 4)
    expect(mean(to)).toBeCloseTo(1, 4)
    await expect(client.mapAxis({ map: id, from, to: from })).rejects.toThrow(/same mean/)
  })

  test('goes on with other settings in its own place, and compares with itself as the same', async () => {
    const { id } = (await client.workspace({})).maps[0]!
    const flat = await make({ settings: { ...settings, dims: 2 } })
    const { mean } = await client.mapOverlap({ first: id, second: flat.id, k: 5 })
    expect(mean).toBe(1)
    const other = await make({ settings: { ...settings, dims: 2, neighbours: 8 }, replaces: flat.id })
    expect(other.id).toBe(flat.id)
    const { maps } = await client.workspace({})
    expect(maps.find((row) => row.id === flat.id)?.settings.neighbours).toBe(8)
  })

  test('of one item, or of a few, is made or refused in words, never left hanging', async () => {
    for (const count of [1, 3]) {
      const items = Array.from({ length: count }, (_, i) => i)
      const { id } = await client.addDataSet({ origin: { kind: 'part', of: dataSet, items }, name: '' })
      const { id: map } = await make({ dataSet: id })
      const { positions } = await client.readMap({ id: map })
      expect(positions.length).toBe(3 * count)
      expect([...positions].every(Number.isFinite)).toBe(true)
      await client.removeDataSet({ id })
    }
  })
})

describe('labels and what is set aside', () => {
  test('an item has one label; groups are kept and given back', async () => {
    const keep = (name: string, items: readonly number[], kind: 'label' | 'aside' = 'label') =>
      client.keepGroup({ dataSet, id: null, kind, name, colour: 0, items: Int32Array.from(items) })
    await keep('cold', [3, 1, 2, 1])
    await keep('warm', [2, 20])
    const { groups } = await client.itemGroups({ dataSet })
    expect(groups.map(({ name, items }) => [name, [...items]])).toEqual([
      ['cold', [1, 3]],
      ['warm', [2, 20]],
    ])
    await expect(keep('none', [99])).rejects.toThrow(/does not have/)
  })

  test('items set aside have no place on the next map, and it says why', async () => {
    const { id: group } = await client.keepGroup({
      dataSet,
      id: null,
      kind: 'aside',
      name: 'set aside',
      colour: 0,
      items: Int32Array.of(5),
    })
    const { id } = await make()
    const { positions, setAside } = await client.readMap({ id })
    expect(setAside).toEqual([{ row: 5, why: 'set aside in this workspace' }])
    expect(Number.isNaN(positions[15])).toBe(true)
    await client.removeGroup({ id: group })
    await client.removeMap({ id })
  })
})

describe('embeddings', () => {
  test('follow the folder: labels stay with their pictures, and a map of before says that it is old', async () => {
    const more = join(folder, 'grown')
    mkdirSync(more)
    for (let i = 1; i < 7; i++) await draw(join(more, `${i}.png`), i, 0)
    const { id } = await client.addDataSet({ origin: { kind: 'path', path: more }, name: '' })
    const first = await make({ dataSet: id })
    await client.keepGroup({
      dataSet: id,
      id: null,
      kind: 'label',
      name: 'third',
      colour: 0,
      items: Int32Array.of(2),
    })
    const near = await client.mapNearest({ map: first.id, rows: Int32Array.of(2), k: 1 })
    await draw(join(more, '0.png'), 60, 1)
    const second = await make({ dataSet: id })
    expect((await client.readMap({ id: second.id })).row.rows).toBe(7)
    const { names } = await client.dataSetItems({ id })
    const { groups } = await client.itemGroups({ dataSet: id })
    expect(groups[0]!.items.length).toBe(1)
    expect(names[groups[0]!.items[0]!]).toBe('3.png')
    // The vectors that were there stand in their new places.
    const again = await client.mapNearest({ map: second.id, rows: Int32Array.of(3), k: 6 })
    const at = [...again.indices].indexOf(near.indices[0]! + 1)
    expect(again.distances[at]).toBeCloseTo(near.distances[0]!, 6)
    await expect(client.readMap({ id: first.id })).rejects.toThrow(/has changed since/)
  })

  test('made elsewhere are a data set of their own, with their words as classes', async () => {
    const table = join(folder, 'vectors.csv')
    const rows = Array.from(
      { length: 30 },
      (_, i) => `item-${i},${i % 2 === 0 ? 'even' : 'odd'},${i % 2},${i / 30},${(i * 7) % 5}`,
    )
    writeFileSync(table, `name,label,a,b,c\n${rows.join('\n')}\n`)
    const { id } = await client.addDataSet({ origin: { kind: 'path', path: table }, name: '' })
    const row = (await client.workspace({})).dataSets.find((one) => one.id === id)
    expect(row).toMatchObject({
      kind: 'table',
      items: 30,
      columns: 3,
      classes: ['even', 'odd'],
      pictures: false,
    })
    const { id: map } = await make({ dataSet: id, subject: { kind: 'table' } })
    expect((await client.readMap({ id: map })).positions.length).toBe(90)
    await expect(make({ dataSet: id })).rejects.toThrow(/no pictures/)
    const matrix = join(folder, 'matrix.npy')
    writeFileSync(
      matrix,
      writeNpy({ shape: [10, 4], data: Float64Array.from({ length: 40 }, (_, i) => Math.sin(i)) }),
    )
    const plain = await client.addDataSet({ origin: { kind: 'path', path: matrix }, name: '' })
    const found = (await client.workspace({})).dataSets.find((one) => one.id === plain.id)
    expect(found).toMatchObject({ items: 10, columns: 4, classes: [] })
  })
})

test('data sets, maps and labels are there when the workspace is opened again', async () => {
  const path = join(folder, 'kept.emergence')
  await client.saveWorkspaceAs({ path })
  const before = await client.workspace({})
  const map = before.maps[0]!.id
  const { positions } = await client.readMap({ id: map })
  await client.newWorkspace({})
  expect((await client.workspace({})).maps).toEqual([])
  await client.openWorkspace({ source: { kind: 'path', path } })
  const after = await client.workspace({})
  expect(after.maps).toEqual(before.maps)
  expect(after.dataSets).toEqual(before.dataSets)
  expect((await client.readMap({ id: map })).positions).toEqual(positions)
  expect((await client.itemGroups({ dataSet })).groups.map(({ name }) => name)).toEqual(['cold', 'warm'])
})

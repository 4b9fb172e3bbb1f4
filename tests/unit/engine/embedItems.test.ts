// Does the engine embed a data set in pieces, compute nothing twice, and go on over a picture that cannot be read?
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createLab } from '../../../src-main/lab/lab.ts'
import { entryPath } from '../../../src-main/processes/entries.ts'
import { startLink } from '../../../src-main/processes/link.ts'
import { supervise } from '../../../src-main/processes/supervise.ts'
import { itemHashBytes } from '../../../src-shared/protocol/calls/dataSets.ts'
import type { Item, Request } from '../../../src-shared/protocol/calls.ts'
import { createClient } from '../../../src-shared/protocol/client.ts'
import { goldens, pictures } from '../cli/run.ts'

const root = mkdtempSync(join(tmpdir(), 'embed-'))
const engine = supervise({
  start: () =>
    startLink({ entry: entryPath('engine'), args: [entryPath('engine-worker'), entryPath('device-probe')] }),
})
afterAll(() => {
  engine.stop()
  rmSync(root, { recursive: true, force: true })
})
const host = { version: '0', paths: true, dialogs: false, uploadLimit: 0 }
const client = createClient(createLab({ engine, projection: engine, resources: 'resources', host }))
const folder = join(root, 'photos')
mkdirSync(folder)
for (const name of ['bear-night', 'cat-chelsea', 'raccoon'])
  copyFileSync(join(pictures, `${name}.jpg`), join(folder, `${name}.jpg`))

const ask = (more: Partial<Request<'embedItems'>> = {}): Request<'embedItems'> => ({
  settings: { device: 'cpu', precision: 'exact' },
  model: { name: join(goldens, 'dino_vit', 'backbone.pth'), overrides: { heads: 3, imageSize: 56 } },
  data: { kind: 'path', path: folder },
  items: Int32Array.of(0, 1, 2),
  choice: { token: 'cls', layer: -1 },
  size: null,
  known: null,
  ...more,
})

async function embed(request: Request<'embedItems'>) {
  const pieces: Item<'embedItems'>[] = []
  const result = await client.embedItems(request, { onItem: (item) => void pieces.push(item) })
  const joined = <T>(pick: (piece: Item<'embedItems'>) => ArrayLike<T>): T[] =>
    pieces.flatMap((piece) => Array.from(pick(piece)))
  return {
    ...result,
    vectors: joined(({ vectors }) => vectors),
    hashes: Uint8Array.from(joined(({ hashes }) => hashes)),
    same: joined(({ same }) => same),
  }
}

test('each item has its vector, whatever else is asked for with it', async () => {
  const all = await embed(ask())
  expect(all).toMatchObject({ columns: 48, perItem: 1, skipped: [], same: [-1, -1, -1] })
  const last = await embed(ask({ items: Int32Array.of(2) }))
  for (const [c, value] of last.vectors.entries()) expect(all.vectors[2 * 48 + c]).toBeCloseTo(value, 4)
})

test('vectors of single patches and of [CLS] beside the mean agree with each other', async () => {
  const both = await embed(ask({ items: Int32Array.of(1), choice: { token: 'cls+mean', layer: 0 } }))
  const patches = await embed(ask({ items: Int32Array.of(1), choice: { token: 'patches', layer: 0 } }))
  expect(both.columns).toBe(96)
  expect(patches.vectors.length).toBe(patches.perItem * 48)
  for (let c = 0; c < 48; c++) {
    let sum = 0
    for (let p = 0; p < patches.perItem; p++) sum += patches.vectors[p * 48 + c]!
    expect(both.vectors[48 + c]).toBeCloseTo(sum / patches.perItem, 4)
  }
})

test('an item whose bytes are known is not computed again, wherever it stands now', async () => {
  const first = await embed(ask())
  const known = first.hashes.slice(itemHashBytes)
  copyFileSync(join(pictures, 'coffee-cup.jpg'), join(folder, 'a-new-one.jpg'))
  await client.listData({ data: { kind: 'path', path: folder } })
  const again = await embed(ask({ items: Int32Array.of(0, 1, 2, 3), known }))
  // a-new-one, bear-night, cat-chelsea, raccoon: the last two are known.
  expect(again.same).toEqual([-1, -1, 0, 1])
  expect(again.vectors.length).toBe(2 * 48)
})

test('a picture that cannot be read has a vector of NaN, is named, and is tried again the next time', async () => {
  const broken = join(root, 'broken')
  mkdirSync(broken)
  copyFileSync(join(pictures, 'raccoon.jpg'), join(broken, 'b.jpg'))
  const files = [
    { path: join(broken, 'gone.jpg'), name: 'gone' },
    { path: join(broken, 'b.jpg'), name: 'b' },
  ]
  writeFileSync(join(broken, 'half.jpg'), Buffer.from('ffd8ffe000104a46', 'hex'))
  files.push({ path: join(broken, 'half.jpg'), name: 'half' })
  const found = await embed(ask({ data: { kind: 'files', files } }))
  expect(found.skipped.map(({ item }) => item)).toEqual([0, 2])
  expect(found.vectors.slice(0, 48).every(Number.isNaN)).toBe(true)
  expect(found.vectors.slice(48, 96).every(Number.isFinite)).toBe(true)
  const again = await embed(ask({ data: { kind: 'files', files }, known: found.hashes }))
  expect(again.same).toEqual([-1, 1, -1])
})

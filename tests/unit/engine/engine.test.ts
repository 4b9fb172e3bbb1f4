// Does the engine, as a process, stream what the window draws from, keep models warm, and obey?
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createLab } from '../../../src-main/lab/lab.ts'
import { entryPath } from '../../../src-main/processes/entries.ts'
import { startLink } from '../../../src-main/processes/link.ts'
import { supervise } from '../../../src-main/processes/supervise.ts'
import { entropy } from '../../../src-shared/numerics/measures.ts'
import { attentionRow } from '../../../src-shared/numerics/attention.ts'
import type { Item, Request } from '../../../src-shared/protocol/calls.ts'
import { createClient } from '../../../src-shared/protocol/client.ts'
import { createPeer } from '../../../src-shared/protocol/peer.ts'
import { transportPair } from '../../../src-shared/protocol/transport.ts'
import { goldens, npy, pictures } from '../cli/run.ts'

const root = mkdtempSync(join(tmpdir(), 'engine-'))
const engine = supervise({
  start: () =>
    startLink({ entry: entryPath('engine'), args: [entryPath('engine-worker'), entryPath('device-probe')] }),
})
afterAll(() => {
  engine.stop()
  rmSync(root, { recursive: true, force: true })
})
const host = { version: '0', paths: true, dialogs: false, uploadLimit: 0 }
const lab = createLab({ engine, projection: engine, resources: 'resources', host })
const client = createClient(lab)

const settings = { device: 'cpu', precision: 'exact' } as const
const cat = join(pictures, 'cat-chelsea.jpg')
const dino = join(goldens, 'dino_vit')
const model = { name: join(dino, 'backbone.pth'), overrides: { heads: 3 } }
const features = (name: string, output: string): Request<'features'> => ({
  settings,
  model: { ...model, name },
  input: { kind: 'tensor', path: join(dino, 'input_56x56.npy') },
  output: { folder: join(root, output), force: true },
  token: 'cls',
  layer: -1,
  norm: true,
})
const cls = (output: string) => npy(join(root, output, 'features.npy')).data

test('looking streams every layer’s queries and keys through lab and wire, and attention is one product away', async () => {
  const [here, there] = transportPair()
  await lab.serve(there)
  const window = createClient(createPeer(here))
  type Sent = Item<'look'>
  const facts: Extract<Sent, { kind: 'facts' }>[] = []
  const layers: Extract<Sent, { kind: 'layer' }>[] = []
  const seen = await window.look(
    { settings, model, picture: { kind: 'path', path: cat }, size: { width: 64, height: 48 }, fit: 'crop' },
    { onItem: (item) => void (item.kind === 'facts' ? facts.push(item) : layers.push(item)) },
  )
  expect(facts).toHaveLength(1)
  expect(facts[0]).toMatchObject({
    width: 48,
    heads: 3,
    depth: 3,
    input: { width: 64, height: 48 },
    device: 'cpu',
    layout: { cls: true, registers: 0, grid: [6, 8] },
  })
  expect(seen.rollout.length).toBe(49)
  expect(layers.map(({ layer }) => layer)).toEqual([2, 1, 0])

  // The same picture through the command's own call.
  const request: Request<'attention'> = {
    settings,
    model,
    input: {
      kind: 'pictures',
      sources: [{ kind: 'path', path: cat }],
      size: { width: 64, height: 48 },
      fit: 'crop',
    },
    output: { folder: join(root, 'maps'), force: true },
    layer: 1,
    head: 2,
    query: { kind: 'patch', row: 3, column: 4 },
    rollout: false,
    opacity: 1,
    colormap: 'grey',
  }
  const maps = await client.attention(request)
  const shape = { tokens: 49, width: 48, heads: 3 }
  const row = attentionRow(layers[1]!.q, layers[1]!.k, shape, 2, 1 + 3 * 8 + 4)
  expect(maps.items[0]?.maps[0]?.entropy).toBeCloseTo(entropy(row), 5)
  expect(maps.items[0]?.maps[0]?.max).toBeCloseTo(Math.max(...row.subarray(1)), 6)
})

test('a model stays warm until its file changes', async () => {
  const file = join(root, 'model.pth')
  copyFileSync(join(dino, 'backbone.pth'), file)
  await client.features(features(file, 'first'))
  await client.features(features(file, 'again'))
  expect(cls('again')).toEqual(cls('first'))
  copyFileSync(join(dino, 'backbone_bf16.pth'), file)
  await client.features(features(file, 'changed'))
  expect(cls('changed')).not.toEqual(cls('first'))
  expect(engine.starts()).toBe(1)
})

test('calls at the same time do not disturb each other, and one can be cancelled alone', async () => {
  const controller = new AbortController()
  const names = ['a', 'b', 'c', 'd']
  const calls = names.map((name) =>
    client.features(features(model.name, name), name === 'c' ? { signal: controller.signal } : {}),
  )
  controller.abort()
  const ended = await Promise.allSettled(calls)
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  expect(ended[2]).toMatchObject({ reason: { code: 'cancelled' } })
  for (const name of ['a', 'b', 'd']) expect(cls(name)).toEqual(cls('first'))
  expect(readdirSync(root)).not.toContain('c')
  expect(engine.starts()).toBe(1)
})

test('an engine that is gone is started again by the next call', async () => {
  const before = cls('first')
  engine.stop()
  await client.features(features(model.name, 'after'))
  expect(cls('after')).toEqual(before)
  expect(engine.starts()).toBe(2)
})

// Does the engine outlive calls that are taken back again and again, at any moment?
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createLab } from '../../../src-main/lab/lab.ts'
import { entryPath } from '../../../src-main/processes/entries.ts'
import { startLink } from '../../../src-main/processes/link.ts'
import { supervise } from '../../../src-main/processes/supervise.ts'
import { random } from '../../../src-shared/numerics/random.ts'
import { createClient } from '../../../src-shared/protocol/client.ts'
import { createPeer } from '../../../src-shared/protocol/peer.ts'
import { transportPair } from '../../../src-shared/protocol/transport.ts'
import { pictures } from '../cli/run.ts'

const engine = supervise({
  start: () =>
    startLink({ entry: entryPath('engine'), args: [entryPath('engine-worker'), entryPath('device-probe')] }),
})
afterAll(() => engine.stop())
const host = { version: '0', paths: true, dialogs: false, uploadLimit: 0 }
const lab = createLab({ engine, projection: engine, resources: 'resources', host })
const settings = { device: 'cpu', precision: 'exact' } as const
const photos = readdirSync(pictures)
  .filter((name) => name.endsWith('.jpg'))
  .map((name) => join(pictures, name))

test('patch tokens that are asked for and taken back, many times and at any moment, leave the engine alive and right', async () => {
  const [here, there] = transportPair()
  await lab.serve(there)
  const window = createClient(createPeer(here))
  const source = random(5)
  const times = 40
  const ask = async (longest: number, paths: readonly string[], signal?: AbortSignal) => {
    const tokens: Float32Array[] = []
    await window.patchTokens(
      {
        settings,
        model: { name: 'deit-tiny', overrides: {} },
        pictures: paths.map((path) => ({ kind: 'path' as const, path })),
        size: { width: longest, height: Math.round((longest * 0.75) / 16) * 16 },
        fit: 'native',
        layer: null,
      },
      { onItem: (item) => void tokens.push(item.tokens.slice()), ...(signal ? { signal } : {}) },
    )
    return tokens
  }
  const before = await ask(160, photos.slice(0, 2))
  let cancelled = 0
  const answers: Promise<unknown>[] = []
  for (let i = 0; i < times; i++) {
    const controller = new AbortController()
    const from = source.integer(photos.length)
    const asked = ask(
      Number(process.env.BIG ?? 128) + 16 * source.integer(20),
      [...photos.slice(from), ...photos],
      controller.signal,
    )
    const wait = [0, 0, 1, 5, 20, 60, 150][source.integer(7)]!
    const ended = asked.catch((error: { code?: string }) => error)
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    controller.abort()
    answers.push(ended)
    // Now and then the next one is asked for before this one has ended.
    if (source.integer(3) > 0) await ended
  }
  for (const answer of await Promise.all(answers))
    if (!Array.isArray(answer)) {
      expect(answer).toMatchObject({ code: 'cancelled' })
      cancelled++
    }
  expect(cancelled).toBeGreaterThan(times / 2)
  expect(await ask(160, photos.slice(0, 2))).toEqual(before)
  expect(engine.starts()).toBe(1)
}, 300_000)

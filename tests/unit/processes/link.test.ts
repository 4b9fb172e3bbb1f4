// Is a process started, spoken to, and its death told?
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { startLink } from '../../../src-main/processes/link.ts'
import type { Link } from '../../../src-main/processes/link.ts'
import { supervise } from '../../../src-main/processes/supervise.ts'

const entry = fileURLToPath(new URL('fixtures/child.ts', import.meta.url))
const links: Link[] = []
const start = (path = entry) => {
  const link = startLink({ entry: path })
  links.push(link)
  return link
}
afterEach(() => links.splice(0).forEach((link) => link.kill()))

test('a call to another process brings its result, large arrays included', async () => {
  const { peer } = start()
  const large = Float32Array.from({ length: 4_000_000 }, (_, i) => i % 1000)
  const echoed = (await peer.call('echo', { large })) as { large: Float32Array }
  expect(
    Buffer.compare(
      Buffer.from(echoed.large.buffer, echoed.large.byteOffset, echoed.large.byteLength),
      Buffer.from(large.buffer),
    ),
  ).toBe(0)
})

test('a process that dies fails its pending calls with its last words', async () => {
  const { peer } = start()
  const waiting = peer.call('ignore', null)
  peer.call('die', null).catch(() => {})
  await expect(waiting).rejects.toMatchObject({
    code: 'engine-died',
    message: expect.stringMatching(/exit code 3.*roof fell in/),
  })
})

test('a process that cannot start says so', async () => {
  await expect(start('/nowhere/at/all.ts').peer.call('echo', 1)).rejects.toMatchObject({
    code: 'engine-died',
  })
})

test('a supervised process starts with the first call, and again after its death', async () => {
  let deaths = 0
  const engine = supervise({ start, onDeath: () => deaths++ })
  expect(engine.starts()).toBe(0)
  const first = await engine.call('pid', null)
  await expect(engine.call('die', null)).rejects.toMatchObject({ code: 'engine-died' })
  const second = await engine.call('pid', null)
  expect(second).not.toBe(first)
  expect(engine.starts()).toBe(2)
  expect(deaths).toBe(1)
})

test('a process that obeys a cancel lives on', async () => {
  const engine = supervise({ start, obeyWithin: 5000 })
  const pid = await engine.call('pid', null)
  const controller = new AbortController()
  const answer = engine.call('obey', null, { signal: controller.signal })
  setTimeout(() => controller.abort(), 20)
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' })
  expect(await engine.call('pid', null)).toBe(pid)
})

test('a process that does not obey a cancel is killed, and the next call has a new one', async () => {
  const engine = supervise({ start, obeyWithin: 50 })
  const pid = await engine.call('pid', null)
  const controller = new AbortController()
  const answer = engine.call('ignore', null, { signal: controller.signal })
  setTimeout(() => controller.abort(), 20)
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' })
  expect(await engine.call('pid', null)).not.toBe(pid)
})

test('a stopped process fails its calls and is started anew', async () => {
  const engine = supervise({ start })
  const pid = await engine.call('pid', null)
  const answer = engine.call('ignore', null)
  engine.stop()
  await expect(answer).rejects.toMatchObject({ code: 'engine-died' })
  expect(await engine.call('pid', null)).not.toBe(pid)
})

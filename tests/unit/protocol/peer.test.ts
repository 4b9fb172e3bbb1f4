// Do two sides hear each other: results, errors, cancel, events, streams, and the end of the line?
import { expect, test } from 'vitest'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { CallEvent } from '../../../src-shared/protocol/calls/common.ts'
import { createPeer } from '../../../src-shared/protocol/peer.ts'
import type { Handlers, PeerOptions } from '../../../src-shared/protocol/peer.ts'
import { transportPair } from '../../../src-shared/protocol/transport.ts'

function connect(handlers: Handlers, options: PeerOptions = {}) {
  const [here, there] = transportPair()
  return { server: createPeer(there, { handlers, ...options }), client: createPeer(here), here, there }
}
const tick = () => new Promise((resolve) => setTimeout(resolve, 0))

test('a call brings its result, arrays and all', async () => {
  const { client } = connect({ double: (x) => ({ y: (x as { x: Float32Array }).x.map((v) => 2 * v) }) })
  expect(await client.call('double', { x: Float32Array.of(1, 2) })).toEqual({ y: Float32Array.of(2, 4) })
  expect(client.pending()).toBe(0)
})

test('calls run side by side and each gets its own answer', async () => {
  const gates: (() => void)[] = []
  const { client } = connect({ echo: async (x) => (await new Promise<void>((go) => gates.push(go)), x) })
  const answers = [client.call('echo', 1), client.call('echo', 2)]
  while (gates.length < 2) await tick()
  gates.reverse().forEach((go) => go())
  expect(await Promise.all(answers)).toEqual([1, 2])
})

test('a Failure crosses with its code and hint, anything else as internal', async () => {
  const { client } = connect({
    no: () => {
      throw new Failure('bad-picture', 'It is no picture.', 'Give another.')
    },
    bug: () => {
      throw new TypeError('x is undefined')
    },
  })
  await expect(client.call('no', null)).rejects.toMatchObject({
    code: 'bad-picture',
    message: 'It is no picture.',
    hint: 'Give another.',
  })
  await expect(client.call('bug', null)).rejects.toMatchObject({ code: 'internal' })
  await expect(client.call('nothing', null)).rejects.toMatchObject({ code: 'bad-argument' })
  await expect(client.call('toString', null)).rejects.toMatchObject({ code: 'bad-argument' })
})

test('a cancelled call ends as cancelled and its handler hears of it', async () => {
  let heard = false
  const { client, server } = connect({
    wait: (_, { signal }) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          heard = true
          reject(new Error('stopped'))
        }),
      ),
  })
  const controller = new AbortController()
  const answer = client.call('wait', null, { signal: controller.signal })
  await tick()
  controller.abort()
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' })
  expect(heard).toBe(true)
  expect(server.pending()).toBe(0)
})

test('a stream loses nothing, keeps its order, and ends before its result', async () => {
  const { client } = connect({
    count: async (_, { item }) => {
      for (let i = 0; i < 20; i++) await item(i)
      return 'done'
    },
  })
  const taken: number[] = []
  const result = await client.call('count', null, {
    onItem: async (i: number) => {
      if (i % 3 === 0) await tick()
      taken.push(i)
    },
  })
  expect(result).toBe('done')
  expect(taken).toEqual(Array.from({ length: 20 }, (_, i) => i))
})

test('a slow reader holds the sender back', async () => {
  let made = 0
  const { client } = connect({
    flood: async (_, { item }) => {
      for (; made < 100; made++) await item(made)
    },
  })
  const gates: (() => void)[] = []
  const answer = client.call('flood', null, { onItem: () => new Promise<void>((go) => gates.push(go)) })
  for (let i = 0; i < 20; i++) await tick()
  expect(made).toBe(4)
  const release = setInterval(() => gates.splice(0).forEach((go) => go()), 0)
  await answer
  clearInterval(release)
  expect(made).toBe(100)
})

test('a reader that throws ends the call with its error', async () => {
  const { client, server } = connect({
    flood: async (_, { item }) => {
      for (;;) await item(0)
    },
  })
  const answer = client.call('flood', null, {
    onItem: () => {
      throw new Failure('disk', 'The disk is full.')
    },
  })
  await expect(answer).rejects.toMatchObject({ code: 'disk' })
  for (let i = 0; i < 5; i++) await tick()
  expect(server.pending()).toBe(0)
})

test('of progress a slow line carries the latest, and notices all', async () => {
  const { client } = connect({
    work: (_, { event }) => {
      for (let done = 0; done <= 50; done++) event({ kind: 'progress', what: 'work', done, total: 50 })
      event({ kind: 'notice', text: 'one' })
      event({ kind: 'notice', text: 'two' })
    },
  })
  const events: CallEvent[] = []
  await client.call('work', null, { onEvent: (event) => events.push(event) })
  const progress = events.filter(({ kind }) => kind === 'progress')
  expect(progress.at(-1)).toMatchObject({ done: 50 })
  expect(progress.length).toBeLessThan(50)
  expect(events.filter(({ kind }) => kind === 'notice')).toHaveLength(2)
})

test('when the other side is gone, pending calls fail and handlers are stopped', async () => {
  let stopped = false
  const { client, there } = connect({
    wait: (_, { signal }) => new Promise(() => signal.addEventListener('abort', () => (stopped = true))),
  })
  const answer = client.call('wait', null)
  await tick()
  there.close()
  await expect(answer).rejects.toMatchObject({ code: 'engine-died' })
  await expect(client.call('wait', null)).rejects.toMatchObject({ code: 'engine-died' })
  expect(stopped).toBe(true)
})

test('bytes that are no messages end the connection', async () => {
  const { client, here } = connect({ wait: () => new Promise(() => {}) })
  const answer = client.call('wait', null)
  here.send(Uint8Array.of(255, 255, 255, 255))
  await expect(answer).rejects.toMatchObject({ code: 'engine-died' })
})

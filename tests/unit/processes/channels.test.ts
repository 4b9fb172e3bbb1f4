import { expect, test } from 'vitest'
import { channelsOver, type Channel } from '../../../src-main/processes/channels.ts'
import { createPeer } from '../../../src-shared/protocol/peer.ts'
import { transportPair, type Transport } from '../../../src-shared/protocol/transport.ts'

/** A carrier that delivers bytes in pieces of `size`, as pipes do. */
function inPieces(carrier: Transport, size: number): Transport {
  return {
    ...carrier,
    onBytes: (listener) =>
      carrier.onBytes((bytes) => {
        for (let at = 0; at < bytes.length; at += size) listener(bytes.slice(at, at + size))
      }),
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10))

test.each([1, 3, 8, 1 << 20])(
  'calls of two channels over one pipe in pieces of %i bytes do not mix',
  async (size) => {
    const [host, lab] = transportPair()
    channelsOver(inPieces(lab, size), (channel) => {
      createPeer(channel, { handlers: { who: (request) => ({ channel: channel.name, request }) } })
    })
    const channels = channelsOver(inPieces(host, size))
    const [a, b] = [createPeer(channels.open('window 1')), createPeer(channels.open('window 2'))]
    const answers = await Promise.all([
      a.call('who', 1),
      b.call('who', 2),
      a.call('who', new Uint8Array(900)),
    ])
    expect(answers).toEqual([
      { channel: 'window 1', request: 1 },
      { channel: 'window 2', request: 2 },
      { channel: 'window 1', request: new Uint8Array(900) },
    ])
  },
)

test('a channel that is closed on one side is closed on the other, and the rest goes on', async () => {
  const [host, lab] = transportPair()
  const closed: string[] = []
  channelsOver(lab, (channel) => channel.onClose(() => closed.push(channel.name)))
  const channels = channelsOver(host)
  const first = channels.open('first')
  channels.open('second')
  await settle()
  first.close()
  await settle()
  expect(closed).toEqual(['first'])
  host.close()
  await settle()
  expect(closed).toEqual(['first', 'second'])
})

test('what arrives before anybody listens is kept', async () => {
  const [host, lab] = transportPair()
  let theirs: Channel | null = null
  channelsOver(lab, (channel) => {
    theirs = channel
  })
  const mine = channelsOver(host).open('early')
  void mine.send(new Uint8Array([1, 2]))
  await settle()
  const heard: number[] = []
  theirs!.onBytes((bytes) => heard.push(...bytes))
  expect(heard).toEqual([1, 2])
})

test.each([
  ['a kind that does not exist', [0, 0, 0, 0, 0, 0, 0, 0, 7]],
  ['a name without end', [255, 255, 255, 0, 0, 0, 0, 0, 1]],
  ['a close with a payload', [1, 0, 0, 0, 0, 0, 0, 0, 2]],
])('%s ends the connection', async (_, bytes) => {
  const [host, lab] = transportPair()
  let ended = false
  channelsOver(lab, () => undefined)
  host.onClose(() => (ended = true))
  void host.send(new Uint8Array(bytes))
  await settle()
  expect(ended).toBe(true)
})

// Do messages of any size survive, with their arrays in their places?
import { describe, expect, test } from 'vitest'
import { FrameError, encodeFrame, frameLimit } from '../../../src-shared/protocol/frame.ts'
import { messageReader, messageWriter } from '../../../src-shared/protocol/message.ts'
import type { Message } from '../../../src-shared/protocol/message.ts'

function through(messages: Message[]): { received: Message[]; frames: Uint8Array[] } {
  const write = messageWriter()
  const frames = messages.flatMap((message) => [...write(message)])
  const received: Message[] = []
  const read = messageReader((message) => received.push(message))
  for (const frame of frames) read(frame)
  return { received, frames }
}

describe('messages', () => {
  test('carry arrays anywhere in their body', () => {
    const body = { layers: [{ q: Float32Array.of(1, 2), name: 'a' }, { q: new Float32Array(0) }], n: null }
    expect(through([{ kind: 'result', call: 3, body }]).received).toEqual([{ kind: 'result', call: 3, body }])
  })

  test('larger than a frame travel as several and come back whole', () => {
    const body = { big: Float32Array.from({ length: 3_000_000 }, (_, i) => i), small: Uint8Array.of(1, 2, 3) }
    const { received, frames } = through([{ kind: 'item', call: 0, body }])
    expect(frames.length).toBeGreaterThan(3)
    expect(frames.every((frame) => frame.length <= frameLimit)).toBe(true)
    const whole = received[0]?.body as typeof body
    expect(whole.small).toEqual(body.small)
    expect(whole.big.length).toBe(3_000_000)
    expect(whole.big[2_999_999]).toBe(2_999_999)
  })

  test('with long text bodies keep their heads small', () => {
    const body = {
      names: Array.from({ length: 40_000 }, (_, i) => `blocks.${i}.weight`),
      mark: Int32Array.of(7),
    }
    expect(through([{ kind: 'result', call: 1, body }]).received[0]?.body).toEqual(body)
  })

  test('let a small one pass between the parts of a large one', () => {
    const write = messageWriter()
    const large = write({ kind: 'result', call: 1, body: new Uint8Array(9 << 20).fill(5) })
    const received: Message[] = []
    const read = messageReader((message) => received.push(message))
    read(large.next().value as Uint8Array)
    for (const frame of write({ kind: 'cancel', call: 2, body: null })) read(frame)
    for (const frame of large) read(frame)
    expect(received.map(({ kind }) => kind)).toEqual(['cancel', 'result'])
  })

  test('keep keys that look like ours or like JavaScript’s', () => {
    const body = JSON.parse('{"__proto__":{"a":1},"buffers":[1],"kind":"x","at":null}') as object
    const [message] = through([{ kind: 'event', call: 1, body }]).received
    expect(JSON.stringify(message?.body)).toBe(JSON.stringify(body))
  })

  const part = { kind: 'part', message: 0, index: 0, offset: 0, of: 4, type: 'u8' }
  const end = { kind: 'result', call: 0, at: [[]], body: null, parts: { message: 0, arrays: [0] } }
  test.each<[string, Parameters<typeof encodeFrame>[0][]]>([
    ['an unknown kind', [{ head: { kind: 'eval', call: 0, at: [], body: 1 }, buffers: [] }]],
    ['a call without a number', [{ head: { kind: 'call', at: [], body: 1 }, buffers: [] }]],
    [
      'an array whose place is not there',
      [{ head: { kind: 'item', call: 0, at: [['x']], body: {} }, buffers: [Uint8Array.of(1)] }],
    ],
    [
      'an array placed on a prototype',
      [{ head: { kind: 'item', call: 0, at: [['__proto__', 'x']], body: {} }, buffers: [Uint8Array.of(1)] }],
    ],
    [
      'an array over a value',
      [{ head: { kind: 'item', call: 0, at: [['x']], body: { x: 1 } }, buffers: [Uint8Array.of(1)] }],
    ],
    [
      'more places than arrays',
      [{ head: { kind: 'item', call: 0, at: [['x']], body: { x: null } }, buffers: [] }],
    ],
    ['a part larger than it said', [{ head: part, buffers: [new Uint8Array(5)] }]],
    ['a part out of order', [{ head: { ...part, offset: 2 }, buffers: [new Uint8Array(1)] }]],
    [
      'a message whose parts are not whole',
      [
        { head: part, buffers: [new Uint8Array(3)] },
        { head: end, buffers: [] },
      ],
    ],
    [
      'a part that claims more than a message may have',
      [{ head: { ...part, of: 2 ** 40 }, buffers: [new Uint8Array(3)] }],
    ],
  ])('with %s are refused', (_, frames) => {
    const read = messageReader(() => {})
    expect(() => frames.forEach((frame) => read(encodeFrame(frame)))).toThrow(FrameError)
  })
})

// Do frames survive the wire, and are lies in them refused?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FrameError, encodeFrame, frameLimit, frameReader } from '../../../src-shared/protocol/frame.ts'
import type { Frame } from '../../../src-shared/protocol/frame.ts'

function decode(chunks: Uint8Array[]): Frame[] {
  const frames: Frame[] = []
  const read = frameReader((frame) => frames.push(frame))
  for (const chunk of chunks) read(chunk)
  return frames
}

/** A frame by hand, so that each number in it can lie. */
function forge(head: string, body: number[] = [], headLength = head.length): Uint8Array {
  const text = new TextEncoder().encode(head)
  const length = Math.ceil((8 + text.length) / 8) * 8 + body.length
  const bytes = new Uint8Array(length)
  new DataView(bytes.buffer).setUint32(0, length - 4, true)
  new DataView(bytes.buffer).setUint32(4, headLength, true)
  bytes.set(text, 8)
  bytes.set(body, length - body.length)
  return bytes
}

const buffer = fc.oneof(
  fc.uint8Array(),
  fc.float32Array({ noNaN: true }),
  fc.int32Array(),
  fc.uint32Array(),
  fc.float64Array({ noNaN: true }),
)

describe('frames', () => {
  test('come back as they went, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            head: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.integer()),
            buffers: fc.array(buffer),
          }),
          { maxLength: 4 },
        ),
        fc.integer({ min: 1, max: 40 }),
        (frames, cut) => {
          const sent = frames.map(({ head, buffers }) => ({ head: { ...head, buffers: undefined }, buffers }))
          const bytes = new Uint8Array(sent.flatMap((frame) => [...encodeFrame(frame)]))
          const chunks = Array.from({ length: Math.ceil(bytes.length / cut) }, (_, i) =>
            bytes.subarray(i * cut, (i + 1) * cut),
          )
          const expected = frames.map(({ head: { buffers: _, ...head }, buffers }) => ({ head, buffers }))
          expect(decode(chunks)).toEqual(expected)
        },
      ),
      { numRuns: 60, seed: 7 },
    )
  })

  test('hold numbers that can be looked at where they arrived', () => {
    const [frame] = decode([
      encodeFrame({ head: { x: 'é' }, buffers: [Uint8Array.of(1), Float64Array.of(2.5)] }),
    ])
    expect(frame?.buffers[1]?.byteOffset).toSatisfy((offset: number) => offset % 8 === 0)
    expect(frame?.buffers[1]).toEqual(Float64Array.of(2.5))
  })

  test('over the limit are not made', () => {
    expect(() => encodeFrame({ head: {}, buffers: [new Uint8Array(frameLimit)] })).toThrow(FrameError)
  })

  test.each([
    ['a claimed length over the limit', Uint8Array.of(0xff, 0xff, 0xff, 0x7f)],
    ['a length too short for a head', Uint8Array.of(1, 0, 0, 0, 0)],
    ['a head longer than its frame', forge('{"buffers":[]}', [], 4000)],
    ['a head that is no JSON', forge('{"buffers":[}')],
    ['a head that is an array', forge('[1,2]')],
    ['no list of buffers', forge('{"kind":"call"}')],
    ['a buffer longer than its frame', forge('{"buffers":[["u8",9]]}', [1, 2])],
    ['a buffer of a negative length', forge('{"buffers":[["u8",-8]]}')],
    ['a buffer of a broken length', forge('{"buffers":[["f32",3]]}', [1, 2, 3])],
    ['a buffer of an unknown kind', forge('{"buffers":[["constructor",0]]}')],
  ])('%s is refused', (_, bytes) => {
    expect(() => decode([bytes])).toThrow(FrameError)
  })
})

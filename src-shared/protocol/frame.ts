// How does one message part look on the wire? A length, a small JSON head, and raw little-endian buffers.
//
//   u32  bytes of the frame after this number
//   u32  bytes of the head
//   head, UTF-8 JSON: { …, buffers: [[kind, bytes], …] }
//   zeros up to a multiple of 8, counted from the frame's start
//   every buffer, each starting at a multiple of 8
//
// The alignment lets the receiver look at the numbers where they arrived, without a copy.

/** No frame is longer, its first four bytes included; larger buffers travel as several frames (message.ts). */
export const frameLimit = 8 << 20

const arrays = {
  u8: Uint8Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const
export type BufferKind = keyof typeof arrays
/** What may travel as raw bytes. */
export type WireArray = Uint8Array | Int32Array | Uint32Array | Float32Array | Float64Array

export interface Frame {
  /** Small facts; a key `buffers` is the codec's own. */
  readonly head: Readonly<Record<string, unknown>>
  readonly buffers: readonly WireArray[]
}

/** The bytes that arrived are no frames; the connection cannot go on. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
}

/** The wire's name of an array's type. Throws FrameError for one that has none. */
export function bufferKind(array: WireArray): BufferKind {
  if (array instanceof Uint8Array) return 'u8'
  if (array instanceof Float32Array) return 'f32'
  if (array instanceof Int32Array) return 'i32'
  if (array instanceof Uint32Array) return 'u32'
  if (array instanceof Float64Array) return 'f64'
  throw new FrameError('an array of this type cannot travel')
}

export function isBufferKind(kind: unknown): kind is BufferKind {
  return typeof kind === 'string' && Object.hasOwn(arrays, kind)
}

/** True for the typed arrays that travel as raw bytes. */
export function isWireArray(value: unknown): value is WireArray {
  return Object.values(arrays).some((type) => value instanceof type)
}

/** An array of this kind over `bytes` of its own, aligned memory. Throws FrameError where they do not fit. */
export function arrayOver(
  kind: BufferKind,
  memory: ArrayBuffer,
  offset = 0,
  bytes = memory.byteLength - offset,
): WireArray {
  const size = arrays[kind].BYTES_PER_ELEMENT
  if (bytes % size !== 0) throw new FrameError(`${bytes} bytes are no whole number of ${kind}`)
  return new arrays[kind](memory, offset, bytes / size)
}

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8

/** The bytes of one frame. Throws FrameError over the limit. */
export function encodeFrame(frame: Frame): Uint8Array {
  const listed = frame.buffers.map((buffer) => [bufferKind(buffer), buffer.byteLength])
  const head = new TextEncoder().encode(JSON.stringify({ ...frame.head, buffers: listed }))
  let length = aligned(8 + head.length)
  const starts = frame.buffers.map((buffer) => {
    const start = length
    length = aligned(start + buffer.byteLength)
    return start
  })
  if (length > frameLimit)
    throw new FrameError(`a frame of ${length} bytes is over the limit of ${frameLimit}`)
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, length - 4, true)
  view.setUint32(4, head.length, true)
  bytes.set(head, 8)
  frame.buffers.forEach((buffer, i) =>
    bytes.set(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength), starts[i]),
  )
  return bytes
}

/** The frame in the bytes after its length. `bytes` starts 4 bytes into aligned memory of its own. */
function decodeFrame(memory: ArrayBuffer): Frame {
  const view = new DataView(memory)
  const headLength = memory.byteLength < 8 ? 0 : view.getUint32(4, true)
  if (headLength < 2 || headLength > memory.byteLength - 8)
    throw new FrameError('the head does not fit its frame')
  let head: unknown
  try {
    head = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(memory, 8, headLength)))
  } catch {
    throw new FrameError('the head is no JSON')
  }
  if (typeof head !== 'object' || head === null || Array.isArray(head))
    throw new FrameError('the head is no object')
  const { buffers: listed, ...facts } = head as Record<string, unknown>
  if (!Array.isArray(listed)) throw new FrameError('the head lists no buffers')
  let start = aligned(8 + headLength)
  const buffers = listed.map((entry: unknown) => {
    const [kind, bytes] = Array.isArray(entry) ? (entry as unknown[]) : []
    if (!isBufferKind(kind)) throw new FrameError('a buffer is of no known kind')
    if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0)
      throw new FrameError('a buffer has no length')
    if (bytes > memory.byteLength - start) throw new FrameError('a buffer does not fit its frame')
    const array = arrayOver(kind, memory, start, bytes)
    start = aligned(start + bytes)
    return array
  })
  return { head: facts, buffers }
}

/**
 * Takes bytes as they arrive, in pieces of any size, and hands on whole frames.
 * The function it returns throws FrameError at the first byte that cannot be right; nothing may follow.
 */
export function frameReader(onFrame: (frame: Frame) => void): (bytes: Uint8Array) => void {
  const lengthBytes = new Uint8Array(4)
  let lengthFilled = 0
  let frame: Uint8Array | null = null
  let filled = 0
  return (bytes) => {
    let at = 0
    while (at < bytes.length) {
      if (!frame) {
        const taken = Math.min(4 - lengthFilled, bytes.length - at)
        lengthBytes.set(bytes.subarray(at, at + taken), lengthFilled)
        lengthFilled += taken
        at += taken
        if (lengthFilled < 4) return
        const length = new DataView(lengthBytes.buffer).getUint32(0, true)
        if (length < 4 || length + 4 > frameLimit)
          throw new FrameError(`a frame claims ${length + 4} bytes; the limit is ${frameLimit}`)
        frame = new Uint8Array(length + 4)
        filled = 4
      }
      const taken = Math.min(frame.length - filled, bytes.length - at)
      frame.set(bytes.subarray(at, at + taken), filled)
      filled += taken
      at += taken
      if (filled < frame.length) return
      const whole = frame
      frame = null
      lengthFilled = 0
      onFrame(decodeFrame(whole.buffer as ArrayBuffer))
    }
  }
}

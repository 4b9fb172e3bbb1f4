// How does a message of any size become frames, and frames the message again?
//
// A message is an envelope (kind, call) and a body: JSON with typed arrays anywhere in it. The arrays leave the
// body and travel as buffers; an array that does not fit one frame travels ahead as several `part` frames, so that
// a small message (a cancel, say) can pass between them.
import {
  FrameError,
  arrayOver,
  bufferKind,
  encodeFrame,
  frameReader,
  isBufferKind,
  isWireArray,
} from './frame.ts'
import type { Frame, WireArray } from './frame.ts'

export const messageKinds = ['call', 'result', 'error', 'event', 'item', 'cancel', 'credit'] as const
export type MessageKind = (typeof messageKinds)[number]

export interface Message {
  readonly kind: MessageKind
  /** The call this belongs to, numbered by the side that called. */
  readonly call: number
  /** The call's name; only with `call`. */
  readonly name?: string
  readonly body: unknown
}

/** No message is larger, all its buffers together. */
export const messageLimit = 2 ** 31
/** Bodies whose JSON is longer travel as a buffer, so that the head stays small. */
const longestInlineBody = 1 << 18
const partBytes = 4 << 20
const mostBuffers = 4096

type Path = (string | number)[]
/** What the head of a frame says of a message. */
interface Envelope {
  kind: MessageKind
  call: number
  name?: string
  /** The body's JSON with null where an array was; absent where it travels as the last buffer. */
  body?: unknown
  /** Where each array stood in the body. */
  at: Path[]
  /** The number under which parts of this message came ahead, and which of its arrays they are. */
  parts?: { message: number; arrays: number[] }
}

/** The body without its typed arrays, which are collected with their places. */
function withoutArrays(value: unknown, path: Path, arrays: { path: Path; array: WireArray }[]): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (isWireArray(value)) {
    arrays.push({ path, array: value })
    return null
  }
  if (Array.isArray(value)) return value.map((item, i) => withoutArrays(item, [...path, i], arrays))
  const copy = Object.create(null) as Record<string, unknown>
  for (const [key, item] of Object.entries(value)) copy[key] = withoutArrays(item, [...path, key], arrays)
  return copy
}

/** The function that turns this side's messages into the bytes of frames, in the order to send them. */
export function messageWriter(): (message: Message) => Generator<Uint8Array> {
  let number = 0
  return function* frames({ kind, call, name, body }) {
    const arrays: { path: Path; array: WireArray }[] = []
    const plain = withoutArrays(body, [], arrays)
    const buffers = arrays.map(({ array }) => array)
    const text = JSON.stringify(plain) ?? 'null'
    const inline = text.length <= longestInlineBody
    if (!inline) buffers.push(new TextEncoder().encode(text))
    if (buffers.length > mostBuffers)
      throw new FrameError(`a message of ${buffers.length} buffers cannot travel`)
    const total = buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0)
    if (total > messageLimit) throw new FrameError(`a message of ${total} bytes cannot travel`)

    const envelope: Envelope = { kind, call, at: arrays.map(({ path }) => path) }
    if (name !== undefined) envelope.name = name
    if (inline) envelope.body = plain ?? null
    if (total <= partBytes) {
      yield encodeFrame({ head: { ...envelope }, buffers })
      return
    }
    const message = number++
    for (const [index, buffer] of buffers.entries()) {
      const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
      for (let offset = 0; offset === 0 || offset < bytes.length; offset += partBytes) {
        const head = { kind: 'part', message, index, offset, of: bytes.length, type: bufferKind(buffer) }
        yield encodeFrame({ head, buffers: [bytes.subarray(offset, offset + partBytes)] })
      }
    }
    envelope.parts = { message, arrays: buffers.map((_, i) => i) }
    yield encodeFrame({ head: { ...envelope }, buffers: [] })
  }
}

interface Assembly {
  buffers: { type: string; memory: Uint8Array; filled: number }[]
  bytes: number
}

/**
 * Takes bytes as they arrive and hands on whole messages. Every number is checked before it is used; the function
 * it returns throws FrameError where the other side does not keep to the rules. `limit`: bytes of one message.
 */
export function messageReader(
  onMessage: (message: Message) => void,
  limit: number = messageLimit,
): (bytes: Uint8Array) => void {
  const assemblies = new Map<number, Assembly>()

  const takePart = ({ head, buffers: [piece] }: Frame): void => {
    const { message, index, offset, of, type } = head as Record<string, number>
    if (![message, index, offset, of].every((n) => Number.isSafeInteger(n) && n! >= 0) || !isBufferKind(type))
      throw new FrameError('a part is not described')
    if (!(piece instanceof Uint8Array)) throw new FrameError('a part holds no bytes')
    const assembly = assemblies.get(message!) ?? { buffers: [], bytes: 0 }
    if (!assemblies.has(message!)) {
      if (assemblies.size >= 64) throw new FrameError('too many messages are begun and not ended')
      assemblies.set(message!, assembly)
    }
    if (index === assembly.buffers.length) {
      if (index! >= mostBuffers) throw new FrameError('a message has too many buffers')
      assembly.bytes += of!
      if (assembly.bytes > limit)
        throw new FrameError(`a message of over ${limit} bytes is larger than this side takes`)
      assembly.buffers.push({ type: String(type), memory: new Uint8Array(of!), filled: 0 })
    }
    const buffer = assembly.buffers[index!]
    if (!buffer || offset !== buffer.filled || piece.length > buffer.memory.length - offset!)
      throw new FrameError('a part is out of its place')
    buffer.memory.set(piece, offset)
    buffer.filled += piece.length
  }

  return frameReader((frame) => {
    if (frame.head.kind === 'part') return takePart(frame)
    const envelope = frame.head as unknown as Envelope
    const { kind, call, name, at, parts } = envelope
    if (!messageKinds.includes(kind) || !Number.isSafeInteger(call))
      throw new FrameError('a message has no kind')
    if (name !== undefined && typeof name !== 'string') throw new FrameError('a call has no name')
    let buffers = [...frame.buffers]
    if (parts) {
      const assembly = assemblies.get(parts.message)
      if (!assembly || assembly.buffers.some(({ memory, filled }) => filled !== memory.length))
        throw new FrameError('parts of a message are missing')
      assemblies.delete(parts.message)
      buffers = assembly.buffers.map(({ type, memory }) => {
        if (!isBufferKind(type)) throw new FrameError('a part is of no known kind')
        return arrayOver(type, memory.buffer as ArrayBuffer)
      })
    }
    onMessage({ kind, call, ...(name === undefined ? {} : { name }), body: rejoin(envelope, at, buffers) })
  })
}

/** Puts the arrays back to where they stood in the body. */
function rejoin(envelope: Envelope, at: unknown, buffers: WireArray[]): unknown {
  let body = envelope.body
  if (!Object.hasOwn(envelope, 'body')) {
    const text = buffers.pop()
    if (!(text instanceof Uint8Array)) throw new FrameError('a message has no body')
    try {
      body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text))
    } catch {
      throw new FrameError('a body is no JSON')
    }
  }
  if (!Array.isArray(at) || at.length !== buffers.length)
    throw new FrameError('a message does not say where its arrays stand')
  const holder = { body }
  at.forEach((path: unknown, i) => {
    if (!Array.isArray(path)) throw new FrameError('an array has no place')
    const steps: unknown[] = ['body', ...(path as unknown[])]
    const last = steps.pop() as string
    let parent: unknown = holder
    for (const step of steps) parent = own(parent, step)
    if (own(parent, last) !== null) throw new FrameError('the place of an array is taken')
    ;(parent as Record<string, unknown>)[last] = buffers[i]
  })
  return holder.body
}

function own(parent: unknown, step: unknown): unknown {
  const usable = typeof step === 'number' || (typeof step === 'string' && step !== '__proto__')
  if (typeof parent !== 'object' || parent === null || !usable || !Object.hasOwn(parent, step))
    throw new FrameError('the place of an array is not in its body')
  return (parent as Record<string, unknown>)[step as string]
}

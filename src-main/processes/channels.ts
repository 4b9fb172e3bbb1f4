// How do several windows share the one pipe between a host and the lab? Each has a channel of its own on it.
//
//   u32  bytes of the payload, little-endian
//   u32  number of the channel, chosen by the side that opens it
//   u8   kind: 0 data, 1 open (the payload is the channel's name), 2 close
//   payload
import type { Transport } from '../../src-shared/protocol/transport.ts'

const headerBytes = 9
const [data, open, close] = [0, 1, 2] as const
const longestName = 200

/** One channel: a transport with a name. */
export interface Channel extends Transport {
  readonly name: string
}

export interface Channels {
  /** Opens a channel; the other side gets it under the same name. */
  open(name: string): Channel
}

interface End {
  channel: Channel
  bytes: ((bytes: Uint8Array) => void)[]
  /** What arrived before anybody listened. */
  waiting: Uint8Array[]
  closing: (() => void)[]
  closed: boolean
}

/**
 * Splits `carrier` into channels. `onOpen` gets those that the other side opens; without it none may be. A carrier
 * that brings bytes that cannot be right is closed.
 */
export function channelsOver(carrier: Transport, onOpen?: (channel: Channel) => void): Channels {
  const ends = new Map<number, End>()
  let next = 0
  let gone = false

  function say(kind: number, number: number, payload: Uint8Array): void | Promise<void> {
    if (gone) return
    const header = new Uint8Array(headerBytes)
    const view = new DataView(header.buffer)
    view.setUint32(0, payload.length, true)
    view.setUint32(4, number, true)
    view.setUint8(8, kind)
    const room = carrier.send(header)
    return payload.length > 0 ? carrier.send(payload) : room
  }

  function leave(number: number): void {
    const end = ends.get(number)
    if (!end) return
    ends.delete(number)
    end.closed = true
    for (const listener of end.closing) listener()
  }

  function create(number: number, name: string): End {
    const end: End = { bytes: [], waiting: [], closing: [], closed: false, channel: null as never }
    end.channel = {
      name,
      send: (bytes) => (end.closed ? undefined : say(data, number, bytes)),
      onBytes: (listener) => {
        end.bytes.push(listener)
        for (const bytes of end.waiting.splice(0)) listener(bytes)
      },
      onClose: (listener) => {
        if (end.closed) listener()
        else end.closing.push(listener)
      },
      close: () => {
        if (end.closed) return
        void say(close, number, new Uint8Array())
        leave(number)
      },
    }
    ends.set(number, end)
    return end
  }

  function deliver(number: number, bytes: Uint8Array): void {
    // What still comes for a channel that was closed here is of no interest.
    const end = ends.get(number)
    if (!end) return
    if (end.bytes.length === 0) end.waiting.push(bytes)
    else for (const listener of end.bytes) listener(bytes)
  }

  function broken(): void {
    carrier.close()
    vanish()
  }

  function vanish(): void {
    gone = true
    for (const number of [...ends.keys()]) leave(number)
  }

  const header = new Uint8Array(headerBytes)
  let filled = 0
  let left = 0
  let [number, kind] = [0, 0]
  let name = new Uint8Array()
  carrier.onBytes((bytes) => {
    let at = 0
    while (at < bytes.length && !gone) {
      if (filled < headerBytes) {
        const taken = Math.min(headerBytes - filled, bytes.length - at)
        header.set(bytes.subarray(at, at + taken), filled)
        filled += taken
        at += taken
        if (filled < headerBytes) return
        const view = new DataView(header.buffer)
        left = view.getUint32(0, true)
        number = view.getUint32(4, true)
        kind = view.getUint8(8)
        if (kind > close || (kind === close && left > 0) || (kind === open && left > longestName))
          return broken()
        if (kind === open && (!onOpen || ends.has(number))) return broken()
        name = new Uint8Array()
        if (kind === close) leave(number)
      }
      const taken = Math.min(left, bytes.length - at)
      const piece = bytes.subarray(at, at + taken)
      at += taken
      left -= taken
      // A payload is a piece of a stream: it goes on as it comes, whole or not.
      if (kind === data && taken > 0) deliver(number, piece)
      if (kind === open) {
        name = Uint8Array.from([...name, ...piece])
        if (left === 0) onOpen?.(create(number, new TextDecoder().decode(name)).channel)
      }
      if (left === 0) filled = 0
    }
  })
  carrier.onClose(vanish)

  return {
    open: (channelName) => {
      const number = next++
      const { channel } = create(number, channelName)
      void say(open, number, new TextEncoder().encode(channelName))
      if (gone) leave(number)
      return channel
    },
  }
}

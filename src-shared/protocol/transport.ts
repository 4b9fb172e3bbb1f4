// What carries frames? Anything that sends bytes in order and says when it is gone.

export interface Transport {
  /** Sends bytes; the promise, where there is one, resolves when there is room for more. */
  send(bytes: Uint8Array): void | Promise<void>
  onBytes(listener: (bytes: Uint8Array) => void): void
  /** Called once, when the other side is gone or the carrier broke. */
  onClose(listener: () => void): void
  close(): void
}

/** A socket of Node's, as far as a transport needs it. */
interface SocketLike {
  write(bytes: Uint8Array, done: (error?: Error | null) => void): boolean
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown
  on(event: 'close' | 'error', listener: () => void): unknown
  destroy(): unknown
}

/** A transport over a two-way stream of bytes, for example a pipe between two processes. */
export function socketTransport(socket: SocketLike): Transport {
  let gone = false
  const leaving: (() => void)[] = []
  const leave = (): void => {
    if (gone) return
    gone = true
    for (const listener of leaving) listener()
  }
  socket.on('close', leave)
  socket.on('error', leave)
  return {
    send: (bytes) => {
      if (gone) return
      return new Promise<void>((resolve) => {
        // Told off or torn down: nobody listens any more, so the sender must not wait for ever.
        const roomLeft = socket.write(bytes, () => resolve())
        if (roomLeft || gone) resolve()
      })
    },
    onBytes: (listener) => {
      socket.on('data', listener)
    },
    onClose: (listener) => {
      if (gone) listener()
      else leaving.push(listener)
    },
    close: () => {
      socket.destroy()
      leave()
    },
  }
}

/** Two transports that feed each other in one process, for tests and for a window in the lab's own process. */
export function transportPair(): [Transport, Transport] {
  const ends = [end(), end()] as const
  function end() {
    return { bytes: [] as ((bytes: Uint8Array) => void)[], close: [] as (() => void)[] }
  }
  let open = true
  const close = (): void => {
    if (!open) return
    open = false
    for (const { close } of ends) for (const listener of close) listener()
  }
  const transport = (mine: 0 | 1): Transport => ({
    send: (bytes) => {
      const copy = bytes.slice()
      queueMicrotask(() => {
        if (open) for (const listener of ends[mine === 0 ? 1 : 0].bytes) listener(copy)
      })
    },
    onBytes: (listener) => ends[mine].bytes.push(listener),
    onClose: (listener) => ends[mine].close.push(listener),
    close,
  })
  return [transport(0), transport(1)]
}

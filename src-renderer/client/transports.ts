// What carries frames between the window and its host? A WebSocket in the browser, a MessagePort in the desktop app.
import type { Transport } from '../../src-shared/protocol/transport.ts'

/** Bytes that may wait in a socket before the sender is asked to wait too. */
const mostWaiting = 8 << 20

/** A transport over an open WebSocket. */
export function webSocketTransport(socket: WebSocket): Transport {
  socket.binaryType = 'arraybuffer'
  return {
    send: (bytes) => {
      if (socket.readyState !== WebSocket.OPEN) return
      socket.send(bytes as Uint8Array<ArrayBuffer>)
      if (socket.bufferedAmount < mostWaiting) return
      return new Promise((resolve) => {
        const look = (): void => {
          if (socket.bufferedAmount < mostWaiting || socket.readyState !== WebSocket.OPEN) resolve()
          else setTimeout(look, 20)
        }
        look()
      })
    },
    onBytes: (listener) => {
      socket.addEventListener('message', ({ data }) => {
        if (data instanceof ArrayBuffer) listener(new Uint8Array(data))
      })
    },
    onClose: (listener) => socket.addEventListener('close', () => listener(), { once: true }),
    close: () => socket.close(),
  }
}

/** A transport over a MessagePort; `null` on the port says that the other side is gone. */
export function portTransport(port: MessagePort): Transport {
  const leaving: (() => void)[] = []
  let gone = false
  const leave = (): void => {
    if (gone) return
    gone = true
    for (const listener of leaving) listener()
  }
  port.addEventListener('close', leave)
  return {
    send: (bytes) => {
      // A frame is a view of its own memory or of a message's; only its own bytes travel.
      if (!gone) port.postMessage(bytes)
    },
    onBytes: (listener) => {
      port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (data instanceof Uint8Array) listener(data)
        else if (data instanceof ArrayBuffer) listener(new Uint8Array(data))
        else if (data === null) leave()
      })
      port.start()
    },
    onClose: (listener) => {
      if (gone) listener()
      else leaving.push(listener)
    },
    close: () => {
      port.close()
      leave()
    },
  }
}

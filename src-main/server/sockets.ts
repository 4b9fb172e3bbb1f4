// How does a WebSocket become a window's channel to the lab? Bytes go through as they are, at the slower side's pace.
import type { RawData, WebSocket } from 'ws'
import type { Transport } from '../../src-shared/protocol/transport.ts'

/** Bytes that may wait for a slow browser; streams stop long before by their credit. */
const mostWaiting = 512 << 20
/** How often a silent browser is asked whether it is still there, in milliseconds. */
const heartbeat = 30_000
/** Close code for "the lab is gone, come again". */
export const labGone = 4001

function asBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}

/** Carries a window's bytes between its socket and its channel until either is gone. */
export function joinWindow(socket: WebSocket, channel: Transport): void {
  let alive = true
  const timer = setInterval(() => {
    if (!alive) return socket.terminate()
    alive = false
    socket.ping()
  }, heartbeat)
  timer.unref()
  socket.on('pong', () => {
    alive = true
  })

  socket.on('message', (data, isBinary) => {
    alive = true
    if (!isBinary) return socket.close(1003, 'Frames are binary.')
    const room = channel.send(asBytes(data))
    if (!room) return
    socket.pause()
    void room.then(() => socket.resume())
  })
  channel.onBytes((bytes) => {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > mostWaiting) return socket.terminate()
    socket.send(bytes)
  })
  socket.on('close', () => {
    clearInterval(timer)
    channel.close()
  })
  socket.on('error', () => socket.terminate())
  channel.onClose(() => {
    clearInterval(timer)
    if (socket.readyState === socket.OPEN) socket.close(labGone, 'The lab ended this connection.')
  })
}

// Runs inside a page of the app: a second link to the lab, beside the window's own, that sends bytes there and back.
import { portTransport, webSocketTransport } from '../../src-renderer/client/transports.ts'
import { createClient } from '../../src-shared/protocol/client.ts'
import { createPeer } from '../../src-shared/protocol/peer.ts'
import type { Transport } from '../../src-shared/protocol/transport.ts'

function open(): Promise<Transport> {
  const { emergence } = window as { emergence?: { connect(): void } }
  if (emergence)
    return new Promise((resolve) => {
      addEventListener('message', (event) => {
        if (event.data === 'emergence:port' && event.ports[0]) resolve(portTransport(event.ports[0]))
      })
      emergence.connect()
    })
  const address = new URL('socket', document.baseURI)
  address.protocol = 'ws:'
  const socket = new WebSocket(address)
  return new Promise((resolve, reject) => {
    socket.onopen = () => resolve(webSocketTransport(socket))
    socket.onerror = () => reject(new Error('the socket was refused'))
  })
}

/** Sends `bytes` bytes to the lab and back, compares them, and says how long it took. */
export async function roundTrip(bytes: number): Promise<{ bytes: number; equal: boolean; seconds: number }> {
  const peer = createPeer(await open())
  const sent = new Uint8Array(bytes)
  for (let i = 0, state = 1; i < bytes; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    sent[i] = state >>> 24
  }
  const copy = sent.slice()
  const since = performance.now()
  const { bytes: came } = await createClient(peer).echo({ bytes: sent })
  const seconds = (performance.now() - since) / 1000
  peer.close()
  let equal = came.length === copy.length
  for (let i = 0; equal && i < bytes; i++) equal = came[i] === copy[i]
  return { bytes: came.length, equal, seconds }
}

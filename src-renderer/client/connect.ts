// How does the window reach its lab? Over the port of the desktop app or the socket of the browser host; again when it is lost.
import { Failure } from '../../src-shared/domain/failure.ts'
import { createClient, type Client } from '../../src-shared/protocol/client.ts'
import { fromWire } from '../../src-shared/protocol/errors.ts'
import { createPeer } from '../../src-shared/protocol/peer.ts'
import type { Transport } from '../../src-shared/protocol/transport.ts'
import type { Lab, Source, WindowEvent } from './lab.ts'
import { remoteLab } from './remote.ts'
import { portTransport, webSocketTransport } from './transports.ts'

/** What the desktop app's preload puts into the page; nothing else of it is there. */
export interface Preload {
  /** Asks for a port to the lab; it arrives as a message of the page itself. */
  connect(): void
  /** Where a dropped or chosen file lies. */
  pathOf(file: File): string
}

declare global {
  interface Window {
    readonly emergence?: Preload
  }
}

const lost = (): Failure =>
  new Failure('engine-died', 'The lab stopped before it answered.', 'It is being started again.')

/** A port to the lab from the desktop app; each call asks for a new one. */
function openPort(preload: Preload): Promise<Transport> {
  return new Promise((resolve) => {
    const take = (event: MessageEvent<unknown>): void => {
      // Only the page's own preload speaks to it; anything else is not the port.
      if (event.source !== window || event.data !== 'emergence:port' || !event.ports[0]) return
      removeEventListener('message', take)
      resolve(portTransport(event.ports[0]))
    }
    addEventListener('message', take)
    preload.connect()
  })
}

function openSocket(): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const address = new URL('socket', document.baseURI)
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(address)
    socket.addEventListener('open', () => resolve(webSocketTransport(socket)), { once: true })
    socket.addEventListener(
      'error',
      () =>
        reject(
          new Failure(
            'engine-died',
            'The lab could not be reached.',
            'Start Emergence again and reload this page.',
          ),
        ),
      { once: true },
    )
  })
}

/** Sends a file to the browser host and returns its upload. Throws Failure with the host's own sentence. */
function upload(file: File, onProgress?: (share: number) => void, signal?: AbortSignal): Promise<Source> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const fail = (message: string, hint = ''): void => reject(new Failure('unreadable-file', message, hint))
    request.open('POST', `upload?name=${encodeURIComponent(file.name)}`)
    request.responseType = 'json'
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress?.(total ? loaded / total : 0),
    )
    request.addEventListener('load', () => {
      const answer = request.response as { id?: string; error?: unknown } | null
      if (request.status === 200 && typeof answer?.id === 'string') resolve({ kind: 'upload', id: answer.id })
      else if (answer?.error) reject(fromWire(answer.error))
      else fail(`The host did not take ${file.name}.`)
    })
    request.addEventListener('error', () => fail(`${file.name} could not be sent to the lab.`))
    request.addEventListener('abort', () => reject(new Failure('cancelled', 'The work was cancelled.')))
    signal?.addEventListener('abort', () => request.abort(), { once: true })
    request.send(file)
  })
}

function download(name: string, type: string, bytes: Uint8Array): void {
  const address = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

/** Milliseconds between tries to come back, growing. */
const pauses = [200, 500, 1000, 2000, 4000]

/** The lab of this window. Throws Failure where it cannot be reached at all. */
export async function connect(): Promise<Lab> {
  const preload = window.emergence
  const open = (): Promise<Transport> => (preload ? openPort(preload) : openSocket())
  const listeners = new Set<(event: WindowEvent) => void>()
  const say = (event: WindowEvent): void => {
    for (const listener of listeners) listener(event)
  }
  let client: Client
  let controller = new AbortController()

  function follow(): void {
    controller = new AbortController()
    client.events({}, { signal: controller.signal, onItem: say }).catch(() => {
      // Ends with the link; whoever waits for an answer is told by its own call.
    })
  }

  async function link(): Promise<void> {
    const transport = await open()
    client = createClient(createPeer(transport, { lost }))
    transport.onClose(() => void comeBack())
    if (listeners.size > 0) follow()
  }

  async function comeBack(): Promise<void> {
    say({ kind: 'link', state: 'lost', reason: '' })
    for (let attempt = 0; ; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, pauses[Math.min(attempt, pauses.length - 1)]))
      try {
        await link()
        break
      } catch {
        // Not yet; the pause grows.
      }
    }
    say({ kind: 'link', state: 'back', reason: '' })
  }

  await link()
  return remoteLab({
    client: () => client,
    subscribe: (listener) => {
      listeners.add(listener)
      if (listeners.size === 1) follow()
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) controller.abort()
      }
    },
    place: (file, onProgress, signal) => {
      const path = preload?.pathOf(file)
      return path ? Promise.resolve({ kind: 'path', path }) : upload(file, onProgress, signal)
    },
    pathOf: (file) => preload?.pathOf(file) ?? '',
    download,
  })
}

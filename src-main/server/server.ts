// How does a browser get the window? The browser host: page, pictures, uploads and the socket, on loopback only.
import { createReadStream } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { Failure } from '../../src-shared/domain/failure.ts'
import { idSchema } from '../../src-shared/domain/workspace.ts'
import { version } from '../../src-shared/domain/version.ts'
import { toWire } from '../../src-shared/protocol/errors.ts'
import { frameLimit } from '../../src-shared/protocol/frame.ts'
import { startLab, type LabProcess } from '../processes/lab.ts'
import { mediaType, pageHeaders } from '../processes/pageRules.ts'
import { pageFiles } from '../processes/page.ts'
import { createSessions, refusal, sessionCookie, type Asked } from './guard.ts'
import { joinWindow } from './sockets.ts'
import { createReceiver, usualLimit, type Receiver } from './uploads.ts'

export interface ServerOptions {
  /** 0: any free one. */
  port: number
  workspace?: string | undefined
  /** Bytes of one uploaded file. */
  uploadLimit?: number
  /** For the lab's process. */
  env?: Readonly<Record<string, string>>
  /** Where the built page lies. */
  page?: ReadonlyMap<string, string>
  /** Told in words what a person at the terminal should know. */
  say(words: string): void
}

export interface BrowserHost {
  readonly port: number
  /** An address that works once. */
  address(): string
  readonly lab: LabProcess
  close(): Promise<void>
}

const sizes = new Set(['thumb', 'stage', 'full'])
/** Windows at the same time. */
const mostSockets = 32

interface Parts {
  lab: LabProcess
  receiver: Receiver
  page: ReadonlyMap<string, string>
  sessions: ReturnType<typeof createSessions>
}

/** Starts the browser host. Throws Failure where the port is taken. */
export async function serve(options: ServerOptions): Promise<BrowserHost> {
  const receiver = createReceiver(options.uploadLimit ?? usualLimit)
  const sessions = createSessions()
  const lab = startLab({
    workspace: options.workspace,
    env: options.env ?? {},
    handlers: { hostFacts: () => hostFacts(receiver) },
    onDeath: (words, again) => {
      options.say(words)
      if (again)
        void lab
          .client()
          .tellWindows({ kind: 'notice', level: 'alarm', text: afterDeath })
          .catch(() => undefined)
    },
  })
  const parts: Parts = { lab, receiver, sessions, page: options.page ?? pageFiles() }
  const server = createServer((request, response) => {
    void answer(parts, request, response).catch((thrown: unknown) => fail(response, thrown))
  })
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: frameLimit + 16,
    perMessageDeflate: false,
    clientTracking: true,
  })
  server.on('upgrade', (request, socket, head) => upgrade(parts, sockets, request, socket, head))
  try {
    await listening(server, options.port)
  } catch (error) {
    await lab.stop()
    receiver.close()
    throw error
  }
  const { port } = server.address() as AddressInfo
  return {
    port,
    lab,
    address: () => `http://127.0.0.1:${port}/?token=${sessions.token()}`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await lab.stop()
      receiver.close()
    },
  }
}

const afterDeath =
  'The lab ended unexpectedly and was started again. Everything that was shown as saved is there.'

function hostFacts({ limit }: Receiver): Record<string, unknown> {
  const platform = process.platform === 'darwin' ? 'mac' : process.platform === 'win32' ? 'windows' : 'linux'
  return {
    host: 'browser',
    platform,
    dialogs: false,
    uploadLimit: limit,
    versions: { emergence: version, node: process.versions.node },
  }
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE' || error.code === 'EACCES'
      reject(
        taken
          ? new Failure(
              'bad-argument',
              `Port ${port} cannot be used (${error.code}).`,
              'Name another with --port, or none.',
            )
          : error,
      )
    })
    server.listen(port, '127.0.0.1', resolve)
  })
}

/** Closes a request that is not ours to answer, without a word about what is here. */
function refuse(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { ...pageHeaders("'none'"), 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(`${words}\n`)
}

function fail(response: ServerResponse, thrown: unknown): void {
  if (response.headersSent) return void response.destroy()
  const wire = toWire(thrown)
  const status =
    wire.code === 'too-large' ? 413 : wire.code === 'bad-argument' ? 404 : wire.code === 'disk' ? 507 : 500
  response.writeHead(status, {
    ...pageHeaders("'none'"),
    'Content-Type': 'application/json',
    Connection: 'close',
  })
  response.end(JSON.stringify(wire))
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked: Asked = { method: request.method ?? '', headers: request.headers }
  const why = refusal(asked)
  if (why) return refuse(response, 403, why)
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const isReading = asked.method === 'GET' || asked.method === 'HEAD'

  const token = url.searchParams.get('token')
  if (isReading && url.pathname === '/' && token !== null) {
    const secret = parts.sessions.redeem(token)
    // Whoever has a session already and comes back over an old address just goes on.
    if (secret === null && !parts.sessions.holds(asked)) return refuse(response, 403, spent)
    response.writeHead(303, {
      ...pageHeaders("'none'"),
      Location: '/',
      ...(secret === null ? {} : { 'Set-Cookie': sessionCookie(secret) }),
    })
    response.end()
    return
  }
  if (!parts.sessions.holds(asked)) return refuse(response, 401, spent)

  if (asked.method === 'POST' && url.pathname === '/upload') return upload(parts, url, request, response)
  if (!isReading) return refuse(response, 405, 'This address is only read.')
  if (url.pathname.startsWith('/picture/')) return picture(parts, url, response)
  const file = parts.page.get(url.pathname)
  if (file === undefined)
    return refuse(
      response,
      404,
      parts.page.size === 0 ? 'The window was not built: npm run build.' : 'There is nothing here.',
    )
  const host = request.headers.host ?? ''
  response.writeHead(200, { ...pageHeaders(`'self' ws://${host}`), 'Content-Type': mediaType(file) })
  if (asked.method === 'HEAD') response.end()
  else
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response)
}

const spent =
  'This address works once, and only in the browser that opened it first. Press Enter where "emergence serve" runs for a new one.'

async function upload(
  parts: Parts,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const received = await parts.receiver.receive(request, url.searchParams.get('name') ?? 'file')
  await parts.lab.client().uploaded(received)
  response.writeHead(200, { ...pageHeaders("'none'"), 'Content-Type': 'application/json' })
  response.end(JSON.stringify({ id: received.id }))
}

async function picture(parts: Parts, url: URL, response: ServerResponse): Promise<void> {
  // An id is a UUID and nothing else, so that no path can hide in it.
  const id = idSchema.safeParse(url.pathname.slice('/picture/'.length))
  const size = url.searchParams.get('size') ?? 'full'
  if (!id.success || !sizes.has(size)) return refuse(response, 404, 'There is no such picture.')
  const { type, bytes } = await parts.lab.client().picture({ id: id.data, size: size as 'full' })
  response.writeHead(200, {
    ...pageHeaders("'none'"),
    'Content-Type': type,
    'Content-Length': bytes.byteLength,
  })
  response.end(bytes)
}

function upgrade(
  { lab, sessions }: Parts,
  sockets: WebSocketServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const asked: Asked = { method: request.method ?? '', headers: request.headers }
  socket.on('error', () => socket.destroy())
  const deny = (status: string): void => {
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  }
  if (refusal(asked, true)) return deny('403 Forbidden')
  if (!sessions.holds(asked)) return deny('401 Unauthorized')
  if (request.url !== '/socket') return deny('404 Not Found')
  if (sockets.clients.size >= mostSockets) return deny('503 Service Unavailable')
  sockets.handleUpgrade(request, socket, head, (webSocket) => {
    let channel
    try {
      channel = lab.openWindow(`window ${++windows}`)
    } catch (thrown) {
      webSocket.close(4001, toWire(thrown).message.slice(0, 100))
      return
    }
    joinWindow(webSocket, channel)
  })
}
let windows = 0

// How do the tests speak to a browser host? With every header in their own hands, as a hostile page's browser has not.
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { serve, type BrowserHost } from '../../../src-main/server/server.ts'
import { createClient, type Client } from '../../../src-shared/protocol/client.ts'
import { createPeer, type Peer } from '../../../src-shared/protocol/peer.ts'
import type { Transport } from '../../../src-shared/protocol/transport.ts'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

export interface TestHost {
  host: BrowserHost
  said: string[]
  home: string
  /** A request with exactly these headers beside the Host; nothing is added. */
  ask(path: string, options?: AskOptions): Promise<Answer>
  /** Exchanges a token for a session; returns the cookie. */
  enter(): Promise<string>
  /** Opens the socket; rejects with the status where it is refused. */
  socket(headers: Record<string, string>, path?: string): Promise<WebSocket>
  /** A client of the lab over a socket of its own. */
  client(cookie: string): Promise<{ client: Client; peer: Peer; socket: WebSocket }>
  close(): Promise<void>
}
export interface AskOptions {
  method?: string
  headers?: Record<string, string>
  body?: Uint8Array | AsyncIterable<Uint8Array>
}

export function overSocket(socket: WebSocket): Transport {
  return {
    send: (bytes) =>
      new Promise<void>((resolve) => {
        socket.send(bytes, () => resolve())
      }),
    onBytes: (listener) => void socket.on('message', (data: Buffer) => listener(data)),
    onClose: (listener) => void socket.on('close', listener),
    close: () => socket.close(),
  }
}

/** A browser host with a home and a page of its own. */
export async function startTestHost(options: { uploadLimit?: number } = {}): Promise<TestHost> {
  const home = mkdtempSync(join(tmpdir(), 'emergence-home-'))
  const index = join(home, 'index.html')
  writeFileSync(index, '<!doctype html><title>Emergence</title>')
  const said: string[] = []
  const host = await serve({
    port: 0,
    env: { EMERGENCE_HOME: home },
    page: new Map([
      ['/', index],
      ['/index.html', index],
    ]),
    say: (words) => said.push(words),
    ...options,
  })
  const own = `127.0.0.1:${host.port}`

  const ask = (path: string, { method = 'GET', headers = {}, body }: AskOptions = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(
        { host: '127.0.0.1', port: host.port, path, method, headers: { Host: own, ...headers } },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks),
            }),
          )
        },
      )
      request.on('error', reject)
      void (async () => {
        if (body instanceof Uint8Array) request.write(body)
        else if (body) for await (const chunk of body) if (!request.destroyed) request.write(chunk)
        request.end()
      })()
    })

  const socket = (headers: Record<string, string>, path = '/socket'): Promise<WebSocket> =>
    new Promise((resolve, reject) => {
      const made = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, { headers: { Host: own, ...headers } })
      made.on('open', () => resolve(made))
      made.on('unexpected-response', (_, response) => {
        reject(new Error(`refused with ${response.statusCode}`))
        made.terminate()
      })
      made.on('error', reject)
    })

  const enter = async (): Promise<string> => {
    const url = new URL(host.address())
    const { headers } = await ask(`${url.pathname}${url.search}`)
    return headers['set-cookie']![0]!.split(';')[0]!
  }
  return {
    host,
    said,
    home,
    ask,
    enter,
    socket,
    client: async (cookie) => {
      const open = await socket({ Cookie: cookie, Origin: `http://${own}` })
      const peer = createPeer(overSocket(open))
      return { client: createClient(peer), peer, socket: open }
    },
    close: async () => {
      await host.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { startTestHost, type TestHost } from './browserHost.ts'

const limit = 300_000
let at: TestHost
let cookie: string
let origin: string
beforeAll(async () => {
  at = await startTestHost({ uploadLimit: limit })
  cookie = await at.enter()
  origin = `http://127.0.0.1:${at.host.port}`
})
afterAll(() => at.close())

const refused = async (headers: Record<string, string>, path?: string): Promise<string> => {
  const socket = await at.socket(headers, path).catch((error: Error) => error)
  if (socket instanceof Error) return socket.message
  socket.terminate()
  return 'opened'
}

describe('the page', () => {
  test('comes with strict rules and without inline script', async () => {
    const { status, headers } = await at.ask('/', { headers: { Cookie: cookie } })
    expect(status).toBe(200)
    const rules = String(headers['content-security-policy'])
    expect(rules).toContain("default-src 'none'")
    expect(rules).toContain("script-src 'self'")
    // Dropped videos play from the page's own memory; workers come from files of ours alone.
    expect(rules).toContain('media-src blob:;')
    expect(rules).toContain("worker-src 'self';")
    expect(rules).toContain("frame-ancestors 'none'")
    expect(rules.replace(/style-src-attr [^;]*/, '')).not.toContain('unsafe')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })

  test('is for those who hold the session', async () => {
    expect((await at.ask('/')).status).toBe(401)
    expect((await at.ask('/', { headers: { Cookie: 'emergence-session=guess' } })).status).toBe(401)
  })

  test('is not read from anywhere else on the disk', async () => {
    for (const path of [
      '/../../../../etc/passwd',
      '/..%2f..%2f..%2fetc%2fpasswd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/index.html/../../preferences.json',
      '/preferences.json',
      '//etc/passwd',
      '/\\..\\..\\etc\\passwd',
    ]) {
      const { status, body } = await at.ask(path, { headers: { Cookie: cookie } })
      expect(status, path).not.toBe(200)
      expect(body.toString()).not.toContain('root:')
    }
  })
})

describe('the token', () => {
  test('works once', async () => {
    const { pathname, search } = new URL(at.host.address())
    const first = await at.ask(pathname + search)
    expect(first.status).toBe(303)
    expect(first.headers.location).toBe('/')
    expect(String(first.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/)
    expect((await at.ask(pathname + search)).status).toBe(403)
  })
  test('cannot be left out or guessed', async () => {
    expect((await at.ask('/?token=')).status).toBe(403)
    expect((await at.ask('/?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')).status).toBe(403)
  })
  test('is not taken from a page of another site', async () => {
    const { pathname, search } = new URL(at.host.address())
    const hostile = {
      Origin: 'https://evil.example',
      'Sec-Fetch-Site': 'cross-site',
      'Sec-Fetch-Mode': 'cors',
    }
    expect((await at.ask(pathname + search, { headers: hostile })).status).toBe(403)
  })
})

describe('a hostile page', () => {
  const posts = { method: 'POST', body: new Uint8Array(10) }
  test('with a wrong Origin is refused although the browser holds the session', async () => {
    for (const wrong of ['https://evil.example', 'http://localhost:3000', 'null'])
      expect(
        (await at.ask('/upload?name=a.pth', { ...posts, headers: { Cookie: cookie, Origin: wrong } })).status,
      ).toBe(403)
  })
  test('whose name was bound to loopback is refused', async () => {
    const rebound = { Cookie: cookie, Host: `evil.example:${at.host.port}` }
    expect((await at.ask('/', { headers: rebound })).status).toBe(403)
    expect(
      (await at.ask('/picture/x', { headers: { ...rebound, Origin: `http://evil.example:${at.host.port}` } }))
        .status,
    ).toBe(403)
  })
  test('cannot ask beforehand with OPTIONS what it may', async () => {
    const { status, headers } = await at.ask('/upload', {
      method: 'OPTIONS',
      headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
    })
    expect(status).toBe(403)
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })
  test('cannot open the socket from another site, port or name', async () => {
    for (const wrong of [
      'https://evil.example',
      'http://localhost:3000',
      `http://localhost:${at.host.port}`,
      'null',
    ])
      expect(await refused({ Cookie: cookie, Origin: wrong }), wrong).toBe('refused with 403')
    expect(await refused({ Cookie: cookie })).toBe('refused with 403')
    expect(
      await refused({
        Cookie: cookie,
        Host: `evil.example:${at.host.port}`,
        Origin: `http://evil.example:${at.host.port}`,
      }),
    ).toBe('refused with 403')
  })
})

describe('the socket', () => {
  test('needs the session and its own address', async () => {
    expect(await refused({ Origin: origin })).toBe('refused with 401')
    expect(await refused({ Origin: origin, Cookie: 'emergence-session=guess' })).toBe('refused with 401')
    expect(await refused({ Origin: origin, Cookie: cookie }, '/other')).toBe('refused with 404')
    expect(await refused({ Origin: origin, Cookie: cookie }, '/socket?token=x')).toBe('refused with 404')
    expect(await refused({ Origin: origin, Cookie: cookie })).toBe('opened')
  })

  const closing = async (send: (socket: WebSocket) => void): Promise<number> => {
    const socket = await at.socket({ Origin: origin, Cookie: cookie })
    const closed = new Promise<number>((resolve) => socket.on('close', resolve))
    socket.on('error', () => undefined)
    send(socket)
    return closed
  }
  test('is closed by an oversized frame, before it is read', async () => {
    expect(await closing((socket) => socket.send(new Uint8Array(9 << 20)))).toBe(1009)
  })
  test('is closed by text', async () => {
    expect(await closing((socket) => socket.send('{"kind":"call"}'))).toBe(1003)
  })
  test('is closed by bytes that are no frames, and the lab goes on', async () => {
    expect(await closing((socket) => socket.send(new Uint8Array(64).fill(0xff)))).toBe(4001)
    const claims = new Uint8Array(8)
    new DataView(claims.buffer).setUint32(0, 0x7fffffff, true)
    expect(await closing((socket) => socket.send(claims))).toBe(4001)
    const { client, socket } = await at.client(cookie)
    expect((await client.workspace({})).pictures.length).toBeGreaterThan(0)
    socket.close()
  })
  test('carries no call that is for hosts or for the command line', async () => {
    const { client, peer, socket } = await at.client(cookie)
    const id = '00000000-0000-4000-8000-000000000000'
    await expect(client.uploaded({ id, path: '/etc/passwd', name: 'a.png', bytes: 1 })).rejects.toThrow(
      /cannot call|no call/,
    )
    await expect(client.tellWindows({ kind: 'command', command: 'quit' })).rejects.toThrow(
      /cannot call|no call/,
    )
    await expect(client.attention({} as never)).rejects.toThrow(/cannot call|no call/)
    await expect(peer.call('constructor', {})).rejects.toThrow(/cannot call|no call/)
    await expect(client.choose({ what: 'files' })).rejects.toThrow()
    await expect(client.picture({ id: '../../../etc/passwd', size: 'full' })).rejects.toThrow(/does not fit/)
    socket.close()
  })
})

describe('pictures', () => {
  test('come by their id, as they are, and are not sniffed', async () => {
    const { client, socket } = await at.client(cookie)
    const { pictures } = await client.workspace({})
    const { status, headers, body } = await at.ask(`/picture/${pictures[0]!.id}?size=stage`, {
      headers: { Cookie: cookie },
    })
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('image/jpeg')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(body.equals(readFileSync(pictures[0]!.path))).toBe(true)
    socket.close()
  })
  test('cannot be asked for by a path, encoded or not', async () => {
    for (const id of [
      '../../../../etc/passwd',
      '..%2f..%2f..%2f..%2fetc%2fpasswd',
      '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
      '%252e%252e%252fetc%252fpasswd',
      '/etc/passwd',
      '%2fetc%2fpasswd',
      '00000000-0000-4000-8000-000000000000%00.png',
      '00000000-0000-4000-8000-000000000000/../x',
      '',
    ]) {
      const { status, body } = await at.ask(`/picture/${id}`, { headers: { Cookie: cookie } })
      expect(status, id).toBe(404)
      expect(body.toString()).not.toContain('root:')
    }
    const unknown = '/picture/00000000-0000-4000-8000-000000000000'
    expect((await at.ask(unknown, { headers: { Cookie: cookie } })).status).toBe(404)
    expect((await at.ask(unknown)).status).toBe(401)
  })
})

describe('an upload', () => {
  const headers = (): Record<string, string> => ({ Cookie: cookie, Origin: origin })
  const photo = readFileSync(join(import.meta.dirname, '../../../resources/pictures/bear-night.jpg'))

  test('becomes a picture that lies in the workspace', async () => {
    const sent = await at.ask('/upload?name=..%2F..%2Fmy%20bear.jpg', {
      method: 'POST',
      headers: headers(),
      body: photo,
    })
    expect(sent.status).toBe(200)
    const { id } = JSON.parse(sent.body.toString()) as { id: string }
    const { client, socket } = await at.client(cookie)
    const added = await client.add({ sources: [{ kind: 'upload', id }] })
    expect(added.refused).toEqual([])
    const { pictures } = await client.workspace({})
    const picture = pictures.find((row) => row.id === added.pictures[0])!
    expect(picture).toMatchObject({ name: 'my bear', width: 640, height: 480 })
    expect(picture.path).toContain('.emergence-data')
    expect(readFileSync(picture.path).equals(photo)).toBe(true)
    // What was taken in is not kept twice.
    expect((await client.diskUse({})).uploads).toBe(0)
    await expect(client.add({ sources: [{ kind: 'upload', id }] })).rejects.toThrow()
    socket.close()
  })

  test('over the limit is refused, whether it says its size or not', async () => {
    const body = new Uint8Array(limit + 1)
    const said = await at.ask('/upload?name=a.pth', {
      method: 'POST',
      headers: { ...headers(), 'Content-Length': String(body.length) },
      body,
    })
    expect(said.status).toBe(413)
    async function* drip(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 10; i++) yield new Uint8Array(limit / 5)
    }
    const unsaid = await at
      .ask('/upload?name=a.pth', { method: 'POST', headers: headers(), body: drip() })
      .catch(() => ({ status: 413 }))
    expect(unsaid.status).toBe(413)
  })

  test('needs the session and the own Origin', async () => {
    const post = { method: 'POST', body: new Uint8Array(4) }
    expect((await at.ask('/upload?name=a.png', { ...post, headers: { Origin: origin } })).status).toBe(401)
    expect((await at.ask('/upload?name=a.png', { ...post, headers: { Cookie: cookie } })).status).toBe(403)
  })
})

test('a file of a home that was made for the test is where it belongs', () => {
  expect(existsSync(join(at.home, 'workspaces', 'Untitled.emergence'))).toBe(true)
})

// How does the page get its files, its pictures and its uploads? Over the app's own scheme, which only its pages speak.
import { randomUUID } from 'node:crypto'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { protocol } from 'electron'
import { idSchema } from '../../src-shared/domain/workspace.ts'
import { toWire } from '../../src-shared/protocol/errors.ts'
import type { LabProcess } from '../processes/lab.ts'
import { pageFiles } from '../processes/page.ts'
import { mediaType, pageHeaders } from '../processes/pageRules.ts'
import { scheme } from './address.ts'

/** To be called before the app is ready: the scheme is a secure origin of its own. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ])
}

const closed = pageHeaders("'none'")
const sizes = new Set(['thumb', 'stage', 'full'])

function plain(status: number, words: string): Response {
  return new Response(`${words}\n`, {
    status,
    headers: { ...closed, 'Content-Type': 'text/plain; charset=utf-8' },
  })
}

/** Answers the page's requests; returns what removes the files that were sent and not taken. */
export function servePages(lab: LabProcess): () => void {
  const files = pageFiles()
  const uploads = mkdtempSync(join(tmpdir(), 'emergence-uploads-'))

  async function picture(url: URL): Promise<Response> {
    // An id is a UUID and nothing else, so that no path can hide in it.
    const id = idSchema.safeParse(url.pathname.slice('/picture/'.length))
    const size = url.searchParams.get('size') ?? 'full'
    if (!id.success || !sizes.has(size)) return plain(404, 'There is no such picture.')
    const { type, bytes } = await lab.client().picture({ id: id.data, size: size as 'full' })
    return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { ...closed, 'Content-Type': type } })
  }

  /** What was pasted has no path: its bytes come this way. */
  async function upload(url: URL, request: Request): Promise<Response> {
    const name = basename(url.searchParams.get('name') ?? 'file').slice(0, 200) || 'file'
    const id = randomUUID()
    const path = join(uploads, `${id}${/^\.\w{1,20}$/.test(extname(name)) ? extname(name) : ''}`)
    try {
      const body = Readable.fromWeb(
        (request.body ?? new Blob([]).stream()) as Parameters<typeof Readable.fromWeb>[0],
      )
      const file = createWriteStream(path, { flags: 'wx', mode: 0o600 })
      await pipeline(body, file)
      await lab.client().uploaded({ id, path, name, bytes: file.bytesWritten })
      return Response.json({ id }, { headers: closed })
    } catch (thrown) {
      await rm(path, { force: true })
      throw thrown
    }
  }

  protocol.handle(scheme, async (request) => {
    try {
      const url = new URL(request.url)
      if (url.host !== 'app') return plain(404, 'There is nothing here.')
      if (request.method === 'POST' && url.pathname === '/upload') return await upload(url, request)
      if (request.method !== 'GET') return plain(405, 'This address is only read.')
      if (url.pathname.startsWith('/picture/')) return await picture(url)
      const file = files.get(url.pathname)
      if (file === undefined)
        return plain(404, files.size === 0 ? 'The window was not built.' : 'There is nothing here.')
      const headers = { ...pageHeaders("'self'"), 'Content-Type': mediaType(file) }
      return new Response(new Uint8Array(await readFile(file)), { headers })
    } catch (thrown) {
      return Response.json(toWire(thrown), { status: 500, headers: closed })
    }
  })
  return () => rmSync(uploads, { recursive: true, force: true })
}

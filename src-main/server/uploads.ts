// How does a file get from a browser to the lab? As a stream into a temporary folder, with a limit on its size.
import { randomUUID } from 'node:crypto'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { rm, statfs } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure } from '../../src-shared/domain/failure.ts'

/** Bytes of one file at most, where nothing else is said. */
export const usualLimit = 8 * 2 ** 30
/** Files that may be on their way at the same time. */
const atOnce = 4
/** Bytes that stay free on the disk of the temporary folder. */
const spare = 256 << 20

export interface Received {
  id: string
  path: string
  name: string
  bytes: number
}

export interface Receiver {
  readonly limit: number
  /** Takes the body of a request as the file `name`. Throws Failure. */
  receive(request: IncomingMessage, name: string): Promise<Received>
  /** Removes everything that was received and not taken. */
  close(): void
}

/** The last part of a name, without what a file system could misread; never empty. */
export function plainName(name: string): string {
  const last = basename(name.replaceAll('\\', '/')).replace(/[\p{Cc}<>:"|?*]/gu, '')
  return last.replace(/^\.+/, '').slice(0, 200) || 'file'
}

const gigabytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1)

export function createReceiver(limit: number = usualLimit): Receiver {
  const folder = mkdtempSync(join(tmpdir(), 'emergence-uploads-'))
  let running = 0
  const tooLarge = (): Failure =>
    new Failure(
      'too-large',
      `The file is over ${gigabytes(limit)} GB, the most that is sent through the browser.`,
      'Put it on the computer where Emergence runs, and open it by its path.',
    )
  return {
    limit,
    close: () => rmSync(folder, { recursive: true, force: true }),
    receive: async (request, name) => {
      const announced = Number(request.headers['content-length'] ?? 0)
      if (announced > limit) throw tooLarge()
      if (running >= atOnce)
        throw new Failure(
          'disk',
          `${atOnce} files are being sent already.`,
          'Wait until one of them is here.',
        )
      const { bavail, bsize } = await statfs(folder)
      if (bavail * bsize < announced + spare)
        throw new Failure(
          'disk',
          `The disk has ${gigabytes(bavail * bsize)} GB free, too little for a file of ${gigabytes(announced)} GB.`,
          'Free some space and try again.',
        )
      const id = randomUUID()
      const called = plainName(name)
      const path = join(folder, `${id}${/^\.[\w-]{1,20}$/.test(extname(called)) ? extname(called) : ''}`)
      let bytes = 0
      const count = new Transform({
        transform: (chunk: Buffer, _, done) => {
          bytes += chunk.length
          done(bytes > limit ? tooLarge() : null, chunk)
        },
      })
      running++
      try {
        await pipeline(request, count, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
        return { id, path, name: called, bytes }
      } catch (error) {
        await rm(path, { force: true })
        if (error instanceof Failure) throw error
        if (error instanceof Error && 'code' in error && error.code === 'ENOSPC')
          throw new Failure(
            'disk',
            'The disk is full: the file was not received.',
            'Free some space and try again.',
          )
        throw new Failure('cancelled', 'The file was not sent to its end.')
      } finally {
        running--
      }
    },
  }
}

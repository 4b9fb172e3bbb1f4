// How is a file put on the disk so that it is there whole or not at all, also when the power fails?
import { createHash, randomUUID } from 'node:crypto'
import { closeSync, createReadStream, fsyncSync, openSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Makes renames inside `folder` durable. Windows has no such call and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

export function syncFile(path: string): void {
  const handle = openSync(path, 'r+')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** A name beside `path` that nobody else uses. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${randomUUID()}.tmp`)
}

/** Writes `chunks` to `path` under a temporary name, syncs, renames. Nothing is left behind when it fails. */
export async function writeWhole(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const temporary = temporaryName(path)
  try {
    const file = await open(temporary, 'wx')
    try {
      for await (const chunk of chunks) await file.writeFile(chunk)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    syncFolder(dirname(path))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** A file in pieces; it is opened with the first, so that a file that is not there fails where somebody listens. */
export async function* piecesOfFile(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path)
}

/** SHA-256 of a file in hexadecimal, read in pieces, so that other work goes on between them. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(path, 'r')
  try {
    const buffer = new Uint8Array(1 << 20)
    for (;;) {
      signal?.throwIfAborted()
      const { bytesRead } = await file.read(buffer, 0, buffer.length)
      if (bytesRead === 0) return hash.digest('hex')
      hash.update(buffer.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}

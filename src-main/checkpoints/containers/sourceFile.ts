// How are bytes read from a file that may be anything, and may change while it is read?
import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs'
import { basename } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'

/** Bytes that can be read anywhere: a file, or a part of one. */
export interface ByteSource {
  /** How many bytes there are. */
  readonly bytes: number
  /** Fills `target` with the bytes from `offset` on. Throws Failure. */
  readInto(target: Uint8Array, offset: number): void
}

/** A regular file, open for reading. */
export interface SourceFile extends ByteSource {
  readonly path: string
  /** The file's own name, for messages. */
  readonly name: string
  /** A fresh copy of `length` bytes from `offset` on. Throws Failure where they are not there. */
  read(offset: number, length: number): Uint8Array
  close(): void
}

/** readSync takes less than 2^31 bytes at once. */
const mostAtOnce = 1 << 30

/**
 * Opens a regular file, through links. Throws Failure for anything else: what does not exist, may not be read, goes
 * round in circles, or is a folder, a pipe, a socket or a device.
 */
export function openSource(path: string): SourceFile {
  requireRegular(path, statPath(path))
  let descriptor: number
  let opened: Stats
  try {
    // Without O_NONBLOCK a pipe put in the file's place would keep us waiting for ever.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    throw fileFailure(path, error)
  }
  try {
    opened = fstatSync(descriptor)
    requireRegular(path, opened)
  } catch (error) {
    closeSync(descriptor)
    throw error instanceof Failure ? error : fileFailure(path, error)
  }

  const name = basename(path)
  let open = true
  const readInto = (target: Uint8Array, offset: number): void => {
    if (!open)
      throw new Failure('unreadable-file', `${name} was closed before it was read.`, 'Open it again.')
    if (offset < 0 || offset + target.length > opened.size)
      throw damaged(
        name,
        `bytes ${offset} to ${offset + target.length} were expected in a file of ${opened.size}`,
      )
    let done = 0
    try {
      while (done < target.length) {
        const wanted = Math.min(target.length - done, mostAtOnce)
        const got = readSync(descriptor, target, done, wanted, offset + done)
        if (got === 0) break
        done += got
      }
      const now = fstatSync(descriptor)
      if (done === target.length && now.size === opened.size && now.mtimeMs === opened.mtimeMs) return
    } catch (error) {
      throw fileFailure(path, error)
    }
    throw new Failure(
      'unreadable-file',
      `${name} changed while it was being read.`,
      'Wait until nothing writes to it any more and open it again.',
    )
  }
  return {
    path,
    name,
    bytes: opened.size,
    readInto,
    read(offset, length) {
      const target = allocate(name, length)
      readInto(target, offset)
      return target
    },
    close() {
      if (open) closeSync(descriptor)
      open = false
    },
  }
}

/** What stands at `path`, through links. Throws Failure where nothing does. */
export function statPath(path: string): Stats {
  try {
    return statSync(path)
  } catch (error) {
    throw fileFailure(path, error)
  }
}

/** `length` zeroed bytes of their own. Throws Failure where the memory is not there. */
export function allocate(name: string, length: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length)
  } catch {
    throw new Failure(
      'too-large',
      `A part of ${name} takes ${(length / 1e9).toFixed(1)} GB, more than this computer's memory allows.`,
      'Use a smaller model, or a computer with more memory.',
    )
  }
}

/** The Failure for bytes that break their format. `what` is a clause without a full stop. */
export function damaged(name: string, what: string): Failure {
  return new Failure('damaged-file', `${name} is damaged: ${what}.`, 'Download or copy it again.')
}

/** The Failure for bytes that no honest writer makes. `what` is a clause without a full stop. */
export function unsafe(name: string, what: string): Failure {
  return new Failure(
    'unsafe-file',
    `${name} is refused: ${what}.`,
    'Programs that save models do not write this; get the file from a source you trust, best as safetensors.',
  )
}

function requireRegular(path: string, stats: Stats): void {
  if (stats.isFile()) return
  const kind = stats.isDirectory()
    ? 'a folder'
    : stats.isFIFO()
      ? 'a pipe'
      : stats.isSocket()
        ? 'a socket'
        : stats.isCharacterDevice() || stats.isBlockDevice()
          ? 'a device'
          : 'no ordinary file'
  throw new Failure(
    'unreadable-file',
    `${path} is ${kind}, not a file.`,
    'Give the path of a checkpoint file.',
  )
}

const reasons: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['does not exist', 'Check the path.'],
  ENOTDIR: ['does not exist', 'Check the path: a part of it is a file, not a folder.'],
  EACCES: [
    'may not be read by this user',
    "Change the file's permissions, or copy it to a folder of your own.",
  ],
  EPERM: [
    'may not be read by this user',
    "Change the file's permissions, or copy it to a folder of your own.",
  ],
  ELOOP: ['is a link that leads back to itself', 'Give the path of the file itself.'],
  ENAMETOOLONG: ['is longer than a path can be', 'Check the path.'],
  ERR_INVALID_ARG_VALUE: ['is no path', 'Check the path.'],
  EMFILE: ['could not be opened because too many files are open', 'Close some models and try again.'],
  ENFILE: ['could not be opened because too many files are open', 'Close some programs and try again.'],
}

/** The Failure for an error of the file system. */
export function fileFailure(path: string, error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  const [what, hint] = reasons[code] ?? [`could not be read (${code})`, 'Check the disk and the path.']
  return new Failure('unreadable-file', `${path.replaceAll('\0', '\\0')} ${what}.`, hint)
}

// How is a file written so that no half of it is ever seen? Under a temporary name first, flushed, then renamed.
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'

/**
 * Writes a file through `write`, which gets an open descriptor. What stood at `path` is replaced at the end, in one
 * step; where writing fails, nothing is left behind. Throws Failure `disk`.
 */
export function writeWhole(path: string, write: (descriptor: number) => void): void {
  const temporary = `${path}.${process.pid}.part`
  try {
    mkdirSync(dirname(path), { recursive: true })
    const descriptor = openSync(temporary, 'w')
    try {
      write(descriptor)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    if (error instanceof Failure || !isSystemError(error)) throw error
    throw new Failure(
      'disk',
      `${path} could not be written: ${error.message}.`,
      'Free some space or choose another folder.',
    )
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error
}

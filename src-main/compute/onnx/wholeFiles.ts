// How do files that belong together come to be, whole or not at all? Each under a temporary name, flushed, then renamed.
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'

/** A file as the pieces it is made of, which may lie anywhere in memory: they are not put together first. */
export interface WholeFile {
  path: string
  parts: Iterable<Uint8Array>
}

/** One call of the system writes no more than this many bytes. */
const mostAtOnce = 2 ** 28

/**
 * Writes files, and replaces those that are there only when all are complete, in the order given: what others refer to
 * goes first. Where one cannot be written, no half of it is left behind. Throws Failure `disk`.
 */
export function writeFiles(files: readonly WholeFile[]): void {
  const temporary = (path: string) => `${path}.${process.pid}.part`
  const begun: string[] = []
  let current = ''
  try {
    for (const { path, parts } of files) {
      current = path
      mkdirSync(dirname(path), { recursive: true })
      begun.push(temporary(path))
      writeParts(temporary(path), parts)
    }
    for (const { path } of files) {
      current = path
      renameSync(temporary(path), path)
    }
  } catch (error) {
    for (const path of begun) rmSync(path, { force: true })
    if (!(error instanceof Error && 'syscall' in error)) throw error
    throw new Failure(
      'disk',
      `The file ${current} cannot be written: ${error.message}.`,
      'Choose a folder you may write to, with enough space.',
    )
  }
}

function writeParts(path: string, parts: Iterable<Uint8Array>): void {
  const file = openSync(path, 'w')
  try {
    for (const part of parts)
      for (let done = 0; done < part.length;)
        done += writeSync(file, part, done, Math.min(mostAtOnce, part.length - done))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

// Where do results go? The rules of --output: a folder, no file replaced unasked, nothing half-written.
import { constants } from 'node:fs'
import { access, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Failure } from '../../src-shared/domain/failure.ts'
import type { OutputChoice } from '../../src-shared/protocol/calls/common.ts'

export interface Outputs {
  /** Absolute. */
  readonly folder: string
  /**
   * Reserves names before the work begins. Throws Failure `output-exists` where one is there and nobody said to
   * replace it.
   */
  claim(names: readonly string[]): Promise<void>
  /** Writes a file under the folder and returns its absolute path. Throws Failure `disk`. */
  write(name: string, bytes: Uint8Array): Promise<string>
}

/** A folder for results; it is made with the first file. Throws Failure `disk` where nothing can be written there. */
export async function openOutputs({ folder, force }: OutputChoice): Promise<Outputs> {
  const root = resolve(folder)
  await refuseUnwritable(root)
  const claimed = new Set<string>()
  return {
    folder: root,
    claim: async (names) => {
      for (const name of names) {
        const path = join(root, name)
        const there = await stat(path).catch(() => null)
        if (there && claimed.has(name)) continue
        if (there?.isDirectory())
          throw new Failure('output-exists', `${path} is a folder, and a file of that name would be written.`)
        if (there && !force)
          throw new Failure(
            'output-exists',
            `${path} is already there.`,
            'Add --force to replace it, or choose another --output.',
          )
        claimed.add(name)
      }
    },
    write: async (name, bytes) => {
      const path = join(root, name)
      const temporary = join(root, `.${name}.${process.pid}.part`)
      try {
        await mkdir(root, { recursive: true })
        await writeFile(temporary, bytes)
        await rename(temporary, path)
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {})
        throw diskFailure(path, error)
      }
      return path
    },
  }
}

/** Throws Failure `disk` where the folder, or the nearest one above it that is there, takes no files. */
async function refuseUnwritable(folder: string): Promise<void> {
  let at = folder
  for (;;) {
    const facts = await stat(at).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw diskFailure(folder, error)
    })
    if (facts && !facts.isDirectory())
      throw new Failure('disk', `${at} is a file, not a folder.`, 'Name a folder with --output.')
    if (facts) break
    at = dirname(at)
  }
  await access(at, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw diskFailure(folder, error)
  })
}

/** What the file system's refusal means for a person. */
export function diskFailure(path: string, error: unknown): Failure {
  const { code } = error as NodeJS.ErrnoException
  const said: Record<string, [string, string]> = {
    ENOSPC: ['the disk is full', 'Make room, or choose another --output.'],
    EDQUOT: ['your share of the disk is used up', 'Make room, or choose another --output.'],
    EACCES: ['you may not write there', 'Choose another --output.'],
    EPERM: ['you may not write there', 'Choose another --output.'],
    EROFS: ['that disk is read-only', 'Choose another --output.'],
    ENOTDIR: ['a file stands where a folder is needed', 'Choose another --output.'],
    ENAMETOOLONG: ['the name is too long', 'Choose a shorter --output, or rename the picture.'],
  }
  const [why, hint] = said[code ?? ''] ?? [code ?? String(error), 'Choose another --output.']
  return new Failure('disk', `${path} could not be written: ${why}.`, hint)
}

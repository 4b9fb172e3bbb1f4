// Where do results go? The rules of --output: a folder, no file replaced unasked, nothing half-written.
import { mkdir, mkdtemp, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
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
        await makeFolder(root)
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

/**
 * Makes a folder and those above it. Node's own recursive mkdir does not end where the system says ENOENT for a folder
 * whose parent is there (as in /proc).
 */
async function makeFolder(path: string): Promise<void> {
  const make = (): Promise<NodeJS.ErrnoException | null> =>
    mkdir(path).then(
      () => null,
      (error: NodeJS.ErrnoException) => (error.code === 'EEXIST' ? null : error),
    )
  const refused = await make()
  if (!refused) return
  if (refused.code !== 'ENOENT' || dirname(path) === path) throw refused
  // Somebody else may make the same folders at this moment: the one above may be there by now.
  if (!(await stat(dirname(path)).catch(() => null))) await makeFolder(dirname(path))
  const again = await make()
  if (again) throw again
}

/**
 * Tries it in the folder, or in the nearest one above it that is there: a folder of a name of its own is made and taken
 * away again, so that commands side by side do not meet. Throws Failure `disk`.
 */
async function refuseUnwritable(folder: string): Promise<void> {
  try {
    let nearest = folder
    let facts = await stat(nearest).catch(noneThere)
    while (!facts && dirname(nearest) !== nearest) {
      nearest = dirname(nearest)
      facts = await stat(nearest).catch(noneThere)
    }
    if (facts && !facts.isDirectory())
      throw new Failure('disk', `${nearest} is a file, not a folder.`, 'Name a folder with --output.')
    await rmdir(await mkdtemp(join(nearest, '.emergence-')))
  } catch (error) {
    throw error instanceof Failure ? error : diskFailure(folder, error)
  }
}

function noneThere(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
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
    ENOENT: ['no folder can be made there', 'Choose another --output.'],
    ENOTDIR: ['a file stands where a folder is needed', 'Choose another --output.'],
    ENAMETOOLONG: ['the name is too long', 'Choose a shorter --output, or rename the picture.'],
  }
  const [why, hint] = said[code ?? ''] ?? [`the system says ${code}`, 'Choose another --output.']
  return new Failure('disk', `${path} could not be written: ${why}.`, hint)
}

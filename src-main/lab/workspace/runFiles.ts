// Which files did the runs of a workspace leave, and how do they come along when it is copied or packed?
import { mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { ReadableWorkspace } from './database.ts'
import { piecesOfFile, writeWhole } from './files.ts'
import { listRuns, runFolder, runsFolder } from './runs.ts'

/** A file of a run: its name is `RUN/path/in/the/folder`, with forward slashes on every system. */
export interface RunFile {
  readonly name: string
  readonly path: string
  readonly bytes: number
}

/** A name that cannot lead out of the folder of runs, whatever a packed file claims. */
const safeName = /^[0-9a-f-]{36}(\/[A-Za-z0-9_+=,@-][A-Za-z0-9_+=,@.-]*)+$/

/** Every file of every run that is in the workspace; what is being written is left out. */
export async function listRunFiles(workspace: ReadableWorkspace): Promise<RunFile[]> {
  const files: RunFile[] = []
  for (const run of listRuns(workspace)) {
    const folder = runFolder(workspace, run)
    const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name)
      const name = `${run.id}${path.slice(folder.length).split(sep).join('/')}`
      if (!entry.isFile() || !safeName.test(name)) continue
      const facts = await stat(path).catch(() => null)
      if (facts) files.push({ name, path, bytes: facts.size })
    }
  }
  return files
}

/** Where the run file of this name lies in a workspace. Throws Failure for a name that leads elsewhere. */
export function runFilePath(workspace: { readonly data: string }, name: string): string {
  if (safeName.test(name)) return join(runsFolder(workspace), ...name.split('/'))
  throw new Failure(
    'unsafe-file',
    `The exported workspace names a file outside its runs: ${name.slice(0, 80)}.`,
  )
}

/** Copies a file of a run into another workspace's folder, whole or not at all. */
export async function copyRunFile(file: RunFile, to: { readonly data: string }): Promise<void> {
  const path = runFilePath(to, file.name)
  await mkdir(dirname(path), { recursive: true })
  await writeWhole(path, piecesOfFile(file.path))
}

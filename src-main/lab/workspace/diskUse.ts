// How much of the disk does a workspace take, and how much of that is of no use any more?
import { statSync } from 'node:fs'
import { surveyBlobs, sweep } from './blobs.ts'
import { listRunFiles } from './runFiles.ts'
import type { ReadableWorkspace, WritableWorkspace } from './database.ts'

/** Bytes: of the workspace file with its journal, of the data folder, and of what nothing refers to. */
export async function diskUse(
  workspace: ReadableWorkspace,
): Promise<{ workspace: number; data: number; unused: number }> {
  const size = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0
  const { bytes, unused } = await surveyBlobs(workspace)
  const runs = (await listRunFiles(workspace)).reduce((sum, file) => sum + file.bytes, 0)
  return { workspace: size(workspace.path) + size(`${workspace.path}-wal`), data: bytes + runs, unused }
}

/** Removes what nothing refers to and gives free pages of the file back to the disk. */
export async function cleanUp(workspace: WritableWorkspace): Promise<void> {
  await sweep(workspace)
  workspace.database.run('VACUUM')
}

// Where do the workspaces of a test lie? In a new folder that goes away with it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { WritableWorkspace } from '../../../../src-main/lab/workspace/database.ts'
import { openWorkspace, type OpenWorkspace } from '../../../../src-main/lab/workspace/open.ts'

const undo: (() => void)[] = []
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step()
})

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'emergence-test-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Opens a workspace and closes it after the test where the test did not. */
export function opening(path: string, options: { create?: boolean } = { create: true }): OpenWorkspace {
  const opened = openWorkspace(path, options)
  let open = true
  const close = (): void => {
    if (open) opened.close()
    open = false
  }
  undo.push(close)
  return { ...opened, close }
}

export function writing(opened: OpenWorkspace): WritableWorkspace {
  if (opened.mode !== 'write') throw new Error(opened.why)
  return opened.workspace
}

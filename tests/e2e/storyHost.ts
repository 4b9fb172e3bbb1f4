// How does a story's host open, close, come back and save files? One for Electron and for a browser.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { newHome, type OpenHost, type TestHost } from './hosts.ts'
import type { Host } from './scenarios.ts'

const size = { width: 1280, height: 800 }

/** A host as the story knows it: closed and opened again on one home, saving into one folder. */
export function storyHost(kind: TestHost): Host & { open(): Promise<void>; close(): Promise<void> } {
  const home = newHome()
  const folder = mkdtempSync(join(tmpdir(), 'emergence-story-'))
  let host: OpenHost | null = null
  const now = (): OpenHost => {
    if (!host) throw new Error('The window is not open.')
    return host
  }
  const open = async (): Promise<void> => {
    host = await kind.open({ home, ...size })
    await host.page.emulateMedia({ colorScheme: 'dark' })
  }
  return {
    name: kind.name,
    folder,
    page: () => now().page,
    open,
    reopen: async () => {
      expect(now().complaints).toEqual([])
      await now().close()
      await open()
    },
    saved: async (act) => {
      const { page, app } = now()
      if (!app) {
        const [download] = await Promise.all([page.waitForEvent('download'), act()])
        return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
      }
      // The system's dialog cannot be driven; it answers at once with a place of ours, and remembers what was proposed.
      const proposed = join(folder, 'saved')
      rmSync(proposed, { force: true })
      await app.evaluate(({ dialog }, path) => {
        dialog.showSaveDialog = (...words: unknown[]) => {
          const options = words.at(-1) as { defaultPath?: string }
          ;(globalThis as Record<string, unknown>).proposedName = options.defaultPath ?? ''
          return Promise.resolve({ canceled: false, filePath: path })
        }
      }, proposed)
      await act()
      for (let i = 0; ; i++) {
        try {
          const bytes = readFileSync(proposed)
          const path = await app.evaluate(() => String((globalThis as Record<string, unknown>).proposedName))
          return { name: path.split('/').at(-1)!, bytes }
        } catch (error) {
          if (i > 100) throw error
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
      }
    },
    close: async () => {
      await host?.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

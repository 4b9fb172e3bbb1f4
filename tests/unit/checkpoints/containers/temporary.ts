// Where do these tests keep their files? In a folder of their own, which goes when they are done.
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'

/** A temporary folder; `file` writes into it and returns the path. */
export function temporaryFolder(): {
  readonly path: string
  file(name: string, content: Uint8Array | string): string
} {
  const path = mkdtempSync(join(tmpdir(), 'emergence-containers-'))
  afterAll(() => rmSync(path, { recursive: true, force: true }))
  return {
    path,
    file(name, content) {
      const full = join(path, name)
      mkdirSync(dirname(full), { recursive: true })
      writeFileSync(full, content)
      return full
    },
  }
}

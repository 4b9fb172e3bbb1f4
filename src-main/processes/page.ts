// Which files make up the page of a window? Those that were built, listed once: no other path is ever read.
import { existsSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { bundlePath } from './entries.ts'

/** The folder of the built page. */
export function pageFolder(): string {
  return join(bundlePath(), '..', 'renderer')
}

/** Every file of the page by its address, `/index.html` also as `/`. Empty where the page was not built. */
export function pageFiles(folder: string = pageFolder()): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  if (!existsSync(folder)) return files
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    files.set(`/${relative(folder, path).split(sep).join('/')}`, path)
  }
  const index = files.get('/index.html')
  if (index) files.set('/', index)
  return files
}

// Which Node runs our processes? The one we are on where it is new enough, else the one that ships with the app.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Failure } from '../../src-shared/domain/failure.ts'
import { resourcesPath } from './entries.ts'

/** True for a Node that better-sqlite3 and type stripping can rely on: 22.14 or newer, and not Electron's own. */
export function isUsable(versions: {
  readonly node: string
  readonly electron?: string | undefined
}): boolean {
  const [major = 0, minor = 0] = versions.node.split('.').map(Number)
  return versions.electron === undefined && (major > 22 || (major === 22 && minor >= 14))
}

/** Where the pinned Node may lie, best first: in a package under resources, in the repository under node_modules. */
export function pinnedPaths(resources: string, platform: string, arch: string): string[] {
  const file = platform === 'win32' ? 'node.exe' : 'node'
  const system = platform === 'win32' ? 'win' : platform
  const modules = join(dirname(resources), 'node_modules')
  return [
    join(resources, 'node', file),
    join(resources, 'node', 'bin', file),
    join(modules, `node-${system}-${arch}`, 'bin', file),
    join(modules, `node-bin-${system}-${arch}`, 'bin', file),
  ]
}

/** The Node binary for lab, engine and projection. Throws Failure where there is none. */
export function nodeBinary(): string {
  if (isUsable(process.versions)) return process.execPath
  const found = pinnedPaths(resourcesPath(), process.platform, process.arch).find((path) => existsSync(path))
  if (found) return found
  throw new Failure(
    'internal',
    `Emergence needs Node 22.14 or newer, this is ${process.versions.node}, and the Node that ships with it is missing.`,
    'Run npm install again, or install Node 24.',
  )
}

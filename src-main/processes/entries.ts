// Where do the processes begin? The file of each process, from source or bundled, and the folder of resources.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const fromSource = import.meta.url.endsWith('.ts')

/** The file each process starts with: its source, and its name in the bundle (`out/main/NAME.js`). */
const entries = {
  cli: 'cli/main.ts',
  engine: 'engine/main.ts',
  'engine-worker': 'engine/worker.ts',
  lab: 'lab/main.ts',
  server: 'server/main.ts',
  projection: 'projection/main.ts',
  'projection-worker': 'projection/worker.ts',
  'device-probe': 'compute/devices/probe.ts',
} as const
export type EntryName = keyof typeof entries

/** The bundle's folder; its shared pieces may lie in a folder below. */
function bundle(): string {
  return existsSync(join(here, 'engine.js')) ? here : dirname(here)
}

/** Where the bundles of the processes are, or would be where they run from source. */
export function bundlePath(): string {
  return fromSource ? join(dirname(dirname(here)), 'out', 'main') : bundle()
}

/** In a packaged app what the plain Node reads lies beside the archive, under the same names. */
function unpacked(path: string): string {
  return path.replace(/app\.asar(?=[\\/]|$)/, 'app.asar.unpacked')
}

/** The path of a process's entry. */
export function entryPath(name: EntryName): string {
  return fromSource ? join(dirname(here), entries[name]) : join(unpacked(bundle()), `${name}.js`)
}

/** The folder of bundled models and pictures: beside the sources, or beside the packaged app. */
export function resourcesPath(): string {
  const root = fromSource ? dirname(dirname(here)) : dirname(dirname(unpacked(bundle())))
  return join(root, 'resources')
}

// Where is Electron, and can it show a window here? Found without loading it; fetched once where it is not there yet.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { bundlePath } from './entries.ts'

export type Desktop =
  { readonly found: true; readonly program: string } | { readonly found: false; readonly why: string }

/** Milliseconds that fetching Electron may take before the browser is used instead. */
const patience = 5 * 60_000

/** The folder of the installed `electron` package; null where it was left out. */
function electronPackage(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    return null
  }
}

/** True where a window can be shown: everywhere but on a Linux without a display. */
export function hasDisplay(
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): boolean {
  return platform !== 'linux' || Boolean(env.DISPLAY) || Boolean(env.WAYLAND_DISPLAY)
}

function programIn(folder: string): string {
  const file =
    process.platform === 'darwin'
      ? join('Electron.app', 'Contents', 'MacOS', 'Electron')
      : process.platform === 'win32'
        ? 'electron.exe'
        : 'electron'
  return join(folder, file)
}

/**
 * Electron's program: the one `ELECTRON_OVERRIDE_DIST_PATH` names, the installed one, or the one it fetches now
 * (`say` is told before). Says in a sentence why there is none.
 */
export function findDesktop(say: (words: string) => void, env: NodeJS.ProcessEnv = process.env): Desktop {
  if (!hasDisplay(env)) return { found: false, why: 'there is no display' }
  if (env.ELECTRON_OVERRIDE_DIST_PATH) {
    const program = programIn(env.ELECTRON_OVERRIDE_DIST_PATH)
    return existsSync(program)
      ? { found: true, program }
      : { found: false, why: `there is no Electron at ${program}` }
  }
  const folder = electronPackage()
  if (!folder) return { found: false, why: 'Electron is not installed' }
  const program = programIn(join(folder, 'dist'))
  if (existsSync(program)) return { found: true, program }
  if (env.EMERGENCE_FETCH_ELECTRON === 'no') return { found: false, why: 'Electron was not fetched' }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  say(`Fetching Electron ${version} (once, about 120 MB)…`)
  const fetched = spawnSync(process.execPath, [join(folder, 'install.js')], {
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: patience,
    env,
  })
  if (fetched.status === 0 && existsSync(program)) return { found: true, program }
  return { found: false, why: 'Electron could not be fetched' }
}

/** Starts the desktop app with files to open. */
export function startDesktop(program: string, files: readonly string[]): ChildProcess {
  const app = dirname(dirname(bundlePath()))
  // A root user has no sandbox of the system's to offer; everybody else has.
  const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const env = { ...process.env }
  delete env.ELECTRON_RUN_AS_NODE
  return spawn(program, [...sandbox, app, ...files], { stdio: ['ignore', 'ignore', 'inherit'], env })
}

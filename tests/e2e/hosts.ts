// In what does a window run in the tests? A real Electron under a display of its own, and a browser before the browser host.
//
// Each host opens a window on a home of its own and can do to it what happens to windows: close, come back, be killed.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, chromium, type Browser, type ElectronApplication, type Page } from 'playwright-core'
import { entryPath } from '../../src-main/processes/entries.ts'

const root = join(import.meta.dirname, '..', '..')

export type HostName = 'electron' | 'browser'

export interface OpenHost {
  readonly name: HostName
  readonly page: Page
  /** The folder of settings and unsaved workspaces. */
  readonly home: string
  /** The process that carries the window: Electron's main process, or the browser host. */
  readonly pid: number
  /** Only in Electron: its main process. */
  readonly app: ElectronApplication | null
  /** Sentences of the page's console and errors, for tests that want none. */
  readonly complaints: string[]
  /** Ends everything; the home stays. */
  close(): Promise<void>
}

export interface HostOptions {
  home: string
  /** A workspace and files to open. */
  files?: readonly string[]
  width?: number
  height?: number
}

export interface TestHost {
  readonly name: HostName
  /** Why it cannot run here; empty where it can. */
  readonly missing: string
  open(options: HostOptions): Promise<OpenHost>
}

/** A home that goes away when the test process does, unless it was removed before. */
export function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'emergence-e2e-'))
  process.once('exit', () => rmSync(home, { recursive: true, force: true }))
  return home
}

/** The built app, without which no window opens. */
export function requireBuild(): void {
  for (const file of ['main/electron.js', 'main/server.js', 'renderer/index.html'])
    if (!existsSync(join(root, 'out', file)))
      throw new Error(`out/${file} is missing: run npm run build before the tests of the window`)
}

/** Folder of an Electron: the one named, the one that the tests fetch, or the installed one; null where there is none. */
export function electronFolder(): string | null {
  const candidates = [
    process.env.ELECTRON_OVERRIDE_DIST_PATH,
    process.env.ELECTRON_RUNTIME_DIR,
    join(homedir(), '.cache', 'emergence-tests', 'electron-33'),
    join(root, 'node_modules', 'electron', 'dist'),
  ]
  return candidates.find((folder) => folder && existsSync(join(folder, 'electron'))) ?? null
}

export const electronProgram = (): string => join(electronFolder() ?? '', 'electron')

let screen: Promise<string> | null = null

/** The display to open windows on: the one there is, or an Xvfb of the tests' own. */
export function display(): Promise<string> {
  if (process.env.DISPLAY) return Promise.resolve(process.env.DISPLAY)
  screen ??= (async () => {
    // Its keeper waits on a pipe that closes with this process, however this ends, and takes the display along.
    const keep = 'Xvfb "$@" </dev/null & screen=$!; read -r _; kill "$screen"'
    const words = ['-displayfd', '1', '-screen', '0', '2000x1200x24', '-nolisten', 'tcp']
    const server = spawn('sh', ['-c', keep, 'sh', ...words], { stdio: ['pipe', 'pipe', 'ignore'] })
    const [said] = (await once(server.stdout, 'data')) as [Buffer]
    server.unref()
    for (const pipe of [server.stdin, server.stdout]) (pipe as unknown as { unref(): void }).unref()
    return `:${said.toString().trim()}`
  })()
  return screen
}

function onPath(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)))
}

/** Arguments without which Electron and Chromium do not start as root. */
export const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
/** Pictures drawn by the processor from the start: a graphics driver that is not there is not waited for. */
export const inSoftware = ['--use-angle=swiftshader']

function listen(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`)
  })
  return complaints
}

/** Why Electron cannot run here; empty where it can. */
export function electronMissing(): string {
  if (process.platform !== 'linux') return 'the tests of the desktop app run on Linux'
  if (!electronFolder()) return 'no Electron is here: tests/tools/electron-runtime fetches one'
  if (!process.env.DISPLAY && !onPath('Xvfb')) return 'there is no display and no Xvfb'
  return ''
}

const electron: TestHost = {
  name: 'electron',
  missing: electronMissing(),
  open: async ({ home, files = [], width = 1440, height = 900 }) => {
    requireBuild()
    const app = await _electron.launch({
      executablePath: electronProgram(),
      args: [...asRoot, ...inSoftware, root, ...files],
      env: { ...environment(), DISPLAY: await display(), EMERGENCE_HOME: home },
    })
    const page = await app.firstWindow()
    const complaints = listen(page)
    await app.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
      { width, height },
    )
    return {
      name: 'electron',
      page,
      home,
      pid: app.process().pid ?? 0,
      app,
      complaints,
      close: () => app.close(),
    }
  },
}

/** The environment without what the tests' own runner sets for its children. */
export function environment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !['NODE_OPTIONS', 'NODE_ENV', 'TEST', 'DEV', 'PROD', 'MODE'].includes(name) &&
      !name.startsWith('VITEST'),
  )
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

export const chromiumProgram = (): string =>
  process.env.EMERGENCE_CHROMIUM ??
  ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path)) ??
  ''

let browser: Promise<Browser> | null = null

/** One browser for all tests of a file; each window has a profile of its own. */
export function sharedBrowser(): Promise<Browser> {
  browser ??= chromium.launch({
    executablePath: chromiumProgram(),
    args: [
      ...asRoot,
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  return browser
}

/** To be called after the last test of a file. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close()
  browser = null
}

/** Starts the built browser host and resolves to its process and its one-time address. */
export async function startServer(
  home: string,
  workspace?: string,
): Promise<{ process: ChildProcess; address: string }> {
  const entry = join(root, 'out', 'main', 'server.js')
  const choice = { port: 0, open: false, json: true, ...(workspace ? { workspace } : {}) }
  const child = spawn(
    process.execPath,
    [existsSync(entry) ? entry : entryPath('server'), JSON.stringify(choice)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...environment(), EMERGENCE_HOME: home },
    },
  )
  const [line] = (await once(child.stdout!, 'data')) as [Buffer]
  return { process: child, address: (JSON.parse(line.toString()) as { url: string }).url }
}

const browserHost: TestHost = {
  name: 'browser',
  missing: chromiumProgram() ? '' : 'no Chromium is here: apt-get install chromium',
  open: async ({ home, files = [], width = 1440, height = 900 }) => {
    requireBuild()
    const workspace = files.find((path) => path.endsWith('.emergence'))
    const server = await startServer(home, workspace)
    const context = await (
      await sharedBrowser()
    ).newContext({ viewport: { width, height }, acceptDownloads: true })
    const page = await context.newPage()
    const complaints = listen(page)
    await page.goto(server.address)
    return {
      name: 'browser',
      page,
      home,
      pid: server.process.pid ?? 0,
      app: null,
      complaints,
      close: async () => {
        await context.close()
        if (server.process.exitCode !== null || server.process.signalCode !== null) return
        server.process.kill('SIGTERM')
        await once(server.process, 'exit')
      },
    }
  },
}

/** Both hosts; a scenario runs in each that is here. */
export const testHosts: readonly TestHost[] = [electron, browserHost]

/** Process ids of the children of `pid` whose command line holds `words`, found in /proc. */
export function childrenOf(pid: number, words: string): number[] {
  const found: number[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const [, parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? []
      const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
      if (Number(parent) === pid && line.includes(words)) found.push(Number(name))
    } catch {
      // It ended while we looked.
    }
  }
  return found
}

/** The lab's process of an open host, and the engine's below it. */
export function labOf(host: OpenHost): number | undefined {
  return childrenOf(host.pid, 'main/lab.js')[0]
}
export function engineOf(host: OpenHost): number | undefined {
  const lab = labOf(host)
  return lab === undefined ? undefined : childrenOf(lab, 'main/engine.js')[0]
}

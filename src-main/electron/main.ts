// Where does the desktop app begin? One instance; it starts the lab, opens the window, and hands files over.
import { join, resolve } from 'node:path'
import { app, dialog, nativeTheme, type BrowserWindow } from 'electron'
import type { LabEvent } from '../../src-shared/domain/lab.ts'
import { startLab, type LabProcess } from '../processes/lab.ts'
import { filesAmong } from './address.ts'
import { guardEverything } from './guard.ts'
import { hostHandlers } from './hostCalls.ts'
import { buildMenu } from './menu.ts'
import { registerScheme, servePages } from './pages.ts'
import { handOutPorts } from './ports.ts'
import { openWindow, type LabWindow } from './window.ts'

// Every page is sandboxed; where the system's sandbox itself was switched off (containers that run as root), asking for
// it would end every child process.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
registerScheme()
// A home of its own has settings of its own: what the window kept, and who is the one instance.
if (process.env.EMERGENCE_HOME) app.setPath('userData', join(process.env.EMERGENCE_HOME, 'window'))

/** Files the system gave us before a lab could take them. */
const early: string[] = []
let give = (paths: string[]): void => void early.push(...paths)
app.on('open-file', (event, path) => {
  event.preventDefault()
  give([path])
})

if (!app.requestSingleInstanceLock()) app.quit()
else void app.whenReady().then(start)

function start(): void {
  guardEverything()
  const words = filesAmong(process.argv, app.getAppPath()).map((word) => resolve(word))
  const files = [...words, ...early.splice(0)]
  const workspace = files.find((path) => path.endsWith('.emergence'))
  const windows = new Set<LabWindow>()
  const byName = (name: string): BrowserWindow | null =>
    [...windows].find((other) => other.name === name)?.window ?? null

  const lab = startLab({
    workspace,
    handlers: hostHandlers(byName),
    onDeath: (sentence, again) => {
      if (again) tell(lab, { kind: 'notice', level: 'alarm', text: afterDeath })
      else
        dialog.showErrorBox(
          'Emergence cannot go on',
          `${sentence}\n\nThe workspace is kept. Start Emergence again.`,
        )
      if (again) followLab()
    },
  })
  const followLab = (): void => follow(lab, windows)
  followLab()

  const dropUploads = servePages(lab)
  handOutPorts(lab, (id) => [...windows].find(({ window }) => window.webContents.id === id) ?? null)
  const open = (): void => {
    const opened = openWindow((text) => tell(lab, { kind: 'notice', level: 'alarm', text }))
    windows.add(opened)
    opened.window.on('closed', () => windows.delete(opened))
  }
  open()

  give = (paths) => {
    const sources = paths.map((path) => ({ kind: 'path' as const, path }))
    if (sources.length > 0) tell(lab, { kind: 'open', sources })
  }
  give(files.filter((path) => path !== workspace))

  app.on('second-instance', (_, theirWords, folder) => {
    const [first] = windows
    if (first) {
      if (first.window.isMinimized()) first.window.restore()
      first.window.focus()
    } else open()
    give(filesAmong(theirWords, app.getAppPath()).map((word) => resolve(folder, word)))
  })
  app.on('activate', () => {
    if (windows.size === 0) open()
  })
  app.on('child-process-gone', (_, { type, reason, name }) => {
    if (reason === 'clean-exit' || reason === 'killed') return
    tell(lab, {
      kind: 'notice',
      level: 'notice',
      text: `A part of the window ended (${name ?? type}, ${reason}) and is started again.`,
    })
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  let ended = false
  app.on('will-quit', (event) => {
    if (ended) return
    // The lab closes the workspace first; it is a matter of milliseconds.
    event.preventDefault()
    void lab.stop().finally(() => {
      ended = true
      dropUploads()
      app.quit()
    })
  })
}

const afterDeath =
  'The lab ended unexpectedly and was started again. Everything that was shown as saved is there.'

function tell(lab: LabProcess, event: Extract<LabEvent, { kind: 'command' | 'open' | 'notice' }>): void {
  void Promise.resolve()
    .then(() => lab.client().tellWindows(event))
    .catch(() => undefined)
}

/** Keeps title, theme, menus and the system's recent documents as the lab says they are. */
function follow(lab: LabProcess, windows: ReadonlySet<LabWindow>): void {
  let shown = ''
  const actions = {
    command: (command: string) => tell(lab, { kind: 'command', command }),
    open: (path: string) => tell(lab, { kind: 'open', sources: [{ kind: 'path', path }] }),
  }
  const menus = async (): Promise<void> => {
    const { recent } = await lab.client().recentWorkspaces({})
    buildMenu(actions, recent, !app.isPackaged)
  }
  const take = (event: LabEvent): void => {
    if (event.kind === 'settings') nativeTheme.themeSource = event.settings.theme
    if (event.kind !== 'workspace') return
    const { name, path, id } = event.workspace
    for (const { window } of windows) {
      window.setTitle(`${name} – Emergence`)
      if (path !== null) window.setRepresentedFilename(path)
    }
    if (id === shown) return
    shown = id
    if (path !== null) app.addRecentDocument(path)
    void menus().catch(() => undefined)
  }
  buildMenu(actions, [], !app.isPackaged)
  try {
    void lab
      .client()
      .events({}, { onItem: take })
      .catch(() => undefined)
  } catch {
    // The lab is not running; its end was told.
  }
}

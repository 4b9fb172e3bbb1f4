// What is the window of the desktop app? One page in a sandbox, put where it stood, brought back when it falls.
import { join } from 'node:path'
import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron'
import { bundlePath } from '../processes/entries.ts'
import { home } from './address.ts'
import { keepWindowState, readWindowState } from './windowState.ts'

/** The look's first surface in both themes, so that nothing flashes before the page is there. */
const ground = { dark: '#131415', light: '#f6f6f7' }
/** So many falls of the page in this many milliseconds, and a person is asked instead. */
const [mostFalls, within] = [3, 60_000]

export interface LabWindow {
  readonly window: BrowserWindow
  /** The name under which the lab knows it. */
  readonly name: string
  /** To be told when the page asked for its port: from then on it lives. */
  connected(): void
}

/**
 * Milliseconds in which a page must have come to life. On a machine without a usable graphics driver a page can wait
 * for a graphics process that is never coming; a second try finds it replaced by software.
 */
const patience = 15_000

let count = 0

/** Opens the window. `onFall` is told in words when its page ended unexpectedly and was loaded again. */
export function openWindow(onFall: (words: string) => void): LabWindow {
  const statePath = join(app.getPath('userData'), 'window.json')
  const kept = readWindowState(
    statePath,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  )
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 720,
    minHeight: 480,
    ...(kept ? { x: kept.x, y: kept.y, width: kept.width, height: kept.height } : {}),
    title: 'Emergence',
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? ground.dark : ground.light,
    webPreferences: {
      preload: join(bundlePath(), '..', 'preload', 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      enableWebSQL: false,
      devTools: !app.isPackaged,
    },
  })
  if (kept?.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => {
    const { x, y, width, height } = window.getNormalBounds()
    keepWindowState(statePath, { x, y, width, height, maximized: window.isMaximized() })
  })
  // The workspace names the window, not the page.
  window.on('page-title-updated', (event) => event.preventDefault())

  const falls: number[] = []
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason === 'clean-exit') return
    const now = Date.now()
    falls.push(now)
    const often = falls.filter((time) => now - time < within).length >= mostFalls
    const choice = often ? askAfterFall(window, reason) : 'again'
    if (choice === 'quit') return app.quit()
    window.webContents.reload()
    onFall(
      `The window ended unexpectedly (${reason}) and was opened again. Everything that was shown as saved is there.`,
    )
  })
  window.on('unresponsive', () => {
    const choice = dialog.showMessageBoxSync(window, {
      type: 'warning',
      message: 'The window does not answer.',
      detail: 'You can wait, or load it again. The workspace is kept either way.',
      buttons: ['Wait', 'Load again'],
      defaultId: 0,
      cancelId: 0,
    })
    if (choice === 1) window.webContents.forcefullyCrashRenderer()
  })
  let waiting: NodeJS.Timeout | undefined
  const watch = (): void => {
    clearTimeout(waiting)
    waiting = setTimeout(() => {
      if (!window.isDestroyed()) window.webContents.forcefullyCrashRenderer()
    }, patience)
  }
  window.webContents.on('did-start-navigation', ({ isSameDocument }) => {
    if (!isSameDocument) watch()
  })
  window.on('closed', () => clearTimeout(waiting))
  void window.loadURL(home)
  return { window, name: `window ${++count}`, connected: () => clearTimeout(waiting) }
}

function askAfterFall(window: BrowserWindow, reason: string): 'again' | 'quit' {
  const choice = dialog.showMessageBoxSync(window, {
    type: 'error',
    message: `The window ended unexpectedly ${mostFalls} times within a minute (${reason}).`,
    detail: 'The workspace is kept. You can load the window once more, or quit and start Emergence again.',
    buttons: ['Load again', 'Quit'],
    defaultId: 0,
    cancelId: 1,
  })
  return choice === 0 ? 'again' : 'quit'
}

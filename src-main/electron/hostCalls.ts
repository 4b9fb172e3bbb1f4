// What does the desktop app do for its windows? The system's dialogs, the clipboard, the default browser.
import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import electron, { app, clipboard, dialog, nativeImage, type BrowserWindow, type FileFilter } from 'electron'
import { Failure } from '../../src-shared/domain/failure.ts'
import { version } from '../../src-shared/domain/version.ts'
import type { Request, Result } from '../../src-shared/protocol/calls.ts'
import { hostCalls } from '../../src-shared/protocol/calls/host.ts'
import type { Handlers } from '../../src-shared/protocol/peer.ts'
import { openOutside } from './guard.ts'

type HostCallName = keyof typeof hostCalls
type HostHandlers = {
  [N in HostCallName]: (request: Request<N>, window: BrowserWindow | null) => Result<N> | Promise<Result<N>>
}

const filters: Record<'models' | 'pictures' | 'workspace' | 'export', FileFilter> = {
  models: { name: 'Checkpoints', extensions: ['pth', 'pt', 'ckpt', 'tar', 'safetensors', 'npz', 'bin'] },
  pictures: { name: 'Pictures', extensions: ['jpg', 'jpeg', 'png', 'webp', 'gif', 'tif', 'tiff', 'avif'] },
  workspace: { name: 'Workspaces', extensions: ['emergence', 'emergence-pack'] },
  export: { name: 'Exported workspace', extensions: ['emergence-pack'] },
}
const saveFilter: FileFilter = { name: 'Workspace', extensions: ['emergence'] }
const everything: FileFilter = { name: 'All files', extensions: ['*'] }

const openKinds: Record<Request<'choose'>['what'], Electron.OpenDialogOptions> = {
  files: {
    properties: ['openFile', 'multiSelections'],
    filters: [
      {
        name: 'Checkpoints and pictures',
        extensions: [...filters.models.extensions, ...filters.pictures.extensions],
      },
      filters.models,
      filters.pictures,
      everything,
    ],
  },
  folder: { properties: ['openDirectory', 'createDirectory'] },
  workspace: { properties: ['openFile'], filters: [filters.workspace, everything] },
}

/** Writes a file under a temporary name first, so that a full disk leaves the old one whole. */
async function write(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`)
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const why = code === 'ENOSPC' ? 'the disk is full' : `it cannot be written there (${code || 'unknown'})`
    throw new Failure('disk', `${basename(path)} was not saved: ${why}.`, 'Choose another place.')
  }
}

/** The clipboard of older Electrons; later ones have items, as a page's own clipboard has. */
interface OldClipboard {
  writeImage?: (image: Electron.NativeImage) => void
}

/** Puts a PNG on the clipboard. Throws Failure where the bytes are none. */
async function copyPng(png: Uint8Array): Promise<void> {
  const image = nativeImage.createFromBuffer(Buffer.from(png))
  if (image.isEmpty()) throw new Failure('bad-picture', 'The picture could not be put on the clipboard.')
  const old = clipboard as unknown as OldClipboard
  if (old.writeImage) return old.writeImage(image)
  const blob = new Blob([png as Uint8Array<ArrayBuffer>], { type: 'image/png' })
  await clipboard.write([new electron.ClipboardItem({ 'image/png': blob as never })])
}

const handlers: HostHandlers = {
  hostFacts: () => ({
    host: 'electron',
    platform: process.platform === 'darwin' ? 'mac' : process.platform === 'win32' ? 'windows' : 'linux',
    dialogs: true,
    uploadLimit: null,
    versions: {
      emergence: version,
      electron: process.versions.electron ?? '',
      chromium: process.versions.chrome ?? '',
      app: app.getVersion(),
    },
  }),
  choose: async ({ what }, window) => {
    const options = openKinds[what]
    const { canceled, filePaths } = await (window
      ? dialog.showOpenDialog(window, options)
      : dialog.showOpenDialog(options))
    return { sources: canceled ? null : filePaths.map((path) => ({ kind: 'path' as const, path })) }
  },
  chooseSavePath: async ({ name, what }, window) => {
    const [filter, ending] =
      what === 'export' ? [filters.export, 'emergence-pack'] : [saveFilter, 'emergence']
    const options = { defaultPath: `${basename(name, extname(name))}.${ending}`, filters: [filter] }
    const { canceled, filePath } = await (window
      ? dialog.showSaveDialog(window, options)
      : dialog.showSaveDialog(options))
    return { path: canceled || !filePath ? null : filePath }
  },
  saveFile: async ({ name, bytes }, window) => {
    const ending = extname(name).slice(1)
    const options = {
      defaultPath: basename(name),
      filters: [...(ending ? [{ name: ending.toUpperCase(), extensions: [ending] }] : []), everything],
    }
    const { canceled, filePath } = await (window
      ? dialog.showSaveDialog(window, options)
      : dialog.showSaveDialog(options))
    if (canceled || !filePath) return { saved: false }
    await write(filePath, bytes)
    return { saved: true }
  },
  copyText: async ({ text }) => {
    await clipboard.writeText(text)
    return {}
  },
  copyPicture: async ({ png }) => {
    await copyPng(png)
    return {}
  },
  openExternal: async ({ address }) => {
    if (await openOutside(address)) return {}
    throw new Failure('bad-argument', `${address.slice(0, 100)} is not opened: only https addresses are.`)
  },
}

/** The handlers for the lab; `windowOf` finds the window that asked. Requests are checked once more: they crossed two processes. */
export function hostHandlers(windowOf: (name: string) => BrowserWindow | null): Handlers {
  const entries = Object.entries(handlers).map(([name, handler]) => [
    name,
    (asked: unknown) => {
      const { window, request } = asked as { window: string; request: unknown }
      const checked = hostCalls[name as HostCallName].request.parse(request)
      return (handler as (request: unknown, window: BrowserWindow | null) => unknown)(
        checked,
        windowOf(window),
      )
    },
  ])
  return Object.fromEntries(entries) as Handlers
}

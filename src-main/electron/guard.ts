// What may a page do in the desktop app? Nothing that was not thought of here.
import { app, session, shell, type WebContents, type WebFrameMain } from 'electron'
import { isOurs } from './address.ts'

/** The one permission there is, and why. */
const allowed: ReadonlyMap<string, string> = new Map([
  ['fullscreen', 'presenter mode fills the screen; the person asked for it with a key'],
])

/** True where a message comes from the main frame of our own page. */
export function isOurFrame(frame: WebFrameMain | null | undefined): boolean {
  return frame !== null && frame !== undefined && frame.parent === null && isOurs(frame.url)
}

/** Opens a page of documentation in the default browser; anything but https is refused. */
export async function openOutside(address: string): Promise<boolean> {
  let url: URL
  try {
    url = new URL(address)
  } catch {
    return false
  }
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') return false
  await shell.openExternal(url.href)
  return true
}

function guardContents(contents: WebContents): void {
  const stay = (event: { preventDefault(): void }, address: string): void => {
    if (!isOurs(address)) event.preventDefault()
  }
  contents.on('will-navigate', (event) => stay(event, event.url))
  contents.on('will-frame-navigate', (event) => {
    // Our page has no frames; whatever wants one does not come from us.
    if (!event.isMainFrame) event.preventDefault()
    else stay(event, event.url)
  })
  contents.on('will-redirect', (event) => stay(event, event.url))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    // Documentation opens outside; a window of ours never opens another.
    void openOutside(url)
    return { action: 'deny' }
  })
}

/** Closes every door of every page, before the first is opened. */
export function guardEverything(): void {
  app.on('web-contents-created', (_, contents) => guardContents(contents))
  const own = session.defaultSession
  own.setPermissionRequestHandler((contents, permission, decide) =>
    decide(allowed.has(permission) && isOurs(contents?.getURL())),
  )
  own.setPermissionCheckHandler(
    (contents, permission) => allowed.has(permission) && isOurs(contents?.getURL()),
  )
  own.setDevicePermissionHandler(() => false)
  // Nothing is fetched from outside: pages, pictures and the lab are all here.
  own.webRequest.onBeforeRequest({ urls: ['<all_urls>'] }, ({ url }, decide) => {
    const inside = /^(emergence|blob|data|devtools|chrome-extension):/.test(url)
    decide({ cancel: !inside })
  })
  own.setSpellCheckerEnabled(false)
}

// How is an address shown in the default browser? By the program each system has for it.
import { spawn } from 'node:child_process'

/** Opens `address`; resolves to false where the system has no browser to show. */
export function openBrowser(address: string): Promise<boolean> {
  const [program, ...words] =
    process.platform === 'darwin'
      ? ['open', address]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', address]
        : ['xdg-open', address]
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return Promise.resolve(false)
  return new Promise((resolve) => {
    const child = spawn(program!, words, { stdio: 'ignore', detached: true })
    child.on('error', () => resolve(false))
    child.on('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}

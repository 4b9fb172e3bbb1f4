// How does a test use the window's own link inside the page? The code of the link as one script, to be evaluated there.
import { join } from 'node:path'
import { build } from 'vite'

export interface RoundTrip {
  bytes: number
  equal: boolean
  seconds: number
}

let code: Promise<string> | null = null

/** A script that defines `roundTrip(bytes)` in the scope it is evaluated in. */
export function linkCode(): Promise<string> {
  code ??= (async () => {
    const built = await build({
      configFile: false,
      logLevel: 'error',
      build: {
        write: false,
        minify: false,
        lib: { entry: join(import.meta.dirname, 'linkInPage.ts'), formats: ['iife'], name: 'link' },
      },
    })
    const [result] = Array.isArray(built) ? built : [built]
    if (!result || !('output' in result)) throw new Error('the link was not built')
    return `${result.output[0].code}; const { roundTrip } = link`
  })()
  return code
}

// How does the scene of the map get into a page of its own? Built alone and put into an empty page of Chromium.
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { build } from 'vite'
import { asRoot, chromiumProgram, inSoftware } from '../e2e/hosts.ts'
import type { bench } from './mapPage.ts'

export type InPage = typeof bench
declare global {
  var bench: InPage
}

/** The scene's code as one script. */
async function script(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      lib: { entry: join(import.meta.dirname, 'mapPage.ts'), formats: ['es'] },
    },
  })
  const [first] = Array.isArray(built) ? built : [built]
  if (!first || !('output' in first)) throw new Error('the scene was not built')
  return first.output[0].code
}

export interface ScenePage {
  readonly page: Page
  readonly complaints: string[]
  close(): Promise<void>
}

/** An empty page with the scene in it, drawn by the processor. */
export async function openScene(width = 1000, height = 700): Promise<ScenePage> {
  const code = await script()
  const browser: Browser = await chromium.launch({
    executablePath: chromiumProgram(),
    args: [...asRoot, ...inSoftware, '--disable-quic', '--no-first-run', '--disable-background-networking'],
  })
  const page = await browser.newPage({ viewport: { width, height } })
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  await page.setContent('<body style="margin:0;background:#000"><canvas></canvas></body>')
  await page.addScriptTag({ content: code, type: 'module' })
  await page.waitForFunction(() => 'bench' in globalThis)
  return { page, complaints, close: () => browser.close() }
}

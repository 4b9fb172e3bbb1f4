// Does the packaged app start, with its fuses set and only its own platform's binaries, and look at a picture?
//
// Its inspect fuse is off, so it is driven over the debugging port that Chromium itself opens.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { chromium, type Browser, type Page } from 'playwright-core'
import { FuseV1Options, FuseState, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  asRoot,
  display,
  electronFolder,
  electronMissing,
  environment,
  inSoftware,
  newHome,
  requireBuild,
} from './hosts.ts'

const root = join(import.meta.dirname, '..', '..')
const missing = electronMissing() || (electronFolder() ? '' : 'no Electron is here')
if (missing) console.warn(`The tests of the packaged app are left out: ${missing}.`)

describe.skipIf(missing)('the packaged app', () => {
  const output = mkdtempSync(join(tmpdir(), 'emergence-package-'))
  const program = join(output, 'linux-unpacked', 'emergence')
  const beside = join(output, 'linux-unpacked', 'resources', 'app.asar.unpacked')
  let app: ChildProcess | null = null
  let browser: Browser | null = null

  beforeAll(async () => {
    requireBuild()
    const builder = spawn(
      process.execPath,
      [
        join(root, 'node_modules', 'electron-builder', 'cli.js'),
        ...['--config', 'electron-builder.config.mjs', '--publish', 'never', '--dir'],
        `-c.directories.output=${output}`,
      ],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...environment(), ELECTRON_OVERRIDE_DIST_PATH: electronFolder() ?? '' },
      },
    )
    let said = ''
    for (const stream of [builder.stdout, builder.stderr])
      stream.on('data', (words: Buffer) => (said += words.toString()))
    const [code] = (await once(builder, 'close')) as [number]
    if (code !== 0) throw new Error(`electron-builder failed:\n${said.slice(-2000)}`)
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    if (app && app.exitCode === null) {
      app.kill()
      await once(app, 'exit')
    }
    rmSync(output, { recursive: true, force: true })
  })

  test('has its fuses set', async () => {
    const wire = await getCurrentFuseWire(program)
    const states = {
      [FuseV1Options.RunAsNode]: FuseState.DISABLE,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: FuseState.DISABLE,
      [FuseV1Options.EnableNodeCliInspectArguments]: FuseState.DISABLE,
      [FuseV1Options.OnlyLoadAppFromAsar]: FuseState.ENABLE,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: FuseState.ENABLE,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: FuseState.DISABLE,
    }
    for (const [fuse, state] of Object.entries(states))
      expect(wire[Number(fuse) as FuseV1Options], fuse).toBe(state)
  })

  test('holds its own Node and the binaries of its own platform alone', () => {
    const platform = `${process.platform}-${process.arch}`
    expect(existsSync(join(beside, 'node_modules', `node-${platform}`, 'bin', 'node'))).toBe(true)
    const binaries = readdirSync(beside, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(node|dll|dylib)$/.test(name),
    )
    expect(binaries.length).toBeGreaterThan(2)
    for (const name of binaries) expect(name).not.toMatch(/darwin|win32|arm64|musl/)
    // What belongs to the repository alone stays there.
    for (const name of ['tests', 'src-main', 'docs']) expect(existsSync(join(beside, name))).toBe(false)
  })

  test('starts, looks at a bundled picture, and runs lab and engine on its own Node', async () => {
    const port = 20_000 + (process.pid % 20_000)
    app = spawn(program, [...asRoot, ...inSoftware, `--remote-debugging-port=${port}`], {
      stdio: 'ignore',
      env: { ...environment(), DISPLAY: await display(), EMERGENCE_HOME: newHome() },
    })
    browser = await connected(port)
    const page = await firstPage(browser)
    await page.getByText('deit-tiny').first().waitFor()
    await page.getByText('Live:').first().waitFor()
    // The map lies over the photo: a picture of many colours, some of them those of the map.
    const stage = page.locator('canvas').first()
    await expect
      .poll(async () => coloursIn(await stage.screenshot()), { timeout: 20_000 })
      .toBeGreaterThan(500)
  })
})

async function coloursIn(png: Buffer): Promise<number> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const seen = new Set<number>()
  for (let i = 0; i < data.length; i += info.channels)
    seen.add((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!)
  return seen.size
}

async function connected(port: number): Promise<Browser> {
  for (let tries = 0; ; tries++) {
    try {
      const pages = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
        type: string
        title: string
      }[]
      // Whoever attaches before the page is there holds it up.
      if (pages.some(({ type, title }) => type === 'page' && title !== '' && !title.startsWith('emergence:')))
        return await chromium.connectOverCDP(`http://127.0.0.1:${port}`)
    } catch (error) {
      if (tries > 300) throw error
    }
    if (tries > 300) throw new Error('the packaged app showed no page')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function firstPage(from: Browser): Promise<Page> {
  for (;;) {
    const page = from.contexts()[0]?.pages()[0]
    if (page) return page
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

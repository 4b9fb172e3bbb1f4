// Where do the screenshots come from? From the real window on the bundled photos, taken anew by this script.
//
// node tests/tools/screenshots.ts [folder]: every view at 1280 × 800 and 1920 × 1080, dark and light; docs/screenshots by
// default gets the few that the README shows.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { strings as s } from '../../src-renderer/state/strings.ts'
import { closeBrowser, newHome, testHosts } from '../e2e/hosts.ts'
import { dropFiles, mapped, waitUntil } from '../e2e/pointer.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = process.argv[2] ?? join(root, 'docs', 'screenshots')
const all = process.argv[2] !== undefined
mkdirSync(folder, { recursive: true })

const secondModel = join(root, 'tests/fixtures/goldens/parity/dino_vit/checkpoint.pth')

const rested = (page: Page): Promise<void> =>
  waitUntil(
    async () => (await page.getByRole('contentinfo').innerText()).startsWith(s.jobs.ready),
    'the engine to rest',
    120_000,
  )

async function command(page: Page, text: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox', { name: s.palette.label }).fill(text)
  await page.keyboard.press('Enter')
  await page.getByRole('combobox', { name: s.palette.label }).waitFor({ state: 'detached' })
}

/** A view as it is shown: how to come there, and whether the README has it. */
interface Scene {
  readonly name: string
  readonly readme?: 'dark' | 'light'
  come(page: Page): Promise<void>
}

const scenes: readonly Scene[] = [
  {
    name: 'start',
    come: async (page) => {
      await page.getByText(s.start.live).waitFor({ timeout: 60_000 })
      await rested(page)
    },
  },
  {
    name: 'inspect',
    readme: 'dark',
    come: async (page) => {
      await page.getByRole('button', { name: s.start.inspect }).click()
      await page.locator('section.sheet canvas').waitFor()
      await mapped(page)
      await rested(page)
    },
  },
  {
    name: 'inspect-cls',
    come: async (page) => {
      await page.getByRole('treeitem', { name: /^Chelsea/ }).click()
      await page.getByRole('radio', { name: s.query.cls }).click()
      await page.getByRole('main').focus()
      await page.keyboard.press('m')
      await mapped(page)
      await rested(page)
    },
  },
  {
    name: 'spotlight',
    come: async (page) => {
      await page.getByRole('radio', { name: s.inspect.overlays.spotlight }).click()
    },
  },
  {
    name: 'presenting',
    come: async (page) => {
      await page.getByRole('radio', { name: s.inspect.overlays.heat }).click()
      await page.getByRole('main').focus()
      await page.keyboard.press('F5')
    },
  },
  {
    name: 'model',
    readme: 'light',
    come: async (page) => {
      await page.keyboard.press('Escape')
      await command(page, s.command.go(s.view.model))
      await rested(page)
    },
  },
  {
    name: 'compare',
    come: async (page) => {
      await dropFiles(page, [secondModel], page.getByRole('navigation'))
      await page.getByRole('treeitem', { name: /^checkpoint/ }).waitFor()
      await command(page, s.command.go(s.view.inspect))
      await page.getByRole('treeitem', { name: /^checkpoint/ }).click()
      const ask = page.getByRole('button', { name: s.inspect.headsOf(3, 16) })
      await ask.waitFor()
      await ask.click()
      await mapped(page)
      await rested(page)
      await command(page, s.command.go(s.view.compare))
      await rested(page)
    },
  },
  ...(
    ['parts', 'correspondence', 'registers', 'reconstruct', 'predict', 'video', 'train', 'map'] as const
  ).map((view): Scene => ({
    name: view,
    come: async (page) => {
      await command(page, s.command.go(s.view[view]))
      await rested(page)
    },
  })),
  { name: 'palette', come: async (page) => page.keyboard.press('ControlOrMeta+k') },
  {
    name: 'settings',
    come: async (page) => {
      await page.keyboard.press('Escape')
      await command(page, s.command.go(s.view.settings))
    },
  },
  { name: 'shortcuts', come: (page) => command(page, s.command.go(s.view.shortcuts)) },
  { name: 'about', come: (page) => command(page, s.command.go(s.view.about)) },
]

const host = testHosts.find((one) => one.name === 'browser')
if (!host || host.missing) throw new Error(host?.missing ?? 'There is no browser host.')
for (const [width, height] of all
  ? [
      [1280, 800],
      [1920, 1080],
    ]
  : [[1440, 900]]) {
  const home = newHome()
  const open = await host.open({ home, width: width!, height: height! })
  const { page } = open
  for (const scene of scenes) {
    await scene.come(page)
    for (const theme of ['dark', 'light'] as const) {
      if (!all && scene.readme !== theme) continue
      await page.emulateMedia({ colorScheme: theme })
      await page.waitForTimeout(400)
      await page.screenshot({
        path: join(folder, all ? `${scene.name}-${width}-${theme}.png` : `${scene.name}.png`),
      })
    }
  }
  await open.close()
  rmSync(home, { recursive: true, force: true })
}
await closeBrowser()
process.exit(0)

// What does the app look like? Pictures of the real one for the README, or of every view for looking at.
//
//   node tests/tools/screenshots.ts                     the README's pictures into docs/images/
//   node tests/tools/screenshots.ts --all FOLDER        every view, 1280x800 and 1920x1080, dark and light
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { strings } from '../../src-renderer/state/strings.ts'
import { closeBrowser, newHome, testHosts } from '../e2e/hosts.ts'
import { waitUntil } from '../e2e/pointer.ts'

const root = join(import.meta.dirname, '..', '..')

async function rested(page: Page): Promise<void> {
  await page.waitForTimeout(400)
  await waitUntil(
    async () => (await page.getByRole('contentinfo').innerText()).startsWith(strings.jobs.ready),
    'the engine to rest',
    180_000,
  )
  await page.waitForTimeout(400)
}

async function setLayer(page: Page, layer: number): Promise<void> {
  const field = page
    .getByRole('complementary')
    .getByRole('textbox', { name: strings.inspect.layer, exact: true })
  await field.fill(String(layer))
  await field.press('Enter')
}

const goTo = async (page: Page, key: string): Promise<void> => {
  await page.locator('body').click({ position: { x: 5, y: 400 } })
  await page.keyboard.press('g')
  await page.keyboard.press(key)
  await rested(page)
}

/** Views in the order in which a person would come to them; each starts where the one before ended. */
const views: readonly { name: string; show(page: Page): Promise<void> }[] = [
  {
    name: 'start',
    show: async (page) => {
      await page.getByText(strings.start.live).waitFor({ timeout: 90_000 })
      await rested(page)
    },
  },
  {
    name: 'inspect',
    show: async (page) => {
      await goTo(page, 'i')
      await page.getByRole('treeitem', { name: 'Raccoon' }).click()
      await rested(page)
      await setLayer(page, 7)
      await rested(page)
    },
  },
  {
    name: 'parts',
    show: async (page) => {
      await goTo(page, 'p')
      // The engine is asked picture by picture; the basis stands when the last has come.
      await page.waitForTimeout(1500)
      await rested(page)
      await page.waitForTimeout(1500)
      await rested(page)
    },
  },
  { name: 'model', show: (page) => goTo(page, 'd') },
  { name: 'compare', show: (page) => goTo(page, 'c') },
]

async function shoot(
  size: { width: number; height: number },
  theme: 'dark' | 'light',
  save: (name: string, png: Buffer) => Promise<void>,
): Promise<void> {
  const host = testHosts.find(({ name }) => name === 'browser')
  if (!host || host.missing) throw new Error(host?.missing)
  const open = await host.open({ home: newHome(), ...size })
  try {
    await open.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    for (const { name, show } of views) {
      await show(open.page)
      await save(name, await open.page.screenshot())
    }
  } finally {
    await open.close()
  }
}

const [all, folder = join(root, 'docs', 'images')] = process.argv.slice(2)
await mkdir(folder, { recursive: true })
if (all === '--all')
  for (const size of [
    { width: 1280, height: 800 },
    { width: 1920, height: 1080 },
  ])
    for (const theme of ['dark', 'light'] as const)
      await shoot(size, theme, (name, png) =>
        writeFile(join(folder, `${name}-${size.width}-${theme}.png`), png),
      )
else
  await shoot({ width: 1440, height: 900 }, 'dark', async (name, png) => {
    await sharp(png)
      .webp({ quality: 88 })
      .toFile(join(folder, `${name}.webp`))
  })
await closeBrowser()

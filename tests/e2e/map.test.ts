// Does the map work in a window of either host? A folder embedded, mapped, lassoed, labelled, exported, and all of it there again.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { strings as s } from '../../src-renderer/state/strings.ts'
import { fillUniform, random } from '../../src-shared/numerics/random.ts'
import { axeFindings } from './axe.ts'
import { closeBrowser, newHome, testHosts, type OpenHost } from './hosts.ts'
import { waitUntil } from './pointer.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'emergence-map-'))
const shapes = join(folder, 'shapes')
afterAll(async () => {
  await closeBrowser()
  rmSync(folder, { recursive: true, force: true })
})

beforeAll(async () => {
  for (const [colour, name] of ['blue', 'green', 'red'].entries()) {
    mkdirSync(join(shapes, name), { recursive: true })
    for (let i = 0; i < 8; i++) {
      const pixels = fillUniform(random(i + 50 * colour), new Float32Array(8 * 8 * 3), 0, 110)
      for (let k = colour; k < pixels.length; k += 3) pixels[k] = 255
      await sharp(Buffer.from(Uint8Array.from(pixels)), { raw: { width: 8, height: 8, channels: 3 } })
        .resize(96, 96, { kernel: 'nearest' })
        .png()
        .toFile(join(shapes, name, `${name}-${i}.png`))
    }
  }
  copyFileSync(join(root, 'resources/pictures/raccoon.jpg'), join(folder, 'raccoon.jpg'))
})

const m = s.map
const map = (page: Page) => page.getByRole('application').locator('canvas')

/** Goes to the Map, adds the folder by its path and makes a map of it with the bundled model. */
async function makeMap(page: Page): Promise<void> {
  await page.getByText('deit-tiny').first().waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('m')
  const path = page.getByLabel(m.path)
  await path.fill(shapes)
  await path.press('Enter')
  const make = page.getByRole('button', { name: m.makeIt })
  await waitUntil(() => make.isEnabled(), 'the data set to be listed', 60_000)
  await make.click()
  await page.getByText(m.clickPoint).waitFor({ timeout: 120_000 })
  await map(page).waitFor()
}

/** Draws a lasso around everything. */
async function lassoAll(page: Page): Promise<void> {
  await page.getByRole('button', { name: m.tools.lasso }).click()
  const box = (await map(page).boundingBox())!
  const spot = (turn: number): [number, number] => [
    box.x + box.width * (0.5 + 0.44 * Math.cos(turn)),
    box.y + box.height * (0.5 + 0.46 * Math.sin(turn)),
  ]
  await page.mouse.move(...spot(0))
  await page.mouse.down()
  for (let i = 1; i <= 24; i++) await page.mouse.move(...spot((i / 24) * 2 * Math.PI))
  await page.mouse.up()
}

for (const kind of testHosts)
  describe.skipIf(kind.missing)(`the map in ${kind.name}`, () => {
    let host: OpenHost
    const home = newHome()
    beforeAll(async () => {
      host = await kind.open({ home, width: 1280, height: 800 })
    })
    afterAll(() => host?.close())

    test('a folder becomes a map with its classes in the legend', async () => {
      const { page } = host
      await makeMap(page)
      const legend = page.getByRole('region', { name: m.legend })
      for (const name of ['blue', 'green', 'red'])
        await legend.getByRole('button', { name: `${name} 8` }).waitFor()
      await page.getByText(m.trust, { exact: true }).waitFor()
    })

    test('a lasso selects, says what is in it, and the selection gets a label', async () => {
      const { page } = host
      await lassoAll(page)
      const inspector = page.getByRole('complementary')
      const selected = page.getByRole('region', { name: m.selected }).getByText(/^\d+ points$/)
      await selected.waitFor()
      const count = Number(/\d+/.exec(await selected.innerText())![0])
      expect(count).toBeGreaterThan(8)
      await page.getByLabel(m.labelName).fill('everything')
      await page.getByRole('button', { name: m.labelIt, exact: true }).click()
      await inspector.getByRole('button', { name: m.chooseGroup('everything') }).waitFor()
    })

    test('the table holds the same points, and a row of it chooses one whose neighbours are shown', async () => {
      const { page } = host
      await map(page).focus()
      await page.keyboard.press('t')
      const twin = page.getByRole('region', { name: s.twin.open })
      await twin.getByRole('button', { name: 'red/red-3.png' }).click()
      await page.keyboard.press('Escape')
      const near = page.getByRole('region', { name: m.nearest })
      await near.getByText(m.self, { exact: true }).waitFor()
      await waitUntil(
        async () => (await near.getByRole('button').count()) >= 8,
        'the nearest pictures',
        30_000,
      )
      // A tip that still stands belongs to no landmark.
      await page.mouse.move(2, 2)
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
      await waitUntil(async () => (await page.locator('.tip').count()) === 0, 'tips to go')
      const complaints = await axeFindings(page)
      expect(complaints).toEqual([])
    })

    test('the points leave as CSV with their labels and places', async () => {
      const { page } = host
      if (kind.name === 'electron') return
      const download = page.waitForEvent('download')
      await page.getByRole('button', { name: s.inspect.copyFigure }).click()
      await page.getByRole('menuitem', { name: m.exportCsv }).click()
      const text = readFileSync((await (await download).path())!, 'utf8')
        .trim()
        .split('\n')
      expect(text[0]).toBe('name,class,label,x,y,z')
      expect(text.length).toBe(25)
      expect(text.slice(1).filter((line) => line.includes(',everything,')).length).toBeGreaterThan(8)
    })

    test('all of it is there when the window comes back', async () => {
      await host.close()
      host = await kind.open({ home, width: 1280, height: 800 })
      const { page } = host
      await page
        .getByRole('treeitem', { name: /shapes · deit-tiny/ })
        .first()
        .waitFor()
      await map(page).waitFor()
      await page
        .getByRole('complementary')
        .getByRole('button', { name: m.chooseGroup('everything') })
        .waitFor()
      expect(host.complaints).toEqual([])
    })
  })

// Can a person question a model's parts and reconstructions in the real window? Both hosts, real models, one story each.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import { strings as s } from '../../src-renderer/state/strings.ts'
import { axeFindings } from './axe.ts'
import { closeBrowser, newHome, testHosts, type OpenHost } from './hosts.ts'
import { dropFiles, waitUntil } from './pointer.ts'

const root = join(import.meta.dirname, '..', '..')
/** A masked autoencoder with its decoder, 7 × 7 patches, that does not say how many heads it has. */
const autoencoder = join(root, 'tests/fixtures/goldens/parity/mae/checkpoint-0.pth')
const encoderAlone = join(root, 'tests/fixtures/goldens/parity/mae/pretrain_encoder_only.pth')

const inspector = (page: Page): Locator => page.getByRole('complementary')
const rested = (page: Page): Promise<void> =>
  waitUntil(
    async () => (await page.getByRole('contentinfo').innerText()).startsWith(s.jobs.ready),
    'the engine to rest',
    90_000,
  )

async function go(page: Page, first: string, second: string): Promise<void> {
  await page.locator('main').focus()
  await page.keyboard.press(first)
  await page.keyboard.press(second)
}

/** Chooses in one of the inspector's fields that open a menu. */
async function choose(page: Page, label: string, text: string): Promise<void> {
  await inspector(page).getByRole('button', { name: label }).click()
  await page.getByRole('menuitemradio', { name: text }).click()
}

/** How many colours a canvas shows. */
async function colours(canvas: Locator): Promise<number> {
  return canvas.evaluate((element) => {
    const from = element as HTMLCanvasElement
    const { data } = from.getContext('2d')!.getImageData(0, 0, from.width, from.height)
    const seen = new Set<number>()
    for (let i = 0; i < data.length; i += 4 * 97)
      seen.add((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!)
    return seen.size
  })
}

/** Text that has changed from what it was, once it has settled. */
async function changed(read: () => Promise<string>, before: string, what: string): Promise<string> {
  let now = before
  await waitUntil(async () => (now = await read()) !== before && now !== '', what, 60_000)
  return now
}

async function axeInBothThemes(page: Page, where: string): Promise<void> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    // Without motion, so that no colour is on its way to another.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await waitUntil(
      async () => (await page.locator('html').getAttribute('data-theme')) === colorScheme,
      `the ${colorScheme} theme`,
    )
    for (const finding of await axeFindings(page)) found.push(`${where}, ${colorScheme}: ${finding}`)
  }
  expect(found).toEqual([])
}

async function parts(page: Page): Promise<void> {
  await page.getByText(s.start.live).waitFor({ timeout: 60_000 })
  await rested(page)
  await go(page, 'g', 'p')
  // Pictures of one kind come first.
  const pictures = page.locator('main button.picture')
  await waitUntil(async () => (await pictures.count()) === 3, 'three pictures')
  for (const name of ['Cap 1', 'Cap 2', 'Cap 3']) await page.locator('main').getByText(name).first().waitFor()
  const share = async (): Promise<string> => (await pictures.first().getAttribute('aria-label')) ?? ''
  const first = await changed(share, 'Cap 1', 'the foreground of the first picture')
  expect(first).toMatch(/^Cap 1: [1-9]\d? % foreground$/)
  await waitUntil(async () => (await colours(pictures.first().locator('canvas'))) > 40, 'its colours')

  // The threshold moves by key, and the foreground shrinks.
  await page.locator('main').focus()
  for (let i = 0; i < 5; i++) await page.keyboard.press('.')
  const smaller = await changed(share, first, 'a smaller foreground')
  expect(parseInt(smaller.slice(7))).toBeLessThan(parseInt(first.slice(7)))

  // A click finds the same part in every picture; the slider says how alike.
  const box = (await pictures.first().boundingBox())!
  await page.mouse.click(box.x + box.width * 0.5, box.y + box.height * 0.5)
  const similarity = inspector(page).getByRole('textbox', { name: s.parts.similarity, exact: true })
  await similarity.fill('0.3')
  await similarity.press('Enter')
  await waitUntil(
    async () => /\d+ patches match in 3 of 3 pictures/.test(await inspector(page).innerText()),
    'matches in all pictures',
  )

  // Groups of k-means, the foreground alone, and back.
  await choose(page, s.parts.paint, s.parts.paints.clusters)
  const group = inspector(page).getByRole('button', { name: s.parts.group(5) })
  await group.waitFor()
  await group.click()
  expect(await group.getAttribute('aria-pressed')).toBe('true')
  await axeInBothThemes(page, 'Parts in groups')
  await choose(page, s.parts.paint, s.parts.paints.foreground)
  await choose(page, s.parts.paint, s.parts.paints.parts)

  // A basis that is none is refused in a sentence.
  await inspector(page)
    .locator('input[type=file]')
    .setInputFiles({ name: 'basis.json', mimeType: 'application/json', buffer: Buffer.from('[1]') })
  await page.getByText(s.parts.noBasis[0]).first().waitFor()
}

async function reconstruct(page: Page): Promise<void> {
  await dropFiles(page, [encoderAlone], page.getByRole('navigation'))
  await page.getByRole('treeitem', { name: /^pretrain_encoder_only/ }).waitFor()
  await dropFiles(page, [autoencoder], page.getByRole('navigation'))
  await page.getByRole('treeitem', { name: /^checkpoint/ }).waitFor()
  await go(page, 'g', 'r')
  await page.getByRole('main', { name: s.view.reconstruct }).waitFor()
  await page.getByRole('treeitem', { name: /^pretrain_encoder_only/ }).click()
  await page.getByText(s.reconstruct.noDecoder).waitFor()
  await page.getByRole('treeitem', { name: /^checkpoint/ }).click()
  await page.getByRole('button', { name: s.inspect.headsOf(3, 16) }).click()
  await page.getByRole('button', { name: s.inspect.headsOf(4, 8) }).click()

  const live = async (): Promise<string> =>
    (await page.locator('main [aria-live=polite]').allInnerTexts()).find((text) => /hidden: /.test(text)) ??
    ''
  const first = await changed(live, '', 'a reconstruction')
  expect(first).toMatch(/^Reconstruction with 76 % hidden: \d+\.\d dB/)
  const rungs = page.locator('main .strip button')
  await waitUntil(
    async () =>
      /95 % hidden: \d+\.\d dB/.test((await rungs.last().textContent())?.replace(/\s+/g, ' ') ?? ''),
    'the whole strip',
    60_000,
  )
  expect(await rungs.count()).toBe(10)

  // A rung chooses its ratio, keys change it, R makes a new mask.
  await rungs.nth(8).click()
  const ninety = await changed(live, first, 'another ratio')
  expect(ninety).toMatch(/with 9\d % hidden/)
  await page.locator('main').focus()
  await page.keyboard.press(',')
  const less = await changed(live, ninety, 'a smaller ratio')
  await page.keyboard.press('r')
  await changed(live, less, 'a new mask')
  expect(await inspector(page).getByRole('textbox', { name: s.reconstruct.seed }).inputValue()).toBe('1')

  // The brush: by hand, by keys, and as large as the picture.
  await page.keyboard.press('b')
  await inspector(page).getByText(s.reconstruct.brushText).waitFor()
  const shots = page.locator('main .shot')
  const before = await live()
  const box = (await shots.first().boundingBox())!
  await page.mouse.move(box.x + 5, box.y + 5)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width - 5, box.y + 5, { steps: 3 })
  await page.mouse.up()
  const painted = await changed(live, before, 'the painted mask')
  await shots.first().focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await changed(live, painted, 'a patch painted by key')
  const size = inspector(page).getByRole('textbox', { name: s.reconstruct.brushSize, exact: true })
  await size.fill('8')
  await size.press('Enter')
  const refused = page.getByRole('alert').filter({ hasText: /hides (every|no) patch/ })
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  await refused.waitFor()

  // Mean and spread over several masks.
  await inspector(page).getByRole('radio', { name: s.reconstruct.kinds.random }).click()
  await page.getByRole('radio', { name: s.reconstruct.besides.spread }).click()
  await page.getByRole('img', { name: /^Spread of the reconstruction over 8 masks: 0\.\d+/ }).waitFor()
  await axeInBothThemes(page, 'Reconstruct, uncertainty')
  await page.getByRole('radio', { name: s.reconstruct.besides.error }).click()
  await page.getByRole('img', { name: s.reconstruct.error }).waitFor()
  await axeInBothThemes(page, 'Reconstruct')
}

for (const kind of testHosts) {
  if (kind.missing) console.warn(`Parts and reconstructions in ${kind.name} are left out: ${kind.missing}.`)
  describe.skipIf(kind.missing)(`in ${kind.name}`, () => {
    const home = newHome()
    let host: OpenHost
    beforeAll(async () => {
      host = await kind.open({ home })
      host.page.setDefaultTimeout(20_000)
    }, 60_000)
    afterAll(async () => {
      await host?.close()
      await closeBrowser()
      rmSync(home, { recursive: true, force: true })
    })

    test('parts are coloured, thresholded, found by a click and grouped', { timeout: 180_000 }, () =>
      parts(host.page),
    )
    test('pictures are reconstructed, hidden in other ways, painted and judged', { timeout: 180_000 }, () =>
      reconstruct(host.page),
    )
    test('and the page complained of nothing', () => expect(host.complaints).toEqual([]))
  })
}

// Can a person join two pictures, find outlier tokens and test I-JEPA's predictions, in Electron and in a browser?
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { strings } from '../../src-renderer/state/strings.ts'
import { axeFindings } from './axe.ts'
import { closeBrowser, testHosts } from './hosts.ts'
import { dropFiles, waitUntil } from './pointer.ts'
import { storyHost } from './storyHost.ts'

const s = strings
const root = new URL('../..', import.meta.url).pathname
const photo = join(root, 'resources/pictures/cat-chelsea.jpg')
const withRegisters = join(root, 'tests/fixtures/goldens/parity/dinov2_vit_reg4/backbone.pth')
const jepa = join(root, 'tests/fixtures/goldens/parity/ijepa/jepa-latest.pth.tar')

const inspector = (page: Page): Locator => page.getByRole('complementary')
const bar = (page: Page): Locator => page.getByRole('toolbar', { name: s.region.subject })
const application = (page: Page): Locator => page.locator('main [role=application]').first()
const label = async (page: Page): Promise<string> =>
  (await application(page).getAttribute('aria-label')) ?? ''

async function command(page: Page, text: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox', { name: s.palette.label }).fill(text)
  await page.keyboard.press('Enter')
  await page.getByRole('combobox', { name: s.palette.label }).waitFor({ state: 'detached' })
}

async function findings(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await waitUntil(
      async () => (await page.locator('html').getAttribute('data-theme')) === colorScheme,
      `the ${colorScheme} theme`,
    )
    for (const finding of await axeFindings(page)) found.push(`${colorScheme}: ${finding}`)
  }
  return found
}

/** A photo, and the same with its left 96 pixels moved to the right: every place is 6 patches of 16 px further left. */
const [width, height, shift] = [448, 304, 96]
async function makePair(folder: string): Promise<[string, string]> {
  const whole = await sharp(photo).resize(width, height, { fit: 'fill' }).removeAlpha().png().toBuffer()
  const part = (left: number, wide: number): Promise<Buffer> =>
    sharp(whole).extract({ left, top: 0, width: wide, height }).png().toBuffer()
  const moved = await sharp({ create: { width, height, channels: 3, background: '#000' } })
    .composite([
      { input: await part(shift, width - shift), left: 0, top: 0 },
      { input: await part(0, shift), left: width - shift, top: 0 },
    ])
    .png()
    .toBuffer()
  const paths: [string, string] = [join(folder, 'here.png'), join(folder, 'moved.png')]
  await writeFile(paths[0], whole)
  await writeFile(paths[1], moved)
  return paths
}

for (const kind of testHosts) {
  if (kind.missing)
    console.warn(`Correspondence, norms and predictions in ${kind.name} are left out: ${kind.missing}.`)
  describe.skipIf(kind.missing)(`in ${kind.name}`, { timeout: 180_000 }, () => {
    const host = storyHost(kind)
    beforeAll(async () => {
      await host.open()
      await host.page().getByText(s.start.live).waitFor({ timeout: 60_000 })
    }, 120_000)
    afterAll(async () => {
      await host.close()
      await closeBrowser()
    })
    // A step stands on those before it: after a failure the rest says nothing new.
    let failed = ''
    const step = (name: string, run: (page: Page) => Promise<void>): void =>
      test(name, async (context) => {
        if (failed) context.skip(`"${failed}" failed`)
        try {
          await run(host.page())
        } catch (error) {
          failed = name
          const shots = process.env.EMERGENCE_SHOTS
          if (shots)
            await host.page().screenshot({ path: join(shots, `correspondence-${kind.name}-failed.png`) })
          throw error
        }
      })
    /** Numbers as they were saved: a line for each, without the heading. */
    const csv = async (page: Page, what: string): Promise<string[][]> => {
      const { bytes } = await host.saved(async () => {
        await bar(page).getByRole('button', { name: s.inspect.copyFigure }).click()
        await page.getByRole('menuitem', { name: what }).click()
      })
      return Buffer.from(bytes)
        .toString()
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(','))
    }

    step('two pictures that are dropped are joined where their patches are alike', async (page) => {
      await command(page, s.command.go(s.view.correspondence))
      await waitUntil(async () => /\d+ lines? between/.test(await label(page)), 'the bundled pair', 90_000)
      await dropFiles(page, await makePair(host.folder), page.locator('main'))
      await waitUntil(async () => (await bar(page).innerText()).includes('moved'), 'the pictures dropped')
      await waitUntil(async () => /\d+ lines? between/.test(await label(page)), 'their lines', 90_000)
      const pairs = await csv(page, s.correspondence.saveCsv)
      expect(pairs).toHaveLength(Number(/with (\d+) lines/.exec(await label(page))?.[1]))
      const cosines = pairs.map((line) => Number(line[4]))
      expect([...cosines].sort((a, b) => b - a)).toEqual(cosines)
      // Whichever picture came to the left: most lines lead 6 patches across and none down.
      // What went round the edge leads 22 of the 28 patches back.
      const straight = pairs.filter(
        ([y0, x0, y1, x1]) => y0 === y1 && [6, 22].includes(Math.abs(Number(x0) - Number(x1))),
      )
      expect(straight.length / pairs.length).toBeGreaterThan(0.8)
    })

    step(
      'a patch that is clicked is found in the other picture, and a keypoint is carried there',
      async (page) => {
        const box = (await application(page).boundingBox())!
        const seen = await page.locator('main .caption').first().boundingBox()
        const y = seen!.y - seen!.width * (height / width) * 0.45
        await page.mouse.click(seen!.x + seen!.width * 0.5, y)
        await page.mouse.move(box.x + 2, box.y + 2)
        const asked = await inspector(page)
          .getByText(/^left, row \d+, column \d+$/)
          .first()
          .innerText()
        const best = await inspector(page)
          .getByText(/^right, row \d+, column \d+$/)
          .first()
          .innerText()
        const [row, column] = asked.match(/\d+/g)!.map(Number) as [number, number]
        const [foundRow, foundColumn] = best.match(/\d+/g)!.map(Number) as [number, number]
        expect(foundRow).toBe(row)
        expect(Math.abs(foundColumn - column)).toBe(6)
        await page.locator('main').focus()
        await page.keyboard.press('Shift+K')
        await inspector(page)
          .getByRole('button', { name: s.correspondence.removeKeypoint(1) })
          .waitFor()
        await page.keyboard.press('ControlOrMeta+z')
        await inspector(page).getByText(s.correspondence.noKeypoints).waitFor()
        await page.keyboard.press('ControlOrMeta+Shift+z')
        await page.keyboard.press('t')
        await page
          .getByRole('region', { name: s.twin.open })
          .getByText(`right ${foundRow}, ${foundColumn}`)
          .waitFor()
        expect(await findings(page)).toEqual([])
        await page.keyboard.press('t')
      },
    )

    step('keys ask for fewer lines and a higher threshold, and undo takes both back', async (page) => {
      const lines = async (): Promise<number> => Number(/with (\d+) line/.exec(await label(page))?.[1])
      const least = inspector(page).getByRole('textbox', { name: s.correspondence.least, exact: true })
      const before = [await lines(), await least.inputValue()] as const
      await page.locator('main').focus()
      await page.keyboard.press('[')
      await waitUntil(async () => (await lines()) === Math.round(before[0] * 0.8), 'fewer lines')
      await page.keyboard.press('.')
      expect(Number(await least.inputValue())).toBeCloseTo(Number(before[1]) + 0.02, 5)
      await page.keyboard.press('ControlOrMeta+z')
      await page.keyboard.press('ControlOrMeta+z')
      await waitUntil(async () => (await lines()) === before[0], 'all lines again')
      expect(await least.inputValue()).toBe(before[1])
    })

    step('norms of every layer show, and a layer is chosen by key', async (page) => {
      await command(page, s.command.go(s.view.registers))
      const plot = page.getByRole('slider', { name: /^Token norms of deit-tiny/ })
      await plot.waitFor({ timeout: 60_000 })
      const says = (words: RegExp): Promise<void> =>
        waitUntil(
          async () => words.test((await plot.getAttribute('aria-valuetext')) ?? ''),
          String(words),
          60_000,
        )
      await says(/^layer 11, before the last norm: median \d/)
      await page.locator('main').focus()
      await page.keyboard.press('ArrowUp')
      await says(/^after the last norm: median \d/)
      for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown')
      await says(/^layer 9: median \d/)
    })

    step(
      'a model with registers stands beside one without, and its registers’ norms are saved',
      async (page) => {
        const p = s.registers
        await dropFiles(page, [withRegisters], page.getByRole('navigation'))
        await page.getByRole('treeitem', { name: /^backbone/ }).waitFor()
        // What is opened while the view is open is looked at; the model before is put beside it.
        await page.getByRole('button', { name: s.inspect.headsOf(3, 16) }).click()
        await bar(page).getByRole('button', { name: p.add }).click()
        await page.getByRole('menuitemradio', { name: /^deit-tiny/ }).click()
        const plots = page.getByRole('slider', { name: /^Token norms of/ })
        await waitUntil(async () => (await plots.count()) === 2, 'two plots', 60_000)
        for (const index of [0, 1])
          await waitUntil(
            async () => /median \d/.test((await plots.nth(index).getAttribute('aria-valuetext')) ?? ''),
            `the norms of model ${index + 1}`,
            60_000,
          )
        await page.getByRole('button', { name: p.register(2) }).click()
        await page.getByText(p.reads(p.register(2), 3)).waitFor()
        expect(await findings(page)).toEqual([])
        const rows = await csv(page, p.saveCsv)
        const registers = rows.filter(
          ([name, , token]) => name === 'backbone' && token?.startsWith('register_'),
        )
        // Four registers in four layers and after the norm.
        expect(registers).toHaveLength(4 * 5)
        for (const row of registers) expect(Number(row[5])).toBeGreaterThan(0)
      },
    )

    step(
      'a model without predictor says so, and one with a predictor is asked about sampled blocks',
      async (page) => {
        const p = s.predict
        await command(page, s.command.go(s.view.predict))
        await page.getByText(p.noPredictor).waitFor()
        await dropFiles(page, [jepa], page.locator('main'))
        await page.getByRole('button', { name: s.inspect.headsOf(3, 16) }).click()
        await waitUntil(async () => /4 target blocks/.test(await label(page)), 'four sampled targets')
        await page.getByRole('img', { name: /mean cosine of .*the loss is \d/ }).waitFor({ timeout: 60_000 })
        // The picture itself and six others are looked through.
        await page.getByTestId('neighbours').getByText('7', { exact: true }).waitFor({
          state: 'attached',
          timeout: 60_000,
        })
      },
    )

    step(
      'a target drawn by hand is predicted, moved by keys, taken back by undo, and written down',
      async (page) => {
        const p = s.predict
        await inspector(page)
          .getByRole('button', { name: /^Which block is changed/ })
          .waitFor()
        const box = (await application(page).locator('canvas').boundingBox())!
        const at = (x: number, y: number): [number, number] => [box.x + box.width * x, box.y + box.height * y]
        // Along the upper edge, where no sampled target lies: in the first row, from the third to the fifth patch.
        await page.mouse.move(...at(0.3, 0.06))
        await page.mouse.down()
        await page.mouse.move(...at(0.45, 0.08), { steps: 3 })
        await page.mouse.move(...at(0.58, 0.06), { steps: 3 })
        await page.mouse.up()
        await waitUntil(async () => /5 target blocks/.test(await label(page)), 'a fifth target')
        const value = (name: string): Promise<string> =>
          inspector(page).getByRole('textbox', { name, exact: true }).inputValue()
        expect([
          await value(p.row),
          await value(p.column),
          await value(p.rows),
          await value(p.columns),
        ]).toEqual(['0', '2', '1', '3'])
        await page.locator('main').focus()
        await page.keyboard.press('Alt+ArrowRight')
        expect(await value(p.column)).toBe('3')
        await page.keyboard.press('ControlOrMeta+z')
        expect(await value(p.column)).toBe('2')
        await waitUntil(
          async () => (await page.getByTestId('neighbours').textContent()) === '7',
          'the nearest patches',
          60_000,
        )
        const rows = await csv(page, p.saveCsv)
        const own = rows.filter(([target]) => target === '5')
        expect(own.map(([, row, column]) => [row, column])).toEqual([
          ['0', '2'],
          ['0', '3'],
          ['0', '4'],
        ])
        for (const row of own) {
          expect(Math.abs(Number(row[3]))).toBeLessThanOrEqual(1)
          expect(row).toHaveLength(5 + 4 * 4)
        }
        await page.keyboard.press('t')
        expect(await page.getByRole('region', { name: s.twin.open }).locator('tbody tr').count()).toBe(
          rows.length,
        )
        expect(await findings(page)).toEqual([])
      },
    )

    step('closed and opened again, the blocks are as they were', async () => {
      await host.reopen()
      const page = host.page()
      await waitUntil(
        async () => (await application(page).count()) > 0 && /5 target blocks/.test(await label(page)),
        'the five targets',
        90_000,
      )
    })
  })
}

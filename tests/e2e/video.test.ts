// Can a person drop a video, see its frames in steady colours, play it, and take it away, in Electron and in a browser?
import { mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny'
import type { Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSource } from '../../src-main/checkpoints/containers/sourceFile.ts'
import { readZip } from '../../src-main/checkpoints/containers/zip.ts'
import { strings } from '../../src-renderer/state/strings.ts'
import { axeFindings } from './axe.ts'
import { makeClip, panOver } from './clip.ts'
import { closeBrowser, testHosts } from './hosts.ts'
import { dropFiles, waitUntil } from './pointer.ts'
import { storyHost } from './storyHost.ts'

const s = strings.video
const photo = new URL('../../resources/pictures/cat-chelsea.jpg', import.meta.url).pathname
const clip = { photo, frames: 30, width: 320, height: 192, rate: 25, damaged: [10] }
/** Every 5th frame of 30, one of them damaged. */
const [steps, broken] = [6, 1]

const canvas = (page: Page): Locator => page.locator('main canvas[data-frame]')
const place = (page: Page): Locator => page.locator('main .frame .place')
const label = async (page: Page): Promise<string> => (await place(page).getAttribute('aria-label')) ?? ''
const inspector = (page: Page): Locator => page.getByRole('complementary')
const frame = async (page: Page): Promise<number> => Number(await canvas(page).getAttribute('data-frame'))

/** The frame on show is drawn with what was computed of it. */
const shows = (page: Page, number: number): Promise<void> =>
  waitUntil(
    async () => (await frame(page)) === number && (await canvas(page).getAttribute('data-ready')) === 'true',
    `frame ${number} with its map`,
    90_000,
  )

/** Different colours among pixels of the canvas. */
const colours = (page: Page): Promise<number> =>
  canvas(page).evaluate((element) => {
    const drawn = element as HTMLCanvasElement
    const { data } = drawn.getContext('2d')!.getImageData(0, 0, drawn.width, drawn.height)
    const seen = new Set<number>()
    for (let i = 0; i < data.length; i += 4 * 97)
      seen.add((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!)
    return seen.size
  })

async function exported(page: Page, what: string): Promise<void> {
  await page.getByRole('button', { name: s.exports.title }).click()
  await page.getByRole('menuitem', { name: what }).click()
}

for (const kind of testHosts) {
  if (kind.missing) console.warn(`Videos in ${kind.name} are left out: ${kind.missing}.`)
  describe.skipIf(kind.missing)(`a video in ${kind.name}`, { timeout: 180_000 }, () => {
    const host = storyHost(kind)
    const path = join(host.folder, 'pan.webm')
    beforeAll(async () => {
      await host.open()
      await host.page().getByRole('heading', { level: 1 }).waitFor()
      await makeClip(host.page(), path, clip)
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
          if (shots) await host.page().screenshot({ path: join(shots, `video-${kind.name}-failed.png`) })
          throw error
        }
      })

    step(
      'opens where it is dropped, with the parts of its first frame in a basis of frames from all of it',
      async (page) => {
        await dropFiles(page, [path], page.locator('main'))
        await page.getByRole('toolbar', { name: strings.region.subject }).getByText('pan.webm').waitFor()
        await shows(page, 0)
        expect(await label(page)).toMatch(/^Frame 0\. \d+ % of its patches are foreground\.$/)
        expect(await colours(page)).toBeGreaterThan(20)
        await page
          .getByText(s.timeline(steps - broken, steps, broken))
          .waitFor({ state: 'attached', timeout: 60_000 })
        expect(await inspector(page).innerText()).toContain('The three colours hold')
      },
    )

    step('says which frame cannot be decoded, and goes on', async (page) => {
      await inspector(page).getByText(s.brokenCount(broken)).waitFor()
      expect(await inspector(page).innerText()).toContain('Frame 10 cannot be decoded.')
    })

    step('steps with the arrows and plays with Space to its end', async (page) => {
      await page.locator('main').focus()
      await page.keyboard.press('ArrowRight')
      await shows(page, 5)
      await page.keyboard.press('Shift+ArrowLeft')
      await shows(page, 4)
      await page.keyboard.press('Home')
      await shows(page, 0)
      await page.keyboard.press('Space')
      await shows(page, 25)
      await page.getByRole('button', { name: s.play, exact: true }).waitFor()
      expect(
        await inspector(page)
          .getByText(/ of 255$/)
          .first()
          .innerText(),
      ).toMatch(/^\d+\.\d of 255$/)
    })

    step('has a table of its frames, and nothing that assistive technology stumbles over', async (page) => {
      await page.keyboard.press('t')
      const table = page.getByRole('region', { name: strings.twin.open })
      expect(await table.locator('tbody tr').count()).toBeGreaterThanOrEqual(steps - broken)
      await page.keyboard.press('Escape')
      await page.keyboard.press('o')
      await page.keyboard.press('o')
      await waitUntil(async () => /Attention is strongest at row \d+/.test(await label(page)), 'attention')
      expect(await axeFindings(page)).toEqual([])
      await page.keyboard.press('o')
      await shows(page, 25)
      expect(await axeFindings(page)).toEqual([])
    })

    step(
      'colours each frame by its own components where that is asked for, turned or as they come',
      async (page) => {
        const change = async (): Promise<string> =>
          inspector(page)
            .getByText(/ of 255$/)
            .first()
            .innerText()
        const seen = [await change()]
        for (const basis of [s.bases.turned, s.bases.own]) {
          await inspector(page).getByRole('radio', { name: basis, exact: true }).click()
          await waitUntil(async () => {
            const now = await change().catch(() => '')
            return now !== '' && now !== seen.at(-1)
          }, `colours by ${basis}`)
          seen.push(await change())
        }
        await inspector(page).getByRole('radio', { name: s.bases.one, exact: true }).click()
        await waitUntil(async () => (await change().catch(() => '')) === seen[0], 'the common basis again')
      },
    )

    step('is exported as a video and as pictures, without the broken frame', async (page) => {
      const film = await host.saved(() => exported(page, s.exports.video))
      expect(film.name).toBe('pan.deit-tiny.parts.webm')
      const input = new Input({ source: new BufferSource(film.bytes), formats: ALL_FORMATS })
      const track = (await input.getPrimaryVideoTrack())!
      expect(['vp8', 'vp9']).toContain(await track.getCodec())
      expect([await track.getDisplayWidth(), await track.getDisplayHeight()]).toEqual([320, 192])
      let packets = 0
      for await (const packet of new EncodedPacketSink(track).packets()) packets += packet ? 1 : 0
      expect(packets).toBe(steps - broken)
      await page.getByText(s.exports.broken(broken)).waitFor()

      const zip = await host.saved(() => exported(page, s.exports.frames))
      const at = join(host.folder, 'frames.zip')
      await writeFile(at, zip.bytes)
      const file = openSource(at)
      const names = readZip(file).map(({ name }) => name)
      file.close()
      expect(names).toEqual([
        ...[0, 5, 15, 20, 25].map((number) => `frame-${String(number).padStart(6, '0')}.png`),
        'settings.json',
      ])
    })

    step('may be pictures in the order of their names; one that is damaged is left out', async (page) => {
      const folder = join(host.folder, 'frames')
      mkdirSync(folder, { recursive: true })
      const jpegs = await panOver({ ...clip, frames: 4 })
      const files = await Promise.all(
        jpegs.map(async (jpeg, i) => {
          const to = join(folder, `f${i + 8}.png`)
          const png = await sharp(jpeg).png().toBuffer()
          await writeFile(to, i === 2 ? png.subarray(0, 60) : png)
          return to
        }),
      )
      await dropFiles(page, files.toReversed(), page.locator('main'))
      await page.getByRole('toolbar', { name: strings.region.subject }).getByText(s.framesName(4)).waitFor()
      await shows(page, 0)
      await inspector(page).getByText('f10.png cannot be decoded').waitFor({ timeout: 60_000 })
    })

    step('may last two hours: only what is looked at is decoded and computed', async (page) => {
      const long = join(host.folder, 'long.webm')
      await makeClip(page, long, { photo, frames: 10, times: 720, width: 128, height: 80, rate: 1 })
      await dropFiles(page, [long], page.locator('main'))
      await page.getByRole('toolbar', { name: strings.region.subject }).getByText('long.webm').waitFor()
      await shows(page, 0)
      await inspector(page)
        .getByText(/^7,200 steps of 7,200 frames: about \d/)
        .waitFor()
      await page.locator('main').focus()
      await page.keyboard.press('End')
      await shows(page, 7199)
      await page.getByText('1:59:59', { exact: true }).first().waitFor()
      const said = await page.getByText(/^Timeline: /).innerText()
      // The basis, a few steps from the beginning, and the last.
      expect(Number(/^Timeline: (\d+) of 7,200 /.exec(said)?.[1])).toBeLessThanOrEqual(8 + 7 + 1)
    })

    step('is asked for again after the window was closed, with everything that was set', async () => {
      await host.reopen()
      const page = host.page()
      await page.getByRole('heading', { name: s.gone('long.webm') }).waitFor()
      await dropFiles(page, [path], page.locator('main'))
      await shows(page, 0)
    })
  })
}

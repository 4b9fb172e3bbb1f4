// What must a person be able to do, whichever host shows the window? One story, told step by step in Electron and in a browser.
//
// The steps build on each other, as a person's do: a checkpoint is dropped, then a photo, and at the end everything is
// back after closing. A host's test starts the app, runs the steps in order, and closes it.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { colourMap } from '../../src-shared/colour/maps.ts'
import { strings } from '../../src-renderer/state/strings.ts'
import { axeFindings } from './axe.ts'
import { dropFiles, mapped, waitUntil } from './pointer.ts'

/** A running app, whatever shows its window. */
export interface Host {
  readonly name: 'electron' | 'browser'
  /** A folder for the story's own files. */
  readonly folder: string
  /** The window as it is now; another after `reopen`. */
  page(): Page
  /** Closes the app as a person does and starts it again with the same workspace. */
  reopen(): Promise<void>
  /** The file that the app saves in answer to `act`: by the system's dialog or as a download. */
  saved(act: () => Promise<void>): Promise<{ name: string; bytes: Uint8Array }>
}

export interface Step {
  readonly name: string
  run(host: Host): Promise<void>
}

const root = new URL('../..', import.meta.url).pathname
const checkpoint = join(root, 'tests/fixtures/goldens/parity/dino_vit/checkpoint.pth')
const secondCheckpoint = join(root, 'tests/fixtures/goldens/parity/dinov2_vit_reg4/backbone.pth')

const s = strings
/** Every view that can be opened by name. */
const everyView = Object.entries(s.view).flatMap(([id, name]) => (id === 'start' ? [] : [name]))
const sheet = (page: Page): Locator => page.locator('section.sheet canvas')
const stage = (page: Page): Locator => page.locator('main .frame canvas').first()
const inspector = (page: Page): Locator => page.getByRole('complementary')

/** How often a canvas was drawn; it grows with every redraw. */
const drawn = async (canvas: Locator): Promise<number> => Number(await canvas.getAttribute('data-drawn'))

/** Waits until a canvas was drawn again. */
async function redrawn(canvas: Locator, act: () => Promise<void>): Promise<void> {
  const before = await drawn(canvas)
  await act()
  await waitUntil(async () => (await drawn(canvas)) > before, 'the canvas to be drawn again')
}

/** Every layer has arrived and the engine rests. */
async function rested(page: Page): Promise<void> {
  await waitUntil(
    async () => (await page.getByRole('contentinfo').innerText()).startsWith(s.jobs.ready),
    'the engine to rest',
    90_000,
  )
}

/** A photo-like picture that no model knows: a bright disc on a slope of colours, wider than tall. */
async function makePhoto(folder: string): Promise<string> {
  const [width, height] = [320, 180]
  const rgb = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const inside = (x - 220) ** 2 + (y - 80) ** 2 < 45 ** 2
      rgb.set(inside ? [240, 220, 60] : [x / 2, y, 160 - x / 4], (y * width + x) * 3)
    }
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'disc on a slope.png')
  await writeFile(
    path,
    await sharp(rgb, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer(),
  )
  return path
}

/** The strongest patch as the stage's own sentence says it. */
async function strongest(page: Page): Promise<{ row: number; column: number }> {
  const label = (await page.locator('main .frame').first().getAttribute('aria-label')) ?? ''
  const match = /row (\d+), column (\d+), with/.exec(label)
  if (!match) throw new Error(`The stage does not say its strongest patch: ${label}`)
  return { row: Number(match[1]), column: Number(match[2]) }
}

/** Rows and columns of patches, as the subject bar says. */
async function grid(page: Page): Promise<{ rows: number; columns: number }> {
  const words = await page.getByRole('toolbar', { name: s.region.subject }).innerText()
  const match = /(\d+) × (\d+) tokens/.exec(words)
  if (!match) throw new Error(`The bar does not say the grid: ${words}`)
  return { columns: Number(match[1]), rows: Number(match[2]) }
}

async function settings(page: Page): Promise<Record<string, string>> {
  const value = (label: string): Promise<string> =>
    inspector(page).getByRole('textbox', { name: label, exact: true }).inputValue()
  return {
    layer: await value(s.inspect.layer),
    opacity: await value(s.inspect.opacity),
    mass: await value(s.inspect.mass),
    head:
      (await inspector(page)
        .getByRole('button', { name: `${s.inspect.head}:` })
        .getAttribute('aria-label')) ?? '',
    bar: (await page.getByRole('toolbar', { name: s.region.subject }).innerText()).replace(/\s+/g, ' '),
    query: await inspector(page)
      .getByText(/^row \d+, column \d+$/)
      .first()
      .innerText(),
  }
}

export const story: readonly Step[] = [
  {
    name: 'the first screen shows a live map of a bundled picture, and answers pointing',
    run: async (host) => {
      const page = host.page()
      await page.getByRole('heading', { name: s.start.heading }).waitFor()
      await page.getByText(s.start.live).waitFor({ timeout: 60_000 })
      await rested(page)
      await redrawn(stage(page), async () => {
        const box = (await stage(page).boundingBox())!
        await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.3)
        await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.6)
      })
    },
  },
  {
    name: 'a dropped checkpoint becomes a model, and its heads are seen on a bundled picture',
    run: async (host) => {
      const page = host.page()
      await dropFiles(page, [checkpoint], page.locator('main'))
      await page.getByRole('treeitem', { name: /^checkpoint/ }).waitFor()
      // The file does not say its heads: the window asks.
      await page.getByRole('heading', { name: s.inspect.headsUnknown }).waitFor()
      await page.getByRole('button', { name: s.inspect.headsOf(3, 16) }).click()
      await sheet(page).waitFor()
      await mapped(page)
      await rested(page)
      const rows = await inspector(page).locator('tbody').first().locator('tr').count()
      expect(rows).toBe(3)
      await waitUntil(async () => (await drawn(sheet(page))) > 0, 'the contact sheet')
      expect((await colours(sheet(page))).size).toBeGreaterThan(20)
    },
  },
  {
    name: 'a dropped rectangular photo is shown in its own shape',
    run: async (host) => {
      const page = host.page()
      await dropFiles(page, [await makePhoto(host.folder)], page.locator('main'))
      await page.getByRole('treeitem', { name: /^disc on a slope/ }).waitFor()
      await page.getByRole('toolbar', { name: s.region.subject }).getByText('disc on a slope').waitFor()
      await mapped(page)
      await rested(page)
      const { rows, columns } = await grid(page)
      expect(columns / rows).toBeCloseTo(320 / 180, 0)
    },
  },
  {
    name: 'a click on a patch asks it: the mark, the numbers and every map follow',
    run: async (host) => {
      const page = host.page()
      await inspector(page).getByRole('radio', { name: s.query.patch }).click()
      const { rows, columns } = await grid(page)
      const box = (await stage(page).boundingBox())!
      const ruler = 20
      const at = { row: Math.floor(rows * 0.4), column: Math.floor(columns * 0.7) }
      await redrawn(sheet(page), () =>
        page.mouse.click(
          box.x + ruler + ((at.column + 0.5) / columns) * (box.width - ruler),
          box.y + ruler + ((at.row + 0.5) / rows) * (box.height - ruler),
        ),
      )
      await inspector(page).getByText(s.query.place(at.row, at.column), { exact: true }).first().waitFor()
      await page.mouse.move(2, 2)
    },
  },
  {
    name: 'layers change by key and by slider, and undo goes back',
    run: async (host) => {
      const page = host.page()
      const layer = inspector(page).getByRole('textbox', { name: s.inspect.layer, exact: true })
      const last = Number(await layer.inputValue())
      await page.locator('main').focus()
      await redrawn(stage(page), () => page.keyboard.press('ArrowDown'))
      expect(await layer.inputValue()).toBe(String(last - 1))
      await layer.fill('0')
      await layer.press('Enter')
      await waitUntil(
        async () => (await page.getByRole('heading', { name: s.inspect.heads(0) }).count()) === 1,
        'layer 0',
      )
      await page.locator('main').focus()
      await page.keyboard.press('ControlOrMeta+z')
      await waitUntil(async () => (await layer.inputValue()) === String(last - 1), 'undo')
      await page.keyboard.press('ControlOrMeta+Shift+z')
      await waitUntil(async () => (await layer.inputValue()) === '0', 'redo')
      await page.keyboard.press('ControlOrMeta+z')
    },
  },
  {
    name: 'a figure is saved as PNG: the strongest patch has the ramp’s last colour, and its settings are inside',
    run: async (host) => {
      const page = host.page()
      const opacity = inspector(page).getByRole('textbox', { name: s.inspect.opacity, exact: true })
      await opacity.fill('100')
      await opacity.press('Enter')
      const mass = inspector(page).getByRole('textbox', { name: s.inspect.mass, exact: true })
      await mass.fill('100')
      await mass.press('Enter')
      await page.locator('main').focus()
      const { name, bytes } = await host.saved(() => page.keyboard.press('ControlOrMeta+e'))
      expect(name).toMatch(/^disc on a slope.*\.png$/)
      const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
      const theme = (await page.locator('html').getAttribute('data-theme')) === 'light' ? 'light' : 'dark'
      const { table } = colourMap('ember', theme)
      const at = await strongest(page)
      const { rows, columns } = await grid(page)
      // The figure: 640 points wide after a margin of 12, two pixels per point.
      const [scale, margin, wide, high] = [2, 12, 640, 360]
      const pixel = (row: number, column: number): number[] => {
        const x = Math.round((margin + ((column + 0.5) / columns) * wide) * scale)
        const y = Math.round((margin + ((row + 0.5) / rows) * high) * scale)
        return [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)]
      }
      const top = [...table.subarray(765, 768)]
      pixel(at.row, at.column).forEach((value, i) => expect(Math.abs(value - top[i]!)).toBeLessThanOrEqual(2))
      const text = Buffer.from(bytes).toString('latin1')
      expect(text).toContain('iTXt')
      expect(text).toMatch(/"query":"patch:\d+,\d+"/)
    },
  },
  {
    name: 'two models are compared on one picture with one query',
    run: async (host) => {
      const page = host.page()
      await dropFiles(page, [secondCheckpoint], page.getByRole('navigation'))
      await page.getByRole('treeitem', { name: /^backbone/ }).waitFor()
      await page.getByRole('button', { name: s.inspect.headsOf(3, 16) }).click()
      await sheet(page).waitFor()
      await page.locator('main').focus()
      await page.keyboard.press('g')
      await page.keyboard.press('c')
      await page.getByRole('radio', { name: s.compare.layouts.side }).waitFor()
      await waitUntil(
        async () => (await page.locator('main .frame canvas').count()) >= 2,
        'two stages',
        60_000,
      )
      await rested(page)
      const canvases = page.locator('main .frame canvas')
      for (const i of [0, 1])
        await waitUntil(
          async () => (await colours(canvases.nth(i))).size > 20,
          `the map of model ${i + 1}`,
          60_000,
        )
      const box = (await canvases.first().boundingBox())!
      await redrawn(canvases.nth(1), () =>
        page.mouse.click(box.x + box.width * 0.6, box.y + box.height * 0.5),
      )
      await page.mouse.move(2, 2)
    },
  },
  {
    name: 'axe finds nothing in any view, in either theme, nor in what lies above them',
    run: async (host) => {
      const page = host.page()
      const found: string[] = []
      const check = async (where: string): Promise<void> => {
        for (const finding of await axeFindings(page)) found.push(`${where}: ${finding}`)
      }
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await waitUntil(
          async () => (await page.locator('html').getAttribute('data-theme')) === colorScheme,
          `the ${colorScheme} theme`,
        )
        for (const view of everyView) {
          await runCommand(page, s.command.go(view))
          await page.getByRole('main', { name: view }).waitFor()
          await rested(page)
          await check(`${view}, ${colorScheme}`)
        }
        await runCommand(page, s.command.go(s.view.inspect))
        await page.keyboard.press('ControlOrMeta+k')
        await check(`palette, ${colorScheme}`)
        await page.keyboard.press('Escape')
        await page.getByRole('button', { name: s.inspect.copyFigure }).click()
        await check(`menu, ${colorScheme}`)
        await page.keyboard.press('Escape')
        await runCommand(page, s.command.twin)
        await check(`tables, ${colorScheme}`)
        await page.keyboard.press('Escape')
        await runCommand(page, s.command.present)
        await check(`presenting, ${colorScheme}`)
        await page.keyboard.press('Escape')
      }
      expect(found).toEqual([])
      for (const view of everyView) {
        if ([s.view.inspect, s.view.model, s.view.compare].includes(view)) continue
        await page.getByRole('tab', { name: view }).click()
        await page.keyboard.press('Delete')
      }
    },
  },
  {
    name: 'closed and opened again, everything is back',
    run: async (host) => {
      let page = host.page()
      await page.locator('main').focus()
      await page.keyboard.press('g')
      await page.keyboard.press('i')
      await sheet(page).waitFor()
      await mapped(page)
      await rested(page)
      const before = await settings(page)
      const tabs = await page.getByRole('tab').allInnerTexts()
      await host.reopen()
      page = host.page()
      await sheet(page).waitFor({ timeout: 60_000 })
      await mapped(page)
      await rested(page)
      expect(await page.getByRole('tab').allInnerTexts()).toEqual(tabs)
      expect(await settings(page)).toEqual(before)
      await page.getByRole('treeitem', { name: /^disc on a slope/ }).waitFor()
      expect((await colours(stage(page))).size).toBeGreaterThan(20)
    },
  },
]

/** Runs a command by its whole name, through the palette. */
async function runCommand(page: Page, text: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox', { name: s.palette.label }).fill(text)
  await page.keyboard.press('Enter')
  await page.getByRole('combobox', { name: s.palette.label }).waitFor({ state: 'detached' })
}

/** The different colours a canvas shows, coarsely: many for a map, few for an empty place. */
async function colours(canvas: Locator): Promise<Set<number>> {
  const { data, info } = await sharp(await canvas.screenshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const seen = new Set<number>()
  for (let i = 0; i < info.width * info.height; i++)
    seen.add(((data[3 * i]! >> 3) << 10) | ((data[3 * i + 1]! >> 3) << 5) | (data[3 * i + 2]! >> 3))
  return seen
}

// Does a run train in the window, and does it survive what happens to it? In Electron and in a browser, with a real engine.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { strings } from '../../src-renderer/state/strings.ts'
import { axeFindings } from './axe.ts'
import { childrenOf, closeBrowser, labOf, newHome, testHosts, type OpenHost } from './hosts.ts'
import { waitUntil } from './pointer.ts'

const s = strings.train
const toolbar = (page: Page) => page.getByRole('toolbar', { name: strings.region.subject })

/** The step that the window shows; 0 before the first. */
async function stepOf(page: Page): Promise<number> {
  const words = await toolbar(page).innerText()
  return Number(/step ([\d,]+)/.exec(words)?.[1]?.replaceAll(',', '') ?? 0)
}
async function beyond(page: Page, step: number): Promise<void> {
  await waitUntil(async () => (await stepOf(page)) > step, `a step after ${step}`, 120_000)
}
async function says(page: Page, state: keyof typeof s.states): Promise<void> {
  await page
    .getByRole('treeitem', { name: new RegExp(`^dino-01, ${s.states[state]}`) })
    .waitFor({ timeout: 60_000 })
}
/** The setting of this name in the form. */
async function put(page: Page, name: string, value: number): Promise<void> {
  const field = page.getByRole('complementary').getByRole('textbox', { name: new RegExp(`^${name}: `) })
  await field.fill(String(value))
  await field.press('Enter')
}
/** The engines of runs, oldest first: all but the one that looks, which was there before. */
function runEngines(host: OpenHost): number[] {
  const lab = labOf(host)
  return lab === undefined
    ? []
    : childrenOf(lab, 'main/engine.js')
        .sort((a, b) => a - b)
        .slice(1)
}

for (const kind of testHosts) {
  if (kind.missing) console.warn(`Training in ${kind.name} is left out: ${kind.missing}.`)
  describe.skipIf(kind.missing)(`training in ${kind.name}`, { timeout: 180_000 }, () => {
    const home = newHome()
    let host: OpenHost
    const open = async (): Promise<void> => {
      host = await kind.open({ home, width: 1280, height: 800 })
      await host.page.emulateMedia({ colorScheme: 'dark' })
    }
    beforeAll(open)
    afterAll(async () => {
      await host.close()
      await closeBrowser()
    })

    test('a run starts from the form and its curves grow', async () => {
      const { page } = host
      // The first map is there: nothing is cancelled by going on.
      await page.getByText(strings.start.live).waitFor({ timeout: 60_000 })
      await page.keyboard.press('ControlOrMeta+k')
      await page
        .getByRole('combobox', { name: strings.palette.label })
        .fill(strings.command.go(strings.view.train))
      await page.keyboard.press('Enter')
      await page.getByRole('radio', { name: 'DINO' }).waitFor()
      // The smallest network that is still one: a step is a matter of milliseconds.
      for (const [name, value] of Object.entries({
        embed_dim: 24,
        depth: 1,
        out_dim: 64,
        head_hidden_dim: 32,
        batch_size: 8,
      }))
        await put(page, name, value)
      await page.getByRole('button', { name: `${s.setup.count}: ` }).click()
      await page
        .getByRole('menuitem', { name: '512' })
        .or(page.getByRole('menuitemradio', { name: '512' }))
        .click()
      await page.getByText(s.setup.holds(512, 10, [], true)).waitFor()
      await page
        .getByRole('img', { name: /^global crop of 48 px/ })
        .first()
        .waitFor()
      expect(await axeFindings(page)).toEqual([])
      await page.getByRole('button', { name: s.setup.start, exact: true }).click()
      await says(page, 'running')
      await beyond(page, 3)
      await page.getByRole('img', { name: /^Loss: \d/ }).waitFor()
      await page
        .getByRole('button', { name: /^cat-chelsea at step/ })
        .first()
        .waitFor()
    })

    test('it pauses within a step, goes on, and keeps a checkpoint when asked', async () => {
      const { page } = host
      await page.getByRole('main').focus()
      const before = await stepOf(page)
      await page.keyboard.press('Space')
      await says(page, 'paused')
      const paused = await stepOf(page)
      expect(paused).toBeGreaterThanOrEqual(before)
      await page.keyboard.press('Space')
      await says(page, 'running')
      await beyond(page, paused)
      await page.keyboard.press('k')
      await page.getByRole('button', { name: s.checkpointWhy.asked }).first().waitFor()
    })

    test('a trick is switched off while it trains, and the plots say when', async () => {
      const { page } = host
      await page.getByRole('switch', { name: /^centring/ }).click()
      await page.getByText(/^off since step \d/).waitFor()
      await page.getByText('centring off').first().waitFor()
      expect(await axeFindings(page)).toEqual([])
    })

    test('killed, it goes on once by itself; killed again, it waits for a person', async () => {
      const { page } = host
      const [first] = runEngines(host)
      process.kill(first!, 'SIGKILL')
      await page.getByText(/dino-01 was interrupted: .* goes on by itself/).waitFor()
      await waitUntil(() => Promise.resolve(runEngines(host).some((pid) => pid !== first)), 'another engine')
      // Nobody trained between the death and here, so a later step is of the new process.
      const killedAt = await stepOf(page)
      const second = runEngines(host).find((pid) => pid !== first)!
      // It must have trained: a run that dies at once would die for ever.
      await beyond(page, killedAt)
      process.kill(second, 'SIGKILL')
      await says(page, 'interrupted')
      await page.getByRole('alert').getByRole('button', { name: s.alarm.resume }).click()
      await says(page, 'running')
      await beyond(page, await stepOf(page))
    })

    test('closed while it trains and opened again, its curves are there and it can go on', async () => {
      // It trains, so that closing has something to pause.
      const step = await stepOf(host.page)
      await beyond(host.page, step)
      expect(host.complaints).toEqual([])
      await host.close()
      await open()
      const { page } = host
      await says(page, 'paused')
      await waitUntil(async () => (await stepOf(page)) >= step, 'the curves', 30_000)
      await page.getByRole('img', { name: /^Loss: \d/ }).waitFor()
      await page.getByRole('main').focus()
      await page.keyboard.press('Space')
      await says(page, 'running')
      await beyond(page, step)
      await page.getByRole('button', { name: s.stop }).click()
      await says(page, 'stopped')
      // A frame of the film leads to a model that can be looked into.
      await page
        .getByRole('button', { name: /^cat-chelsea at step/ })
        .last()
        .click()
      await page.getByRole('tab', { name: strings.view.inspect }).waitFor()
      await page.getByRole('treeitem', { name: /^dino-01 step \d+/ }).waitFor()
      expect(host.complaints).toEqual([])
    })
  })
}

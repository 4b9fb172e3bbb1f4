// Does the window stay quick while a model trains? Its longest task at full load, and how soon a pause takes effect.
//
// npm run bench -- trainWindow [browser|electron] [seconds]
import { cpus, loadavg } from 'node:os'
import { rmSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { strings as s } from '../../src-renderer/state/strings.ts'
import { closeBrowser, newHome, testHosts } from '../e2e/hosts.ts'
import { waitUntil } from '../e2e/pointer.ts'
import { tasksInWords, traceTasks } from './tasks.ts'

const [name = 'browser', seconds = '30'] = process.argv.slice(2)
const host = testHosts.find((one) => one.name === name)
if (!host || host.missing) throw new Error(host?.missing ?? `There is no host named ${name}.`)
console.log(`${name}, ${cpus().length} cores, ${cpus()[0]?.model}, load ${loadavg()[0]!.toFixed(1)}`)

const stepOf = async (page: Page): Promise<number> => {
  const words = await page.getByRole('toolbar', { name: s.region.subject }).innerText()
  return Number(/step ([\d,]+)/.exec(words)?.[1]?.replaceAll(',', '') ?? 0)
}
const says = (page: Page, state: string): Promise<void> =>
  page.getByRole('treeitem', { name: new RegExp(`^dino-01, ${state}`) }).waitFor({ timeout: 120_000 })

const home = newHome()
const open = await host.open({ home, width: 1440, height: 900 })
const { page } = open
await page.getByRole('treeitem', { name: /^Chelsea/ }).waitFor()
await page.getByRole('main').focus()
await page.keyboard.press('g')
await page.keyboard.press('t')
// A small network: many steps a second are the hard case for a window.
for (const [setting, value] of Object.entries({ embed_dim: 24, depth: 1, out_dim: 256, batch_size: 8 })) {
  const field = page.getByRole('complementary').getByRole('textbox', { name: new RegExp(`^${setting}: `) })
  await field.fill(String(value))
  await field.press('Enter')
}
await page.getByRole('button', { name: s.train.setup.start, exact: true }).click({ timeout: 120_000 })
await waitUntil(async () => (await stepOf(page)) > 2, 'the first steps', 120_000)

const stop = await traceTasks(page)
const from = await stepOf(page)
const box = (await page.getByRole('img', { name: /^Loss: / }).boundingBox())!
const until = performance.now() + Number(seconds) * 1000
for (let i = 0; performance.now() < until; i++) {
  // A hand that reads values is part of the load.
  await page.mouse.move(box.x + 50 + ((i * 13) % (box.width - 120)), box.y + box.height / 2)
  await page.waitForTimeout(50)
}
const steps = (await stepOf(page)) - from
console.log(
  `${(steps / Number(seconds)).toFixed(1)} steps a second; tasks of the window: ${tasksInWords(await stop())}`,
)

await page.getByRole('main').focus()
for (let i = 0; i < 5; i++) {
  const [before, pressed] = [await stepOf(page), performance.now()]
  await page.keyboard.press('Space')
  await says(page, s.train.states.paused)
  const took = performance.now() - pressed
  console.log(`pause: ${took.toFixed(0)} ms, ${(await stepOf(page)) - before} steps after the key`)
  await page.keyboard.press('Space')
  await says(page, s.train.states.running)
  await page.waitForTimeout(1000)
}
await open.close()
await closeBrowser()
rmSync(home, { recursive: true, force: true })
process.exit(0)

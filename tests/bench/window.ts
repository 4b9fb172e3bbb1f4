// How quick is the window? Start, drop to the first map, clicks, and the longest task while the engine works.
//
// node tests/bench/window.ts [electron|browser] [rounds]: a random ViT-S/16 at 224 px, medians with quartiles.
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { strings as s } from '../../src-renderer/state/strings.ts'
import { closeBrowser, newHome, testHosts, type OpenHost } from '../e2e/hosts.ts'
import { dropFiles, waitUntil } from '../e2e/pointer.ts'
import { tasksInWords, traceTasks } from './tasks.ts'
import { spread, writeModel, writePhoto } from './subjects.ts'

const [name = 'browser', rounds = '9'] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'emergence-bench-'))

const rested = (page: Page): Promise<void> =>
  waitUntil(
    async () => (await page.getByRole('contentinfo').innerText()).startsWith(s.jobs.ready),
    'the engine to rest',
    120_000,
  )

/** When a mark was first made, of this picture where one is named; null before it was. */
const mark = (page: Page, label: string, of = ''): Promise<number | null> =>
  page.evaluate(
    ([what, whose]) =>
      (performance.getEntriesByName(what) as PerformanceMark[]).find(
        (entry) => whose === '' || String(entry.detail).startsWith(whose),
      )?.startTime ?? null,
    [label, of] as const,
  )

const host = testHosts.find((one) => one.name === name)
if (!host || host.missing) throw new Error(host?.missing ?? `There is no host named ${name}.`)
console.log(`${name}, ${cpus().length} cores, ${cpus()[0]?.model}, load ${loadavg()[0]!.toFixed(1)}`)

// --- start ---
const starts: number[] = []
const home = newHome()
let open: OpenHost | null = null
for (let i = 0; i < Math.min(5, Number(rounds)); i++) {
  await open?.close()
  const began = performance.now()
  open = await host.open({ home, width: 1280, height: 800 })
  await open.page.getByRole('tree').waitFor()
  if (i > 0) starts.push(performance.now() - began)
}
console.log(`start to usable window, ms: ${spread(starts)}`)
const { page } = open!

// --- drop to first map ---
const model = join(folder, 'random-vit-small.safetensors')
writeModel(model)
const main = page.getByRole('main')
await dropFiles(page, [model], main)
await page.locator('section.sheet canvas').waitFor()
await rested(page)
const stopTracing = await traceTasks(page)
const beyond: number[] = []
for (let i = 0; i < Number(rounds); i++) {
  const photo = join(folder, `photo-${i}.jpg`)
  await writePhoto(photo, i)
  await page.evaluate(() => performance.clearMarks())
  await dropFiles(page, [photo], main)
  await page.getByRole('toolbar', { name: s.region.subject }).getByText(`photo-${i}`).waitFor()
  const whose = `photo-${i}`
  await waitUntil(async () => (await mark(page, 'emergence:drawn', whose)) !== null, 'a map', 60_000)
  await rested(page)
  const dropped = (await mark(page, 'emergence:drop'))!
  const drawn = (await mark(page, 'emergence:drawn', whose))!
  const words = await page
    .getByText(/forward pass/)
    .first()
    .innerText()
  const [, value, unit] = /forward pass ([\d.]+) (ms|s)/.exec(words)!
  if (i > 1) beyond.push(drawn - dropped - Number(value) * (unit === 's' ? 1000 : 1))
}
console.log(`drop to first map beyond the forward pass, ms: ${spread(beyond)}`)
const tasks = await stopTracing()
console.log(`tasks of the window meanwhile: ${tasksInWords(tasks)}`)

// --- clicks ---
await page.getByRole('radio', { name: s.query.patch }).click()
const box = (await page.locator('main .frame canvas').first().boundingBox())!
const clicks: number[] = []
for (let i = 0; clicks.length < Number(rounds) * 3 && i < 200; i++) {
  await page.mouse.move(2, 2)
  await page.waitForTimeout(80)
  const at = { x: box.x + 40 + ((i * 97) % (box.width - 60)), y: box.y + 40 + ((i * 61) % (box.height - 60)) }
  await page.evaluate(() => performance.clearMarks())
  // Without a pause between coming and clicking, so that the preview has not drawn the answer already.
  await page.mouse.click(at.x, at.y)
  await page.waitForTimeout(120)
  const [picked, drawn] = await page.evaluate(() => {
    const when = (what: string, from: number): number | null =>
      performance.getEntriesByName(what).find((entry) => entry.startTime >= from)?.startTime ?? null
    const pick = when('emergence:pick', 0)
    return [pick, pick === null ? null : when('emergence:drawn', pick)]
  })
  if (picked !== null && drawn !== null) clicks.push(drawn - picked)
}
console.log(`click on a patch to the redrawn map, ms: ${spread(clicks)}`)

await open!.close()
await closeBrowser()
rmSync(folder, { recursive: true, force: true })
process.exit(0)

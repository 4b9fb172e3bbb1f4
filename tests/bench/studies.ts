// How quick are parts and reconstructions? Panels beyond the forward pass, 100 pictures coloured together, a click over them.
//
// node tests/bench/studies.ts [rounds] [browser|electron]: a random ViT-S/16 at 224 px, medians with quartiles.
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { Page } from 'playwright-core'
import { identify, writeParts } from '../../src-main/engine/jobs/partsFiles.ts'
import { openOutputs } from '../../src-main/engine/outputs.ts'
import { parts as partsTask } from '../../src-main/engine/tasks/parts.ts'
import { strings as s } from '../../src-renderer/state/strings.ts'
import { foregroundOf, likeness, masked, partPixels } from '../../src-renderer/views/parts/paint.ts'
import { createWork } from '../../src-renderer/views/parts/work.ts'
import { ramp } from '../../src-renderer/canvas/ramps.ts'
import { fillNormal, fillUniform, random } from '../../src-shared/numerics/random.ts'
import { closeBrowser, newHome, testHosts } from '../e2e/hosts.ts'
import { dropFiles, waitUntil } from '../e2e/pointer.ts'
import { spread, writeModel, writePhoto } from './subjects.ts'

const [roundsWord = '9', name = 'browser'] = process.argv.slice(2)
const rounds = Number(roundsWord)
const folder = mkdtempSync(join(tmpdir(), 'emergence-bench-'))
console.log(`${cpus().length} cores, ${cpus()[0]?.model}, load ${loadavg()[0]!.toFixed(1)}`)

// --- 100 pictures of 14 × 14 patches, tokens as wide as ViT-S makes them ---
const [many, side, width] = [100, 14, 384]
const grid: [number, number] = [side, side]
/** Tokens with an object of two parts in the middle of noise: as clear as a trained network's. */
function tokensOf(seed: number): Float32Array {
  const tokens = fillNormal(random(seed), new Float32Array(side * side * width))
  for (let i = 0; i < side * side; i++) {
    const [y, x] = [Math.floor(i / side), i % side]
    const inside = y > 2 && y < 11 && x > 2 && x < 11
    for (let t = 0; t < 16; t++) tokens[i * width + t]! += inside ? 6 : -2
    for (let t = 16; t < 32; t++) tokens[i * width + t]! += inside ? (y < 7 ? 3 : -3) : 0
  }
  return tokens
}
const tokens = Array.from({ length: many }, (_, i) => tokensOf(i))
const keys = tokens.map((_, i) => `picture ${i}`)

/** Milliseconds by the clock, and of the processor: what counts where others want the same cores. */
interface Spent {
  readonly wall: number
  readonly processor: number
}
async function timed(work: () => unknown): Promise<Spent> {
  const [since, before] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(before)
  return { wall: performance.now() - since, processor: (user + system) / 1000 }
}
const both = (spent: readonly Spent[]): string =>
  `${spread(spent.map(({ wall }) => wall))}; of the processor ${spread(spent.map(({ processor }) => processor))}`

const together: Spent[] = []
const clicks: Spent[] = []
for (let round = 0; round < rounds; round++) {
  const work = createWork()
  tokens.forEach((own, i) =>
    work.add(keys[i]!, { picture: keys[i]!, grid, width, tokens: own, oneColour: false }),
  )
  together.push(
    await timed(() => {
      const wish = { keys, foreground: 'auto' as const, flip: false, hold: false, tab: 't', layer: 11 }
      const { first, colours, basis } = work.fit(wish)
      colours.forEach((own, i) =>
        masked(
          partPixels(own, 'rgb', ramp('ember', 'dark')),
          foregroundOf(first[i]!, basis.first!.threshold),
        ),
      )
    }),
  )
  for (let click = 0; click < 5; click++)
    clicks.push(
      await timed(() => {
        const patch = random(100 * round + click).integer(side * side)
        for (const cosines of work.similar(keys[(round + click) % many]!, patch, keys)) likeness(cosines, 0.6)
      }),
    )
}
console.log(
  `100 pictures coloured together in the window, beyond their forward passes, ms: ${both(together)}`,
)
console.log(`a click for the same part over 100 pictures, ms: ${both(clicks)}`)

const commands: Spent[] = []
for (let round = 0; round < Math.min(3, rounds); round++) {
  const rgb = Uint8Array.from(fillUniform(random(round), new Float32Array(224 * 224 * 3), 0, 255))
  const picture = { width: 224, height: 224, rgb }
  const write = async (): Promise<void> => {
    const pictures = tokens.map((own, i) => ({ id: `${identify(picture)}${i}`, grid, tokens: own.slice() }))
    const question = { pictures, width, layer: 11, basis: null, foreground: 'auto' as const, clusters: null }
    const context = { stopIfCancelled: () => {}, event: () => {}, item: () => {} }
    const { painted } = await partsTask(question, context)
    const outputs = await openOutputs({ folder: join(folder, `parts-${round}`), force: false })
    for (const [i, { id }] of pictures.entries())
      await writeParts({ name: `p${i}`, picture, id, grid }, painted[i]!, {
        outputs,
        model: 'random',
        layer: 11,
      })
  }
  commands.push(await timed(write))
}
console.log(`the same by the command, files written, ms: ${both(commands)}`)

// --- the panels ---
const host = testHosts.find((one) => one.name === name)
if (!host || host.missing) throw new Error(host?.missing ?? `There is no host named ${name}.`)
const home = newHome()
const open = await host.open({ home, width: 1280, height: 800 })
const { page } = open
page.setDefaultTimeout(90_000)
const rested = (page: Page): Promise<void> =>
  waitUntil(
    async () => (await page.getByRole('contentinfo').innerText()).startsWith(s.jobs.ready),
    'the engine to rest',
    120_000,
  )
async function go(...sequence: string[]): Promise<void> {
  await page.locator('main').focus()
  for (const key of sequence) await page.keyboard.press(key)
}
/** Presses a key and gives when each of the marks was made first, and the last `drawn` after them, in ms after `from`. */
async function after(
  key: string,
  from: string,
  to: string,
): Promise<{ drawn: number; detail: number } | null> {
  await page.evaluate(() => performance.clearMarks())
  await go(key)
  await page.waitForTimeout(100)
  await rested(page)
  await page.waitForTimeout(250)
  return page.evaluate(
    ([from, to]) => {
      const first = (what: string, since: number): PerformanceMark | undefined =>
        (performance.getEntriesByName(what) as PerformanceMark[]).find(({ startTime }) => startTime >= since)
      const began = first(from!, 0)
      const came = began && first(to!, began.startTime)
      const drawn = came && first('emergence:drawn', came.startTime)
      return began && came && drawn
        ? { drawn: drawn.startTime - began.startTime, detail: Number(came.detail) * 1000 }
        : null
    },
    [from, to] as const,
  )
}
await page.getByText(s.start.live).waitFor({ timeout: 60_000 })
await rested(page)
const model = join(folder, 'random-mae-small.safetensors')
writeModel(model, { width: 512, depth: 8 })
const photos = Array.from({ length: 8 }, (_, i) => join(folder, `photo-${i}.jpg`))
for (const [i, photo] of photos.entries()) await writePhoto(photo, i)
await dropFiles(page, [model, ...photos], page.getByRole('navigation'))
await page.getByRole('treeitem', { name: /^random-mae-small/ }).waitFor({ timeout: 60_000 })
await page.getByRole('treeitem', { name: /^photo-7/ }).waitFor()
// What was added opens a view of its own; it must be there before another is gone to.
await page.getByRole('main', { name: s.view.inspect }).waitFor()
await rested(page)
await go('g', 'r')
await page.getByRole('treeitem', { name: /^random-mae-small/ }).click()
await page.locator('main .shot').first().waitFor()
await page.locator('main .strip button').last().waitFor()
// The strip and its ten passes are no part of what is measured.
await page.getByRole('switch', { name: s.reconstruct.stripShort }).click()
await rested(page)
const rebuilt: number[] = []
const whole: number[] = []
for (let i = 0; i < rounds * 2 + 2; i++) {
  const found = await after('r', 'emergence:mask', 'emergence:rebuilt')
  if (!found || i < 2) continue
  rebuilt.push(found.drawn - found.detail)
  whole.push(found.drawn)
}
console.log(`Reconstruct, a new mask until it is drawn, beyond the forward pass, ms: ${spread(rebuilt)}`)
console.log(`  with the forward pass, ms: ${spread(whole)}`)

await go('g', 'p')
await page.getByRole('main', { name: s.view.parts }).waitFor()
await rested(page)
const refreshed: number[] = []
const layers: number[] = []
for (let i = 0; i < rounds + 1; i++) {
  await page.evaluate(() => performance.clearMarks())
  const since = await page.evaluate(() => performance.now())
  await go('.')
  const last = (): Promise<number | null> =>
    page.evaluate((since) => {
      const fitted = performance.getEntriesByName('emergence:parts').at(-1)?.startTime ?? Infinity
      const drawn = performance.getEntriesByName('emergence:drawn').find((mark) => mark.startTime >= fitted)
      return drawn ? drawn.startTime - since : null
    }, since)
  await waitUntil(async () => (await last()) !== null, 'new colours', 60_000)
  const drawn = await last()
  if (drawn !== null && i > 0) refreshed.push(drawn)
}
console.log(
  `Parts, the threshold moved until new colours are drawn (no forward pass), ms: ${spread(refreshed)}`,
)
for (let i = 0; i < Math.min(rounds, 8) + 1; i++) {
  const found = await after('ArrowDown', 'emergence:tokens', 'emergence:parts')
  if (found && i > 0) layers.push(found.drawn)
}
if (layers.length > 0)
  console.log(`Parts, another layer's tokens there until they are drawn, ms: ${spread(layers)}`)

await open.close()
await closeBrowser()
rmSync(folder, { recursive: true, force: true })
process.exit(0)

// How quick is the map? Frames while it turns, picks, the lasso, and the longest task, drawn by the processor alone.
//
// npm run bench -- map [frames] [counts…]: medians with quartiles.
import { cpus, loadavg } from 'node:os'
import { openScene } from './mapScene.ts'

const [frames = '60', ...counts] = process.argv.slice(2)
const sizes = counts.length > 0 ? counts.map(Number) : [10_000, 100_000, 1_000_000]

function spread(values: readonly number[], digits = 1): string {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number): string =>
    (sorted[Math.round(share * (sorted.length - 1))] ?? NaN).toFixed(digits)
  return `${at(0.5)} (${at(0.25)}–${at(0.75)}, ${sorted.length} times, most ${at(1)})`
}

console.log(
  `${cpus().length} cores, ${cpus()[0]?.model}, load ${loadavg()[0]!.toFixed(1)}, 1,000 × 700 px, SwiftShader`,
)
const { page, complaints, close } = await openScene()
try {
  for (const count of sizes) {
    const first = await page.evaluate((n) => bench.start(n, 1000, 700, 60), count)
    await page.evaluate(() => {
      const tasks: number[] = []
      ;(globalThis as { longTasks?: number[] }).longTasks = tasks
      new PerformanceObserver((list) =>
        tasks.push(...list.getEntries().map(({ duration }) => duration)),
      ).observe({
        type: 'longtask',
      })
    })
    // The governor needs some frames to find what this machine can do.
    await page.evaluate(() => bench.turn(30))
    const times = await page.evaluate((n) => bench.turn(n), Number(frames))
    const { milliseconds, found } = await page.evaluate(() => bench.pick(30))
    const lasso = await page.evaluate(() => bench.lasso())
    const effort = await page.evaluate(() => bench.effort())
    const longest = await page.evaluate(() =>
      Math.max(0, ...(globalThis as { longTasks?: number[] }).longTasks!),
    )
    const sorted = [...times].sort((a, b) => a - b)
    const rate = 1000 / sorted[Math.floor(sorted.length / 2)]!
    console.log(`${count.toLocaleString('en')} points`)
    console.log(`  first frame, s: ${first.toFixed(2)}`)
    console.log(
      `  frame while turning, ms: ${spread(times)}, ${rate.toFixed(1)} a second, pixels × ${effort.ratio}, points × ${effort.points}`,
    )
    console.log(`  pick, ms: ${spread(milliseconds)}, ${found} of 30 met a point`)
    console.log(
      `  lasso, ms: ${lasso.milliseconds.toFixed(0)} for ${lasso.found.toLocaleString('en')} points`,
    )
    console.log(`  longest task of the page, ms: ${longest.toFixed(0)} (0: none over 50)`)
  }
  if (complaints.length > 0) console.log(complaints.slice(0, 5).join('\n'))
} finally {
  await close()
}

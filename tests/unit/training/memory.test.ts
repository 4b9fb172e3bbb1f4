// Does training keep to its memory? What a process holds after many steps is what it held after some.
import { afterAll, expect, test } from 'vitest'
import { removeFolders, tinyOrder, trainTiny } from './tinyRun.ts'

afterAll(removeFolders)

test('memory is flat over hundreds of steps', { timeout: 60_000 }, async () => {
  const held: number[] = []
  await trainTiny(tinyOrder(500), {
    onRecord: (record) => {
      if (record.kind === 'step' && record.step % 100 === 0) held.push(process.memoryUsage.rss() / 2 ** 20)
    },
  })
  expect(held).toHaveLength(5)
  // Megabytes. A step moves about one: what a leak of a tenth of it would add is 30.
  expect(held.at(-1)! - held[1]!).toBeLessThan(25)
})

// Does a slow window stay a small matter for the lab?
import { expect, test } from 'vitest'
import { createRecordQueue, thin } from '../../../../src-main/lab/window/runs/queue.ts'
import type { RunRecord } from '../../../../src-shared/domain/run.ts'

const step = (n: number): RunRecord => ({
  kind: 'step',
  step: n,
  seconds: n,
  pictures: n,
  metrics: { loss: n },
})
const targets = (n: number): RunRecord => ({
  kind: 'targets',
  step: n,
  seconds: n,
  pictures: n,
  distribution: new Float32Array(4),
})
const event = (n: number): RunRecord => ({
  kind: 'event',
  step: n,
  seconds: n,
  pictures: n,
  what: 'set',
  text: '',
})

test('a queue that nobody empties never grows beyond its limit, and keeps its end and every event', () => {
  const queue = createRecordQueue(64)
  for (let n = 0; n < 5000; n++) {
    queue.push(step(n))
    queue.push(targets(n))
    if (n % 500 === 7) queue.push(event(n))
    expect(queue.size()).toBeLessThanOrEqual(64)
  }
  const left: RunRecord[] = []
  for (let batch = queue.take(); batch.length > 0; batch = queue.take()) left.push(...batch)
  expect(left.filter(({ kind }) => kind === 'event').map((record) => record.step)).toEqual(
    Array.from({ length: 10 }, (_, i) => i * 500 + 7),
  )
  const steps = left.filter(({ kind }) => kind === 'step').map((record) => record.step)
  expect(steps.at(-1)).toBe(4999)
  expect(steps).toEqual([...steps].sort((a, b) => a - b))
  expect(left.findLast(({ kind }) => kind === 'targets')?.step).toBe(4999)
})

test('thinning keeps the newest step and the order', () => {
  const thinned = thin(
    Array.from({ length: 101 }, (_, n) => step(n)),
    50,
  )
  expect(thinned.length).toBeLessThanOrEqual(50)
  expect(thinned.at(-1)?.step).toBe(100)
})

test('what waits leaves in batches, whole and in order', () => {
  const queue = createRecordQueue(5000)
  for (let n = 0; n < 1300; n++) queue.push(step(n))
  const batches: number[] = []
  const all: number[] = []
  for (let batch = queue.take(); batch.length > 0; batch = queue.take()) {
    batches.push(batch.length)
    all.push(...batch.map((record) => record.step))
  }
  expect(batches).toEqual([512, 512, 276])
  expect(all).toEqual(Array.from({ length: 1300 }, (_, n) => n))
})

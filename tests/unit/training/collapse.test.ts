// Is collapse real, and does the alarm name the right one? The three runs of the lesson, and numbers made for the alarm.
import { afterAll, describe, expect, test } from 'vitest'
import { alarmOf, countCollapse, noCollapse } from '../../../src-main/training/collapse.ts'
import type { Metrics } from '../../../src-main/methods/method.ts'
import type { MethodSettings, RunRecord } from '../../../src-shared/domain/run.ts'
import { removeFolders, stepsOf, tinyOrder, trainTiny } from './tinyRun.ts'

afterAll(removeFolders)

const steps = 135
const lesson = async (set: MethodSettings) => {
  const { records } = await trainTiny({
    ...tinyOrder(steps),
    ...{ preset: 'collapse', set, seed: 1, holdOut: 0 },
    data: { kind: 'critters', count: 512, seed: 7, difficulty: 'hard', size: 64 },
  })
  return { alarms: alarmsIn(records), last: stepsOf(records).at(-1)!.metrics }
}
const alarmsIn = (records: readonly RunRecord[]) =>
  records.flatMap((record) => (record.kind === 'event' && record.collapse ? [record.collapse] : []))

describe('from one seed', { timeout: 120_000 }, () => {
  const lnK = Math.log(128)
  test('both tricks: targets stay between the ends and tell of their pictures', async () => {
    const { alarms, last } = await lesson({})
    expect(alarms).toEqual([])
    expect(last['entropy']).toBeGreaterThan(0.2 * lnK)
    expect(last['entropy']).toBeLessThan(0.95 * lnK)
    expect(last['information']).toBeGreaterThan(0.2)
  })
  test('centring only: every prototype takes the same share, and the alarm says so', async () => {
    const { alarms, last } = await lesson({ sharpening: false })
    expect(last['entropy']).toBeGreaterThan(0.99 * lnK)
    expect(last['information']).toBeLessThan(0.02)
    expect(alarms).toMatchObject([{ kind: 'uniform', set: { sharpening: true } }])
    expect(alarms[0]!.evidence).toMatch(/spread evenly over all prototypes: .* 4\.8\d of at most 4\.85 nats/)
  })
  test('sharpening only: one prototype takes every picture, and the alarm says so', async () => {
    const { alarms, last } = await lesson({ centring: false })
    expect(last['entropy']).toBeLessThan(0.05)
    expect(last['top_prototype']).toBe(1)
    expect(alarms).toMatchObject([{ kind: 'one-dimension', set: { centring: true } }])
    expect(alarms[0]!.evidence).toMatch(/One prototype takes 100 % of the pictures/)
  })
})

describe('the alarm', () => {
  const after = (metrics: Metrics, times: number) => {
    let count = noCollapse
    for (let i = 0; i < times; i++) count = countCollapse(count, metrics)
    return alarmOf(count, metrics, { teacher_temp: 0.04 }, times)
  }
  const uniform = { entropy: 5.5, trivial_loss: 5.55, top_prototype: 0.1, information: 0.001 }
  const one = { entropy: 0.1, trivial_loss: 5.55, top_prototype: 0.95, information: 0 }

  test('waits until the evidence has held for sixty steps, and names the first of them', () => {
    expect(after(uniform, 59)).toBe(null)
    expect(after(uniform, 60)).toMatchObject({ kind: 'uniform', step: 1, set: { teacher_temp: 0.02 } })
    expect(after(one, 60)).toMatchObject({ kind: 'one-dimension', step: 1 })
  })
  test('begins to count anew where the evidence was interrupted', () => {
    let count = noCollapse
    for (let i = 0; i < 100; i++)
      count = countCollapse(count, i === 50 ? { ...uniform, entropy: 4 } : uniform)
    expect(alarmOf(count, uniform, {}, 100)).toBe(null)
  })
  test('is silent where even targets still tell of their pictures, where few share the targets, and without targets', () => {
    expect(after({ ...uniform, information: 0.2 }, 200)).toBe(null)
    expect(after({ ...one, top_prototype: 0.5 }, 200)).toBe(null)
    expect(after({ loss: 1 }, 200)).toBe(null)
  })
})

// Does the log of a run tell its story, whatever is told twice, taken back or left out?
import { describe, expect, it } from 'vitest'
import type { Collapse, RunRecord } from '../../../../src-shared/domain/run.ts'
import {
  addRecords,
  clockAt,
  collapseSpans,
  emptyLog,
  goodCheckpoint,
  interventions,
  newest,
  rowAt,
  valueAt,
} from '../../../../src-renderer/views/train/log.ts'

const at = (step: number) => ({ step, seconds: step / 10, pictures: step * 32 })
const step = (n: number, metrics: Record<string, number | null> = { loss: n }): RunRecord => ({
  kind: 'step',
  ...at(n),
  metrics,
})
const film = (n: number, pin = 0): RunRecord => ({
  kind: 'film',
  ...at(n),
  pin,
  heads: 1,
  rows: 1,
  columns: 1,
  maps: new Uint8Array(1),
})
const checkpoint = (n: number): RunRecord => ({
  kind: 'checkpoint',
  ...at(n),
  file: `${n}.pth`,
  why: 'time',
  knn: null,
})
const set = (n: number): RunRecord => ({
  kind: 'event',
  ...at(n),
  what: 'set',
  text: '',
  set: { centring: false },
})
const collapse = (kind: Collapse['kind'], n: number, since: number): RunRecord => ({
  kind: 'event',
  ...at(n),
  what: 'collapse',
  text: '',
  collapse: { kind, step: since, evidence: '', remedy: '', set: {} },
})
const logOf = (...records: RunRecord[]) => {
  const log = emptyLog()
  addRecords(log, records)
  return log
}

describe('a log', () => {
  it('keeps columns as long as its rows, with gaps where a metric was not there', () => {
    const log = logOf(step(1, { loss: 2 }), step(2, { loss: 1, rank: 5 }), step(3, { loss: null }))
    expect(log.steps.columns.get('loss')).toEqual([2, 1, NaN])
    expect(log.steps.columns.get('rank')).toEqual([NaN, 5, NaN])
    expect(newest(log.steps, 'loss')).toBe(1)
    expect(valueAt(log.steps, 'rank', 3)).toBe(5)
    expect(valueAt(log.steps, 'rank', 1)).toBeNaN()
  })
  it('takes back what lay after the checkpoint that a run resumed from', () => {
    const log = logOf(...[1, 2, 3, 4].map((n) => step(n)), film(4), checkpoint(2), step(3, { loss: 30 }))
    expect(log.steps.step).toEqual([1, 2, 3])
    expect(log.steps.columns.get('loss')).toEqual([1, 2, 30])
    expect(log.films).toEqual([])
    expect(log.checkpoints.map((one) => one.step)).toEqual([2])
  })
  it('is the same when its end is told twice, as after reading while records arrive', () => {
    const records = [
      step(1),
      film(1),
      film(1, 1),
      step(2),
      film(2),
      film(2, 1),
      set(2),
      checkpoint(2),
      step(3),
    ]
    const once = logOf(...records)
    const twice = logOf(...records, ...records.slice(3))
    expect({ ...twice, version: 0 }).toEqual({ ...once, version: 0 })
  })
  it('stays bounded over a very long run, and keeps its first and newest steps', () => {
    const log = emptyLog()
    for (let n = 1; n <= 250_000; n += 1000)
      addRecords(
        log,
        Array.from({ length: 1000 }, (_, i) => step(n + i)),
      )
    expect(log.steps.step.length).toBeLessThanOrEqual(120_000)
    expect(log.steps.step.at(-1)).toBe(250_000)
    expect(log.steps.step[0]!).toBeLessThan(5)
    expect(log.steps.step.length).toBe(log.steps.columns.get('loss')!.length)
  })
  it('keeps few moments of the targets, the newest always', () => {
    const log = emptyLog()
    for (let n = 1; n <= 1000; n++)
      addRecords(log, [{ kind: 'targets', ...at(n), distribution: new Float32Array([n]) }])
    expect(log.targets.length).toBeLessThanOrEqual(48)
    expect(log.targets.at(-1)!.step).toBe(1000)
    expect(log.targets[0]!.step).toBe(1)
  })
  it('finds rows, and places on its clocks', () => {
    expect([0, 2, 3, 9].map((value) => rowAt([1, 2, 4], value))).toEqual([0, 1, 2, 3])
    const log = logOf(step(10), step(20))
    expect(clockAt(log, 15, 'seconds')).toBeCloseTo(1.5)
    expect(clockAt(log, 5, 'pictures')).toBeCloseTo(160)
    expect(clockAt(log, 15, 'step')).toBe(15)
  })
})

describe('collapse', () => {
  const entropy = (n: number, share: number) => step(n, { entropy: share * 7, trivial_loss: 7 })
  it('lasts until the entropy of the targets has left that end', () => {
    const log = logOf(
      entropy(1, 0.6),
      set(2),
      entropy(3, 0.05),
      entropy(4, 0.04),
      collapse('one-dimension', 4, 3),
      entropy(5, 0.1),
      entropy(6, 0.5),
    )
    expect(collapseSpans(log)).toEqual([{ from: 3, to: 6, kind: 'one-dimension' }])
  })
  it('that goes on has no end, and is one stretch however often it is told', () => {
    const log = logOf(
      entropy(1, 0.99),
      collapse('uniform', 1, 1),
      entropy(2, 0.99),
      collapse('uniform', 2, 1),
    )
    expect(collapseSpans(log)).toEqual([{ from: 1, to: null, kind: 'uniform' }])
  })
  it('is gone back from to the last checkpoint before what caused it', () => {
    const log = logOf(checkpoint(5), checkpoint(10), set(12), checkpoint(15), step(20))
    expect(interventions(log).map((one) => one.step)).toEqual([12])
    expect(goodCheckpoint(log, 18)?.step).toBe(10)
    expect(goodCheckpoint(logOf(checkpoint(5), checkpoint(9)), 8)?.step).toBe(5)
    expect(goodCheckpoint(logOf(step(1)), 8)).toBe(null)
  })
})

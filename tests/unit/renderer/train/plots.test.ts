// Are curves, axes, films and sentences of a run what they should be?
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MethodFacts, RunFacts, RunRecord, SettingFacts } from '../../../../src-shared/domain/run.ts'
import {
  clockTicks,
  niceRange,
  niceStep,
  tickWords,
  ticks,
} from '../../../../src-renderer/views/train/axes.ts'
import { apart } from '../../../../src-renderer/views/train/draw.ts'
import { csvOf, trainCommand } from '../../../../src-renderer/views/train/exports.ts'
import { filmStrip, frameMap, halfShare, spread } from '../../../../src-renderer/views/train/film.ts'
import { changed, groupsOf, readSetting, valuesOf } from '../../../../src-renderer/views/train/form.ts'
import { verdict } from '../../../../src-renderer/views/train/lesson.ts'
import { addRecords, emptyLog } from '../../../../src-renderer/views/train/log.ts'
import { linesOf, plotsFor, plotSpecs } from '../../../../src-renderer/views/train/plots.ts'
import { extent, nearestRow, thinned } from '../../../../src-renderer/views/train/series.ts'
import { firstDraft, readTrainSettings } from '../../../../src-renderer/views/train/settings.ts'
import {
  axisEnd,
  effective,
  plainNumber,
  referenceStep,
  setWords,
  timeLeft,
} from '../../../../src-renderer/views/train/summary.ts'

const step = (n: number, metrics: Record<string, number | null>): RunRecord => ({
  kind: 'step',
  step: n,
  seconds: n / 2,
  pictures: n * 32,
  metrics,
})
const logOf = (...records: RunRecord[]) => {
  const log = emptyLog()
  addRecords(log, records)
  return log
}

describe('thinning', () => {
  it('loses no extreme, keeps the order, and draws no more than there is room for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 3000 }),
        fc.integer({ min: 2, max: 200 }),
        (y, columns) => {
          const x = y.map((_, i) => i)
          const points = thinned(x, y, 0, x.length, columns)
          expect(points.x.length).toBeLessThanOrEqual(
            Math.max(2 * columns + 2, y.length < 2 * columns ? y.length : 0),
          )
          expect(points.x).toEqual([...points.x].sort((a, b) => a - b))
          expect(Math.max(...points.y)).toBe(Math.max(...y))
          expect(Math.min(...points.y)).toBe(Math.min(...y))
        },
      ),
    )
  })
  it('leaves out what is no number, and reaches to the neighbours of a stretch', () => {
    expect(thinned([1, 2, 3, 4, 5], [1, NaN, 3, 4, 5], 2.5, 3.5, 10)).toEqual({ x: [3, 4], y: [3, 4] })
    expect(extent([1, 2, 3], [5, NaN, 7], 1, 2)).toEqual([5, 5])
    expect(extent([1], [NaN], 0, 9)).toBe(null)
    expect([0, 2.4, 2.6, 99].map((at) => nearestRow([1, 2, 3], at))).toEqual([0, 1, 2, 2])
    expect(nearestRow([], 3)).toBe(-1)
  })
})

describe('axes', () => {
  it('have round marks, no more than asked for by much, inside the range', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e4, max: 1e4, noNaN: true }),
        fc.double({ min: 1e-4, max: 1e4, noNaN: true }),
        fc.integer({ min: 2, max: 12 }),
        (low, range, most) => {
          const marks = ticks(low, low + range, most)
          expect(marks.length).toBeLessThanOrEqual(most + 2)
          for (const mark of marks) {
            expect(mark).toBeGreaterThanOrEqual(low - range * 1e-6)
            expect(mark).toBeLessThanOrEqual(low + range * (1 + 1e-6))
            expect(Object.is(mark, -0)).toBe(false)
          }
        },
      ),
    )
    expect(niceStep(7, 4)).toBe(2)
  })
  it('say numbers with the same digits, very small ones as powers', () => {
    expect(tickWords([0, 0.03, 0.06])).toEqual(['0.00', '0.03', '0.06'])
    expect(tickWords([0, 2, 4])).toEqual(['0', '2', '4'])
    expect(tickWords([0, 2e-4, 4e-4])).toEqual(['0', '2e−4', '4e−4'])
    expect(tickWords([0, 2.5, 5])).toEqual(['0.0', '2.5', '5.0'])
  })
  it('of time have whole minutes', () => {
    expect(clockTicks(0, 600, 'seconds', 5)).toEqual([0, 120, 240, 360, 480, 600])
    expect(clockTicks(0, 3, 'step', 8)).toEqual([0, 1, 2, 3])
  })
  it('show every value, hold 0 where they should, and are never empty', () => {
    expect(niceRange([2, 4], true)[0]).toBe(0)
    expect(niceRange([], false)).toEqual([0, 1])
    const [low, high] = niceRange([3, 3], false)
    expect(low).toBeLessThan(3)
    expect(high).toBeGreaterThan(3)
  })
  it('keep labels apart in their order', () => {
    expect(apart([10, 12, 40], 12)).toEqual([10, 22, 40])
    expect(apart([12, 10], 12)).toEqual([22, 10])
  })
})

describe('plots', () => {
  it('are those that a run has numbers for', () => {
    expect(plotsFor(emptyLog()).map(({ id }) => id)).toEqual(['loss', 'std', 'rank', 'knn'])
    const log = logOf(step(1, { loss: 3, trivial_loss: 4, entropy: null, std: 0.1 }))
    expect(plotsFor(log).map(({ id }) => id)).toEqual(['loss', 'std'])
  })
  it('have lines to measure by, named for the method', () => {
    const log = logOf(step(1, { loss: 3, trivial_loss: 6.931 }))
    const loss = plotSpecs.find(({ id }) => id === 'loss')!
    expect(linesOf(log, loss, { method: 'dino', classes: [] })).toEqual([
      { value: 6.931, label: 'ln K 6.93' },
    ])
    expect(linesOf(log, loss, { method: 'simclr', classes: [] })).toEqual([
      { value: 6.931, label: 'trivial' },
    ])
    const knn = plotSpecs.find(({ id }) => id === 'knn')!
    expect(linesOf(log, knn, { method: 'dino', classes: ['a', 'b'] })).toEqual([
      { value: 0.5, label: 'chance' },
    ])
    expect(linesOf(log, knn, null)).toEqual([])
  })
})

describe('a film', () => {
  const frame = (n: number, pin: number) =>
    ({
      kind: 'film',
      step: n,
      seconds: 0,
      pictures: 0,
      pin,
      heads: 2,
      rows: 1,
      columns: 2,
      maps: Uint8Array.of(255, 0, 51, 255),
    }) as const
  it('shows first and newest, and as many between as there is room for', () => {
    expect(spread([1, 2, 3, 4, 5, 6, 7], 4)).toEqual([1, 3, 5, 7])
    expect(spread([1, 2], 4)).toEqual([1, 2])
    expect(spread([1, 2, 3], 1)).toEqual([3])
    const strip = filmStrip([frame(1, 0), frame(1, 1), frame(5, 0)], 2, 10)
    expect(strip.steps).toEqual([1, 5])
    expect(strip.rows[1]!.frames.map((one) => one?.step ?? null)).toEqual([1, null])
  })
  it('is of one head, or of the mean of all, its maximum 1', () => {
    expect([...frameMap(frame(1, 0), 0)]).toEqual([1, 0])
    const mean = frameMap(frame(1, 0), 'mean')
    expect(mean[0]).toBe(1)
    expect(mean[1]).toBeCloseTo(255 / 306)
    expect(halfShare(Float32Array.of(1, 0, 0, 0))).toBe(0.25)
    expect(halfShare(Float32Array.of(1, 1, 1, 1))).toBe(0.5)
  })
})

const facts = {
  state: 'running',
  totalSteps: 1000,
  until: { steps: 1000, epochs: null, seconds: null },
} as unknown as RunFacts
describe('how a run stands', () => {
  const steps = Array.from({ length: 100 }, (_, i) => step(i + 1, { loss: 1 }))
  it('says how long it takes by its pace, or by its time', () => {
    expect(timeLeft(facts, logOf(...steps))).toBeCloseTo(450)
    const timed = { ...facts, until: { steps: null, epochs: null, seconds: 60 } } as RunFacts
    expect(timeLeft(timed, logOf(...steps))).toBe(10)
    expect(timeLeft(facts, emptyLog())).toBe(null)
  })
  it('has an axis that grows in large steps and ends where the run ended', () => {
    expect(axisEnd(facts, logOf(...steps))).toBeGreaterThan(100)
    expect(axisEnd(facts, logOf(step(999, {})))).toBe(1000)
    expect(axisEnd({ ...facts, state: 'finished' } as RunFacts, logOf(...steps))).toBe(100)
  })
  it('is compared with its beginning, or with the last good checkpoint when it has collapsed', () => {
    expect(referenceStep(logOf(...steps))).toBe(1)
    const at = { seconds: 0, pictures: 0 }
    const log = logOf(
      ...steps.slice(0, 50),
      { kind: 'checkpoint', step: 40, ...at, file: '', why: 'time', knn: null },
      ...steps.slice(50),
      {
        kind: 'event',
        step: 100,
        ...at,
        what: 'collapse',
        text: '',
        collapse: { kind: 'uniform', step: 60, evidence: '', remedy: '', set: {} },
      },
    )
    expect(referenceStep(log)).toBe(40)
  })
  it('says numbers and switches plainly', () => {
    expect([1e-6, 0.0005, 0.04, 65_536, 0].map(plainNumber)).toEqual(['1e−6', '5e−4', '0.04', '65,536', '0'])
    expect(setWords({ centring: false, teacher_temp: 0.07 })).toBe('centring off, teacher_temp 0.07')
    expect(effective(Float32Array.of(0.5, 0.5, 0, 0))).toBeCloseTo(2)
  })
})

describe('the lesson', () => {
  const run = (share: number, top: number, before = share) =>
    logOf(
      ...Array.from({ length: 60 }, (_, i) =>
        step(i + 1, { entropy: 5.545 * (i < 50 ? before : share), trivial_loss: 5.545, top_prototype: top }),
      ),
    )
  it('tells both ends, the way there, and what lies between', () => {
    expect(verdict(emptyLog())).toBe('waiting')
    expect(verdict(logOf(step(1, { entropy: 3, trivial_loss: 5.5 })))).toBe('beginning')
    expect(verdict(run(0.01, 0.99))).toBe('one-dimension')
    expect(verdict(run(0.01, 0.5))).toBe('between')
    expect(verdict(run(0.995, 0.1))).toBe('uniform')
    expect(verdict(run(0.6, 0.1))).toBe('between')
    expect(verdict(run(0.6, 0.1, 0.4))).toBe('spreading')
    expect(verdict(run(0.4, 0.1, 0.6))).toBe('gathering')
  })
})

describe('the form', () => {
  const number: SettingFacts = {
    name: 'lr',
    about: '',
    kind: 'number',
    choices: [],
    min: 0,
    max: 1,
    group: 'optimiser',
    live: true,
  }
  const method = {
    settings: [number, { ...number, name: 'centring', kind: 'boolean', group: 'teaching' }],
    presets: [{ name: 'demo', about: '', values: { lr: 0.1, centring: true } }],
  } as unknown as MethodFacts
  it('keeps only what differs from the preset', () => {
    const set = changed(method, 'demo', {}, 'lr', 0.2)
    expect(set).toEqual({ lr: 0.2 })
    expect(valuesOf(method, 'demo', set)).toEqual({ lr: 0.2, centring: true })
    expect(changed(method, 'demo', set, 'lr', 0.1)).toEqual({})
  })
  it('takes what fits and says what would', () => {
    expect(readSetting(number, '0,5')).toEqual({ value: 0.5 })
    expect(readSetting(number, '2')).toEqual({ problem: 'At most 1.' })
    expect(readSetting(number, 'x')).toHaveProperty('problem')
    expect(readSetting({ ...number, kind: 'integer' }, '0.5')).toHaveProperty('problem')
  })
  it('has its groups in their order', () => {
    expect(groupsOf(method).map(({ name }) => name)).toEqual(['teaching', 'optimiser'])
  })
})

describe('settings', () => {
  it('are read with care, whatever wrote them', () => {
    const read = readTrainSettings({
      mode: 'dance',
      clock: 3,
      zoom: [5, 1],
      head: -2,
      draft: { data: { kind: 'critters', count: -1 }, minutes: 'long', pins: [1, 'a'] },
      lesson: { both: 'a' },
    })
    expect(read).toMatchObject({ mode: 'new', clock: 'step', zoom: null, head: 'mean', lesson: null })
    expect(read.draft).toEqual({ ...firstDraft, pins: ['a'] })
  })
})

describe('what is taken along', () => {
  it('is a table with gaps where there is no number', () => {
    const log = logOf(step(1, { loss: 2 }), step(2, { rank: 3 }))
    expect(csvOf(log.steps)).toBe('step,seconds,pictures,loss,rank\n1,0.5,32,2,\n2,1,64,,3\n')
  })
  it('is the command that trains the run again', () => {
    const known = {
      method: 'dino',
      preset: 'demo',
      settings: { lr: 0.2, centring: true },
      data: { kind: 'path', path: '/my pictures' },
      until: { steps: null, epochs: null, seconds: 600 },
      seed: 3,
    } as unknown as RunFacts
    expect(trainCommand({ main: { facts: known } } as never, { lr: 0.1, centring: true })).toBe(
      "emergence train dino '/my pictures' --preset demo --set lr=0.2 --time 600s --seed 3",
    )
  })
})

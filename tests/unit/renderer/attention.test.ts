// Are a query's rows, measures and masks what the shared numbers say, whatever slices they are computed in?
import { describe, expect, it } from 'vitest'
import type { LookFacts, LookLayer } from '../../../src-renderer/client/lab.ts'
import {
  computeLayer,
  createField,
  fieldMaximum,
  headMeasures,
  layerSteps,
  patchWeights,
  strongest,
  strongestOf,
} from '../../../src-renderer/state/field.ts'
import { above, binOf, histogram, outlierLimit, topScores } from '../../../src-renderer/state/outliers.ts'
import {
  nextQuery,
  patchQuery,
  placeAt,
  readQuery,
  resolveQuery,
  spellQuery,
  stepPatch,
  type Query,
} from '../../../src-renderer/state/query.ts'
import { runSliced, type Pace } from '../../../src-renderer/state/slices.ts'
import { attentionRow, meanAttentionRow } from '../../../src-shared/numerics/attention.ts'
import { fillNormal, random } from '../../../src-shared/numerics/random.ts'

const layout = { cls: true, registers: 2, grid: [3, 5] as [number, number] }
const facts: LookFacts = {
  layout,
  input: { width: 80, height: 48 },
  area: { x: 0, y: 0, width: 80, height: 48 },
  depth: 2,
  heads: 2,
  width: 8,
  device: 'cpu',
  seconds: 0,
  notice: '',
}
const tokens = 18
const source = random(3)
const layers: LookLayer[] = [0, 1].map((layer) => ({
  layer,
  q: fillNormal(source, new Float32Array(tokens * 8)),
  k: fillNormal(source, new Float32Array(tokens * 8)),
  norms: new Float32Array(tokens),
}))
const shape = { tokens, width: 8, heads: 2 }

describe('a field of rows', () => {
  it('holds the rows of the asked token in every head', () => {
    const asked = resolveQuery(layout, { kind: 'patch', x: 0.5, y: 0.5 })
    const field = createField(facts, asked)
    const layer = computeLayer(field, layers[1]!)
    if (asked.kind !== 'patch') throw new Error('a patch was asked')
    for (const head of [0, 1])
      expect(patchWeights(field, layer, head)).toEqual(
        attentionRow(layers[1]!.q, layers[1]!.k, shape, head, asked.token).subarray(3),
      )
    expect(field.layers[0]).toBeNull()
  })
  it('averages over all tokens, many steps or one, where a network has no [CLS]', () => {
    const bare = { ...facts, layout: { cls: false, registers: 3, grid: [3, 5] as [number, number] } }
    const field = createField(bare, resolveQuery(bare.layout, { kind: 'cls' }))
    expect(field.asked.kind).toBe('mean')
    const steps = layerSteps(field, layers[0]!)
    let count = 0
    while (!steps.next().done) count++
    expect(count).toBeGreaterThan(1)
    const expected = meanAttentionRow(layers[0]!.q, layers[0]!.k, shape, 1)
    patchWeights(field, field.layers[0]!, 1).forEach((value, i) =>
      expect(value).toBeCloseTo(expected[3 + i]!, 6),
    )
  })
  it('measures every head, and knows no reach where the query has no place', () => {
    const patch = createField(facts, resolveQuery(layout, { kind: 'patch', x: 0, y: 0 }))
    const measured = headMeasures(patch, computeLayer(patch, layers[0]!))
    expect(measured).toHaveLength(2)
    expect(measured[0]!.reach).toBeGreaterThan(0)
    expect(measured[0]!.entropy).toBeLessThanOrEqual(Math.log(tokens))
    const { at, value } = strongest(patchWeights(patch, patch.layers[0]!, 0))
    expect(measured[0]).toMatchObject({ max: value, maxRow: Math.floor(at / 5), maxColumn: at % 5 })
    const cls = createField(facts, resolveQuery(layout, { kind: 'cls' }))
    expect(headMeasures(cls, computeLayer(cls, layers[0]!))[0]!.reach).toBeNull()
  })
  it('shares scales over a layer and over all that was computed', () => {
    const field = createField(facts, resolveQuery(layout, { kind: 'cls' }))
    expect(fieldMaximum(field, null)).toBe(0)
    for (const layer of layers) computeLayer(field, layer)
    const own = [0, 1].map((layer) => fieldMaximum(field, layer))
    expect(fieldMaximum(field, null)).toBe(Math.max(...own))
  })
})

describe('queries', () => {
  it('keep their place in the picture at every size', () => {
    const query: Query = { kind: 'patch', x: 0.52, y: 0.9 }
    expect(patchQuery(layout, { row: 1, column: 2 })).toEqual({ kind: 'patch', x: 0.5, y: 0.5 })
    expect(placeAt({ ...layout, grid: [30, 50] }, 0.52, 0.9)).toEqual({ row: 27, column: 26 })
    expect(resolveQuery(layout, query)).toEqual({
      kind: 'patch',
      token: 3 + 2 * 5 + 2,
      place: { row: 2, column: 2 },
    })
  })
  it('stay inside when they are moved', () => {
    const corner = patchQuery(layout, { row: 0, column: 4 })
    expect(resolveQuery(layout, stepPatch(layout, corner, -1, 1))).toMatchObject({
      place: { row: 0, column: 4 },
    })
    expect(resolveQuery(layout, stepPatch(layout, corner, 1, -1))).toMatchObject({
      place: { row: 1, column: 3 },
    })
  })
  it('go round through [CLS], patch and every register', () => {
    const kinds: string[] = []
    let query: Query = { kind: 'cls' }
    for (let i = 0; i < 4; i++) {
      query = nextQuery(layout, query)
      kinds.push(spellQuery(resolveQuery(layout, query)))
    }
    expect(kinds).toEqual(['patch:1,2', 'register:0', 'register:1', 'cls'])
  })
  it('fall back to what the network has', () => {
    const bare = { cls: false, registers: 0, grid: [2, 2] as [number, number] }
    expect(resolveQuery(bare, { kind: 'register', index: 3 })).toEqual({ kind: 'mean' })
    expect(resolveQuery(layout, { kind: 'register', index: 9 })).toMatchObject({ kind: 'register', index: 1 })
    for (const kept of [
      null,
      1,
      {},
      { kind: 'patch' },
      { kind: 'patch', x: 2, y: 0 },
      { kind: 'register', index: -1 },
    ])
      expect(readQuery(kept)).toEqual({ kind: 'cls' })
  })
})

describe('numbers beside the maps', () => {
  it('find the strongest patches, earlier ones first among equals', () => {
    expect(strongestOf([1, 3, 2, 3], 3)).toEqual([
      { at: 1, value: 3 },
      { at: 3, value: 3 },
      { at: 2, value: 2 },
    ])
  })
  it('count in bins and hold the ends inside', () => {
    const bars = histogram([0, 0.1, 0.9, 1], 2)
    expect(bars).toEqual({ low: 0, high: 1, counts: [2, 2] })
    expect(histogram([5, 5], 4).counts.reduce((a, b) => a + b)).toBe(2)
    expect(binOf(99, 0, 1, 4)).toBe(3)
  })
  it('call far longer tokens outliers, and none of an even spread', () => {
    const even = Array.from({ length: 100 }, (_, i) => 40 + (i % 10))
    expect(above(even, outlierLimit(even))).toEqual([])
    const with3 = [...even, 400, 500, 90]
    expect(above(with3, outlierLimit(with3))).toEqual([100, 101, 102])
    expect(outlierLimit([])).toBe(Infinity)
  })
  it('turn logits into shares, largest first', () => {
    const top = topScores([0, Math.log(3), -50], 2)
    expect(top.map(({ index }) => index)).toEqual([1, 0])
    expect(top[0]!.share).toBeCloseTo(0.75)
  })
})

describe('slices', () => {
  function pace(): Pace & { turns: number } {
    let time = 0
    return {
      budget: 8,
      turns: 0,
      now: () => (time += 5),
      turn() {
        this.turns++
        return Promise.resolve()
      },
    }
  }
  function* steps(done: number[]): Generator<void> {
    for (let i = 0; i < 10; i++) {
      done.push(i)
      yield
    }
  }
  it('give the page its turns and end', async () => {
    const done: number[] = []
    const clock = pace()
    expect(await runSliced(steps(done), () => true, clock)).toBe(true)
    expect(done).toHaveLength(10)
    expect(clock.turns).toBeGreaterThan(3)
  })
  it('stop when nobody wants them any more', async () => {
    const done: number[] = []
    expect(await runSliced(steps(done), () => done.length < 3, pace())).toBe(false)
    expect(done).toEqual([0, 1, 2])
  })
})

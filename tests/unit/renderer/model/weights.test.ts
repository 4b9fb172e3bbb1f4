// Are histograms of weights laid on one axis without losing or inventing values?
import { describe, expect, it } from 'vitest'
import type { TensorStats } from '../../../../src-renderer/client/lab.ts'
import { keyRows } from '../../../../src-renderer/views/model/keys.ts'
import {
  axisFor,
  beyond,
  onAxis,
  outlineOf,
  pooled,
  weightGrid,
  weightList,
} from '../../../../src-renderer/views/model/weights.ts'
import { inspectionOf, statsOf } from './support.ts'

const stats = (
  low: number,
  high: number,
  histogram: number[],
  more: Partial<TensorStats> = {},
): TensorStats => ({
  name: 'w',
  dtype: 'float32',
  shape: [histogram.reduce((a, b) => a + b, 0)],
  mean: 0,
  std: 1,
  min: low,
  max: high,
  low,
  high,
  histogram,
  ...more,
})
const sum = (counts: ArrayLike<number>): number => Array.from(counts).reduce((a, b) => a + b, 0)

describe('a histogram on another axis', () => {
  it('shares a wide bin out evenly over the narrow ones under it', () => {
    const spread = pooled('blocks', [stats(-1, 1, [4, 8])])
    expect([...onAxis(spread, { low: -1, high: 1 }, 4)]).toEqual([2, 2, 4, 4])
  })
  it('joins narrow bins and keeps every value', () => {
    const spread = pooled('blocks', [stats(-0.5, 0.5, [1, 2, 3, 4])])
    expect([...onAxis(spread, { low: -1, high: 1 }, 2)]).toEqual([3, 7])
  })
  it('leaves out what lies beyond, and says how much that is', () => {
    const spread = pooled('blocks', [stats(-2, 2, [10, 40, 40, 10])])
    expect([...onAxis(spread, { low: -1, high: 1 }, 2)]).toEqual([40, 40])
    expect(beyond([spread], { low: -1, high: 1 })).toBeCloseTo(0.2)
    expect(beyond([spread], { low: -2, high: 2 })).toBe(0)
  })
  it('puts a tensor of one single value into one bin', () => {
    const spread = pooled('norm', [stats(1, 1, [7, 0, 0])])
    expect([...onAxis(spread, { low: 0, high: 2 }, 4)]).toEqual([0, 0, 7, 0])
    expect(sum(onAxis(spread, { low: 0, high: 1 }, 4))).toBe(7)
  })
})

describe('the axis', () => {
  it('lies around zero for weights of both signs and holds all but the most distant half per cent', () => {
    const histogram = [2, ...new Array<number>(98).fill(0), 2]
    histogram[49] = 500
    histogram[50] = 500
    expect(axisFor([pooled('blocks', [stats(-10, 10, histogram)])])).toEqual({ low: -0.1, high: 0.1 })
  })
  it('runs over where the values lie, where all have one sign', () => {
    const { low, high } = axisFor([pooled('norm', [stats(0.9, 1.1, [1, 5, 5, 1])])])
    expect(low).toBeGreaterThan(0.8)
    expect(low).toBeLessThanOrEqual(0.925)
    expect(high).toBeGreaterThanOrEqual(1.075)
    expect(high).toBeLessThan(1.2)
  })
  it('has a width for values that are all the same, and for none', () => {
    const { low, high } = axisFor([pooled('norm', [stats(1, 1, [7, 0])])])
    expect(low).toBeLessThanOrEqual(1)
    expect(high).toBeGreaterThan(1)
    expect(axisFor([])).toEqual({ low: -1, high: 1 })
  })
})

describe('the matrices of DeiT-Tiny', () => {
  const rows = keyRows(inspectionOf('deit-tiny'))
  const read = statsOf('deit-tiny')
  const grid = weightGrid(rows, read, 'blocks')!
  it('are four in each of twelve blocks, with the file’s own mean and spread', () => {
    expect(grid.rows).toHaveLength(12)
    for (const row of grid.rows) expect(Object.keys(row).sort()).toEqual(['in', 'out', 'proj', 'qkv'])
    const own = read.get('blocks.7.mlp.fc1.weight')!
    expect(grid.rows[7]!.in).toMatchObject({ mean: own.mean, place: 'blocks.7.ffn', count: 192 * 768 })
    expect(grid.rows[7]!.in!.std).toBeCloseTo(own.std, 12)
  })
  it('lie on an axis that holds 99 per cent of them', () => {
    const spreads = grid.rows.flatMap((row) => Object.values(row))
    expect(beyond(spreads, axisFor(spreads))).toBeLessThan(0.01)
  })
  it('are nothing before they were read', () => {
    expect(weightGrid(rows, new Map(), 'blocks')).toBeNull()
    expect(weightGrid(rows, read, 'decoder.blocks')).toBeNull()
  })
  it('stand beside every other tensor of their block where a block is listed', () => {
    expect(weightList(rows, read, 'blocks.7').map(({ names }) => names[0])).toHaveLength(12)
    expect(weightList(rows, read, 'patch').map(({ count }) => count)).toEqual([192 * 3 * 16 * 16, 192])
  })
})

it('joins q, k and v where a file stores them apart', () => {
  const read = statsOf('hf_vit_classifier')
  const grid = weightGrid(keyRows(inspectionOf('hf_vit_classifier')), read, 'blocks')!
  const { qkv } = grid.rows[1]!
  const names = ['query', 'key', 'value'].map(
    (part) => `vit.encoder.layer.1.attention.attention.${part}.weight`,
  )
  expect([...qkv!.names].sort()).toEqual([...names].sort())
  expect(qkv!.count).toBe(3 * 48 * 48)
  const variance = names.reduce((all, name) => {
    const { mean, std } = read.get(name)!
    return all + (std ** 2 + (mean - qkv!.mean) ** 2) / 3
  }, 0)
  expect(qkv!.std).toBeCloseTo(Math.sqrt(variance), 12)
})

it('draws an outline that starts and ends on the ground and is full height where most values lie', () => {
  expect(outlineOf([0, 4, 2], 30, 10)).toBe('M0 10V10.00H10.00V1.00H20.00V5.50H30.00V10Z')
  expect(outlineOf([0, 0], 30, 10)).toBe('')
})

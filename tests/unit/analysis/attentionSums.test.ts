// Are a layer's sums the same from a graph, block by block, as from the definition's loops?
import { describe, expect, it } from 'vitest'
import {
  attentionSums,
  graphSums,
  plainSums,
  rolloutRow,
  type Layer,
} from '../../../src-main/analysis/attentionSums.ts'
import { attentionMatrix, meanAttentionRow } from '../../../src-shared/numerics/attention.ts'
import { attentionDistance } from '../../../src-shared/numerics/measures.ts'
import { random } from '../../../src-shared/numerics/random.ts'
import { rollout } from '../../../src-shared/numerics/rollout.ts'

const cpu = { device: 'cpu' as const, threads: 1 }

/** Queries and keys of a layer that looks somewhere, and its shape: [CLS], one register, a grid of patches. */
function seen(rows: number, columns: number, heads: number, headWidth: number, seed = 1) {
  const shape = { tokens: 2 + rows * columns, width: heads * headWidth, heads }
  const { normal } = random(seed)
  const numbers = () => Float32Array.from({ length: shape.tokens * shape.width }, () => normal(0, 1.5))
  const layer: Layer = { q: numbers(), k: numbers() }
  return { layer, shape, grid: { first: 2, rows, columns, patch: 8 } }
}

/** The largest difference, relative to what is expected. */
const worst = (actual: ArrayLike<number>, expected: ArrayLike<number>) => {
  expect(actual.length).toBe(expected.length)
  return Array.from(expected).reduce(
    (most, value, i) => Math.max(most, Math.abs(actual[i]! - value) / Math.abs(value)),
    0,
  )
}

describe('attentionSums', () => {
  it('are what the definitions of distance and mean row give', () => {
    const { layer, shape, grid } = seen(3, 5, 2, 4)
    const weights = new Float64Array(shape.tokens).fill(1 / shape.tokens)
    const { rows, distances } = plainSums(layer, shape, { weights, grid })
    for (const head of [0, 1]) {
      expect(distances[head]).toBe(attentionDistance(layer.q, layer.k, shape, head, grid))
      const mean = meanAttentionRow(layer.q, layer.k, shape, head)
      expect(worst(rows.subarray(head * shape.tokens, (head + 1) * shape.tokens), mean)).toBeLessThan(1e-6)
    }
  })

  it('are the same from a graph, over any grid', async () => {
    for (const [rows, columns, heads, headWidth] of [
      [3, 5, 2, 4],
      [6, 2, 1, 8],
      [1, 1, 3, 2],
    ] as const) {
      const { layer, shape, grid } = seen(rows, columns, heads, headWidth)
      const weights = Float64Array.from({ length: shape.tokens }, (_, i) => (i % 3) / 7)
      const fromGraph = await graphSums(layer, shape, { weights, grid }, cpu)
      const expected = plainSums(layer, shape, { weights, grid })
      expect(worst(fromGraph.rows, expected.rows)).toBeLessThan(1e-5)
      if (rows * columns > 1) expect(worst(fromGraph.distances, expected.distances)).toBeLessThan(1e-5)
      else expect([...fromGraph.distances]).toEqual([0, 0, 0])
    }
  })

  it('are the same over several blocks of queries', async () => {
    const { layer, shape, grid } = seen(30, 31, 6, 4)
    const weights = Float64Array.from({ length: shape.tokens }, (_, i) => 1 / (1 + i))
    // One block of attention holds 4 MB: these queries need five.
    expect(shape.heads * shape.tokens ** 2 * 4).toBeGreaterThan(4 * 4 * 2 ** 20)
    const fromGraph = await graphSums(layer, shape, { weights, grid }, cpu)
    const expected = plainSums(layer, shape, { weights, grid })
    expect(worst(fromGraph.rows, expected.rows)).toBeLessThan(1e-5)
    expect(worst(fromGraph.distances, expected.distances)).toBeLessThan(1e-5)
    expect(await attentionSums(layer, shape, { weights, grid }, cpu)).toEqual(fromGraph)
  })

  it('are only those that were asked for', async () => {
    const { layer, shape, grid } = seen(3, 5, 2, 4)
    const weights = new Float64Array(shape.tokens).fill(1)
    for (const sums of [plainSums, graphSums]) {
      const distancesOnly = await sums(layer, shape, { grid }, cpu)
      expect([distancesOnly.rows.length, distancesOnly.distances.length]).toEqual([0, 2])
      const rowsOnly = await sums(layer, shape, { weights }, cpu)
      expect([rowsOnly.rows.length, rowsOnly.distances.length]).toEqual([2 * shape.tokens, 0])
    }
  })

  it('run in loops where the network ran op by op', async () => {
    const { layer, shape, grid } = seen(30, 31, 6, 4)
    const sums = await attentionSums(layer, shape, { grid }, { device: 'tfjs-cpu' })
    expect(sums).toEqual(plainSums(layer, shape, { grid }))
  })
})

describe('rolloutRow', () => {
  /** The definition with whole matrices: A' = (mean over heads + I) / 2, multiplied from the first layer to the last. */
  function wholeRollout(layers: readonly Layer[], shape: ReturnType<typeof seen>['shape'], query: number) {
    const { tokens, heads } = shape
    let product: Float64Array[] = Array.from({ length: tokens }, (_, i) =>
      Float64Array.from({ length: tokens }, (_, j) => Number(i === j)),
    )
    for (const { q, k } of layers) {
      const step = product.map((_, i) => Float64Array.from({ length: tokens }, (_, j) => Number(i === j) / 2))
      for (let head = 0; head < heads; head++)
        attentionMatrix(q, k, shape, head).forEach(
          (value, at) => (step[Math.floor(at / tokens)]![at % tokens]! += value / (2 * heads)),
        )
      const before = product
      product = step.map((row) =>
        Float64Array.from({ length: tokens }, (_, j) =>
          row.reduce((sum, weight, i) => sum + weight * before[i]![j]!, 0),
        ),
      )
    }
    return product[query]!
  }

  it('is the product of whole matrices', async () => {
    const layers = [1, 2, 3].map((seed) => seen(3, 4, 2, 4, seed).layer)
    const { shape } = seen(3, 4, 2, 4)
    expect(worst(await rolloutRow(layers, shape, 5, cpu), wholeRollout(layers, shape, 5))).toBeLessThan(1e-5)
  })

  it('is the definition’s for one token and for the mean of all, with graphs too', async () => {
    const layers = [1, 2, 3].map((seed) => seen(20, 20, 2, 32, seed).layer)
    const { shape } = seen(20, 20, 2, 32)
    for (const query of [0, null]) {
      const told: number[] = []
      const row = await rolloutRow(layers, shape, query, cpu, (done) => told.push(done))
      expect(worst(row, rollout(layers, shape, query))).toBeLessThan(1e-5)
      expect(told).toEqual([1, 2, 3])
    }
    await expect(rolloutRow(layers, shape, 999, cpu)).rejects.toThrow('outside 0 to 401')
  })
})

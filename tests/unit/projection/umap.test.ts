// Is our UMAP UMAP? Its curve, its graph, its bytes, and its maps beside those of umap-js.
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { UMAP } from 'umap-js'
import { createProducts } from '../../../src-main/compute/products.ts'
import { exactNeighbours } from '../../../src-main/projection/neighbours/exact.ts'
import { prepare } from '../../../src-main/projection/neighbours/neighbours.ts'
import { unwatched, type Ongoing } from '../../../src-main/projection/ongoing.ts'
import { coordinates, principal } from '../../../src-main/projection/pca.ts'
import { umapStart } from '../../../src-main/projection/start.ts'
import { createTeam } from '../../../src-main/projection/team.ts'
import { trustworthiness } from '../../../src-main/projection/trustworthiness.ts'
import { fitCurve, gradientTables, tableEntries } from '../../../src-main/projection/umap/curve.ts'
import { fuzzyUnion, memberships } from '../../../src-main/projection/umap/membership.ts'
import { optimiseUmap } from '../../../src-main/projection/umap/optimise.ts'
import { random } from '../../../src-shared/numerics/random.ts'
import { clusters, purity } from './points.ts'

const entry = fileURLToPath(new URL('../../../src-main/projection/worker.ts', import.meta.url))
const products = createProducts(1)
const teams = { 1: createTeam(1, entry), 3: createTeam(3, entry) }
afterAll(() => Promise.all([products.release(), teams[1].close(), teams[3].close()]))

const width = 8
const data = clusters(600, width)

async function graphOf(k = 14) {
  const near = await exactNeighbours(prepare(data, width, 'euclidean'), k, products, unwatched)
  return { near, graph: fuzzyUnion(near, memberships(near)) }
}
async function startOf(dims: 2 | 3) {
  return umapStart(coordinates(await principal(data, width, dims, products, unwatched), data, dims), 0)
}

describe('the curve', () => {
  // Values of umap-learn 0.5.3, find_ab_params(1.0, min_dist).
  test.each([
    [0.1, 1.57694346, 0.89506088],
    [0, 1.9328084, 0.79049496],
    [0.5, 0.58303002, 1.33416689],
  ])('for a least distance of %d is that of umap-learn', (minDist, a, b) => {
    const curve = fitCurve(minDist)
    expect(curve.a).toBeCloseTo(a, 3)
    expect(curve.b).toBeCloseTo(b, 3)
  })

  test('has its gradients in the tables to 1 %', () => {
    const curve = fitCurve(0.1)
    const [attraction, repulsion] = [new Float32Array(tableEntries), new Float32Array(tableEntries)]
    gradientTables(curve, attraction, repulsion)
    for (const squared of [1e-6, 0.01, 0.5, 1, 3.7, 90, 1e4]) {
      const place = new Int32Array(Float32Array.of(squared).buffer)[0]! >>> 16
      const power = squared ** curve.b
      const pull = (-2 * curve.a * curve.b * (power / squared)) / (1 + curve.a * power)
      const push = (2 * curve.b) / ((0.001 + squared) * (1 + curve.a * power))
      expect(attraction[place]! / pull).toBeCloseTo(1, 1.9)
      expect(repulsion[place]! / push).toBeCloseTo(1, 1.9)
    }
  })
})

describe('the graph', () => {
  test('gives each point log₂ of its neighbours of membership, the nearest a whole one', async () => {
    const { near } = await graphOf()
    const strengths = memberships(near)
    for (let row = 0; row < 600; row++) {
      const mine = strengths.subarray(row * 14, row * 14 + 14)
      expect(mine[0]).toBe(1)
      expect(mine.reduce((sum, value) => sum + value, 0)).toBeCloseTo(Math.log2(15), 3)
    }
  })

  test('has each pair once, with the union of both directions', async () => {
    const { near, graph } = await graphOf()
    const strengths = memberships(near)
    const strength = (row: number, other: number): number => {
      for (let j = row * 14; j < row * 14 + 14; j++) if (near.indices[j] === other) return strengths[j]!
      return 0
    }
    const seen = new Set<string>()
    graph.heads.forEach((head, e) => {
      const tail = graph.tails[e]!
      const key = `${Math.min(head, tail)} ${Math.max(head, tail)}`
      expect(seen.has(key)).toBe(false)
      seen.add(key)
      const [p, q] = [strength(head, tail), strength(tail, head)]
      expect(graph.weights[e]).toBeCloseTo(p + q - p * q, 5)
    })
    const known = new Set<string>()
    near.indices.forEach((other, at) => {
      const row = Math.floor(at / 14)
      if (strengths[at]! > 0) known.add(`${Math.min(row, other)} ${Math.max(row, other)}`)
    })
    expect(seen.size).toBe(known.size)
  })
})

describe.each([2, 3] as const)('a map of %d dimensions', (dims) => {
  const options = { dims, minDist: 0.1, epochs: 60, seed: 4, from: 0 }

  test('has the same bytes on one thread and on three', async () => {
    const { graph } = await graphOf()
    const [one, three] = [await startOf(dims), await startOf(dims)]
    await optimiseUmap(graph, one, options, teams[1], unwatched)
    await optimiseUmap(graph, three, options, teams[3], unwatched)
    expect(Buffer.from(one.buffer).equals(Buffer.from(three.buffer))).toBe(true)
  })

  test('goes on from a frame as if it had never stopped', async () => {
    const { graph } = await graphOf()
    const whole = await startOf(dims)
    const stopped: Float32Array[] = []
    const watching: Ongoing = {
      ...unwatched,
      passed: (epoch, _, positions) => {
        if (epoch === 23) stopped.push(positions())
      },
    }
    await optimiseUmap(graph, whole, options, teams[1], watching)
    const [rest] = stopped
    await optimiseUmap(graph, rest!, { ...options, from: 23 }, teams[1], unwatched)
    expect(rest).toEqual(whole)
  })
})

test('another seed gives another map', async () => {
  const { graph } = await graphOf()
  const options = { dims: 2, minDist: 0.1, epochs: 20, from: 0 } as const
  const [one, other] = [await startOf(2), await startOf(2)]
  await optimiseUmap(graph, one, { ...options, seed: 1 }, teams[1], unwatched)
  await optimiseUmap(graph, other, { ...options, seed: 2 }, teams[1], unwatched)
  expect(one).not.toEqual(other)
})

test('a map is as trustworthy as that of umap-js, and clusters stay together', async () => {
  const { graph } = await graphOf()
  const ours = await startOf(2)
  await optimiseUmap(
    graph,
    ours,
    { dims: 2, minDist: 0.1, epochs: 150, seed: 0, from: 0 },
    teams[1],
    unwatched,
  )
  const source = random(7)
  const rows = Array.from({ length: 600 }, (_, row) =>
    Array.from(data.subarray(row * width, (row + 1) * width)),
  )
  const reference = new UMAP({ nComponents: 2, nEpochs: 150, random: () => source.uniform() }).fit(rows)
  const among = prepare(data, width, 'euclidean')
  const value = async (positions: Float32Array) =>
    (await trustworthiness(among, positions, 2, products, unwatched))!.value
  const theirs = await value(Float32Array.from(reference.flat()))
  expect(await value(ours)).toBeGreaterThan(theirs - 0.01)
  expect(purity(ours, 2, 4)).toBeGreaterThan(0.99)
})

test('work that nobody wants ends at the next stage', async () => {
  const { graph } = await graphOf()
  let passes = 0
  const stopping: Ongoing = {
    ...unwatched,
    passed: () => passes++,
    stopIfCancelled: () => {
      if (passes === 3) throw new Error('enough')
    },
  }
  const positions = await startOf(3)
  const options = { dims: 3, minDist: 0.1, epochs: 1000, seed: 0, from: 0 } as const
  await expect(optimiseUmap(graph, positions, options, teams[3], stopping)).rejects.toThrow('enough')
  expect(passes).toBe(3)
})

// Is our t-SNE t-SNE? Its perplexities, its forces beside those of all pairs, its bytes, and what it shows.
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { createProducts } from '../../../src-main/compute/products.ts'
import { exactNeighbours } from '../../../src-main/projection/neighbours/exact.ts'
import { prepare } from '../../../src-main/projection/neighbours/neighbours.ts'
import { unwatched } from '../../../src-main/projection/ongoing.ts'
import { coordinates, principal } from '../../../src-main/projection/pca.ts'
import { tsneStart } from '../../../src-main/projection/start.ts'
import { createTeam } from '../../../src-main/projection/team.ts'
import { affinities, affinityNeighbours } from '../../../src-main/projection/tsne/affinities.ts'
import { tsneKernel } from '../../../src-main/projection/tsne/forces.ts'
import { optimiseTsne } from '../../../src-main/projection/tsne/optimise.ts'
import { createTree, treeBuilder } from '../../../src-main/projection/tsne/tree.ts'
import { fillNormal, random } from '../../../src-shared/numerics/random.ts'
import { clusters, purity } from './points.ts'

const entry = fileURLToPath(new URL('../../../src-main/projection/worker.ts', import.meta.url))
const products = createProducts(1)
const teams = { 1: createTeam(1, entry), 2: createTeam(2, entry) }
afterAll(() => Promise.all([products.release(), teams[1].close(), teams[2].close()]))

const width = 8
const rows = 400
const data = clusters(rows, width)

async function sharesOf(perplexity: number) {
  const k = affinityNeighbours(perplexity, rows)
  const near = await exactNeighbours(prepare(data, width, 'euclidean'), k, products, unwatched)
  return affinities(near, perplexity, 'euclidean', unwatched)
}

test('shares are symmetric and sum to 1', async () => {
  const { starts, others, shares } = await sharesOf(12)
  expect(shares.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4)
  const share = (row: number, other: number): number => {
    for (let j = starts[row]!; j < starts[row + 1]!; j++) if (others[j] === other) return shares[j]!
    return 0
  }
  for (let row = 0; row < rows; row += 17)
    for (let j = starts[row]!; j < starts[row + 1]!; j++) {
      expect(others[j]).not.toBe(row)
      expect(share(others[j]!, row)).toBeCloseTo(shares[j]!, 9)
    }
})

test.each([2, 3] as const)(
  'forces in %d dimensions are those of all pairs to a few per cent',
  async (dims) => {
    const positions = fillNormal(random(3), new Float32Array(rows * dims), 0, 4)
    const tree = createTree(rows, dims)
    treeBuilder(tree)(positions)
    expect(Array.from(tree.order).sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i))
    const shared = {
      tree,
      affinities: await sharesOf(10),
      positions,
      attraction: new Float32Array(rows * dims),
      repulsion: new Float32Array(rows * dims),
      sums: new Float64Array(4),
      parts: 4,
    }
    const part = tsneKernel(shared)
    for (let i = 0; i < 4; i++) part(i, new Float64Array(8))
    let total = 0
    let [wrong, size] = [0, 0]
    for (let row = 0; row < rows; row++) {
      const force = new Float64Array(dims)
      for (let other = 0; other < rows; other++) {
        if (other === row) continue
        const gap = Array.from(
          { length: dims },
          (_, t) => positions[row * dims + t]! - positions[other * dims + t]!,
        )
        const q = 1 / (1 + gap.reduce((sum, value) => sum + value * value, 0))
        total += q
        gap.forEach((value, t) => (force[t]! += q * q * value))
      }
      force.forEach((value, t) => {
        wrong += (value - shared.repulsion[row * dims + t]!) ** 2
        size += value * value
      })
    }
    expect(Math.sqrt(wrong / size)).toBeLessThan(0.03)
    expect(shared.sums.reduce((sum, value) => sum + value, 0) / total).toBeCloseTo(1, 2)
  },
)

test('points in one place push nobody and end the work', () => {
  const positions = new Float32Array(2 * rows).fill(1)
  const tree = createTree(rows, 2)
  treeBuilder(tree)(positions)
  expect(tree.counts[1]).toBe(1)
})

test.each([2, 3] as const)(
  'a map of %d dimensions has the same bytes on one thread and on two, and shows clusters',
  async (dims) => {
    const shares = await sharesOf(20)
    const along = coordinates(await principal(data, width, dims, products, unwatched), data, dims)
    const [one, two] = [tsneStart(along, dims, 0), tsneStart(along, dims, 0)]
    const options = { dims, epochs: 300, from: 0, warm: false }
    const divergence = await optimiseTsne(shares, one, options, teams[1], unwatched)
    await optimiseTsne(shares, two, options, teams[2], unwatched)
    expect(Buffer.from(one.buffer).equals(Buffer.from(two.buffer))).toBe(true)
    expect(purity(one, dims, 4)).toBeGreaterThan(0.99)
    expect(divergence).toBeGreaterThan(0)
    expect(divergence).toBeLessThan(1.5)
  },
)

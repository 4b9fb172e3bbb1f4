// Are nearest neighbours the nearest, exactly and by cells?
import { afterAll, describe, expect, test } from 'vitest'
import { createProducts } from '../../../src-main/compute/products.ts'
import { neighboursByCells } from '../../../src-main/projection/neighbours/cells.ts'
import { exactNeighbours, nearestOfVectors } from '../../../src-main/projection/neighbours/exact.ts'
import { prepare, prepareQueries } from '../../../src-main/projection/neighbours/neighbours.ts'
import { unwatched } from '../../../src-main/projection/ongoing.ts'
import { clusters, distance, nearestOf } from './points.ts'

const products = createProducts(1)
afterAll(() => products.release())

describe.each(['cosine', 'euclidean'] as const)('by %s', (metric) => {
  const width = 7
  const data = clusters(90, width)

  test('the exact search finds what a search of all pairs finds, with its distances', async () => {
    const { indices, distances, k } = await exactNeighbours(
      prepare(data, width, metric),
      6,
      products,
      unwatched,
    )
    for (let row = 0; row < 90; row++) {
      const wanted = nearestOf(data, width, row, k, metric)
      expect(Array.from(indices.subarray(row * k, (row + 1) * k))).toEqual(wanted)
      wanted.forEach((other, j) =>
        expect(distances[row * k + j]).toBeCloseTo(distance(data, width, row, other, metric), 4),
      )
    }
  })

  test('equal rows are at distance 0, far from the origin too', async () => {
    const far = data.map((value, at) => (metric === 'euclidean' ? value + 1000 : value) * (at < 0 ? 0 : 1))
    far.copyWithin(width, 0, width)
    const { indices, distances } = await exactNeighbours(prepare(far, width, metric), 3, products, unwatched)
    expect(indices[0]).toBe(1)
    expect(distances[0]).toBe(0)
    expect(indices[3]).toBe(0)
    expect(distances[3]).toBe(0)
  })

  test('cells find 99 % and more of them, and say so', async () => {
    const many = clusters(2500, width, 30, 1)
    const among = prepare(many, width, metric)
    const truth = await exactNeighbours(among, 10, products, unwatched)
    const found = await neighboursByCells(among, 10, products, unwatched)
    expect(found).not.toBeNull()
    let hits = 0
    for (let row = 0; row < 2500; row++) {
      const mine = new Set(found!.indices.subarray(row * 10, row * 10 + 10))
      for (const other of truth.indices.subarray(row * 10, row * 10 + 10)) if (mine.has(other)) hits++
    }
    expect(found!.recall).toBeGreaterThanOrEqual(0.99)
    expect(hits / 25_000).toBeGreaterThan(0.98)
    // A neighbour is named once, and nobody is their own.
    for (let row = 0; row < 2500; row++) {
      const mine = found!.indices.subarray(row * 10, row * 10 + 10)
      expect(new Set(mine).size).toBe(10)
      expect(mine.includes(row)).toBe(false)
    }
  })

  test('vectors that are no rows find their nearest rows', async () => {
    const among = prepare(data, width, metric)
    const query = data.slice(5 * width, 6 * width)
    const { indices, distances } = await nearestOfVectors(
      among,
      prepareQueries(query, among),
      2,
      products,
      unwatched,
    )
    expect(indices[0]).toBe(5)
    expect(distances[0]).toBe(0)
    expect(indices[1]).toBe(nearestOf(data, width, 5, 1, metric)[0])
  })
})

test('fewer rows than neighbours leave places empty', async () => {
  const { indices, distances } = await exactNeighbours(
    prepare(clusters(3, 4), 4, 'cosine'),
    5,
    products,
    unwatched,
  )
  expect(Array.from(indices.subarray(0, 5)).filter((other) => other >= 0)).toHaveLength(2)
  expect(Array.from(indices.subarray(2, 5))).toEqual([-1, -1, -1])
  expect(distances[2]).toBeNaN()
})

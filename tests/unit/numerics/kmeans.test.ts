// Are directions that belong together found together, the same way each time?
import { expect, test } from 'vitest'
import { kmeans } from '../../../src-shared/numerics/kmeans.ts'
import { random } from '../../../src-shared/numerics/random.ts'

/** Rows around three axes, of lengths that differ a lot: 30, 20 and 10 of them. */
function threeWays(): { data: Float32Array; truth: number[] } {
  const source = random(2)
  const truth = [30, 20, 10].flatMap((count, axis) => Array.from({ length: count }, () => axis))
  const data = new Float32Array(truth.length * 4)
  truth.forEach((axis, i) => {
    const length = source.uniform(0.2, 9)
    for (let t = 0; t < 4; t++) data[i * 4 + t] = length * (Number(t === axis) + source.normal(0, 0.05))
  })
  return { data, truth }
}

test('three ways are three groups, the largest first, whatever the lengths', () => {
  const { data, truth } = threeWays()
  const { labels, sizes, cosine, centres } = kmeans(data, 4, 3, random(1))
  expect([...labels]).toEqual(truth)
  expect(sizes).toEqual([30, 20, 10])
  expect(cosine).toBeGreaterThan(0.98)
  expect(centres[0]).toBeGreaterThan(0.99)
})

test('the same seed gives the same groups', () => {
  const { data } = threeWays()
  expect(kmeans(data, 4, 5, random(7))).toEqual(kmeans(data, 4, 5, random(7)))
})

test('rows that do not differ are one group, and no rows are none', () => {
  const same = Float32Array.from({ length: 12 }, (_, i) => [1, 2, 3][i % 3]!)
  expect(kmeans(same, 3, 4, random(0)).sizes).toEqual([4])
  expect(kmeans(new Float32Array(6), 3, 2, random(0)).sizes).toEqual([2])
  expect(kmeans(new Float32Array(0), 3, 2, random(0))).toMatchObject({ sizes: [], cosine: 0 })
})

test('there are never more groups than rows', () => {
  const { data } = threeWays()
  expect(kmeans(data.subarray(0, 8), 4, 12, random(3)).sizes).toHaveLength(2)
})

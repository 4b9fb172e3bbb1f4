// Are places that look alike found in both directions, and points carried to them?
import { describe, expect, test } from 'vitest'
import { carryPoint, mutualNearest, nearestBothWays } from '../../../src-shared/analysis/correspondence.ts'
import { nearestRows, normalised } from '../../../src-shared/analysis/nearest.ts'
import { fillNormal, random } from '../../../src-shared/numerics/random.ts'

const width = 16
const first = { tokens: fillNormal(random(1), new Float32Array(12 * width)), grid: [3, 4] as const }
/** The patches of the first picture in another order and twice as strong, patch 5 and 6 replaced by others. */
const order = [7, 3, 11, 0, 8, 2, 10, 1, 9, 4, 5, 6]
const second = { tokens: fillNormal(random(2), new Float32Array(12 * width)), grid: [4, 3] as const }
order.forEach((from, to) => {
  if (from === 5 || from === 6) return
  for (let t = 0; t < width; t++)
    second.tokens[to * width + t] = 2 * first.tokens[from * width + t]! + (from / 500) * Math.sin(t)
})

describe('mutual nearest patches', () => {
  const matches = mutualNearest(first, second, width)
  test('are those of the same part, most alike first', () => {
    const sure = matches.filter(({ cosine }) => cosine > 0.99)
    expect(sure.map(({ first }) => first).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 7, 8, 9, 10, 11])
    for (const match of sure) expect(order[match.second]).toBe(match.first)
    const cosines = matches.map(({ cosine }) => cosine)
    expect([...cosines].sort((a, b) => b - a)).toEqual(cosines)
    expect(matches[0]).toMatchObject({ first: 0, second: 3 })
  })
  test('are the same from the other side', () => {
    const back = mutualNearest(second, first, width)
    const turned = back.map(({ first, second }) => `${second}-${first}`)
    expect(turned.sort()).toEqual(matches.map(({ first, second }) => `${first}-${second}`).sort())
  })
  test('stay inside masks', () => {
    const mask = Uint8Array.from({ length: 12 }, (_, i) => Number(i === 3 || i === 7))
    const found = mutualNearest(first, second, width, { first: mask })
    expect(found.map(({ first, second }) => [first, second])).toEqual([
      [3, 1],
      [7, 0],
    ])
    expect(mutualNearest(first, second, width, { second: new Uint8Array(12) })).toEqual([])
  })
  test('leave out what is nearest from one side alone', () => {
    const tokens = Float32Array.of(1, 0, 0.9, 0.1, 0, 1)
    const one = { tokens: Float32Array.of(1, 0), grid: [1, 1] as const }
    expect(mutualNearest(one, { tokens, grid: [1, 3] }, 2)).toEqual([{ first: 0, second: 0, cosine: 1 }])
    expect(mutualNearest({ tokens, grid: [1, 3] }, one, 2)).toHaveLength(1)
  })
})

describe('the nearest patches both ways', () => {
  test('are those that a search from each side finds', () => {
    const one = normalised(fillNormal(random(3), new Float32Array(203 * width)), width)
    const other = normalised(fillNormal(random(4), new Float32Array(90 * width)), width)
    const { there, back } = nearestBothWays(one, other, width)
    expect(there).toEqual(nearestRows(other, one, width, 1))
    expect(back).toEqual(nearestRows(one, other, width, 1))
  })
})

describe('points', () => {
  const { there } = nearestBothWays(normalised(first.tokens, width), normalised(second.tokens, width), width)
  const carried = (x: number, y: number) => carryPoint({ x, y }, first.grid, second.grid, there)
  test('are carried to the middle of the patch that looks like theirs', () => {
    // In the second row and fourth column: patch 7, which is the second picture's patch 0.
    const point = carried(0.99, 0.4)
    expect(point).toMatchObject({ x: 0.5 / 3, y: 0.125 })
    expect(point.cosine).toBeGreaterThan(0.99)
  })
  test('outside the picture belong to its edge', () => {
    // Patch 8 is the second picture's patch 4: second row, second column.
    expect(carried(-1, 2)).toMatchObject({ x: 0.5, y: 0.375 })
  })
})

// Do blocks cover the right patches, and is nothing left of a context that targets cover?
import { describe, expect, test } from 'vitest'
import { blockPatches, contextPatches, sampleBlocks } from '../../../src-shared/domain/blocks.ts'

const block = (row: number, column: number, rows: number, columns: number) => ({ row, column, rows, columns })

describe('a block', () => {
  test('covers its patches row by row', () => {
    expect([...blockPatches([4, 5], block(1, 2, 2, 3))]).toEqual([7, 8, 9, 12, 13, 14])
  })
  test('that leaves the grid is refused', () => {
    expect(() => blockPatches([4, 5], block(3, 0, 2, 1))).toThrow(/leaves the grid of 4 × 5/)
    expect(() => blockPatches([4, 5], block(0, 5, 1, 1))).toThrow(/from row 0, column 5/)
  })
})

describe('a context', () => {
  test('is a block without the patches of its targets', () => {
    const targets = [block(0, 0, 1, 2), block(1, 1, 1, 3)]
    expect([...contextPatches([3, 3], block(0, 0, 2, 3), [targets[0]!])]).toEqual([2, 3, 4, 5])
    expect(() => contextPatches([3, 3], block(0, 0, 2, 3), targets)).toThrow(/leaves the grid/)
  })
  test('of which targets leave nothing is refused', () => {
    expect(() => contextPatches([3, 3], block(1, 1, 1, 1), [block(0, 0, 3, 3)])).toThrow(/nothing left/)
  })
})

describe('sampled blocks', () => {
  const grid = [14, 14] as const
  test('are the same for the same seed, and others for another', () => {
    expect(sampleBlocks(grid, 3)).toEqual(sampleBlocks(grid, 3))
    expect(sampleBlocks(grid, 3)).not.toEqual(sampleBlocks(grid, 4))
  })
  test('are four targets of one size as the paper has it, and a large square context that keeps enough to see', () => {
    for (let seed = 0; seed < 60; seed++) {
      const { context, targets } = sampleBlocks(grid, seed)
      expect(targets).toHaveLength(4)
      const [{ rows, columns }] = targets as [(typeof targets)[number]]
      for (const target of targets) {
        expect(target).toMatchObject({ rows, columns })
        expect(blockPatches(grid, target)).toHaveLength(rows * columns)
      }
      // Sides are rounded to whole patches.
      expect(rows * columns).toBeGreaterThan(196 * 0.15 - 7)
      expect(rows * columns).toBeLessThan(196 * 0.2 + 7)
      expect(rows / columns).toBeGreaterThan(0.6)
      expect(rows / columns).toBeLessThan(1.8)
      expect(context.rows).toBe(context.columns)
      expect(context.rows).toBeGreaterThanOrEqual(13)
      expect(contextPatches(grid, context, targets).length).toBeGreaterThanOrEqual(10)
    }
  })
  test('do not all lie in one place', () => {
    const corners = Array.from({ length: 40 }, (_, seed) => sampleBlocks(grid, seed)).flatMap(({ targets }) =>
      targets.map(({ row, column }) => `${row} ${column}`),
    )
    expect(new Set(corners).size).toBeGreaterThan(40)
  })
  test('suit small and narrow grids, and say where nothing is left', () => {
    for (const small of [
      [3, 3],
      [2, 9],
      [4, 4],
    ] as const) {
      const { context, targets } = sampleBlocks(small, 1)
      expect(contextPatches(small, context, targets).length).toBeGreaterThan(0)
    }
    expect(() => sampleBlocks([1, 1], 1)).toThrow(/too small/)
  })
})

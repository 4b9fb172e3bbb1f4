// Do blocks cover the right patches, and is nothing left of a context that targets cover?
import { describe, expect, test } from 'vitest'
import { blockPatches, contextPatches } from '../../../src-shared/domain/blocks.ts'

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

// Which patches does a block cover? Rectangles on the patch grid: I-JEPA's context and targets.
import { z } from 'zod'
import { Failure } from './failure.ts'

const from0 = z.int().nonnegative()
const from1 = z.int().positive()
/** A rectangle of patches: the first row and column, from 0, and how many of each. */
export const blockSchema = z.object({ row: from0, column: from0, rows: from1, columns: from1 })
export type Block = z.infer<typeof blockSchema>
type Grid = readonly [rows: number, columns: number]

/** Numbers of the patches of a block, row by row. Throws Failure `bad-argument` where it leaves the grid. */
export function blockPatches(grid: Grid, { row, column, rows, columns }: Block): Int32Array {
  if (row + rows > grid[0] || column + columns > grid[1])
    throw new Failure(
      'bad-argument',
      `A block of ${rows} × ${columns} patches from row ${row}, column ${column} leaves the grid of ${grid[0]} × ${grid[1]}.`,
    )
  return Int32Array.from(
    { length: rows * columns },
    (_, i) => (row + Math.floor(i / columns)) * grid[1] + column + (i % columns),
  )
}

/**
 * What the context encoder may see: the context block without the patches of any target (Assran et al. 2023, §3).
 * Throws Failure `bad-argument` where nothing is left.
 */
export function contextPatches(grid: Grid, context: Block, targets: readonly Block[]): Int32Array {
  const hidden = new Set(targets.flatMap((target) => [...blockPatches(grid, target)]))
  const seen = blockPatches(grid, context).filter((patch) => !hidden.has(patch))
  if (seen.length > 0) return seen
  throw new Failure(
    'bad-argument',
    'The target blocks cover the whole context: there is nothing left to predict from.',
    'Make the context larger, or move the targets.',
  )
}

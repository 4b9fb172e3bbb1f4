// Which patches does a block cover? Rectangles on the patch grid: I-JEPA's context and targets.
import { z } from 'zod'
import { random, type Random } from '../numerics/random.ts'
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

/** A context and its targets on one grid. */
export interface SampledBlocks {
  readonly context: Block
  readonly targets: readonly Block[]
}

/** How I-JEPA draws blocks (Assran et al. 2023, section 3 and appendix A.1; ijepa, MaskCollator and its configurations). */
const drawn = {
  targets: 4,
  /** Shares of the grid's patches, and height over width. */
  targetScale: [0.15, 0.2],
  targetAspect: [0.75, 1.5],
  contextScale: [0.85, 1],
  /** Patches that the context keeps at least, of which too small a grid has fewer. */
  fewestSeen: 10,
} as const
const mostTries = 50

/**
 * Blocks as I-JEPA's training draws them: four targets of one size anywhere, and a large context, whose patches that
 * a target covers are not seen. The same seed gives the same blocks. Throws Failure `bad-argument` where the grid is
 * too small to leave anything to see.
 */
export function sampleBlocks(grid: Grid, seed: number): SampledBlocks {
  const source = random(seed)
  const fewest = Math.min(drawn.fewestSeen, Math.max(1, Math.floor((grid[0] * grid[1]) / 8)))
  let best: { blocks: SampledBlocks; seen: number } | null = null
  for (let tries = 0; tries < mostTries; tries++) {
    const size = blockSize(grid, source, drawn.targetScale, drawn.targetAspect)
    const targets = Array.from({ length: drawn.targets }, () => placeBlock(grid, source, size))
    const context = placeBlock(grid, source, blockSize(grid, source, drawn.contextScale, [1, 1]))
    const hidden = new Set(targets.flatMap((target) => [...blockPatches(grid, target)]))
    const seen = blockPatches(grid, context).filter((patch) => !hidden.has(patch)).length
    if (seen > (best?.seen ?? 0)) best = { blocks: { context, targets }, seen }
    if (seen >= fewest) break
  }
  if (best) return best.blocks
  throw new Failure(
    'bad-argument',
    `A grid of ${grid[0]} × ${grid[1]} patches is too small for a context and ${drawn.targets} targets.`,
  )
}

type Size = Pick<Block, 'rows' | 'columns'>

function blockSize(
  [rows, columns]: Grid,
  source: Random,
  scale: readonly [number, number],
  aspect: readonly [number, number],
): Size {
  const patches = rows * columns * source.uniform(...scale)
  const ratio = source.uniform(...aspect)
  // A block is always smaller than the grid, so that it has a place to be somewhere else.
  const within = (length: number, most: number) => Math.max(1, Math.min(most - 1, Math.round(length)))
  return {
    rows: within(Math.sqrt(patches * ratio), rows),
    columns: within(Math.sqrt(patches / ratio), columns),
  }
}

const placeBlock = ([rows, columns]: Grid, source: Random, size: Size): Block => ({
  ...size,
  row: source.integer(Math.max(1, rows - size.rows + 1)),
  column: source.integer(Math.max(1, columns - size.columns + 1)),
})

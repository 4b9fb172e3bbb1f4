// How are blocks changed by hand? Moved, resized and drawn on the patch grid, never beyond it.
import { blockPatches, type Block } from '../../../src-shared/domain/blocks.ts'

type Grid = readonly [rows: number, columns: number]
/** A place in patches, with fractions. */
export interface GridPoint {
  readonly row: number
  readonly column: number
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

/** The block moved by whole patches, held inside the grid. */
export function moved(block: Block, [rows, columns]: Grid, down: number, across: number): Block {
  return {
    ...block,
    row: clamp(block.row + down, 0, rows - block.rows),
    column: clamp(block.column + across, 0, columns - block.columns),
  }
}

/** The block with its lower right corner moved; at least one patch, held inside the grid. */
export function resized(block: Block, [rows, columns]: Grid, down: number, across: number): Block {
  return {
    ...block,
    rows: clamp(block.rows + down, 1, rows - block.row),
    columns: clamp(block.columns + across, 1, columns - block.column),
  }
}

/** The block between two points of a drag, both patches included. */
export function spanned([rows, columns]: Grid, from: GridPoint, to: GridPoint): Block {
  const at = (value: number, most: number): number => clamp(Math.floor(value), 0, most - 1)
  const [top, bottom] = [from.row, to.row].map((value) => at(value, rows)).sort((a, b) => a - b) as [
    number,
    number,
  ]
  const [left, right] = [from.column, to.column].map((value) => at(value, columns)).sort((a, b) => a - b) as [
    number,
    number,
  ]
  return { row: top, column: left, rows: bottom - top + 1, columns: right - left + 1 }
}

/** What lies under a point: the corner of a block to pull, a target, the context's edge, or nothing. */
export type Hit = { readonly kind: 'corner' | 'body'; readonly index: number } | { readonly kind: 'nothing' }

/**
 * What is under a point. −1 is the context, which is taken by its edge, as its inside is where new targets are drawn.
 * `reach` is how near an edge or a corner is near, in patches.
 */
export function hitBlocks(
  context: Block,
  targets: readonly Block[],
  selected: number,
  { row, column }: GridPoint,
  reach: number,
): Hit {
  const inside = (block: Block, by: number): boolean =>
    row >= block.row - by &&
    column >= block.column - by &&
    row < block.row + block.rows + by &&
    column < block.column + block.columns + by
  const atCorner = (block: Block): boolean =>
    Math.abs(row - block.row - block.rows) <= reach &&
    Math.abs(column - block.column - block.columns) <= reach
  const chosen = selected < 0 ? context : targets[selected]
  if (chosen && atCorner(chosen)) return { kind: 'corner', index: selected }
  // The selected one is taken first where blocks overlap, then the one that was drawn last.
  const order = [...targets.keys()].reverse().sort((a, b) => Number(b === selected) - Number(a === selected))
  const found = order.find((index) => inside(targets[index]!, 0))
  if (found !== undefined) return { kind: 'body', index: found }
  if (inside(context, reach) && !inside(shrunk(context, reach), 0)) return { kind: 'body', index: -1 }
  return { kind: 'nothing' }
}

const shrunk = (block: Block, by: number): Block => ({
  row: block.row + by,
  column: block.column + by,
  rows: block.rows - 2 * by,
  columns: block.columns - 2 * by,
})

/** 1 where the context encoder sees: the context without every target, `[patches]`. */
export function seenMask(grid: Grid, context: Block, targets: readonly Block[]): Uint8Array {
  const mask = new Uint8Array(grid[0] * grid[1])
  for (const patch of blockPatches(grid, context)) mask[patch] = 1
  for (const target of targets) for (const patch of blockPatches(grid, target)) mask[patch] = 0
  return mask
}

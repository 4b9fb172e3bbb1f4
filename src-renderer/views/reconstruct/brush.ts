// Which patches does the brush touch? A square of patches, and the squares along the way from one point to the next.

type Grid = readonly [rows: number, columns: number]
export interface Point {
  readonly x: number
  readonly y: number
}

export const mostBrush = 8

/** Rows and columns from (inclusive) and to (exclusive) of a brush of `side` patches at a point, in shares of the picture. */
export function brushBox(at: Point, side: number, [rows, columns]: Grid) {
  const span = (share: number, count: number): readonly [number, number] => {
    const first = Math.min(count - 1, Math.floor(share * count)) - Math.floor((side - 1) / 2)
    return [Math.max(0, first), Math.min(count, first + side)]
  }
  const [top, bottom] = span(at.y, rows)
  const [left, right] = span(at.x, columns)
  return { top, bottom, left, right }
}

/** The mask with the patches under the brush hidden or uncovered, on the straight way from one point to another. */
export function painted(
  mask: Uint8Array,
  grid: Grid,
  way: { readonly from: Point; readonly to: Point },
  side: number,
  hide: boolean,
): Uint8Array {
  const next = mask.slice()
  const { from, to } = way
  const steps = Math.max(
    1,
    Math.ceil(Math.abs(to.x - from.x) * grid[1]),
    Math.ceil(Math.abs(to.y - from.y) * grid[0]),
  )
  for (let step = 0; step <= steps; step++) {
    const share = step / steps
    const at = { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
    const { top, bottom, left, right } = brushBox(at, side, grid)
    for (let row = top; row < bottom; row++)
      next.fill(hide ? 1 : 0, row * grid[1] + left, row * grid[1] + right)
  }
  return next
}

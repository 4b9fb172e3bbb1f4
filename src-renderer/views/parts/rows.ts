// How do pictures of any shape fill a place? In rows, every one in its own shape, the smallest as large as can be.

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export interface Rows {
  readonly boxes: readonly Box[]
  /** Of everything, captions included. */
  readonly height: number
}

export const rowGap = 8
/** Rows lower than this are scrolled instead. */
export const leastRow = 104
const scrolledRow = 150

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

/** Splits pictures in their order into so many rows that the widest is as narrow as it can be. */
export function balanced(aspects: readonly number[], rows: number): number[][] {
  const filled = (most: number): number[][] => {
    const out: number[][] = [[]]
    for (const aspect of aspects) {
      const row = out.at(-1)!
      if (row.length > 0 && sumOf(row) + aspect > most) out.push([aspect])
      else row.push(aspect)
    }
    return out
  }
  let low = Math.max(...aspects)
  let high = sumOf(aspects)
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    if (filled(middle).length <= rows) high = middle
    else low = middle
  }
  return filled(high)
}

/** The height below which rows are cut so that together they fill no more than `room`. */
function capOf(heights: readonly number[], room: number): number {
  if (sumOf(heights) <= room) return Infinity
  let low = 0
  let high = Math.max(...heights)
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    if (sumOf(heights.map((height) => Math.min(height, middle))) <= room) low = middle
    else high = middle
  }
  return low
}

function placed(split: readonly (readonly number[])[], heights: readonly number[], caption: number): Rows {
  const boxes: Box[] = []
  let y = 0
  for (const [i, row] of split.entries()) {
    const height = Math.max(1, Math.floor(heights[i]!))
    let x = 0
    for (const aspect of row) {
      const width = Math.max(1, Math.floor(height * aspect))
      boxes.push({ x, y, width, height })
      x += width + rowGap
    }
    y += height + caption + rowGap
  }
  return { boxes, height: Math.max(0, y - rowGap) }
}

/** Pictures of these shapes (width / height) in a place of `width` × `height` px, each with a caption below. */
export function fitRows(aspects: readonly number[], width: number, height: number, caption: number): Rows {
  if (aspects.length === 0) return { boxes: [], height: 0 }
  const natural = (row: readonly number[]): number => (width - rowGap * (row.length - 1)) / sumOf(row)
  let best: { split: number[][]; heights: number[]; least: number } | null = null
  for (let rows = 1; rows <= aspects.length; rows++) {
    const split = balanced(aspects, rows)
    const room = height - split.length * caption - (split.length - 1) * rowGap
    if (room < leastRow * split.length) break
    const full = split.map(natural)
    const cap = capOf(full, room)
    const heights = full.map((one) => Math.min(one, cap))
    const least = Math.min(...heights)
    if (!best || least > best.least + 1) best = { split, heights, least }
  }
  if (best && best.least >= leastRow) return placed(best.split, best.heights, caption)
  const rows = Math.max(1, Math.round((sumOf(aspects) * scrolledRow) / width))
  const split = balanced(aspects, rows)
  return placed(
    split,
    split.map((row) => Math.min(natural(row), 2 * scrolledRow)),
    caption,
  )
}

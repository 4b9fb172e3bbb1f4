// How do pictures of any shape fill a place? In justified rows, every one in its own shape, as large as fits.

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
const leastRow = 110

/** Rows of at most `tall` px: pictures side by side until the row is full, each full row as wide as the place. */
export function justify(aspects: readonly number[], width: number, tall: number, caption: number): Rows {
  const boxes: Box[] = []
  let row: number[] = []
  let top = 0
  const close = (full: boolean): void => {
    const sum = row.reduce((total, aspect) => total + aspect, 0)
    const room = width - rowGap * (row.length - 1)
    const height = Math.floor(Math.min(full ? Infinity : tall, room / sum))
    let x = 0
    for (const aspect of row) {
      const wide = Math.max(1, Math.round(height * aspect))
      boxes.push({ x, y: top, width: wide, height })
      x += wide + rowGap
    }
    top += height + caption + rowGap
    row = []
  }
  for (const aspect of aspects) {
    row.push(aspect)
    const sum = row.reduce((total, one) => total + one, 0)
    if ((width - rowGap * (row.length - 1)) / sum <= tall) close(true)
  }
  if (row.length > 0) close(false)
  return { boxes, height: Math.max(0, top - rowGap) }
}

/** The largest pictures that fit the place without scrolling; where they would be too small to read, they scroll. */
export function fitRows(aspects: readonly number[], width: number, height: number, caption: number): Rows {
  let best = justify(aspects, width, leastRow, caption)
  if (best.height > height) return best
  for (let tall = leastRow; tall <= Math.max(leastRow, height); tall += 6) {
    const rows = justify(aspects, width, tall, caption)
    const fits = rows.height <= height && rows.boxes.every((box) => box.x + box.width <= width + 1)
    if (fits && areaOf(rows) > areaOf(best)) best = rows
  }
  return best
}

const areaOf = ({ boxes }: Rows): number => boxes.reduce((sum, box) => sum + box.width * box.height, 0)

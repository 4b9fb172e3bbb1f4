// How does an outline become pixels? The share of each pixel that it covers, exactly, by summing signed areas along rows.

/** Covers outlines on a square of `side` pixels, one after the other; keeps its memory. */
export interface Raster {
  /**
   * Calls `paint` for each row that the outline touches with the columns `from` … `to` − 1; `coverage` holds the row's
   * shares from 0 to 1, by column.
   */
  cover(
    outline: Float64Array,
    paint: (y: number, from: number, to: number, coverage: Float32Array) => void,
  ): void
}

export function createRaster(side: number): Raster {
  // What each sloping piece adds to its own pixel and to all pixels right of it; two columns more than needed.
  const change = new Float32Array((side + 2) * side)
  const stride = side + 2
  const coverage = new Float32Array(side)

  /** Adds a piece that lies within one row. */
  function addInRow(row: number, xa: number, xb: number, height: number): void {
    const a = Math.min(Math.max(xa, 0), side)
    const b = Math.min(Math.max(xb, 0), side)
    const low = Math.min(a, b)
    const high = Math.max(a, b)
    const first = Math.floor(low)
    const last = Math.floor(high)
    const base = row * stride
    if (first === last) {
      const right = (low + high) / 2 - first
      change[base + first]! += height * (1 - right)
      change[base + first + 1]! += height * right
      return
    }
    const perColumn = height / (high - low)
    for (let column = first; column <= last; column++) {
      const left = column === first ? low : column
      const end = column === last ? high : column + 1
      const part = perColumn * (end - left)
      const right = (left + end) / 2 - column
      change[base + column]! += part * (1 - right)
      change[base + column + 1]! += part * right
    }
  }

  return {
    cover: (outline, paint) => {
      const count = outline.length
      let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity]
      for (let i = 0; i < count; i += 2) {
        const x = outline[i]!
        const y = outline[i + 1]!
        if (x < left) left = x
        if (x > right) right = x
        if (y < top) top = y
        if (y > bottom) bottom = y
      }
      if (!(right > 0 && left < side && bottom > 0 && top < side)) return
      const from = Math.max(0, Math.floor(left))
      const to = Math.min(side, Math.ceil(right) + 1)
      const firstRow = Math.max(0, Math.floor(top))
      const endRow = Math.min(side, Math.ceil(bottom))

      for (let i = 0; i < count; i += 2) {
        const j = i + 2 === count ? 0 : i + 2
        const down = outline[i + 1]! < outline[j + 1]!
        const p = down ? i : j
        const q = down ? j : i
        const [x0, y0, x1, y1] = [outline[p]!, outline[p + 1]!, outline[q]!, outline[q + 1]!]
        if (y0 === y1 || y1 <= 0 || y0 >= side) continue
        const slope = (x1 - x0) / (y1 - y0)
        const sign = down ? 1 : -1
        const end = Math.min(side, y1)
        let y = Math.max(0, y0)
        let x = x0 + (y - y0) * slope
        while (y < end) {
          const row = Math.floor(y)
          const next = Math.min(row + 1, end)
          const then = x + (next - y) * slope
          addInRow(row, x, then, sign * (next - y))
          x = then
          y = next
        }
      }

      for (let y = firstRow; y < endRow; y++) {
        const base = y * stride
        let sum = 0
        for (let x = from; x < to; x++) {
          sum += change[base + x]!
          change[base + x] = 0
          const share = sum < 0 ? -sum : sum
          coverage[x] = share > 1 ? 1 : share
        }
        change[base + to] = 0
        change[base + to + 1] = 0
        paint(y, from, to, coverage)
      }
    },
  }
}

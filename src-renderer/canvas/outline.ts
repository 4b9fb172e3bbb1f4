// Where does a set of patches end? Its border as straight lines along patch edges.

/** A line from (x0, y0) to (x1, y1) in patches; either x0 = x1 or y0 = y1. */
export interface Edge {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

/** The border between kept (1) and other patches, `mask` `[rows, columns]`; neighbours on one line are joined. */
export function outline(mask: ArrayLike<number>, rows: number, columns: number): Edge[] {
  const kept = (y: number, x: number): boolean =>
    y >= 0 && x >= 0 && y < rows && x < columns && mask[y * columns + x] === 1
  const edges: Edge[] = []
  for (let y = 0; y <= rows; y++) {
    let from = -1
    for (let x = 0; x <= columns; x++) {
      const border = x < columns && kept(y - 1, x) !== kept(y, x)
      if (border && from < 0) from = x
      if (!border && from >= 0) {
        edges.push({ x0: from, y0: y, x1: x, y1: y })
        from = -1
      }
    }
  }
  for (let x = 0; x <= columns; x++) {
    let from = -1
    for (let y = 0; y <= rows; y++) {
      const border = y < rows && kept(y, x - 1) !== kept(y, x)
      if (border && from < 0) from = y
      if (!border && from >= 0) {
        edges.push({ x0: x, y0: from, x1: x, y1: y })
        from = -1
      }
    }
  }
  return edges
}

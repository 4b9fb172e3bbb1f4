// How is the contact sheet laid out? One cell per layer (columns) and head (rows), as large as the place allows.

export interface SheetLayout {
  readonly cellWidth: number
  readonly cellHeight: number
  readonly gap: number
  /** Left of the first cell and above it, for the labels. */
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export const sheetGap = 3
export const cellLimits = { least: 24, most: 92 }

/**
 * The layout in a place `room` pixels wide, at most `tall` pixels high (Infinity: as high as it gets). Cells keep the
 * shape of the input and stay between 24 and 92 pixels wide; a sheet that does not fit is larger than its place and scrolls.
 */
export function layoutSheet(
  layers: number,
  heads: number,
  aspect: number,
  room: number,
  tall: number,
  label = { left: 44, top: 16 },
): SheetLayout {
  const byWidth = (room - label.left - sheetGap * (layers - 1)) / layers
  const byHeight = ((tall - label.top - sheetGap * (heads - 1)) / heads) * aspect
  const cellWidth = Math.floor(
    Math.min(cellLimits.most, Math.max(cellLimits.least, Math.min(byWidth, byHeight))),
  )
  const cellHeight = Math.max(8, Math.round(cellWidth / aspect))
  return {
    cellWidth,
    cellHeight,
    gap: sheetGap,
    left: label.left,
    top: label.top,
    width: label.left + layers * cellWidth + (layers - 1) * sheetGap,
    height: label.top + heads * cellHeight + (heads - 1) * sheetGap,
  }
}

export interface Cell {
  readonly layer: number
  readonly head: number
}

/** The cell under a point, gutters belonging to the cell before them; null beside the sheet. */
export function cellAt(
  layout: SheetLayout,
  layers: number,
  heads: number,
  x: number,
  y: number,
): Cell | null {
  const layer = Math.floor((x - layout.left) / (layout.cellWidth + layout.gap))
  const head = Math.floor((y - layout.top) / (layout.cellHeight + layout.gap))
  return layer >= 0 && head >= 0 && layer < layers && head < heads ? { layer, head } : null
}

export function cellPlace(layout: SheetLayout, { layer, head }: Cell): { x: number; y: number } {
  return {
    x: layout.left + layer * (layout.cellWidth + layout.gap),
    y: layout.top + head * (layout.cellHeight + layout.gap),
  }
}

/** Where an arrow key leads from a cell; held at the edges. */
export function stepCell(cell: Cell, key: string, layers: number, heads: number): Cell | null {
  const steps: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
    Home: [-layers, 0],
    End: [layers, 0],
    PageUp: [0, -heads],
    PageDown: [0, heads],
  }
  const step = steps[key]
  if (!step) return null
  const clamp = (value: number, of: number): number => Math.min(of - 1, Math.max(0, value))
  return { layer: clamp(cell.layer + step[0], layers), head: clamp(cell.head + step[1], heads) }
}

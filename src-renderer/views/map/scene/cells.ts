// Where in the sheets of small pictures does each lie? Square cells, filled as needed; the one unused longest makes way.

/** Longest side of a sheet in pixels: every graphics driver takes it. */
export const sheetSide = 2048
/** Sides of a cell, from far to near. */
export const cellSides = [32, 64, 128] as const
export type CellSide = (typeof cellSides)[number]

export interface Cell {
  readonly sheet: number
  /** Upper left corner in pixels of the sheet. */
  readonly x: number
  readonly y: number
}

export interface Cells {
  readonly side: CellSide
  /** The cell of an item that is there; it counts as used now. */
  find(item: number): Cell | null
  /** A cell for an item that is not there; whose it was is forgotten. */
  place(item: number): Cell
  forget(): void
}

/** Cells of one side on at most `mostSheets` sheets. */
export function createCells(side: CellSide, mostSheets: number): Cells {
  const across = sheetSide / side
  const perSheet = across * across
  // A Map keeps its order: what was used last is put at its end.
  const held = new Map<number, number>()
  const cellAt = (slot: number): Cell => ({
    sheet: Math.floor(slot / perSheet),
    x: (slot % across) * side,
    y: Math.floor((slot % perSheet) / across) * side,
  })
  return {
    side,
    find: (item) => {
      const slot = held.get(item)
      if (slot === undefined) return null
      held.delete(item)
      held.set(item, slot)
      return cellAt(slot)
    },
    place: (item) => {
      let slot = held.size
      if (slot >= perSheet * mostSheets) {
        const [oldest] = held.keys()
        slot = held.get(oldest!)!
        held.delete(oldest!)
      }
      held.set(item, slot)
      return cellAt(slot)
    },
    forget: () => held.clear(),
  }
}

/** The cell side that shows a picture of so many device pixels without growing it, where there is one. */
export function cellSideFor(pixels: number): CellSide {
  return cellSides.find((side) => side >= pixels * 0.9) ?? 128
}

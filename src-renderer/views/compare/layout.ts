// How do two to four models share the stage? Pictures as large as they go, each with its own contact sheet where there is room.
import { layoutSheet, type SheetLayout } from '../../canvas/sheet.ts'

export interface CompareLayoutOf {
  readonly columns: number
  /** Of one side. */
  readonly width: number
  readonly picture: { readonly width: number; readonly height: number }
  /** Height of the place of a contact sheet, which may scroll in it; 0 where there is none. */
  readonly sheetPlace: number
}

export interface CompareRoom {
  readonly width: number
  readonly height: number
  /** How many sides stand beside or below each other. */
  readonly count: number
  /** Width divided by height. */
  readonly aspect: number
  /** Height of the tallest contact sheet in a side so many pixels wide; null: none are wanted. */
  readonly sheets: ((width: number) => number) | null
  /** How much larger type is in the presenter mode. */
  readonly k: number
}

export const sideGap = 16
export const padding = { x: 18, y: 10 }
/** Height of a side's header, its choices, and its scale. */
export const sideRows = { head: 38, scale: 30 }
const sheetMargin = 12
/** A contact sheet takes at most this share of the height; a taller one scrolls. */
const mostSheet = 0.36

/**
 * All sides in one row, unless another arrangement makes the pictures much larger; with contact sheets where the
 * pictures stay large enough.
 */
export function compareLayout({ width, height, count, aspect, sheets, k }: CompareRoom): CompareLayoutOf {
  const across = Math.max(120, width - 2 * padding.x)
  const down = Math.max(120, height - 2 * padding.y)
  const chrome = (sideRows.head + sideRows.scale) * k
  let best: CompareLayoutOf | null = null
  for (let columns = count; columns >= 1; columns--) {
    const rows = Math.ceil(count / columns)
    const each = Math.floor((across - sideGap * (columns - 1)) / columns)
    const tall = (down - sideGap * (rows - 1)) / rows - chrome
    const fit = (room: number): { width: number; height: number } => {
      const wide = Math.max(80, Math.min(each, room * aspect))
      return { width: Math.round(wide), height: Math.round(wide / aspect) }
    }
    const alone = fit(tall)
    const wanted = sheets ? Math.min(sheets(each), Math.floor(down * mostSheet)) : 0
    const beside = fit(tall - wanted - sheetMargin)
    // A contact sheet may cost a fourth of the picture's width, no more.
    const withSheet = wanted > 0 && rows === 1 && each >= 300 && beside.width >= alone.width * 0.75
    const picture = withSheet ? beside : alone
    const sheetPlace = withSheet ? Math.floor(tall - picture.height - sheetMargin) : 0
    if (!best || picture.width > best.picture.width * 1.3)
      best = { columns, width: each, picture, sheetPlace }
  }
  return best!
}

/** The contact sheet of one side, as wide as the side. */
export function sideSheet(
  width: number,
  depth: number,
  heads: number,
  aspect: number,
  k: number,
): SheetLayout {
  const label = { left: Math.round(44 * k), top: Math.round(16 * k) }
  return layoutSheet(depth, heads, aspect, width, Infinity, label)
}

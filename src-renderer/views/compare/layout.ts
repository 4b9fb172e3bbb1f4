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
  /** Whether contact sheets are wanted at all. */
  readonly sheets: boolean
  /** How much larger type is in the presenter mode. */
  readonly k: number
}

export const sideGap = 16
export const padding = { x: 18, y: 10 }
/** Height of a side's header, its choices, and its scale. */
export const sideRows = { head: 38, scale: 30 }
const leastSheet = 96
const sheetLabel = 24

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
    const beside = fit(tall - leastSheet - sheetLabel)
    // A contact sheet may cost a fifth of the picture's width, no more.
    const withSheet = sheets && rows === 1 && each >= 300 && beside.width >= alone.width * 0.8
    const picture = withSheet ? beside : alone
    const sheetPlace = withSheet ? Math.max(leastSheet, Math.floor(tall - picture.height - sheetLabel)) : 0
    if (!best || picture.width > best.picture.width * 1.3)
      best = { columns, width: each, picture, sheetPlace }
  }
  return best!
}

/** The contact sheet of one side in its place. */
export function sideSheet(
  layout: CompareLayoutOf,
  depth: number,
  heads: number,
  aspect: number,
  k: number,
): SheetLayout {
  const label = { left: Math.round(44 * k), top: Math.round(16 * k) }
  return layoutSheet(depth, heads, aspect, layout.width, layout.sheetPlace, label)
}

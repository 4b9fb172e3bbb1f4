// How do picture, companions and contact sheet share the stage? The sheet takes what it needs, the picture all the rest.
import { layoutSheet, type SheetLayout } from '../../canvas/sheet.ts'

export interface InspectLayout {
  /** Picture with its rulers. */
  readonly stage: { readonly width: number; readonly height: number }
  /** Width of the small maps at the right; 0 where there is no room. */
  readonly companions: number
  readonly sheet: SheetLayout
  /** Height of the sheet's place; a taller sheet scrolls in it. */
  readonly sheetPlace: number
  /** The sheet is wider or taller than its place. */
  readonly scrolls: boolean
}

export const rulerSize = 20
const padding = { x: 18, y: 12 }
const gap = 16
const scaleWidth = 56
const sheetHeader = 36

/**
 * The layout in a place of `width` × `height` CSS pixels. `aspect` is the picture's width / height, `mapAspect` that of
 * what the network saw; `k` is the size of type.
 */
export function inspectLayout(
  width: number,
  height: number,
  aspect: number,
  mapAspect: number,
  layers: number,
  heads: number,
  k: number,
): InspectLayout {
  const room = Math.max(100, width - 2 * padding.x)
  const label = { left: Math.round(44 * k), top: Math.round(16 * k) }
  const most = Math.max(90, Math.round(height * (heads > 8 ? 0.5 : 0.45)) - sheetHeader)
  const sheet = layoutSheet(layers, heads, mapAspect, room, most, label)
  const sheetPlace = Math.min(sheet.height + 4, most)
  const scrolls = sheet.height > sheetPlace || sheet.width > room
  const tall = Math.max(120, height - sheetPlace - sheetHeader - 2 * padding.y - 12)

  const captions = 3 * Math.round(22 * k)
  // One picture and two maps, one below the other.
  const fromHeight = (tall - rulerSize - captions - 12) / (1 / aspect + 2 / mapAspect)
  const companions = room < 520 ? 0 : Math.round(Math.min(fromHeight, room * 0.24, 260))
  const left = room - Math.round(scaleWidth * k) - gap - (companions > 0 ? companions + gap : 0)
  const pictureHeight = Math.min(tall - rulerSize, (left - rulerSize) / aspect)
  return {
    stage: {
      width: Math.max(80, Math.round(pictureHeight * aspect)) + rulerSize,
      height: Math.max(60, Math.round(pictureHeight)) + rulerSize,
    },
    companions: companions < 60 ? 0 : companions,
    sheet,
    sheetPlace,
    scrolls,
  }
}

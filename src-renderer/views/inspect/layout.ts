// How do picture, companions and contact sheet share the stage? The sheet takes what it needs, the picture all the rest.
import { layoutSheet, type SheetLayout } from '../../canvas/sheet.ts'

export interface InspectLayout {
  /** Picture with its rulers. */
  readonly stage: { readonly width: number; readonly height: number }
  /** Width of each small map at the right; 0 where there is no room. */
  readonly companions: number
  /** The small maps stand side by side, not one below the other. */
  readonly abreast: boolean
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
const smallGap = 8
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

  const caption = Math.round(22 * k)
  const pictureTall = tall - rulerSize
  const beside = room - Math.round(scaleWidth * k) - gap
  /** How large the picture is where the small maps take `taken` pixels of width. */
  const pictureAt = (taken: number): number => Math.min(pictureTall, (beside - taken - rulerSize) / aspect)

  // One below the other, their heights share the stage's; side by side, their widths share what the picture leaves.
  const stacked = Math.round(
    Math.min((pictureTall - 3 * caption - 12) / (1 / aspect + 2 / mapAspect), room * 0.24, 260),
  )
  const left = beside - gap - rulerSize - pictureTall * aspect
  const abreastSmall = Math.round(
    Math.min((left - 2 * smallGap) / 3, (pictureTall - caption) * Math.min(aspect, mapAspect), 260),
  )
  const fits = room >= 520
  const abreast = fits && abreastSmall > stacked
  const small = abreast ? abreastSmall : stacked
  const companions = fits && small >= 60 ? small : 0
  const taken = companions === 0 ? 0 : gap + (abreast ? 3 * companions + 2 * smallGap : companions)
  const pictureHeight = pictureAt(taken)
  return {
    stage: {
      width: Math.max(80, Math.round(pictureHeight * aspect)) + rulerSize,
      height: Math.max(60, Math.round(pictureHeight)) + rulerSize,
    },
    companions,
    abreast,
    sheet,
    sheetPlace,
    scrolls,
  }
}

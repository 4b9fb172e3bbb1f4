// How do four pictures and their numbers share the stage? Two by two, as large as fit, the numbers in a column beside.

export interface FourUp {
  readonly width: number
  readonly height: number
  /** Of the column with the error and the losses. */
  readonly column: number
}

export const caption = 24
export const cellGap = 12
const padding = { x: 36, y: 20 }

/** Heading and caption of the strip of ratios, with its padding. */
const stripWords = 30 + 20 + 14

/** Sizes of the strip's ten pictures, and of it all; null where the four pictures need the room. */
export function stripSize(
  width: number,
  height: number,
  aspect: number,
  k: number,
): { width: number; height: number; whole: number } | null {
  const wide = (width - padding.x - 9 * 8) / 10
  const high = Math.min(wide / aspect, Math.max(40, height * 0.13))
  if (height < 460 * k || wide < 24) return null
  return {
    width: Math.floor(Math.min(wide, high * aspect)),
    height: Math.floor(high),
    whole: Math.ceil(high + stripWords * k),
  }
}

/** Sizes for a place of `width` × `height` px and pictures of `aspect`, width / height; `k` is the size of type. */
export function fourUp(width: number, height: number, aspect: number, k: number): FourUp {
  const column = Math.round(Math.min(300, Math.max(190, width * 0.25)) * (k > 1 ? 1.15 : 1))
  const wide = (width - padding.x - column - 2 * cellGap) / 2
  const high = (height - padding.y - 2 * caption * k - cellGap) / 2
  const cell = Math.max(60, Math.min(wide, high * aspect))
  return { width: Math.floor(cell), height: Math.floor(cell / aspect), column }
}

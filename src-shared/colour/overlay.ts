// What does a map over a photo look like, as pixels? Heat over the dimmed photo, outlines of masks, part colours.
import { stepOf, type ColourMap, type Theme } from './maps.ts'
import { stepBack } from './photo.ts'

export interface Photo {
  width: number
  height: number
  /** `[height, width, 3]`. */
  rgb: Uint8Array
}
type Grid = readonly [rows: number, columns: number]

export interface OverlayOptions {
  map: ColourMap
  /** 0 to 1; of the strongest values. Weak ones show the picture whatever it is. */
  opacity?: number
  /** The value that gets the map's last colour (signed maps: ± it); the largest magnitude by default. */
  limit?: number
  /** `[height, width]`: 1 where values are shown; elsewhere only the dimmed photo is left. */
  mask?: Uint8Array
}

export const defaultOpacity = 0.9

/** 0 below `low`, 1 above `high`, smooth between. */
export function smoothstep(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)))
  return t * t * (3 - 2 * t)
}

/** The largest magnitude, which scales a map to itself; 1 where all is zero. */
export function ownLimit(values: ArrayLike<number>): number {
  let limit = 0
  for (let i = 0; i < values.length; i++) limit = Math.max(limit, Math.abs(values[i]!))
  return limit || 1
}

/**
 * Values `[height, width]`, already at the photo's size, over the photo, `[height, width, 3]`: the photo steps back as
 * the map's theme says, and each pixel is covered by opacity × smoothstep(0.02, 0.5, |value| / limit).
 */
export function overlay(photo: Photo, values: Float32Array, options: OverlayOptions): Uint8Array {
  const { map, opacity = defaultOpacity, limit = ownLimit(values), mask } = options
  if (values.length !== photo.width * photo.height)
    throw new RangeError(`${values.length} values do not cover ${photo.width} x ${photo.height} pixels`)
  const rgb = stepBack(photo.rgb, map.theme)
  for (let i = 0; i < values.length; i++) {
    if (mask && mask[i] === 0) continue
    const alpha = opacity * smoothstep(0.02, 0.5, Math.abs(values[i]!) / limit)
    const colour = stepOf(map, values[i]!, limit) * 3
    for (let channel = 0; channel < 3; channel++) {
      const under = rgb[i * 3 + channel]!
      rgb[i * 3 + channel] = Math.round(under + alpha * (map.table[colour + channel]! - under))
    }
  }
  return rgb
}

/**
 * Draws the border of a mask `[rows, columns]` into a picture, in place: a white line inside a black one, so that it
 * shows on any picture. The edges of the picture itself are drawn too.
 */
export function outline(picture: Photo, mask: Uint8Array, grid: Grid): void {
  const [rows, columns] = grid
  const { width, height } = picture
  const white = Math.max(2, Math.round(Math.max(width, height) / 280))
  const black = white + 2 * Math.max(1, Math.round(white / 2))
  const on = (y: number, x: number) =>
    y >= 0 && x >= 0 && y < rows && x < columns && mask[y * columns + x] === 1
  const edges: [x0: number, y0: number, x1: number, y1: number][] = []
  const atX = (x: number) => Math.round((x * width) / columns)
  const atY = (y: number) => Math.round((y * height) / rows)
  for (let y = 0; y <= rows; y++)
    for (let x = 0; x <= columns; x++) {
      if (on(y, x) !== on(y - 1, x)) edges.push([atX(x), atY(y), atX(x + 1), atY(y)])
      if (on(y, x) !== on(y, x - 1)) edges.push([atX(x), atY(y), atX(x), atY(y + 1)])
    }
  for (const [thickness, shade] of [
    [black, 0],
    [white, 255],
  ] as const)
    for (const [x0, y0, x1, y1] of edges) {
      const before = Math.floor(thickness / 2)
      const after = thickness - before
      fillBox(picture, x0 - before, y0 - before, x1 + after, y1 + after, shade)
    }
}

function fillBox(picture: Photo, x0: number, y0: number, x1: number, y1: number, shade: number): void {
  const { width, height, rgb } = picture
  const from = Math.max(0, x0)
  const to = Math.min(width, x1)
  if (from >= to) return
  for (let y = Math.max(0, y0); y < Math.min(height, y1); y++)
    rgb.fill(shade, (y * width + from) * 3, (y * width + to) * 3)
}

/** Colours per patch `[rows, columns, 3]` over the photo where `mask` is 1; elsewhere the photo stands far back. */
export function overlayColours(
  photo: Photo,
  colours: Uint8Array,
  grid: Grid,
  theme: Theme,
  mask: Uint8Array | null = null,
  opacity: number = defaultOpacity,
): Uint8Array {
  const { width, height } = photo
  const rgb = stepBack(photo.rgb, theme, 'off')
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * grid[0]) / height) * grid[1]
    for (let x = 0; x < width; x++) {
      const patch = row + Math.floor(((x + 0.5) * grid[1]) / width)
      if (mask && mask[patch] === 0) continue
      const i = (y * width + x) * 3
      for (let channel = 0; channel < 3; channel++) {
        const under = rgb[i + channel]!
        rgb[i + channel] = Math.round(under + opacity * (colours[patch * 3 + channel]! - under))
      }
    }
  }
  return rgb
}

// Which value is which colour? A scale beside a picture, with its figures, drawn into the pixels.
import type { ColourMap } from './maps.ts'
import type { Photo } from './overlay.ts'
import { parseHex, type Rgb } from './oklab.ts'

/** Digits and signs, 5 dots wide and 7 high, a row per number, its top bits to the left. */
const glyphs: Readonly<Record<string, readonly number[]>> = {
  '0': [14, 17, 19, 21, 25, 17, 14],
  '1': [4, 12, 4, 4, 4, 4, 14],
  '2': [14, 17, 1, 2, 4, 8, 31],
  '3': [31, 2, 4, 2, 1, 17, 14],
  '4': [2, 6, 10, 18, 31, 2, 2],
  '5': [31, 16, 30, 1, 1, 17, 14],
  '6': [6, 8, 16, 30, 17, 17, 14],
  '7': [31, 1, 2, 4, 8, 8, 8],
  '8': [14, 17, 17, 14, 17, 17, 14],
  '9': [14, 17, 17, 15, 1, 2, 12],
  '.': [0, 0, 0, 0, 0, 12, 12],
  '-': [0, 0, 0, 31, 0, 0, 0],
  '+': [0, 4, 4, 31, 4, 4, 0],
  e: [0, 0, 14, 17, 31, 16, 14],
}

/** A figure short enough for a scale: three digits, a power of ten only where it must be. */
export function shortFigure(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e-4 && size < 1e4) return String(Number(value.toPrecision(3)))
  return value.toExponential(1).replace('e+', 'e')
}

function drawText(picture: Photo, text: string, left: number, top: number, dot: number, colour: Rgb): void {
  let x = left
  for (const char of text) {
    const rows = glyphs[char] ?? []
    for (let i = 0; i < rows.length * dot; i++)
      for (let j = 0; j < 5 * dot; j++) {
        const lit = (rows[Math.floor(i / dot)]! >> (4 - Math.floor(j / dot))) & 1
        if (lit && x + j < picture.width && top + i < picture.height)
          picture.rgb.set(colour, ((top + i) * picture.width + x + j) * 3)
      }
    x += 6 * dot
  }
}

const stage: Record<ColourMap['theme'], { ground: Rgb; ink: Rgb }> = {
  dark: { ground: parseHex('0c0d0e'), ink: parseHex('b4b8bd') },
  light: { ground: parseHex('e9eaeb'), ink: parseHex('454b52') },
}

/**
 * A strip `[height, width, 3]` with the map's ramp, high at the top, and figures at its ends and middle; `limit` is the
 * value of the top, the bottom is 0 or, for signed maps, −limit.
 */
export function legend(map: ColourMap, limit: number, height: number): Photo {
  const dot = Math.max(1, Math.round(height / 360))
  const low = map.signed ? -limit : 0
  const figures = [limit, (limit + low) / 2, low].map(shortFigure)
  const gap = 6 * dot
  const bar = 9 * dot
  const textWidth = Math.max(...figures.map((text) => text.length)) * 6 * dot
  const width = gap + bar + gap + textWidth + gap
  const { ground, ink } = stage[map.theme]
  const strip: Photo = { width, height, rgb: new Uint8Array(width * height * 3) }
  for (let i = 0; i < width * height; i++) strip.rgb.set(ground, i * 3)
  // The bar and its figures keep off the edges, unless the picture is too low for that.
  const inset = height > 10 * gap ? gap : 0
  for (let y = inset; y < height - inset; y++) {
    const step = Math.round((1 - (y - inset) / Math.max(1, height - 2 * inset - 1)) * 255) * 3
    for (let x = gap; x < gap + bar; x++)
      strip.rgb.set(map.table.subarray(step, step + 3), (y * width + x) * 3)
  }
  const tall = 7 * dot
  const tops = [inset, Math.floor((height - tall) / 2), height - inset - tall]
  figures.forEach((text, i) => drawText(strip, text, gap + bar + gap, Math.max(0, tops[i]!), dot, ink))
  return strip
}

/** A picture with its scale at the right. */
export function withLegend(picture: Photo, map: ColourMap, limit: number): Photo {
  const strip = legend(map, limit, picture.height)
  const width = picture.width + strip.width
  const rgb = new Uint8Array(width * picture.height * 3)
  for (let y = 0; y < picture.height; y++) {
    rgb.set(picture.rgb.subarray(y * picture.width * 3, (y + 1) * picture.width * 3), y * width * 3)
    rgb.set(
      strip.rgb.subarray(y * strip.width * 3, (y + 1) * strip.width * 3),
      (y * width + picture.width) * 3,
    )
  }
  return { width, height: picture.height, rgb }
}

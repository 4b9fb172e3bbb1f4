// Which colour does a value get? The colour maps, 256 steps each, in the light and the dark theme.
import { oklabToRgb, parseHex, rgbToOklab } from './oklab.ts'

export const mapNames = ['ember', 'tide', 'cividis', 'grey'] as const
export type MapName = (typeof mapNames)[number]
export type Theme = 'dark' | 'light'

/** High values stand farthest from the surround: every map runs the other way in the light theme. */
export interface ColourMap {
  name: MapName
  theme: Theme
  /** True: zero is in the middle, and the ends are ± the limit. */
  signed: boolean
  /** `[256, 3]`, low to high. */
  table: Uint8Array
}

const stops: Record<MapName, Record<Theme, string>> = {
  ember: {
    dark: '08080f 23114a 580672 980764 ca303c de6f10 e1a63f e4d486 f8f9ca',
    light: 'fcfaf4 ecd8b6 e7b07a e28247 d64e37 b91a48 88005c 55005b 240942',
  },
  tide: {
    dark: 'a8e1ff 44b3e6 357fa2 264b5e 171614 5c4028 9b693a da954b ffcd99',
    light: '015080 1877b7 67a0d0 aacae7 f9f6f4 e4bca8 c98867 ac5622 7b3300',
  },
  // Nuñez, Anderton and Renslow 2018, at tenths.
  cividis: {
    dark: '00224e 123570 3b496c 575d6d 707173 8a8678 a59c74 c3b369 e1cc55 fee838',
    light: 'fee838 e1cc55 c3b369 a59c74 8a8678 707173 575d6d 3b496c 123570 00224e',
  },
  // Not from pure black, where 8 bits cannot tell the first dozen steps apart.
  grey: { dark: '0a0a0a ffffff', light: 'ffffff 0a0a0a' },
}

/** Interpolates stops evenly spaced in OKLab over 256 steps, `[256, 3]`. */
export function rampTable(hexStops: readonly string[]): Uint8Array {
  const points = hexStops.map((hex) => rgbToOklab(parseHex(hex)))
  const table = new Uint8Array(256 * 3)
  for (let i = 0; i < 256; i++) {
    const place = (i / 255) * (points.length - 1)
    const below = Math.min(Math.floor(place), points.length - 2)
    const t = place - below
    const [from, to] = [points[below]!, points[below + 1]!]
    const mixed = [0, 1, 2].map((axis) => from[axis]! + t * (to[axis]! - from[axis]!))
    table.set(oklabToRgb(mixed as [number, number, number]).map(Math.round), i * 3)
  }
  return table
}

const made = new Map<string, ColourMap>()

/** A map of the look; made once. */
export function colourMap(name: MapName, theme: Theme = 'dark'): ColourMap {
  const key = `${name} ${theme}`
  let map = made.get(key)
  if (!map) {
    map = { name, theme, signed: name === 'tide', table: rampTable(stops[name][theme].split(' ')) }
    made.set(key, map)
  }
  return map
}

/** The table's index of a value: 0 to `limit` for plain maps, −`limit` to `limit` for signed ones; beyond is clamped. */
export function stepOf(map: ColourMap, value: number, limit: number): number {
  const share = limit > 0 ? value / limit : 0
  const place = map.signed ? (share + 1) / 2 : share
  return Math.min(255, Math.max(0, Math.round(place * 255))) || 0
}

/** Values as colours, `[…, 3]`, scaled as `stepOf` says. */
export function paintValues(map: ColourMap, values: ArrayLike<number>, limit: number): Uint8Array {
  const rgb = new Uint8Array(values.length * 3)
  for (let i = 0; i < values.length; i++) {
    const from = stepOf(map, values[i]!, limit) * 3
    rgb[i * 3] = map.table[from]!
    rgb[i * 3 + 1] = map.table[from + 1]!
    rgb[i * 3 + 2] = map.table[from + 2]!
  }
  return rgb
}

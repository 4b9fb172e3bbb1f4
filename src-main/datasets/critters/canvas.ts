// What do critters stand on? A square of light values, shapes laid over it with soft edges, and smooth noise.
import type { Random } from '../../../src-shared/numerics/random.ts'
import { createRaster } from './raster.ts'
import type { Raster } from './raster.ts'

/** Red, green, blue from 0 to 1. */
export type Colour = readonly [number, number, number]

export interface Canvas {
  side: number
  /** `[side, side, 3]`, from 0 to 1. */
  light: Float32Array
  raster: Raster
}

const canvases = new Map<number, Canvas>()
/** The canvas of a size; one of each is kept, since it is filled anew for every picture. */
export function canvasOf(side: number): Canvas {
  const known = canvases.get(side)
  if (known) return known
  const canvas = { side, light: new Float32Array(side * side * 3), raster: createRaster(side) }
  canvases.clear()
  canvases.set(side, canvas)
  return canvas
}

/** Lays a shape of one colour over what is there. */
export function fill({ side, light, raster }: Canvas, outline: Float64Array, [r, g, b]: Colour): void {
  raster.cover(outline, (y, from, to, coverage) => {
    for (let x = from; x < to; x++) {
      const share = coverage[x]!
      if (share < 0.004) continue
      const at = (y * side + x) * 3
      light[at]! += (r - light[at]!) * share
      light[at + 1]! += (g - light[at + 1]!) * share
      light[at + 2]! += (b - light[at + 2]!) * share
    }
  })
}

/** A colour from hue, saturation and value, each from 0 to 1 (the hue goes round). */
export function hsv(hue: number, saturation: number, value: number): Colour {
  const channel = (offset: number): number => {
    const place = (offset + (hue - Math.floor(hue)) * 6) % 6
    return value - value * saturation * Math.max(0, Math.min(place, 4 - place, 1))
  }
  return [channel(5), channel(3), channel(1)]
}

export const mixed = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
]
export const times = ([r, g, b]: Colour, factor: number): Colour => [
  Math.min(1, r * factor),
  Math.min(1, g * factor),
  Math.min(1, b * factor),
]

/** Smooth noise of `cells` bumps along a side, from −1 to 1, `[side, side]`. */
export function smoothNoise(random: Random, side: number, cells: number): Float32Array {
  const corners = cells + 1
  const grid = new Float32Array(corners * corners)
  for (let i = 0; i < grid.length; i++) grid[i] = random.bits() / 0x80000000 - 1
  const cell = new Int32Array(side)
  const share = new Float32Array(side)
  for (let i = 0; i < side; i++) {
    const place = (i / side) * cells
    cell[i] = Math.floor(place)
    const t = place - cell[i]!
    share[i] = t * t * (3 - 2 * t)
  }
  const row = new Float32Array(corners)
  const noise = new Float32Array(side * side)
  for (let y = 0; y < side; y++) {
    const above = cell[y]! * corners
    const down = share[y]!
    for (let i = 0; i < corners; i++) {
      const a = grid[above + i]!
      row[i] = a + (grid[above + corners + i]! - a) * down
    }
    for (let x = 0; x < side; x++) {
      const a = row[cell[x]!]!
      noise[y * side + x] = a + (row[cell[x]! + 1]! - a) * share[x]!
    }
  }
  return noise
}

// How does an attention map become a picture file's pixels? The map over the photo as the network saw it.
import type { ColourMap } from '../../src-shared/colour/maps.ts'
import { outline, overlay, type Photo } from '../../src-shared/colour/overlay.ts'
import { resampleMap, resampleMask, type ResampleRule } from '../../src-shared/numerics/resample.ts'
import type { HeadMap } from './look.ts'

export interface PaintOptions {
  map: ColourMap
  /** 0 to 1. */
  opacity?: number
  /** `nearest` shows the patches as they are. */
  rule?: ResampleRule
  /** The value of the last colour; the map's own maximum by default. */
  limit?: number
  /** The patch that was asked, to be ringed. */
  ring?: { row: number; column: number }
}

/** A map `[rows, columns]` over the photo, `[height, width, 3]`; its mass mask outlined, outside only the photo. */
export function paintHeadMap(
  photo: Photo,
  { map: values, mask }: Pick<HeadMap, 'map' | 'mask'>,
  grid: readonly [number, number],
  { map, opacity, rule = 'nearest', limit, ring }: PaintOptions,
): Uint8Array {
  const resize = { from: grid, to: [photo.height, photo.width] as const }
  const rgb = overlay(photo, resampleMap(values, resize, rule), {
    map,
    ...(opacity === undefined ? {} : { opacity }),
    ...(limit === undefined ? {} : { limit }),
    ...(mask ? { mask: resampleMask(mask, resize) } : {}),
  })
  const painted = { width: photo.width, height: photo.height, rgb }
  if (mask) outline(painted, mask, grid)
  if (ring) {
    const asked = new Uint8Array(grid[0] * grid[1])
    asked[ring.row * grid[1] + ring.column] = 1
    outline(painted, asked, grid)
  }
  return rgb
}

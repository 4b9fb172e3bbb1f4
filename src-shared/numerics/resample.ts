// How does a map of a few patches become a map of many pixels? Nearest, bilinear, or cubic without overshoot.

export const resampleRules = ['nearest', 'bilinear', 'bicubic'] as const
export type ResampleRule = (typeof resampleRules)[number]

/** A map's shape and the shape it shall have, in rows and columns. */
export interface Resize {
  from: readonly [rows: number, columns: number]
  to: readonly [rows: number, columns: number]
}

/**
 * A map `[rows, columns]` enlarged to another shape, pixel centres on pixel centres (half-pixel rule), edges held.
 * `bicubic` draws a cubic through the values along each axis whose slopes are limited as in Fritsch and Carlson
 * 1980: smooth, and never outside the two values it stands between, so weak stays weak beside a peak.
 * Made for enlarging; where `to` is smaller, values are picked, not averaged. Throws RangeError.
 */
export function resampleMap(map: Float32Array, { from, to }: Resize, rule: ResampleRule): Float32Array {
  checkShapes(map.length, from, to)
  if (rule === 'nearest') return resampleNearest(map, { from, to }, new Float32Array(to[0] * to[1]))
  const along = rule === 'bilinear' ? linear : monotoneCubic
  const [rows, columns] = from
  const wide = new Float32Array(rows * to[1])
  for (let y = 0; y < rows; y++) along(map, y * columns, 1, columns, wide, y * to[1], 1, to[1])
  const out = new Float32Array(to[0] * to[1])
  for (let x = 0; x < to[1]; x++) along(wide, x, to[1], rows, out, x, to[1], to[0])
  return out
}

/** A mask `[rows, columns]` of 0 and 1 brought to another shape: every pixel takes the value it lies in. Throws RangeError. */
export function resampleMask(mask: Uint8Array, { from, to }: Resize): Uint8Array {
  checkShapes(mask.length, from, to)
  return resampleNearest(mask, { from, to }, new Uint8Array(to[0] * to[1]))
}

function checkShapes(length: number, from: readonly number[], to: readonly number[]): void {
  if ([...from, ...to].some((side) => !Number.isInteger(side) || side < 1) || from[0]! * from[1]! !== length)
    throw new RangeError(`${length} values are no map of ${from.join(' x ')} to be made ${to.join(' x ')}`)
}

function resampleNearest<T extends Float32Array | Uint8Array>(map: T, { from, to }: Resize, out: T): T {
  const columnOf = Uint32Array.from({ length: to[1] }, (_, x) => Math.floor(((x + 0.5) * from[1]) / to[1]))
  for (let y = 0; y < to[0]; y++) {
    const start = Math.floor(((y + 0.5) * from[0]) / to[0]) * from[1]
    for (let x = 0; x < to[1]; x++) out[y * to[1] + x] = map[start + columnOf[x]!]!
  }
  return out
}

/** Resamples one line of `count` values, `stride` apart, to `wanted` values: the shape of both rules below. */
type AlongLine = (
  values: Float32Array,
  start: number,
  stride: number,
  count: number,
  out: Float32Array,
  outStart: number,
  outStride: number,
  wanted: number,
) => void

const linear: AlongLine = (values, start, stride, count, out, outStart, outStride, wanted) => {
  for (let i = 0; i < wanted; i++) {
    const place = Math.min(Math.max(((i + 0.5) * count) / wanted - 0.5, 0), count - 1)
    const j = Math.min(Math.floor(place), Math.max(0, count - 2))
    const here = values[start + j * stride]!
    const next = count > 1 ? values[start + (j + 1) * stride]! : here
    out[outStart + i * outStride] = here + (place - j) * (next - here)
  }
}

/** The slope at a point from the steps before and after it: none at a peak, else their harmonic mean. */
function slope(before: number, after: number): number {
  return before * after <= 0 ? 0 : (2 * before * after) / (before + after)
}

const monotoneCubic: AlongLine = (values, start, stride, count, out, outStart, outStride, wanted) => {
  const at = (j: number) => values[start + Math.min(Math.max(j, 0), count - 1) * stride]!
  for (let i = 0; i < wanted; i++) {
    const place = Math.min(Math.max(((i + 0.5) * count) / wanted - 0.5, 0), count - 1)
    const j = Math.min(Math.floor(place), Math.max(0, count - 2))
    const t = place - j
    const here = at(j)
    const next = at(j + 1)
    const step = next - here
    const left = slope(here - at(j - 1), step)
    const right = slope(step, at(j + 2) - next)
    // Hermite's cubic on the unit interval, written as the straight line plus its bend.
    const bend = t * (1 - t) * ((left - step) * (1 - t) + (step - right) * t)
    out[outStart + i * outStride] = here + t * step + bend
  }
}

// How is one map laid over another of the same items? Moved, turned, mirrored and sized, never bent.
import { procrustes } from '../numerics/procrustes.ts'

/**
 * Positions `[rows, dims]` of `from` brought as near as can be to `to` (Procrustes with translation and one scale for
 * all axes; Gower 1975). Rows without a place (NaN) in either do not count; those of `from` stay without one. With
 * `scale` false sizes are kept. Throws RangeError where the two are not of the same rows.
 */
export function alignLayouts(
  from: Float32Array,
  to: Float32Array,
  dims: 2 | 3,
  { scale = true }: { scale?: boolean } = {},
): Float32Array {
  if (from.length !== to.length || from.length % dims !== 0)
    throw new RangeError(`${from.length} and ${to.length} numbers are not the same rows of ${dims}`)
  const rows = from.length / dims
  const both: number[] = []
  for (let row = 0; row < rows; row++) {
    let known = true
    for (let t = row * dims; t < (row + 1) * dims; t++)
      if (!Number.isFinite(from[t]!) || !Number.isFinite(to[t]!)) known = false
    if (known) both.push(row)
  }
  if (both.length === 0) return from.slice()
  const [middle, goal] = [meanOf(from, both, dims), meanOf(to, both, dims)]
  const centred = (positions: Float32Array, mean: Float64Array): Float64Array =>
    Float64Array.from(
      { length: both.length * dims },
      (_, at) => positions[both[Math.floor(at / dims)]! * dims + (at % dims)]! - mean[at % dims]!,
    )
  const [a, b] = [centred(from, middle), centred(to, goal)]
  const turn = procrustes({ columns: dims, data: a }, { columns: dims, data: b })
  const turned = (point: ArrayLike<number>, at: number, axis: number): number => {
    let sum = 0
    for (let t = 0; t < dims; t++) sum += point[at + t]! * turn[t * dims + axis]!
    return sum
  }
  let [along, size] = [0, 0]
  for (let at = 0; at < a.length; at++) {
    along += turned(a, at - (at % dims), at % dims) * b[at]!
    size += a[at]! * a[at]!
  }
  const factor = scale && size > 0 && along > 0 ? along / size : 1
  const out = new Float32Array(from.length)
  const point = new Float64Array(dims)
  for (let row = 0; row < rows; row++) {
    for (let t = 0; t < dims; t++) point[t] = from[row * dims + t]! - middle[t]!
    for (let t = 0; t < dims; t++) out[row * dims + t] = factor * turned(point, 0, t) + goal[t]!
  }
  return out
}

function meanOf(positions: Float32Array, rows: readonly number[], dims: number): Float64Array {
  const mean = new Float64Array(dims)
  for (const row of rows) for (let t = 0; t < dims; t++) mean[t]! += positions[row * dims + t]! / rows.length
  return mean
}

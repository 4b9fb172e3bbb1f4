// How is one map laid onto another of the same items? Turned, mirrored where that helps, scaled and moved: never bent.
import { columnMeans, procrustes } from '../../../src-shared/numerics/procrustes.ts'

/** Points that find the turn; more change nothing that could be seen. */
const enough = 20_000

/**
 * `moving` `[points, dims]` laid onto `fixed` `[points, fixedDims]` by orthogonal Procrustes over the points that both
 * have, scaled to its size. A map of other dimensions is only moved and scaled. Points without a place stay without one.
 */
export function aligned(
  moving: Float32Array,
  dims: number,
  fixed: Float32Array,
  fixedDims: number,
): Float32Array<ArrayBuffer> {
  const count = Math.min(moving.length / dims, fixed.length / fixedDims)
  const used = Math.min(dims, fixedDims)
  const rows: number[] = []
  const step = Math.max(1, count / enough)
  for (let at = 0; at < count; at += step) {
    const i = Math.floor(at)
    let whole = true
    for (let k = 0; k < dims; k++) whole &&= Number.isFinite(moving[i * dims + k])
    for (let k = 0; k < fixedDims; k++) whole &&= Number.isFinite(fixed[i * fixedDims + k])
    if (whole) rows.push(i)
  }
  const out = Float32Array.from(moving)
  if (rows.length < 2) return out
  const take = (from: Float32Array, width: number, columns: number): Float64Array => {
    const data = new Float64Array(rows.length * columns)
    for (const [n, i] of rows.entries())
      for (let k = 0; k < columns; k++) data[n * columns + k] = from[i * width + k]!
    return data
  }
  const mine = { columns: dims, data: take(moving, dims, dims) }
  const theirs = { columns: used, data: take(fixed, fixedDims, used) }
  const [from, to] = [columnMeans(mine), columnMeans(theirs)]
  const turn = dims === used ? procrustes(mine, theirs) : identity(dims)
  const scale = spreadOf(theirs.data, used, to) / (spreadOf(mine.data, dims, from) || 1)
  for (let i = 0; i < count; i++)
    for (let b = 0; b < dims; b++) {
      let sum = 0
      for (let a = 0; a < dims; a++) sum += (moving[i * dims + a]! - from[a]!) * turn[a * dims + b]!
      out[i * dims + b] = sum * scale + (b < used ? to[b]! : 0)
    }
  return out
}

function identity(size: number): Float64Array {
  const out = new Float64Array(size * size)
  for (let i = 0; i < size; i++) out[i * size + i] = 1
  return out
}

/** Root of the mean squared distance from the mean. */
function spreadOf(data: Float64Array, columns: number, mean: Float64Array): number {
  let sum = 0
  for (let i = 0; i < data.length; i++) sum += (data[i]! - mean[i % columns]!) ** 2
  return Math.sqrt(sum / (data.length / columns))
}

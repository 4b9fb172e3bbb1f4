// Where do points start? Along the principal components, or where they stood before.
import { fillNormal, random } from '../../src-shared/numerics/random.ts'
import type { Neighbours } from './neighbours/neighbours.ts'

/** UMAP starts as wide as this on each side (umap-learn scales its spectral start to 10 as well). */
const halfWidth = 10
/** Normal noise that keeps equal rows apart. */
const noise = 1e-4
/** t-SNE starts with this standard deviation along its first axis (Kobak and Berens 2019). */
const tsneSpread = 1e-4

/** Principal coordinates `[rows, dims]` as UMAP's start. */
export function umapStart(coordinates: Float32Array, seed: number): Float32Array {
  let widest = 0
  for (const value of coordinates) widest = Math.max(widest, Math.abs(value))
  const scale = widest > 0 ? halfWidth / widest : 0
  const shaken = fillNormal(random(seed).split('start'), new Float32Array(coordinates.length), 0, noise)
  return coordinates.map((value, i) => value * scale + shaken[i]!)
}

/** Principal coordinates as t-SNE's start. */
export function tsneStart(coordinates: Float32Array, dims: number, seed: number): Float32Array {
  const rows = coordinates.length / dims
  let [sum, squares] = [0, 0]
  for (let at = 0; at < coordinates.length; at += dims) {
    sum += coordinates[at]!
    squares += coordinates[at]! ** 2
  }
  const deviation = Math.sqrt(Math.max(0, squares / rows - (sum / rows) ** 2))
  const scale = deviation > 0 ? tsneSpread / deviation : 0
  // Equal rows start at one place; a breath apart they can part.
  const shaken = fillNormal(
    random(seed).split('start'),
    new Float32Array(coordinates.length),
    0,
    tsneSpread * 1e-3,
  )
  return coordinates.map((value, i) => value * scale + shaken[i]!)
}

/**
 * A start from a former layout in which rows without a place (NaN) begin in the middle of their neighbours that have
 * one, or of the whole.
 */
export function warmStart(
  given: Float32Array,
  dims: number,
  { indices, k }: Neighbours,
  seed: number,
): Float32Array {
  const positions = given.slice()
  const rows = given.length / dims
  const known = (row: number): boolean => {
    for (let t = 0; t < dims; t++) if (!Number.isFinite(given[row * dims + t]!)) return false
    return true
  }
  const shaken = random(seed).split('start')
  for (let row = 0; row < rows; row++) {
    if (known(row)) continue
    const friends = indices.subarray(row * k, (row + 1) * k).filter((other) => other >= 0 && known(other))
    for (let t = 0; t < dims; t++) {
      let sum = 0
      for (const other of friends) sum += given[other * dims + t]!
      positions[row * dims + t] = (friends.length > 0 ? sum / friends.length : 0) + shaken.normal(0, noise)
    }
  }
  return positions
}

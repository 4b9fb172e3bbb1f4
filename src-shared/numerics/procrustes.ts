// How must one set of points be turned to lie on another? Orthogonal Procrustes, also onto fewer dimensions.
import { symmetricEigen } from './pca.ts'

/** Numbers `[rows, columns]`, row by row. */
export interface Table {
  columns: number
  data: Float64Array
}

/**
 * The matrix `[from.columns, to.columns]` with orthonormal columns that turns the centred rows of `from` to covary most
 * with those of `to`: U·Vᵀ of the cross-covariance U·S·Vᵀ (Schönemann 1966). With equally many columns it is the
 * rotation or reflection that brings `from` nearest to `to`. Means and sizes of both do not matter to it.
 * Throws RangeError where `from` has fewer columns than `to`, or they have different numbers of rows.
 */
export function procrustes(from: Table, to: Table): Float64Array {
  const rows = from.data.length / from.columns
  const [k, m] = [from.columns, to.columns]
  if (k < m || to.data.length !== rows * m)
    throw new RangeError(`${rows} rows of ${k} cannot be turned onto ${to.data.length / m} rows of ${m}`)
  return nearestOrthonormal(crossCovariance(from, to), k, m)
}

/** Σ over rows of (from − its mean)ᵀ · to, `[from.columns, to.columns]`. */
function crossCovariance(from: Table, to: Table): Float64Array {
  const [k, m] = [from.columns, to.columns]
  const rows = from.data.length / k
  const mean = columnMeans(from)
  const cross = new Float64Array(k * m)
  // One side centred is enough: its columns sum to 0.
  for (let i = 0; i < rows; i++)
    for (let a = 0; a < k; a++) {
      const value = from.data[i * k + a]! - mean[a]!
      for (let b = 0; b < m; b++) cross[a * m + b]! += value * to.data[i * m + b]!
    }
  return cross
}

/** The mean of each column. */
export function columnMeans({ columns, data }: Table): Float64Array {
  const rows = data.length / columns
  const mean = new Float64Array(columns)
  for (let i = 0; i < data.length; i++) mean[i % columns]! += data[i]! / rows
  return mean
}

/**
 * U·Vᵀ of a matrix `[k, m]`, k ≥ m, with the singular value decomposition U·S·Vᵀ. Where a singular value is 0, U takes
 * any direction that is left, always the same one.
 */
function nearestOrthonormal(matrix: Float64Array, k: number, m: number): Float64Array {
  const gram = new Float64Array(m * m)
  for (let a = 0; a < m; a++)
    for (let b = 0; b < m; b++)
      for (let i = 0; i < k; i++) gram[a * m + b]! += matrix[i * m + a]! * matrix[i * m + b]!
  const { values, vectors } = symmetricEigen(gram, m)
  const left: Float64Array[] = []
  for (let j = 0; j < m; j++) {
    const right = vectors.subarray(j * m, (j + 1) * m)
    const image = Float64Array.from({ length: k }, (_, i) => {
      let sum = 0
      for (let b = 0; b < m; b++) sum += matrix[i * m + b]! * right[b]!
      return sum
    })
    const known = values[j]! > 1e-18 * values[0]!
    left.push((known ? unitBeside(image, left) : null) ?? anyDirectionBeside(left, k))
  }
  const out = new Float64Array(k * m)
  for (let i = 0; i < k; i++)
    for (let b = 0; b < m; b++)
      for (let j = 0; j < m; j++) out[i * m + b]! += left[j]![i]! * vectors[j * m + b]!
  return out
}

/** The part of a vector at right angles to unit vectors, with length 1; null where nothing is left. */
function unitBeside(vector: Float64Array, others: readonly Float64Array[]): Float64Array | null {
  const rest = vector.slice()
  const whole = Math.hypot(...vector)
  for (const other of others) {
    let along = 0
    for (let i = 0; i < rest.length; i++) along += rest[i]! * other[i]!
    for (let i = 0; i < rest.length; i++) rest[i]! -= along * other[i]!
  }
  const length = Math.hypot(...rest)
  return length > 1e-9 * whole ? rest.map((value) => value / length) : null
}

function anyDirectionBeside(others: readonly Float64Array[], size: number): Float64Array {
  for (let axis = 0; axis < size; axis++) {
    const found = unitBeside(
      Float64Array.from({ length: size }, (_, i) => Number(i === axis)),
      others,
    )
    if (found) return found
  }
  throw new RangeError(`${others.length} directions fill ${size} dimensions`)
}

// In which directions do many vectors differ most? Principal components of any number of rows, the first few of them.
import { fillNormal, random } from './random.ts'

export interface Pca {
  width: number
  /** `[width]`. */
  mean: Float64Array
  /** `[components, width]`, unit length, largest variance first. */
  components: Float64Array
  /** `[components]`: sum of squared scores / (rows − 1). */
  variance: Float64Array
  /** `[components]`: share of the total variance. */
  ratio: Float64Array
}

/**
 * The first `count` principal components of `data` `[rows, width]`; `count` is cut to what rows and width allow.
 * Each component's sign makes its score of largest magnitude positive (scikit-learn's svd_flip, from the scores).
 * Lanczos on the covariance without ever forming it, fully reorthogonalised: one pass over the data per step.
 * Throws RangeError for fewer than two rows.
 */
export function pca(data: Float32Array, width: number, count: number): Pca {
  const rows = data.length / width
  if (!Number.isInteger(rows) || rows < 2)
    throw new RangeError(`${data.length} values are not two rows of ${width} or more`)
  const mean = columnMeans(data, rows, width)
  let total = 0
  for (let i = 0; i < data.length; i++) total += (data[i]! - mean[i % width]!) ** 2
  const found = largestEigenvectors(
    (vector) => covarianceTimes(data, rows, width, mean, vector),
    width,
    Math.min(count, width, rows - 1),
  )
  const components = new Float64Array(found.length * width)
  found.forEach(({ vector }, i) => components.set(vector, i * width))
  const result: Pca = {
    width,
    mean,
    components,
    variance: Float64Array.from(found, ({ value }) => Math.max(0, value)),
    ratio: Float64Array.from(found, ({ value }) =>
      total > 0 ? Math.max(0, value) / (total / (rows - 1)) : 0,
    ),
  }
  fixSigns(result, scoresOf(result, data))
  return result
}

/** The rows of `data` `[rows, width]` in the components' coordinates, `[rows, components]`. */
export function scoresOf(
  { width, mean, components }: Pick<Pca, 'width' | 'mean' | 'components'>,
  data: Float32Array,
): Float64Array {
  const count = components.length / width
  const rows = data.length / width
  const scores = new Float64Array(rows * count)
  for (let k = 0; k < count; k++) {
    let shift = 0
    for (let t = 0; t < width; t++) shift += mean[t]! * components[k * width + t]!
    for (let i = 0; i < rows; i++) {
      let sum = 0
      for (let t = 0; t < width; t++) sum += data[i * width + t]! * components[k * width + t]!
      scores[i * count + k] = sum - shift
    }
  }
  return scores
}

function fixSigns({ width, components }: Pca, scores: Float64Array): void {
  const count = components.length / width
  for (let k = 0; k < count; k++) {
    let extreme = 0
    for (let i = k; i < scores.length; i += count)
      if (Math.abs(scores[i]!) > Math.abs(extreme)) extreme = scores[i]!
    if (extreme < 0) for (let t = k * width; t < (k + 1) * width; t++) components[t]! *= -1
  }
}

function columnMeans(data: Float32Array, rows: number, width: number): Float64Array {
  const mean = new Float64Array(width)
  for (let i = 0; i < rows; i++) for (let t = 0; t < width; t++) mean[t]! += data[i * width + t]!
  return mean.map((sum) => sum / rows)
}

/** Covariance · vector, as Xᵀ(X·vector) of the centred rows. */
function covarianceTimes(
  data: Float32Array,
  rows: number,
  width: number,
  mean: Float64Array,
  vector: Float64Array,
): Float64Array {
  const shift = dot(mean, vector)
  const out = new Float64Array(width)
  for (let i = 0; i < rows; i++) {
    const start = i * width
    let score = -shift
    for (let t = 0; t < width; t++) score += data[start + t]! * vector[t]!
    for (let t = 0; t < width; t++) out[t]! += score * data[start + t]!
  }
  // The centred rows' scores sum to 0, so the rows need not be centred a second time.
  return out.map((sum) => sum / (rows - 1))
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

export interface Eigenpair {
  value: number
  vector: Float64Array
}

/**
 * The `count` largest eigenvalues and their vectors of a symmetric positive operator on `size` dimensions (Lanczos;
 * Golub and Van Loan, "Matrix Computations", 10.1 and 10.3). The start is fixed, so equal inputs give equal results.
 */
export function largestEigenvectors(
  times: (vector: Float64Array) => Float64Array,
  size: number,
  count: number,
): Eigenpair[] {
  const source = random(1)
  const basis: Float64Array[] = []
  const diagonal: number[] = []
  const below: number[] = []
  let next = freshDirection()
  let check = Math.min(size, Math.max(2 * count, 12))
  for (;;) {
    basis.push(next)
    const image = times(next)
    diagonal.push(dot(image, next))
    // Twice is enough to keep the basis orthogonal to machine precision.
    orthogonalise(image)
    orthogonalise(image)
    const length = Math.sqrt(dot(image, image))
    const scale = Math.max(...diagonal.map(Math.abs))
    const exhausted = basis.length === size
    if (exhausted || basis.length >= check) {
      const pairs = ritzPairs()
      const wanted = pairs.slice(0, count)
      const settled = wanted.every(({ last }) => Math.abs(length * last) <= 1e-11 * scale)
      if (exhausted || (settled && wanted.length === count)) return wanted.map(assemble)
      check = Math.min(size, Math.ceil(check * 1.4))
    }
    const closed = length <= 1e-13 * scale || length === 0
    below.push(closed ? 0 : length)
    // The space is closed under the operator: go on in a direction not seen yet.
    next = closed ? freshDirection() : image.map((value) => value / length)
  }

  function orthogonalise(vector: Float64Array): void {
    for (const known of basis) {
      const along = dot(vector, known)
      for (let t = 0; t < size; t++) vector[t]! -= along * known[t]!
    }
  }

  function freshDirection(): Float64Array {
    const vector = Float64Array.from(fillNormal(source, new Float32Array(size)))
    orthogonalise(vector)
    orthogonalise(vector)
    const length = Math.sqrt(dot(vector, vector))
    return vector.map((value) => value / length)
  }

  function ritzPairs(): { value: number; inBasis: Float64Array; last: number }[] {
    const n = diagonal.length
    const matrix = new Float64Array(n * n)
    for (let i = 0; i < n; i++) {
      matrix[i * n + i] = diagonal[i]!
      if (i + 1 < n) matrix[i * n + i + 1] = matrix[(i + 1) * n + i] = below[i]!
    }
    const { values, vectors } = symmetricEigen(matrix, n)
    return Array.from(values, (value, i) => {
      const inBasis = vectors.slice(i * n, (i + 1) * n)
      return { value, inBasis, last: inBasis[n - 1]! }
    })
  }

  function assemble({ value, inBasis }: { value: number; inBasis: Float64Array }): Eigenpair {
    const vector = new Float64Array(size)
    basis.forEach((direction, i) => {
      for (let t = 0; t < size; t++) vector[t]! += inBasis[i]! * direction[t]!
    })
    return { value, vector }
  }
}

/**
 * All eigenvalues, largest first, and eigenvectors `[n, n]` by rows, of a small symmetric matrix `[n, n]`, by Jacobi's
 * rotations (Golub and Van Loan, 8.5). The matrix is used up.
 */
export function symmetricEigen(
  matrix: Float64Array,
  n: number,
): { values: Float64Array; vectors: Float64Array } {
  const vectors = new Float64Array(n * n)
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1
  const size = Math.sqrt(dot(matrix, matrix))
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += matrix[p * n + q]! ** 2
    if (Math.sqrt(off) <= 1e-15 * size) break
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) if (matrix[p * n + q] !== 0) rotate(matrix, vectors, n, p, q)
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => matrix[b * n + b]! - matrix[a * n + a]!)
  const sorted = new Float64Array(n * n)
  order.forEach((from, to) => sorted.set(vectors.subarray(from * n, (from + 1) * n), to * n))
  return { values: Float64Array.from(order, (i) => matrix[i * n + i]!), vectors: sorted }
}

/** Makes entry (p, q) zero; the rows of `vectors` turn along. */
function rotate(matrix: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const theta = (matrix[q * n + q]! - matrix[p * n + p]!) / (2 * matrix[p * n + q]!)
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const c = 1 / Math.sqrt(t * t + 1)
  const s = t * c
  for (let i = 0; i < n; i++) {
    const a = matrix[i * n + p]!
    const b = matrix[i * n + q]!
    matrix[i * n + p] = c * a - s * b
    matrix[i * n + q] = s * a + c * b
  }
  for (let i = 0; i < n; i++) {
    const a = matrix[p * n + i]!
    const b = matrix[q * n + i]!
    matrix[p * n + i] = c * a - s * b
    matrix[q * n + i] = s * a + c * b
    const u = vectors[p * n + i]!
    const v = vectors[q * n + i]!
    vectors[p * n + i] = c * u - s * v
    vectors[q * n + i] = s * u + c * v
  }
}

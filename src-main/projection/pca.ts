// Along which directions do embeddings differ most? Principal components of many rows, through matrix products.
import type { Products } from '../compute/products.ts'
import { largestEigenvectors, pca, scoresOf } from '../../src-shared/numerics/pca.ts'
import { columnMeans } from './neighbours/neighbours.ts'
import type { Ongoing } from './ongoing.ts'

/** Rows wider than this would need a covariance that is larger than they are. */
const widest = 4096
/** Multiplications of one block of rows. */
const blockProducts = 2.5e9

export interface Principal {
  width: number
  mean: Float64Array
  /** `[count, width]`, largest variance first. */
  components: Float64Array
  /** Share of the variance, `[count]`. */
  explained: number[]
}

/**
 * The first `count` principal components of `[rows, width]`, fewer where there are not so many. Products of blocks in
 * float32, their sum in float64. The component of largest magnitude is positive.
 */
export async function principal(
  data: Float32Array,
  width: number,
  count: number,
  products: Products,
  ongoing: Ongoing,
): Promise<Principal> {
  const rows = data.length / width
  if (rows < 2)
    return { width, mean: columnMeans(data, width), components: new Float64Array(), explained: [] }
  if (width > widest) {
    const { mean, components, ratio } = pca(data, width, count)
    return { width, mean, components, explained: [...ratio] }
  }
  const mean = columnMeans(data, width)
  const scatter = new Float64Array(width * width)
  const step = Math.max(64, Math.floor(blockProducts / (width * width)))
  for (let from = 0; from < rows; from += step) {
    ongoing.stopIfCancelled()
    const block = data.subarray(from * width, (from + step) * width)
    const part = await products.scatter({ data: block, width }, Float32Array.from(mean))
    for (let i = 0; i < part.length; i++) scatter[i]! += part[i]!
  }
  let total = 0
  for (let t = 0; t < width; t++) total += scatter[t * width + t]!
  const times = (vector: Float64Array): Float64Array => {
    const out = new Float64Array(width)
    for (let a = 0, at = 0; a < width; a++) {
      let sum = 0
      for (let b = 0; b < width; b++) sum += scatter[at++]! * vector[b]!
      out[a] = sum
    }
    return out
  }
  const found = largestEigenvectors(times, width, Math.min(count, width, rows - 1))
  const components = new Float64Array(found.length * width)
  found.forEach(({ vector }, i) => {
    const extreme = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0)
    const sign = extreme < 0 ? -1 : 1
    components.set(
      vector.map((value) => sign * value),
      i * width,
    )
  })
  return {
    width,
    mean,
    components,
    explained: found.map(({ value }) => (total > 0 ? Math.max(0, value) / total : 0)),
  }
}

/** Rows in the coordinates of the components, `[rows, dims]`; 0 along axes that the data does not have. */
export function coordinates(basis: Principal, data: Float32Array, dims: number): Float32Array {
  const count = Math.min(dims, basis.components.length / basis.width)
  const rows = data.length / basis.width
  const scores = scoresOf({ ...basis, components: basis.components.subarray(0, count * basis.width) }, data)
  const out = new Float32Array(rows * dims)
  for (let row = 0; row < rows; row++)
    for (let axis = 0; axis < count; axis++) out[row * dims + axis] = scores[row * count + axis]!
  return out
}

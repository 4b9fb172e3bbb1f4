// Are the components those of the covariance, with the sizes and signs of scikit-learn?
import { describe, expect, it } from 'vitest'
import { pca, scoresOf, symmetricEigen } from '../../../src-shared/numerics/pca.ts'
import { fillNormal, random } from '../../../src-shared/numerics/random.ts'
import { goldenBytes, readNpz, worstError } from './goldens.ts'

describe('symmetricEigen', () => {
  it('solves a matrix known by heart', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2)
    expect([...values].map((value) => Number(value.toFixed(12)))).toEqual([3, 1])
    expect(Math.abs(vectors[0]! * vectors[1]!)).toBeCloseTo(0.5, 12)
    expect(vectors[0]! * vectors[1]!).toBeGreaterThan(0)
  })

  it('gives orthonormal vectors that rebuild a random matrix', () => {
    const n = 12
    const half = fillNormal(random(3), new Float32Array(n * n))
    const matrix = Float64Array.from(half, (value, i) => value + half[(i % n) * n + Math.floor(i / n)]!)
    const { values, vectors } = symmetricEigen(matrix.slice(), n)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let rebuilt = 0
        let product = 0
        for (let k = 0; k < n; k++) {
          rebuilt += values[k]! * vectors[k * n + i]! * vectors[k * n + j]!
          product += vectors[i * n + k]! * vectors[j * n + k]!
        }
        expect(rebuilt).toBeCloseTo(matrix[i * n + j]!, 10)
        expect(product).toBeCloseTo(Number(i === j), 10)
      }
  })
})

describe('pca', () => {
  it('finds the long axis of points on a line, whatever lies across', () => {
    // Along (3, 4) / 5 at −2, 0, 2; across ±0.
    const result = pca(Float32Array.of(1 - 1.2, 1 - 1.6, 1, 1, 1 + 1.2, 1 + 1.6), 2, 2)
    expect(result.mean[0]).toBeCloseTo(1, 6)
    expect(Math.abs(result.components[0]!)).toBeCloseTo(0.6, 6)
    expect(Math.abs(result.components[1]!)).toBeCloseTo(0.8, 6)
    expect(result.variance[0]).toBeCloseTo(4, 5)
    expect(result.variance[1]).toBeCloseTo(0, 6)
    expect(result.ratio[0]).toBeCloseTo(1, 6)
  })

  it('equals the golden components, variances, ratios, means and scores of scikit-learn', () => {
    const golden = readNpz(goldenBytes('pca.npz'))
    const floats = (name: string) => golden.get(name)!.data as Float64Array
    const tokens = golden.get('tokens')!.data as Float32Array
    const result = pca(tokens, 48, 3)
    expect(worstError(result.mean, floats('pca1_mean'), 1e-6, 0)).toBeLessThan(1)
    expect(worstError(result.components, floats('pca1_components'), 1e-7, 0)).toBeLessThan(1)
    expect(worstError(result.variance, floats('pca1_explained_variance'), 0, 1e-7)).toBeLessThan(1)
    expect(worstError(result.ratio, floats('pca1_explained_variance_ratio'), 0, 1e-7)).toBeLessThan(1)
    expect(worstError(scoresOf(result, tokens), floats('pca1_scores'), 1e-6, 0)).toBeLessThan(1)
  })

  it('agrees with the whole eigenproblem where Lanczos must stop early, many rows and wide', () => {
    const [rows, width] = [400, 90]
    const source = random(8)
    const data = fillNormal(source, new Float32Array(rows * width))
    // Variances fall slowly, the hard case.
    for (let i = 0; i < data.length; i++) data[i]! *= 1 + 2 / (1 + (i % width))
    const result = pca(data, width, 4)
    const covariance = new Float64Array(width * width)
    for (let a = 0; a < width; a++)
      for (let b = 0; b < width; b++) {
        let sum = 0
        for (let i = 0; i < rows; i++)
          sum += (data[i * width + a]! - result.mean[a]!) * (data[i * width + b]! - result.mean[b]!)
        covariance[a * width + b] = sum / (rows - 1)
      }
    const { values, vectors } = symmetricEigen(covariance, width)
    expect(worstError(result.variance, values.subarray(0, 4), 0, 1e-9)).toBeLessThan(1)
    for (let k = 0; k < 4; k++) {
      let along = 0
      for (let t = 0; t < width; t++) along += vectors[k * width + t]! * result.components[k * width + t]!
      expect(Math.abs(along)).toBeCloseTo(1, 9)
    }
  })

  it('gives as many components as the data have, also for equal variances and equal rows', () => {
    expect(pca(Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), 3, 5).variance).toHaveLength(2)
    const flat = pca(new Float32Array(20).fill(3), 5, 3)
    expect([...flat.variance].every((value) => Math.abs(value) < 1e-12)).toBe(true)
    expect([...flat.components].every(Number.isFinite)).toBe(true)
    expect(() => pca(Float32Array.of(1, 2), 2, 1)).toThrow(RangeError)
  })
})

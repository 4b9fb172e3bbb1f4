// Are points turned onto others by the best rotation, and onto fewer dimensions by the best directions?
import { describe, expect, it } from 'vitest'
import { procrustes } from '../../../src-shared/numerics/procrustes.ts'
import { fillNormal, random } from '../../../src-shared/numerics/random.ts'
import { worstError } from './goldens.ts'

const points = (seed: number, rows: number, columns: number) => ({
  columns,
  data: Float64Array.from(fillNormal(random(seed), new Float32Array(rows * columns))),
})

/** Rows of `table` times a matrix `[columns, to]`. */
function times(table: { columns: number; data: Float64Array }, matrix: Float64Array) {
  const to = matrix.length / table.columns
  const rows = table.data.length / table.columns
  const data = new Float64Array(rows * to)
  for (let i = 0; i < rows; i++)
    for (let b = 0; b < to; b++)
      for (let a = 0; a < table.columns; a++)
        data[i * to + b]! += table.data[i * table.columns + a]! * matrix[a * to + b]!
  return { columns: to, data }
}

/** Columnsᵀ · columns of `[k, m]`. */
function gram(matrix: Float64Array, m: number): number[] {
  const k = matrix.length / m
  return Array.from({ length: m * m }, (_, at) => {
    let sum = 0
    for (let i = 0; i < k; i++) sum += matrix[i * m + Math.floor(at / m)]! * matrix[i * m + (at % m)]!
    return sum
  })
}
const identity = (m: number) => Array.from({ length: m * m }, (_, at) => Number(at % (m + 1) === 0))

describe('procrustes', () => {
  it('finds a rotation with a swapped and a turned axis, whatever the means and the size', () => {
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)]
    const turn = Float64Array.of(c, 0, -s, s, 0, c, 0, -1, 0)
    const from = points(1, 50, 3)
    const to = times(from, turn)
    to.data.forEach((value, i) => (to.data[i] = 4 * value + (i % 3) - 7))
    expect(worstError(procrustes(from, to), turn, 1e-12, 0)).toBeLessThan(1)
  })

  it('finds the directions of many that fewer were made of', () => {
    const from = points(2, 80, 6)
    const pick = new Float64Array(12)
    pick[4 * 2] = 1
    pick[1 * 2 + 1] = -1
    const found = procrustes(from, times(from, pick))
    // Other directions covary a little by chance.
    expect(worstError(gram(found, 2), identity(2), 1e-12, 0)).toBeLessThan(1)
    expect(found[4 * 2]!).toBeGreaterThan(0.95)
    expect(found[1 * 2 + 1]!).toBeLessThan(-0.95)
  })

  it('gives orthonormal columns where some of the points say nothing', () => {
    const from = points(3, 20, 4)
    const to = { columns: 3, data: new Float64Array(60) }
    for (let i = 0; i < 20; i++) to.data[i * 3] = from.data[i * 4 + 2]!
    expect(worstError(gram(procrustes(from, to), 3), identity(3), 1e-9, 0)).toBeLessThan(1)
    const nothing = procrustes(from, { columns: 3, data: new Float64Array(60) })
    expect(worstError(gram(nothing, 3), identity(3), 1e-12, 0)).toBeLessThan(1)
  })

  it('refuses more dimensions than there are, and other numbers of rows', () => {
    expect(() => procrustes(points(1, 5, 2), points(1, 5, 3))).toThrow(RangeError)
    expect(() => procrustes(points(1, 5, 3), points(1, 6, 3))).toThrow(RangeError)
  })
})

// How far do two models agree on what a query reads? Correlation and overlap of their maps where both saw the picture.
import { massMask } from '../../../src-shared/numerics/measures.ts'
import type { Area } from './places.ts'

/** A map over patches, and which part of the picture its grid lies on. */
export interface PlacedMap {
  readonly values: Float32Array
  readonly grid: readonly [number, number]
  readonly area: Area
}
type Placed = Pick<PlacedMap, 'grid' | 'area'>

/** Pairs of patches of two maps that lie on the same spot of the picture: `a[i]` and `b[i]` are patch numbers. */
export interface Matching {
  readonly a: Uint32Array
  readonly b: Uint32Array
}

/**
 * One pair for every patch of the finer grid (the one with smaller patches) whose centre the other network saw too.
 * Empty where the two saw nothing in common.
 */
export function matchPatches(a: Placed, b: Placed): Matching {
  const patchArea = ({ area, grid }: Placed): number => (area.width * area.height) / (grid[0] * grid[1])
  const swapped = patchArea(b) < patchArea(a)
  const [fine, coarse] = swapped ? [b, a] : [a, b]
  const [rows, columns] = fine.grid
  const mine: number[] = []
  const other: number[] = []
  for (let row = 0; row < rows; row++) {
    const y = fine.area.y + ((row + 0.5) / rows) * fine.area.height
    const otherRow = Math.floor(((y - coarse.area.y) / coarse.area.height) * coarse.grid[0])
    if (otherRow < 0 || otherRow >= coarse.grid[0]) continue
    for (let column = 0; column < columns; column++) {
      const x = fine.area.x + ((column + 0.5) / columns) * fine.area.width
      const otherColumn = Math.floor(((x - coarse.area.x) / coarse.area.width) * coarse.grid[1])
      if (otherColumn < 0 || otherColumn >= coarse.grid[1]) continue
      mine.push(row * columns + column)
      other.push(otherRow * coarse.grid[1] + otherColumn)
    }
  }
  const [left, right] = swapped ? [other, mine] : [mine, other]
  return { a: Uint32Array.from(left), b: Uint32Array.from(right) }
}

/** Values at patches, brought to mean 0 and length 1, so that a dot product is Pearson's correlation; zeros where flat. */
function standardised(values: ArrayLike<number>, at: Uint32Array): Float64Array {
  const out = new Float64Array(at.length)
  let mean = 0
  for (let i = 0; i < at.length; i++) mean += values[at[i]!]! / at.length
  let squares = 0
  for (let i = 0; i < at.length; i++) {
    out[i] = values[at[i]!]! - mean
    squares += out[i]! ** 2
  }
  // A flat map has no pattern to compare; rounding alone must not make one.
  const flat = Math.sqrt(squares) <= 1e-7 * Math.abs(mean) * Math.sqrt(at.length)
  const scale = flat || squares === 0 ? 0 : 1 / Math.sqrt(squares)
  for (let i = 0; i < at.length; i++) out[i]! *= scale
  return out
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** Pearson's correlation over matched patches; 0 where one of the two does not vary, or nothing is matched. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>, matching: Matching): number {
  return dot(standardised(a, matching.a), standardised(b, matching.b))
}

/** Matched patches in both masks divided by those in either; 1 where neither holds any. */
export function overlap(a: ArrayLike<number>, b: ArrayLike<number>, matching: Matching): number {
  let both = 0
  let either = 0
  for (let i = 0; i < matching.a.length; i++) {
    const [inA, inB] = [a[matching.a[i]!] === 1, b[matching.b[i]!] === 1]
    if (inA && inB) both++
    if (inA || inB) either++
  }
  return either === 0 ? 1 : both / either
}

export interface Agreement {
  readonly correlation: number
  readonly overlap: number
}

/** Both numbers for two maps of one picture; masks hold the share `mass` of each map on its own grid. */
export function agreement(a: PlacedMap, b: PlacedMap, mass: number): Agreement {
  const matching = matchPatches(a, b)
  return {
    correlation: correlation(a.values, b.values, matching),
    overlap: overlap(massMask(a.values, mass), massMask(b.values, mass), matching),
  }
}

/** Correlations of every layer of A with every layer of B. */
export interface LayerMatrix {
  /** `[rows, columns]`: layers of A, layers of B, both from the first. */
  readonly values: Float32Array
  readonly rows: number
  readonly columns: number
}

/** The matrix from one map per layer of both networks, on their own grids. */
export function layerMatrix(
  a: Placed & { readonly layers: readonly Float32Array[] },
  b: Placed & { readonly layers: readonly Float32Array[] },
): LayerMatrix {
  const matching = matchPatches(a, b)
  const left = a.layers.map((values) => standardised(values, matching.a))
  const right = b.layers.map((values) => standardised(values, matching.b))
  const values = new Float32Array(left.length * right.length)
  left.forEach((one, row) => {
    right.forEach((other, column) => {
      values[row * right.length + column] = dot(one, other)
    })
  })
  return { values, rows: left.length, columns: right.length }
}

/** Where the matrix is largest: the two layers that look most alike. */
export function mostAlike({ values, columns }: LayerMatrix): { row: number; column: number; value: number } {
  let at = 0
  for (let i = 1; i < values.length; i++) if (values[i]! > values[at]!) at = i
  return { row: Math.floor(at / columns), column: at % columns, value: values[at] ?? 0 }
}

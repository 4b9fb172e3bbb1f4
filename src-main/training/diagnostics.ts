// Is a network learning something? Numbers that every method shares: spread and rank of its features, use of prototypes.
import { entropy } from '../../src-shared/numerics/measures.ts'
import type { Metrics } from '../methods/method.ts'

/** Steps over which the use of prototypes is counted. */
const usageSteps = 50

/**
 * Mean over dimensions of the standard deviation of L2-normalised rows `[rows, width]`: near 1/√width where they spread
 * over the sphere, 0 where all are the same (Chen and He 2021, SimSiam).
 */
export function normalisedStd(features: Float32Array, width: number): number {
  const rows = features.length / width
  const [sum, squares] = [new Float64Array(width), new Float64Array(width)]
  for (let row = 0; row < rows; row++) {
    const own = features.subarray(row * width, (row + 1) * width)
    let length = 0
    for (const value of own) length += value * value
    length = Math.max(Math.sqrt(length), 1e-12)
    own.forEach((value, i) => {
      sum[i]! += value / length
      squares[i]! += (value / length) ** 2
    })
  }
  let total = 0
  for (let i = 0; i < width; i++) total += Math.sqrt(Math.max(0, squares[i]! / rows - (sum[i]! / rows) ** 2))
  return total / width
}

/**
 * RankMe (Garrido et al. 2023): exp of the entropy of the singular values of `[rows, width]`, normalised to sum 1,
 * + 1e-7. From 1 to the smaller side.
 */
export function rankMe(features: Float32Array, width: number): number {
  const values = singularValues(features, width)
  const sum = values.reduce((total, value) => total + value, 0)
  if (!(sum > 0)) return 1
  let entropy = 0
  for (const value of values) {
    const p = value / sum + 1e-7
    entropy -= p * Math.log(p)
  }
  return Math.exp(entropy)
}

/** Singular values of `[rows, width]`, by one-sided Jacobi rotations of the shorter side. */
function singularValues(features: Float32Array, width: number): number[] {
  const rows = features.length / width
  const [count, length] = rows <= width ? [rows, width] : [width, rows]
  const vectors = Array.from({ length: count }, (_, i) =>
    rows <= width
      ? Float64Array.from(features.subarray(i * width, (i + 1) * width))
      : Float64Array.from({ length: rows }, (_, row) => features[row * width + i]!),
  )
  for (let sweep = 0; sweep < 20; sweep++) {
    let rotated = false
    for (let i = 0; i < count; i++)
      for (let j = i + 1; j < count; j++) rotated = rotate(vectors[i]!, vectors[j]!, length) || rotated
    if (!rotated) break
  }
  return vectors.map((vector) => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)))
}

/** Makes two vectors orthogonal; false where they are, nearly enough for an entropy. */
function rotate(a: Float64Array, b: Float64Array, length: number): boolean {
  let [aa, bb, ab] = [0, 0, 0]
  for (let k = 0; k < length; k++) {
    aa += a[k]! * a[k]!
    bb += b[k]! * b[k]!
    ab += a[k]! * b[k]!
  }
  if (Math.abs(ab) <= 1e-5 * Math.sqrt(aa * bb) || ab === 0) return false
  const zeta = (bb - aa) / (2 * ab)
  const t = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta))
  const cos = 1 / Math.sqrt(1 + t * t)
  const sin = cos * t
  for (let k = 0; k < length; k++) {
    const old = a[k]!
    a[k] = cos * old - sin * b[k]!
    b[k] = sin * old + cos * b[k]!
  }
  return true
}

/** Which prototype is first in each row of targets `[rows, K]`. */
export function firstPrototypes(targets: Float32Array, prototypes: number): number[] {
  return Array.from({ length: targets.length / prototypes }, (_, row) => {
    let best = 0
    for (let k = 1; k < prototypes; k++)
      if (targets[row * prototypes + k]! > targets[row * prototypes + best]!) best = k
    return best
  })
}

/** Mean of the rows of `[rows, K]`. */
export function meanRow(values: Float32Array, width: number): Float32Array {
  const mean = new Float32Array(width)
  const rows = values.length / width
  for (let i = 0; i < values.length; i++) mean[i % width]! += values[i]! / rows
  return mean
}

/**
 * How much a target tells of its picture, in nats: entropy of the mean target minus the mean entropy, from 0, where all
 * rows `[rows, K]` are the same, to ln of their number.
 */
export function informationOf(targets: Float32Array, prototypes: number): number {
  const rows = targets.length / prototypes
  const own = Array.from({ length: rows }, (_, row) =>
    entropy(targets.subarray(row * prototypes, (row + 1) * prototypes)),
  )
  return Math.max(0, entropy(meanRow(targets, prototypes)) - own.reduce((sum, one) => sum + one, 0) / rows)
}

/** Counts how prototypes are used over the last steps. */
export interface PrototypeUse {
  /** Takes a step's targets `[rows, K]`. */
  take(targets: Float32Array): Metrics
  /** What must be known to go on counting. */
  kept(): number[][]
}

export function prototypeUse(prototypes: number, kept: number[][] = []): PrototypeUse {
  const steps = [...kept]
  return {
    take: (targets) => {
      const firsts = firstPrototypes(targets, prototypes)
      steps.push(firsts)
      steps.splice(0, steps.length - usageSteps)
      const counts = new Map<number, number>()
      for (const first of firsts) counts.set(first, (counts.get(first) ?? 0) + 1)
      return {
        prototypes_used: new Set(steps.flat()).size / prototypes,
        top_prototype: Math.max(...counts.values()) / firsts.length,
        information: informationOf(targets, prototypes),
      }
    },
    kept: () => steps,
  }
}

// How is a table of one grid resampled to another? The bicubic filters that the original repositories used.
import type { InterpolationRule } from '../../src-shared/domain/modelSpec.ts'

/** Rows and columns of a grid of patches. */
export type Grid = readonly [rows: number, columns: number]

/** Keys' cubic convolution kernel (1981); `a` is its slope at distance 1: torch −0.75, PIL −0.5. */
function cubic(distance: number, a: number): number {
  const x = Math.abs(distance)
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  if (x < 2) return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
  return 0
}

/**
 * Plain bicubic weights of one axis, `[target, native]`: four taps, positions outside the table read its border.
 * `scale` is what the original passes as scale factor, or target / native where it passes the size
 * (torch.nn.functional.interpolate, mode bicubic, align_corners false).
 */
function plainWeights(native: number, target: number, scale: number): Float64Array {
  const weights = new Float64Array(target * native)
  for (let i = 0; i < target; i++) {
    const source = (i + 0.5) / scale - 0.5
    const first = Math.floor(source) - 1
    for (let tap = first; tap < first + 4; tap++) {
      const at = i * native + Math.min(Math.max(tap, 0), native - 1)
      weights[at] = (weights[at] ?? 0) + cubic(source - tap, -0.75)
    }
  }
  return weights
}

/**
 * Antialiased bicubic weights of one axis, `[target, native]`: the filter widens when shrinking, taps outside
 * the table are left out and the rest renormalised, when enlarging too
 * (torch.nn.functional.interpolate with antialias true; PIL's resize).
 */
function antialiasedWeights(native: number, target: number): Float64Array {
  const weights = new Float64Array(target * native)
  const step = native / target
  const stretch = Math.max(step, 1)
  for (let i = 0; i < target; i++) {
    const centre = (i + 0.5) * step
    const first = Math.max(Math.trunc(centre - 2 * stretch + 0.5), 0)
    const end = Math.min(Math.trunc(centre + 2 * stretch + 0.5), native)
    let sum = 0
    for (let tap = first; tap < end; tap++) sum += cubic((tap + 0.5 - centre) / stretch, -0.5)
    for (let tap = first; tap < end; tap++)
      weights[i * native + tap] = cubic((tap + 0.5 - centre) / stretch, -0.5) / sum
  }
  return weights
}

/** The weights that take one axis from `native` to `target` positions, `[target, native]`. */
export function axisWeights(rule: InterpolationRule, native: number, target: number): Float64Array {
  switch (rule) {
    case 'dino':
    case 'dinov2':
      // The + 0.1 keeps floor(native · scale) from losing a patch to rounding; it also shifts every source position.
      return plainWeights(native, target, (target + 0.1) / native)
    case 'size':
    case 'huggingface':
      return plainWeights(native, target, target / native)
    case 'dinov2-antialias':
    case 'timm':
      return antialiasedWeights(native, target)
  }
}

/**
 * A table `[rows · columns, width]` of the native grid, resampled to the target grid by the rule.
 * The native grid itself is returned as it stands, as in every original.
 */
export function resampleTable(
  rule: InterpolationRule,
  table: Float32Array,
  width: number,
  native: Grid,
  target: Grid,
): Float32Array {
  if (table.length !== native[0] * native[1] * width)
    throw new RangeError(`a table of ${table.length} numbers is not [${native[0]} x ${native[1]}, ${width}]`)
  if (native[0] === target[0] && native[1] === target[1]) return table
  const alongY = axisWeights(rule, native[0], target[0])
  const alongX = axisWeights(rule, native[1], target[1])
  const rows = contract(alongY, table, target[0], native[0], native[1] * width, 1)
  return Float32Array.from(contract(alongX, rows, target[1], native[1], width, target[0]))
}

/**
 * The whole resampling as one matrix `[target patches, native patches]`, for training, where gradients must
 * reach the native table: resampled = matrix · table.
 */
export function resampleMatrix(rule: InterpolationRule, native: Grid, target: Grid): Float32Array {
  const size = native[0] * native[1]
  const identity = Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0))
  return resampleTable(rule, identity, size, native, target)
}

/** out[b, i, j] = Σ_n weights[i, n] · x[b, n, j]; zero weights are skipped, a row has only a few others. */
function contract(
  weights: Float64Array,
  x: Float32Array | Float64Array,
  target: number,
  native: number,
  inner: number,
  batch: number,
): Float64Array {
  const out = new Float64Array(batch * target * inner)
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < target; i++)
      for (let n = 0; n < native; n++) {
        const weight = weights[i * native + n] ?? 0
        if (weight === 0) continue
        const from = (b * native + n) * inner
        const to = (b * target + i) * inner
        for (let j = 0; j < inner; j++) out[to + j] = (out[to + j] ?? 0) + weight * (x[from + j] ?? 0)
      }
  return out
}

// How long are tokens in each layer, and which stand far above the rest? Columns of a plot, from plain numbers.
import { firstPatch, type TokenLayout } from '../../../src-shared/domain/tokenLayout.ts'
import { quantile } from '../../../src-shared/numerics/measures.ts'
import { above, outlierLimit } from '../../state/outliers.ts'

/**
 * Where the line to outliers is drawn. `mad`: the median plus five times 1.48 · MAD. `tukey`: the third quartile plus
 * three times the distance of the quartiles (far out). `fixed`: a length that a person says.
 */
export const rules = ['mad', 'tukey', 'fixed'] as const
export type Rule = (typeof rules)[number]

/** The tokens of one layer, or after the last norm. */
export interface NormColumn {
  /** `[patches]`. */
  readonly patches: Float32Array
  /** Null without [CLS]. */
  readonly cls: number | null
  readonly registers: readonly number[]
  readonly low: number
  readonly quarter: number
  readonly median: number
  readonly threeQuarters: number
  readonly high: number
  /** Patches above this are outliers. */
  readonly limit: number
  /** Their numbers, row by row. */
  readonly outliers: readonly number[]
}

/** The length above which a patch is an outlier. */
export function limitBy(rule: Rule, patches: ArrayLike<number>, fixed: number): number {
  if (rule === 'fixed') return fixed
  if (rule === 'mad') return outlierLimit(patches)
  const [low, high] = [quantile(patches, 0.25), quantile(patches, 0.75)]
  return high + 3 * (high - low)
}

/** One column from the norms of all tokens `[tokens]`. */
export function columnOf(layout: TokenLayout, norms: Float32Array, rule: Rule, fixed: number): NormColumn {
  const first = firstPatch(layout)
  const patches = norms.slice(first)
  const limit = limitBy(rule, patches, fixed)
  const cls = layout.cls ? 1 : 0
  return {
    patches,
    cls: layout.cls ? (norms[0] ?? null) : null,
    registers: [...norms.slice(cls, cls + layout.registers)],
    low: quantile(patches, 0),
    quarter: quantile(patches, 0.25),
    median: quantile(patches, 0.5),
    threeQuarters: quantile(patches, 0.75),
    high: quantile(patches, 1),
    limit,
    outliers: above(patches, limit),
  }
}

/** The first layer with outliers, of those that are there; −1 where there is none. The column after the norm is no layer. */
export function firstWithOutliers(columns: readonly (NormColumn | null)[]): number {
  return columns.slice(0, -1).findIndex((column) => column !== null && column.outliers.length > 0)
}

/** From where to where a plot of these columns goes; null while there is nothing. */
export interface Axis {
  readonly low: number
  readonly high: number
  readonly log: boolean
}

/** An axis that holds every token of every column, with a little room. */
export function axisOf(columns: readonly (NormColumn | null)[], log: boolean): Axis | null {
  let [low, high] = [Infinity, -Infinity]
  for (const column of columns) {
    if (!column) continue
    for (const value of [
      column.low,
      column.high,
      ...column.registers,
      ...(column.cls === null ? [] : [column.cls]),
    ]) {
      if (log && value <= 0) continue
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  }
  if (!(low <= high)) return null
  if (log) return { low: low / 1.15, high: high * 1.15, log }
  return { low: 0, high: high * 1.05 || 1, log }
}

/** Where a length stands on an axis: 0 at its low end, 1 at its high end. */
export function onAxis({ low, high, log }: Axis, value: number): number {
  const share = log
    ? (Math.log(Math.max(value, low)) - Math.log(low)) / (Math.log(high) - Math.log(low))
    : (value - low) / (high - low)
  return Math.min(1, Math.max(0, share))
}

/** Round lengths for the ticks of an axis: powers of ten and their 2 and 5 fold, or even steps. */
export function ticksOf({ low, high, log }: Axis, most: number): number[] {
  const fits = (ticks: readonly number[]): number[] => ticks.filter((tick) => tick >= low && tick <= high)
  if (log) {
    const from = Math.floor(Math.log10(low))
    const decades = Array.from({ length: Math.ceil(Math.log10(high)) - from + 1 }, (_, i) => 10 ** (from + i))
    for (const steps of [[1, 2, 5], [1, 3], [1]]) {
      const ticks = fits(decades.flatMap((decade) => steps.map((step) => step * decade)))
      if (ticks.length <= most) return ticks
    }
    return fits(decades).filter((_, i, all) => i % Math.ceil(all.length / most) === 0)
  }
  const rough = (high - low) / most
  const decade = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((by) => by * decade).find((by) => by >= rough) ?? rough
  return fits(Array.from({ length: most + 2 }, (_, i) => Math.ceil(low / step) * step + i * step))
}

/** How many patches stand in each of `bins` equal stretches of the axis. */
export function densityOf(column: NormColumn, axis: Axis, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0)
  for (const value of column.patches) counts[Math.min(bins - 1, Math.floor(onAxis(axis, value) * bins))]!++
  return counts
}

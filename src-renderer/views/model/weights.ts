// How do weights spread, on one axis? Histograms laid from their own bins onto shared ones, per block and per tensor.
import type { TensorStats } from '../../client/lab.ts'
import type { KeyRow } from './keys.ts'
import { blockOf, isWithin, roleOf, roles, type Place, type Role } from './places.ts'

/** The numbers of one tensor, or of several that are one weight. */
export interface Spread {
  readonly names: readonly string[]
  readonly place: Place
  readonly count: number
  readonly mean: number
  readonly std: number
  readonly min: number
  readonly max: number
  readonly parts: readonly TensorStats[]
}

export interface Axis {
  readonly low: number
  readonly high: number
}

/** One row per block, one column per role. */
export interface WeightGrid {
  readonly section: Place
  readonly rows: readonly Readonly<Partial<Record<Role, Spread>>>[]
}

const sizeOf = ({ histogram }: TensorStats): number => histogram.reduce((sum, count) => sum + count, 0)

/** Several tensors as one: pooled mean and standard deviation. */
export function pooled(place: Place, parts: readonly TensorStats[]): Spread {
  const sizes = parts.map(sizeOf)
  const count = sizes.reduce((sum, size) => sum + size, 0)
  const share = (of: (stats: TensorStats) => number): number =>
    parts.reduce((sum, stats, i) => sum + of(stats) * sizes[i]!, 0) / Math.max(1, count)
  const mean = share((stats) => stats.mean)
  return {
    names: parts.map(({ name }) => name),
    place,
    count,
    mean,
    std: Math.sqrt(share((stats) => stats.std ** 2 + (stats.mean - mean) ** 2)),
    min: Math.min(...parts.map(({ min }) => min)),
    max: Math.max(...parts.map(({ max }) => max)),
    parts,
  }
}

/** The matrices of every block of a section (`blocks`, `decoder.blocks`); null while none was read. */
export function weightGrid(
  rows: readonly KeyRow[],
  stats: ReadonlyMap<string, TensorStats>,
  section: Place,
): WeightGrid | null {
  const found: Partial<Record<Role, TensorStats[]>>[] = []
  for (const { name, becomes, place, shape } of rows) {
    const block = blockOf(place)
    const read = stats.get(name)
    const role = roleOf(becomes || name, place, shape)
    if (!read || !role || block?.section !== section) continue
    const row = (found[block.index] ??= {})
    ;(row[role] ??= []).push(read)
  }
  if (found.length === 0) return null
  return {
    section,
    rows: Array.from(found, (row, index) => {
      const spreads: Partial<Record<Role, Spread>> = {}
      for (const role of roles) {
        const parts = row?.[role]
        if (parts) spreads[role] = pooled(`${section}.${index}.${placeOfRole[role]}`, parts)
      }
      return spreads
    }),
  }
}

const placeOfRole: Readonly<Record<Role, string>> = {
  qkv: 'attention',
  proj: 'projection',
  in: 'ffn',
  out: 'ffn',
}

/** Every tensor of a place that was read, one spread each. */
export function weightList(
  rows: readonly KeyRow[],
  stats: ReadonlyMap<string, TensorStats>,
  place: Place,
): Spread[] {
  return rows.flatMap((row) => {
    const read = isWithin(row.place, place) ? stats.get(row.name) : undefined
    return read ? [pooled(row.place, [read])] : []
  })
}

/** The share of all values that an axis must hold; the rest is said in words. */
const held = 0.995

/**
 * The axis for all of these: from −limit to limit where values lie on both sides of zero, else over where they lie;
 * it holds all but the most distant half per cent of the values, rounded outwards.
 */
export function axisFor(spreads: readonly Spread[]): Axis {
  const bins = spreads.flatMap(({ parts }) =>
    parts.flatMap(({ histogram, low, high }) => {
      const width = (high - low) / histogram.length
      return histogram
        .map((count, bin) => ({ at: low + (bin + 0.5) * width, count }))
        .filter(({ count }) => count)
    }),
  )
  const total = bins.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return { low: -1, high: 1 }
  const low = quantileOf(bins, ((1 - held) / 2) * total)
  const high = quantileOf(bins, (1 - (1 - held) / 2) * total)
  if (low < 0 && high > 0) {
    const limit = roundedUp(Math.max(-low, high))
    return { low: -limit, high: limit }
  }
  const span = roundedUp(Math.max(high - low, Math.abs(high) * 1e-3, 1e-12)) * 0.1
  return { low: Math.floor(low / span) * span, high: (Math.floor(high / span) + 1) * span }
}

/**
 * The place below which `rank` of the counts lie, to a ten-thousandth of the finest step: a histogram of histograms,
 * refined where the rank falls, since there may be hundreds of thousands of bins.
 */
function quantileOf(bins: readonly { readonly at: number; readonly count: number }[], rank: number): number {
  let low = Infinity
  let high = -Infinity
  for (const { at } of bins) {
    low = Math.min(low, at)
    high = Math.max(high, at)
  }
  let before = 0
  const cells = 512
  for (let pass = 0; pass < 5 && high > low; pass++) {
    const step = (high - low) / cells
    const counts = new Float64Array(cells)
    for (const { at, count } of bins)
      if (at >= low && at <= high) counts[Math.min(cells - 1, Math.floor((at - low) / step))]! += count
    let cell = 0
    while (cell < cells - 1 && before + counts[cell]! < rank) before += counts[cell++]!
    ;[low, high] = [low + cell * step, Math.min(high, low + (cell + 1) * step)]
  }
  return high
}

/** The next of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten. */
function roundedUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((one) => one * power >= value * (1 - 1e-9))!
  return Number((step * power).toPrecision(3))
}

/**
 * Counts on an axis, `[bins]`: a stored bin is shared out over the bins it lies under. What lies beyond the axis is
 * left out.
 */
export function onAxis({ parts }: Spread, axis: Axis, bins: number): Float64Array {
  const counts = new Float64Array(bins)
  const step = (axis.high - axis.low) / bins
  for (const { histogram, low, high } of parts) {
    const width = (high - low) / histogram.length
    histogram.forEach((count, index) => {
      if (count === 0) return
      const from = (low + index * width - axis.low) / step
      const to = from + width / step
      // A tensor of one single value has bins of no width.
      if (to - from < 1e-9) {
        const bin = Math.min(bins - 1, Math.floor(from))
        if (from >= 0 && from <= bins) counts[bin]! += count
        return
      }
      for (let bin = Math.max(0, Math.floor(from)); bin < Math.min(bins, Math.ceil(to)); bin++) {
        const overlap = Math.min(to, bin + 1) - Math.max(from, bin)
        if (overlap > 0) counts[bin]! += (count * overlap) / (to - from)
      }
    })
  }
  return counts
}

/** The share of all values that lie beyond an axis. */
export function beyond(spreads: readonly Spread[], axis: Axis): number {
  let inside = 0
  let all = 0
  for (const spread of spreads) {
    inside += onAxis(spread, axis, 1)[0]!
    all += spread.count
  }
  return all === 0 ? 0 : Math.max(0, 1 - inside / all)
}

/** An outline of counts as an SVG path in a box of `width` × `height`: as high as the box where most values lie. */
export function outlineOf(counts: ArrayLike<number>, width: number, height: number): string {
  let most = 0
  for (let i = 0; i < counts.length; i++) most = Math.max(most, counts[i]!)
  if (most === 0) return ''
  const step = width / counts.length
  const y = (count: number): string => (height - (count / most) * (height - 1)).toFixed(2)
  let path = `M0 ${height}`
  for (let i = 0; i < counts.length; i++) path += `V${y(counts[i]!)}H${((i + 1) * step).toFixed(2)}`
  return `${path}V${height}Z`
}

// Which vectors belong together? k-means on directions: groups whose members point the same way.
import type { Random } from './random.ts'

export interface Clusters {
  /** Of each row its group from 0; the largest group is 0. */
  readonly labels: Int32Array
  /** Unit length, `[groups, width]`. */
  readonly centres: Float32Array
  /** Rows in each group. */
  readonly sizes: readonly number[]
  /** Mean cosine of the rows to their group's centre. */
  readonly cosine: number
  readonly rounds: number
}

/** Beginnings that are tried; the one whose rows end nearest to their centres is taken. */
const starts = 4

/**
 * Spherical k-means (Dhillon and Modha 2001) of `data` `[rows, width]`: rows by their direction, begun four times with
 * k-means++ (Arthur and Vassilvitskii 2007) from the seed, at most `rounds` rounds each. Groups are ordered by size, so
 * that the same data give the same numbers. Fewer than `count` groups where fewer rows differ.
 */
export function kmeans(
  data: Float32Array,
  width: number,
  count: number,
  source: Random,
  rounds = 30,
): Clusters {
  const unit = unitRows(data, width)
  const tried = Array.from({ length: starts }, (_, i) => from(unit, width, count, source.split(i), rounds))
  return tried.reduce((best, one) => (one.cosine > best.cosine ? one : best))
}

function from(unit: Float32Array, width: number, count: number, source: Random, rounds: number): Clusters {
  const rows = Math.floor(unit.length / width)
  const centres = firstCentres(unit, width, Math.min(count, rows), source)
  const groups = centres.length / width
  const labels = new Int32Array(rows).fill(-1)
  const best = new Float32Array(rows)
  let round = 0
  for (let moved = rows > 0; moved && round < rounds; round++) {
    moved = assign(unit, width, centres, labels, best)
    moveCentres(unit, width, centres, labels)
  }
  return ordered({ labels, centres, groups, width, best, rounds: round })
}

function unitRows(data: Float32Array, width: number): Float32Array {
  const unit = data.slice()
  for (let from = 0; from < unit.length; from += width) {
    let sum = 0
    for (let t = from; t < from + width; t++) sum += unit[t]! ** 2
    const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0
    for (let t = from; t < from + width; t++) unit[t]! *= scale
  }
  return unit
}

function dot(a: Float32Array, from: number, b: Float32Array, at: number, width: number): number {
  let sum = 0
  for (let t = 0; t < width; t++) sum += a[from + t]! * b[at + t]!
  return sum
}

/** Centres among the rows, each the likelier the farther it is from those before. */
function firstCentres(unit: Float32Array, width: number, count: number, source: Random): Float32Array {
  const rows = unit.length / width
  const centres: number[] = []
  const away = new Float64Array(rows).fill(Infinity)
  for (let next = rows > 0 ? source.integer(rows) : -1; next >= 0 && centres.length < count;) {
    centres.push(next)
    let sum = 0
    for (let i = 0; i < rows; i++) {
      // Twice one minus the cosine is the squared distance of unit vectors; rounding may leave it below 0.
      away[i] = Math.min(away[i]!, Math.max(0, 1 - dot(unit, i * width, unit, next * width, width)))
      if (away[i]! < 1e-6) away[i] = 0
      sum += away[i]!
    }
    let rest = source.uniform() * sum
    next = -1
    for (let i = 0; i < rows && sum > 0; i++) {
      if (away[i] === 0) continue
      next = i
      rest -= away[i]!
      if (rest <= 0) break
    }
  }
  const found = new Float32Array(centres.length * width)
  centres.forEach((row, k) => found.set(unit.subarray(row * width, (row + 1) * width), k * width))
  return found
}

/** Gives each row its nearest centre; true where one moved. */
function assign(
  unit: Float32Array,
  width: number,
  centres: Float32Array,
  labels: Int32Array,
  best: Float32Array,
): boolean {
  const groups = centres.length / width
  let moved = false
  for (let i = 0; i < labels.length; i++) {
    let most = -Infinity
    let which = 0
    for (let k = 0; k < groups; k++) {
      const cosine = dot(unit, i * width, centres, k * width, width)
      if (cosine > most) {
        most = cosine
        which = k
      }
    }
    best[i] = most
    if (labels[i] === which) continue
    labels[i] = which
    moved = true
  }
  return moved
}

/** Puts each centre in the direction of the sum of its rows; one that lost all its rows stays. */
function moveCentres(unit: Float32Array, width: number, centres: Float32Array, labels: Int32Array): void {
  const sums = new Float64Array(centres.length)
  for (let i = 0; i < labels.length; i++)
    for (let t = 0; t < width; t++) sums[labels[i]! * width + t]! += unit[i * width + t]!
  for (let from = 0; from < centres.length; from += width) {
    let square = 0
    for (let t = from; t < from + width; t++) square += sums[t]! ** 2
    if (square === 0) continue
    for (let t = from; t < from + width; t++) centres[t] = sums[t]! / Math.sqrt(square)
  }
}

/** Groups in the order of their sizes, equal ones by their first row; empty ones left out. */
function ordered(found: {
  labels: Int32Array
  centres: Float32Array
  groups: number
  width: number
  best: Float32Array
  rounds: number
}): Clusters {
  const { labels, centres, groups, width, best, rounds } = found
  const sizes = new Array<number>(groups).fill(0)
  const first = new Array<number>(groups).fill(labels.length)
  labels.forEach((k, i) => {
    sizes[k]!++
    first[k] = Math.min(first[k]!, i)
  })
  const order = sizes
    .map((_, k) => k)
    .filter((k) => sizes[k]! > 0)
    .sort((a, b) => sizes[b]! - sizes[a]! || first[a]! - first[b]!)
  const place = new Int32Array(groups)
  order.forEach((k, at) => (place[k] = at))
  const sorted = new Float32Array(order.length * width)
  order.forEach((k, at) => sorted.set(centres.subarray(k * width, (k + 1) * width), at * width))
  return {
    labels: labels.map((k) => place[k]!),
    centres: sorted,
    sizes: order.map((k) => sizes[k]!),
    cosine: best.length > 0 ? best.reduce((sum, value) => sum + value, 0) / best.length : 0,
    rounds,
  }
}

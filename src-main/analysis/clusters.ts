// Do features fall into groups by themselves, and are the groups the classes? k-means, and how two groupings agree.
import { normalised } from '../../src-shared/analysis/nearest.ts'
import { random, type Random } from '../../src-shared/numerics/random.ts'

export interface KMeans {
  /** `[rows]`, 0 … clusters − 1. */
  assignment: Int32Array
  /** `[clusters, width]`, of rows of length 1. */
  centres: Float32Array
  /** Sum of squared distances of all rows to their centres. */
  inertia: number
}

/**
 * k-means of rows `[rows, width]` brought to length 1: k-means++ starts (Arthur and Vassilvitskii 2007), Lloyd's steps to
 * the end, the best of `restarts`. The same seed gives the same groups. Throws RangeError for fewer rows than clusters.
 */
export function kMeans(
  features: Float32Array,
  width: number,
  clusters: number,
  { seed = 0, restarts = 5, iterations = 100 } = {},
): KMeans {
  const count = features.length / width
  if (!Number.isInteger(count) || count < clusters || clusters < 1)
    throw new RangeError(`${count} rows do not fall into ${clusters} clusters`)
  const rows = normalised(features, width)
  let best: KMeans | null = null
  for (let restart = 0; restart < restarts; restart++) {
    const centres = farApart(rows, width, clusters, random(seed).split(restart))
    const found = lloyd(rows, width, centres, iterations)
    if (!best || found.inertia < best.inertia) best = found
  }
  return best!
}

function squared(rows: Float32Array, i: number, centres: Float32Array, j: number, width: number): number {
  let sum = 0
  for (let t = 0; t < width; t++) {
    const difference = rows[i * width + t]! - centres[j * width + t]!
    sum += difference * difference
  }
  return sum
}

/** Rows drawn one after the other, each with a chance that grows with its squared distance to those before. */
function farApart(rows: Float32Array, width: number, clusters: number, source: Random): Float32Array {
  const count = rows.length / width
  const centres = new Float32Array(clusters * width)
  const distance = new Float64Array(count).fill(Infinity)
  let chosen = source.integer(count)
  for (let c = 0; c < clusters; c++) {
    centres.set(rows.subarray(chosen * width, (chosen + 1) * width), c * width)
    let total = 0
    for (let i = 0; i < count; i++) {
      distance[i] = Math.min(distance[i]!, squared(rows, i, centres, c, width))
      total += distance[i]!
    }
    let left = source.uniform(0, total)
    chosen = 0
    while (chosen < count - 1 && (left -= distance[chosen]!) > 0) chosen++
  }
  return centres
}

function lloyd(rows: Float32Array, width: number, centres: Float32Array, iterations: number): KMeans {
  const count = rows.length / width
  const clusters = centres.length / width
  const assignment = new Int32Array(count).fill(-1)
  let inertia = 0
  for (let iteration = 0; iteration < iterations; iteration++) {
    let moved = 0
    inertia = 0
    for (let i = 0; i < count; i++) {
      let [nearest, least] = [0, Infinity]
      for (let c = 0; c < clusters; c++) {
        const distance = squared(rows, i, centres, c, width)
        if (distance < least) [nearest, least] = [c, distance]
      }
      if (assignment[i] !== nearest) moved++
      assignment[i] = nearest
      inertia += least
    }
    if (moved === 0) break
    const sums = new Float64Array(clusters * width)
    const sizes = new Int32Array(clusters)
    for (let i = 0; i < count; i++) {
      const c = assignment[i]!
      sizes[c]!++
      for (let t = 0; t < width; t++) sums[c * width + t]! += rows[i * width + t]!
    }
    // A cluster that lost all its rows stays where it was.
    for (let c = 0; c < clusters; c++)
      if (sizes[c]! > 0) for (let t = c * width; t < (c + 1) * width; t++) centres[t] = sums[t]! / sizes[c]!
  }
  return { assignment, centres, inertia }
}

export interface Agreement {
  /** Normalised mutual information: 2 I / (H + H), 0 to 1. */
  nmi: number
  /** Adjusted Rand index: 0 by chance, 1 for the same grouping (Hubert and Arabie 1985). */
  ari: number
  /** Share of rows that are of the commonest class of their cluster. */
  purity: number
}

/** How a grouping agrees with classes, whatever the groups are called. */
export function agreementOf(groups: ArrayLike<number>, classes: ArrayLike<number>): Agreement {
  const count = groups.length
  const table = new Map<number, Map<number, number>>()
  const classSizes = new Map<number, number>()
  for (let i = 0; i < count; i++) {
    const row = table.get(groups[i]!) ?? new Map<number, number>()
    table.set(groups[i]!, row)
    row.set(classes[i]!, (row.get(classes[i]!) ?? 0) + 1)
    classSizes.set(classes[i]!, (classSizes.get(classes[i]!) ?? 0) + 1)
  }
  const groupSizes = [...table].map(([group, row]) => [group, sum([...row.values()])] as const)
  const plogp = (n: number): number => (n / count) * Math.log(n / count)
  const pairs = (n: number): number => (n * (n - 1)) / 2
  const groupEntropy = -sum(groupSizes.map(([, size]) => plogp(size)))
  const classEntropy = -sum([...classSizes.values()].map(plogp))
  let [information, together, pure] = [0, 0, 0]
  for (const [group, size] of groupSizes) {
    const row = table.get(group)!
    pure += Math.max(...row.values())
    for (const [name, both] of row) {
      information += (both / count) * Math.log((both * count) / (size * classSizes.get(name)!))
      together += pairs(both)
    }
  }
  const inGroups = sum(groupSizes.map(([, size]) => pairs(size)))
  const inClasses = sum([...classSizes.values()].map(pairs))
  const expected = (inGroups * inClasses) / pairs(count)
  const most = (inGroups + inClasses) / 2
  const entropies = groupEntropy + classEntropy
  return {
    nmi: entropies > 0 ? (2 * information) / entropies : 1,
    ari: most === expected ? 1 : (together - expected) / (most - expected),
    purity: pure / count,
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

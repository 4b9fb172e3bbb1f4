// How does a t-SNE find its shape? Gradient descent with momentum and gains, neighbours pulling harder at first.
import type { Ongoing } from '../ongoing.ts'
import { sharedFloats } from '../shared.ts'
import type { Team } from '../team.ts'
import type { Affinities } from './affinities.ts'
import { createTree, treeBuilder } from './tree.ts'

/** Steps, those of them with exaggeration, and how much it is (van der Maaten 2014; scikit-learn's defaults). */
export const tsneEpochs = 1000
const [early, exaggeration] = [250, 12]
/** Learning rate: rows over the exaggeration (Belkina et al. 2019), over 4 since the gradient has that factor. */
const learningRate = (rows: number): number => Math.max(rows / exaggeration / 4, 50)
const leastGain = 0.01
/** Pieces of a step; a result depends on them, so they depend on nothing. */
const parts = 64

export interface TsneOptions {
  dims: 2 | 3
  epochs: number
  /** Steps that the start has behind it. */
  from: number
  /** The start is a layout already: neighbours pull as they are. */
  warm: boolean
}

/**
 * Optimises positions `[rows, dims]` in place with Student's t of one degree of freedom; the Kullback-Leibler
 * divergence at the end, in nats. Equal input gives equal bytes on any number of threads.
 */
export async function optimiseTsne(
  affinities: Affinities,
  positions: Float32Array,
  { dims, epochs, from, warm }: TsneOptions,
  team: Team,
  ongoing: Ongoing,
): Promise<number> {
  const rows = positions.length / dims
  const tree = createTree(rows, dims)
  const build = treeBuilder(tree)
  const shared = {
    tree,
    affinities,
    positions: sharedFloats(positions.length),
    attraction: sharedFloats(positions.length),
    repulsion: sharedFloats(positions.length),
    sums: new Float64Array(new SharedArrayBuffer(8 * parts)),
    parts,
  }
  const { attraction, repulsion, sums } = shared
  shared.positions.set(positions)
  const where = shared.positions
  const speed = new Float32Array(positions.length)
  const gains = new Float32Array(positions.length).fill(1)
  const rate = learningRate(rows)
  const shift = await team.begin('tsne', shared, parts)
  /** The forces where the points are now; Σ q. */
  const forces = (): number => {
    build(where)
    shift.round()
    let total = 0
    for (const sum of sums) total += sum
    return total
  }
  try {
    for (let epoch = from; epoch < epochs; epoch++) {
      ongoing.stopIfCancelled()
      const hard = !warm && epoch < early
      if (epoch === early) {
        speed.fill(0)
        gains.fill(1)
      }
      const total = forces()
      const pull = hard ? exaggeration : 1
      const momentum = epoch < early ? 0.5 : 0.8
      for (let t = 0; t < where.length; t++) {
        const gradient = 4 * (pull * attraction[t]! - repulsion[t]! / total)
        const gain = Math.max(leastGain, speed[t]! * gradient < 0 ? gains[t]! + 0.2 : gains[t]! * 0.8)
        gains[t] = gain
        speed[t] = momentum * speed[t]! - rate * gain * gradient
        where[t]! += speed[t]!
      }
      ongoing.passed(epoch + 1, epochs, () => Float32Array.from(where))
    }
    positions.set(where)
    return divergence(affinities, where, dims, forces())
  } finally {
    shift.end()
  }
}

/** Σ p·log(p / q) over all pairs with a share, q normalised by `total`. */
function divergence(
  { starts, others, shares }: Affinities,
  positions: Float32Array,
  dims: number,
  total: number,
): number {
  let sum = 0
  for (let row = 0; row < starts.length - 1; row++)
    for (let j = starts[row]!; j < starts[row + 1]!; j++) {
      const share = shares[j]!
      if (share <= 0) continue
      let squared = 0
      for (let t = 0; t < dims; t++)
        squared += (positions[row * dims + t]! - positions[others[j]! * dims + t]!) ** 2
      sum += share * Math.log(share * total * (1 + squared))
    }
  return sum
}

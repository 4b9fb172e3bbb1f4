// How does a UMAP find its shape? Passes over the graph's edges, shared by a team, with frames on the way.
import { random } from '../../../src-shared/numerics/random.ts'
import type { Ongoing } from '../ongoing.ts'
import type { Team } from '../team.ts'
import { dealBlocks } from './blocks.ts'
import { whole } from './kernel.ts'
import { fitCurve } from './curve.ts'
import type { FuzzyGraph } from './membership.ts'

export interface UmapOptions {
  dims: 2 | 3
  minDist: number
  epochs: number
  seed: number
  /** The passes that the start has behind it. */
  from: number
}

/** Passes that umap-learn makes over so many rows. */
export const umapEpochs = (rows: number): number => (rows <= 10_000 ? 500 : 200)

/**
 * Optimises positions `[rows, dims]` in place. The same graph, start and options give the same bytes on any number of
 * threads, and from a start that is the state after n passes the same as without a stop.
 */
export async function optimiseUmap(
  graph: FuzzyGraph,
  positions: Float32Array,
  { dims, minDist, epochs, seed, from }: UmapOptions,
  team: Team,
  ongoing: Ongoing,
): Promise<void> {
  const rows = positions.length / dims
  const curve = fitCurve(minDist)
  const { shared, stages, places } = dealBlocks(
    graph,
    rows,
    { dims, seed, curve, epochs },
    random(seed).split('blocks'),
  )
  for (let row = 0; row < rows; row++)
    for (let t = 0; t < dims; t++) shared.positions[places[row]! * dims + t] = positions[row * dims + t]!
  for (let e = 0; e < shared.rates.length; e++) shared.saved[e] = (shared.rates[e]! * from) % whole
  const collect = (out: Float32Array): Float32Array => {
    for (let row = 0; row < rows; row++)
      for (let t = 0; t < dims; t++) out[row * dims + t] = shared.positions[places[row]! * dims + t]!
    return out
  }

  const shift = await team.begin('umap', shared, shared.pieces)
  try {
    for (let epoch = from; epoch < epochs; epoch++) {
      const alpha = 1 - epoch / epochs
      for (let stage = 0; stage < stages; stage++) {
        ongoing.stopIfCancelled()
        shift.round(epoch, stage, alpha)
      }
      ongoing.passed(epoch + 1, epochs, () => collect(new Float32Array(positions.length)))
    }
  } finally {
    shift.end()
  }
  collect(positions)
}

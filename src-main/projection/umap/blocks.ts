// Which edges have their turn together? Points are dealt into blocks by chance, edges sorted by the blocks they join.
import { permutation, type Random } from '../../../src-shared/numerics/random.ts'
import { sharedFloats, sharedInts } from '../shared.ts'
import type { FuzzyGraph } from './membership.ts'
import { gradientTables, tableEntries, type Curve } from './curve.ts'
import { type UmapShared, whole } from './kernel.ts'

/** Pieces of a stage by the number of points; a result depends on them, so they depend on nothing else. */
function piecesFor(rows: number): number {
  if (rows < 512) return 1
  if (rows < 5000) return 2
  return rows < 30_000 ? 4 : 8
}

export interface Blocks {
  shared: UmapShared
  stages: number
  /** Where each row stands among the points. */
  places: Uint32Array
}

/**
 * Everything that the optimisation reads: the graph in the order of its turns, with rates w / w_max per pass; edges that
 * would have no turn in `epochs` passes are left out (umap-learn, `simplicial_set_embedding`).
 */
export function dealBlocks(
  { heads, tails, weights }: FuzzyGraph,
  rows: number,
  settings: { dims: 2 | 3; seed: number; curve: Curve; epochs: number },
  random: Random,
): Blocks {
  const pieces = piecesFor(rows)
  const blocks = 2 * pieces
  const stages = blocks - 1
  const places = permutation(random, rows)
  const firstOf = (block: number): number => Math.floor((block * rows) / blocks)
  const blockOf = (place: number): number => {
    let block = Math.min(blocks - 1, Math.floor((place * blocks) / rows))
    while (place < firstOf(block)) block--
    while (block < blocks - 1 && place >= firstOf(block + 1)) block++
    return block
  }

  // Everybody meets everybody once: one block stays, the others walk round a circle (Kirkman).
  const groupOf = new Int32Array(blocks * blocks)
  const owned = sharedInts(4 * stages * pieces)
  for (let stage = 0; stage < stages; stage++)
    for (let piece = 0; piece < pieces; piece++) {
      const walk = (step: number): number => 1 + ((stage + step) % stages)
      const one = piece === 0 ? 0 : walk(stages - piece)
      const other = walk(piece)
      const group = stage * pieces + piece
      groupOf[one * blocks + other] = groupOf[other * blocks + one] = group
      // Edges inside a block have their turn in the first stage.
      if (stage === 0) groupOf[one * blocks + one] = groupOf[other * blocks + other] = group
      owned.set([firstOf(one), firstOf(one + 1), firstOf(other), firstOf(other + 1)], 4 * group)
    }

  let heaviest = 0
  for (const weight of weights) if (weight > heaviest) heaviest = weight
  const least = heaviest / Math.max(1, settings.epochs)
  const group = new Int32Array(weights.length)
  const groups = sharedInts(stages * pieces + 1)
  for (let e = 0; e < weights.length; e++) {
    if (weights[e]! < least) {
      group[e] = -1
      continue
    }
    group[e] = groupOf[blockOf(places[heads[e]!]!) * blocks + blockOf(places[tails[e]!]!)]!
    groups[group[e]! + 1]!++
  }
  for (let g = 0; g < stages * pieces; g++) groups[g + 1]! += groups[g]!
  const kept = groups[stages * pieces]!
  const next = groups.slice(0, stages * pieces)
  const shared: UmapShared = {
    dims: settings.dims,
    seed: settings.seed,
    positions: sharedFloats(rows * settings.dims),
    heads: sharedInts(kept),
    tails: sharedInts(kept),
    rates: sharedInts(kept),
    saved: sharedInts(kept),
    groups,
    owned,
    pieces,
    attraction: sharedFloats(tableEntries),
    repulsion: sharedFloats(tableEntries),
  }
  for (let e = 0; e < weights.length; e++) {
    if (group[e]! < 0) continue
    const at = next[group[e]!]!++
    shared.heads[at] = places[heads[e]!]!
    shared.tails[at] = places[tails[e]!]!
    shared.rates[at] = Math.max(1, Math.round((weights[e]! / heaviest) * whole))
  }
  gradientTables(settings.curve, shared.attraction, shared.repulsion)
  return { shared, stages, places }
}

// What does one piece of UMAP's optimisation do? Attraction along edges and repulsion by chance, among its own points.
//
// Stochastic gradient descent of McInnes, Healy and Melville 2018 (umap-learn, layouts.optimize_layout_euclidean). So
// that threads can share it and still give the same numbers, points are dealt into blocks, and in each stage every
// piece owns two blocks: it moves and reads nobody else's points (Gemulla et al. 2011 did so for matrices). Edges
// between two blocks have their turn in the stage in which one piece owns both; over the stages of a pass every pair of
// blocks meets once.
import type { Part } from '../shared.ts'

/** Rates of edges are counted in these parts. */
export const whole = 1 << 20
/** Repulsions for each attraction. */
export const negativeSamples = 5
/** No step is longer along one axis, before the learning rate. */
const longest = 4

export interface UmapShared {
  dims: 2 | 3
  seed: number
  /** `[points, dims]` in the order of blocks. */
  positions: Float32Array
  /** `[edges]`, sorted by group. */
  heads: Int32Array
  tails: Int32Array
  /** How often an edge has its turn, in parts of `whole` per pass, and what it has saved up. */
  rates: Int32Array
  saved: Int32Array
  /** First edge of each group; a group is a stage and a piece: `stage · pieces + piece`. */
  groups: Int32Array
  /** The two blocks of each group: first point and end of each, `[groups, 4]`. */
  owned: Int32Array
  pieces: number
  /** Gradients by the first 16 bits of the squared distance as float32. */
  attraction: Float32Array
  repulsion: Float32Array
}

/** A seed for a group in a pass; never 0. */
function seedOf(seed: number, epoch: number, group: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(epoch + 1, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 15) ^ Math.imul(group + 1, 0x27d4eb2f), 0x165667b1)
  h = Math.imul(h ^ (h >>> 13), 0x85ebca6b)
  return (h ^ (h >>> 16)) | 1
}

/** The numbers of a round: the pass, the stage, the learning rate. */
export function umapKernel(shared: UmapShared): Part {
  const step = shared.dims === 3 ? step3 : step2
  return (piece, numbers) => step(shared, numbers[1]! * shared.pieces + piece, numbers[0]!, numbers[2]!)
}

function step3(shared: UmapShared, group: number, epoch: number, alpha: number): void {
  const { positions, heads, tails, rates, saved, groups, owned, attraction, repulsion } = shared
  const bits = new Float32Array(1)
  const asInt = new Int32Array(bits.buffer)
  const [a0, a1, b0, b1] = [
    owned[4 * group]!,
    owned[4 * group + 1]!,
    owned[4 * group + 2]!,
    owned[4 * group + 3]!,
  ]
  const first = a1 - a0
  const scale = (first + b1 - b0) / 0x100000000
  const shift = b0 - first
  let state = seedOf(shared.seed, epoch, group)
  const end = groups[group + 1]!
  for (let e = groups[group]!; e < end; e++) {
    const due = saved[e]! + rates[e]!
    if (due < whole) {
      saved[e] = due
      continue
    }
    saved[e] = due - whole
    let head = 3 * heads[e]!
    let tail = 3 * tails[e]!
    // An edge stands for both of its directions.
    for (let side = 0; side < 2; side++) {
      let x = positions[head]!
      let y = positions[head + 1]!
      let z = positions[head + 2]!
      let dx = x - positions[tail]!
      let dy = y - positions[tail + 1]!
      let dz = z - positions[tail + 2]!
      bits[0] = dx * dx + dy * dy + dz * dz
      const pull = attraction[asInt[0]! >>> 16]!
      dx *= pull
      dy *= pull
      dz *= pull
      dx = alpha * (dx > longest ? longest : dx < -longest ? -longest : dx)
      dy = alpha * (dy > longest ? longest : dy < -longest ? -longest : dy)
      dz = alpha * (dz > longest ? longest : dz < -longest ? -longest : dz)
      x += dx
      y += dy
      z += dz
      positions[tail]! -= dx
      positions[tail + 1]! -= dy
      positions[tail + 2]! -= dz
      for (let s = 0; s < negativeSamples; s++) {
        state ^= state << 13
        state ^= state >>> 17
        state ^= state << 5
        const drawn = ((state >>> 0) * scale) | 0
        const other = 3 * (drawn < first ? a0 + drawn : shift + drawn)
        if (other === head) continue
        dx = x - positions[other]!
        dy = y - positions[other + 1]!
        dz = z - positions[other + 2]!
        bits[0] = dx * dx + dy * dy + dz * dz
        const push = repulsion[asInt[0]! >>> 16]!
        dx *= push
        dy *= push
        dz *= push
        x += alpha * (dx > longest ? longest : dx < -longest ? -longest : dx)
        y += alpha * (dy > longest ? longest : dy < -longest ? -longest : dy)
        z += alpha * (dz > longest ? longest : dz < -longest ? -longest : dz)
      }
      positions[head] = x
      positions[head + 1] = y
      positions[head + 2] = z
      const swapped = head
      head = tail
      tail = swapped
    }
  }
}

function step2(shared: UmapShared, group: number, epoch: number, alpha: number): void {
  const { positions, heads, tails, rates, saved, groups, owned, attraction, repulsion } = shared
  const bits = new Float32Array(1)
  const asInt = new Int32Array(bits.buffer)
  const [a0, a1, b0, b1] = [
    owned[4 * group]!,
    owned[4 * group + 1]!,
    owned[4 * group + 2]!,
    owned[4 * group + 3]!,
  ]
  const first = a1 - a0
  const scale = (first + b1 - b0) / 0x100000000
  const shift = b0 - first
  let state = seedOf(shared.seed, epoch, group)
  const end = groups[group + 1]!
  for (let e = groups[group]!; e < end; e++) {
    const due = saved[e]! + rates[e]!
    if (due < whole) {
      saved[e] = due
      continue
    }
    saved[e] = due - whole
    let head = 2 * heads[e]!
    let tail = 2 * tails[e]!
    for (let side = 0; side < 2; side++) {
      let x = positions[head]!
      let y = positions[head + 1]!
      let dx = x - positions[tail]!
      let dy = y - positions[tail + 1]!
      bits[0] = dx * dx + dy * dy
      const pull = attraction[asInt[0]! >>> 16]!
      dx *= pull
      dy *= pull
      dx = alpha * (dx > longest ? longest : dx < -longest ? -longest : dx)
      dy = alpha * (dy > longest ? longest : dy < -longest ? -longest : dy)
      x += dx
      y += dy
      positions[tail]! -= dx
      positions[tail + 1]! -= dy
      for (let s = 0; s < negativeSamples; s++) {
        state ^= state << 13
        state ^= state >>> 17
        state ^= state << 5
        const drawn = ((state >>> 0) * scale) | 0
        const other = 2 * (drawn < first ? a0 + drawn : shift + drawn)
        if (other === head) continue
        dx = x - positions[other]!
        dy = y - positions[other + 1]!
        bits[0] = dx * dx + dy * dy
        const push = repulsion[asInt[0]! >>> 16]!
        dx *= push
        dy *= push
        x += alpha * (dx > longest ? longest : dx < -longest ? -longest : dx)
        y += alpha * (dy > longest ? longest : dy < -longest ? -longest : dy)
      }
      positions[head] = x
      positions[head + 1] = y
      const swapped = head
      head = tail
      tail = swapped
    }
  }
}

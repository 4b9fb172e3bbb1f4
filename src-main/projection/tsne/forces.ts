// Where does each point of a t-SNE want to go? Pulled by its neighbours, pushed by all others, the far ones as groups.
//
// Barnes and Hut's rule (van der Maaten 2014): a cell is taken as one body where its side is less than half of its
// distance. The points of a leaf share one list of bodies, made for the nearest corner of the box around them, so that
// the inner loop runs over plain arrays.
import type { Part } from '../shared.ts'
import type { Affinities } from './affinities.ts'
import type { Tree } from './tree.ts'

/** The side of a cell over its distance at which it is taken as one body, squared. */
const angle = 0.5 ** 2
/** A leaf with more points than this has them closer together than the tree can tell: they are one body. */
const inseparable = 64

export interface TreeForces {
  tree: Tree
  affinities: Affinities
  /** `[points, dims]`, in the order of the rows. */
  positions: Float32Array
  /** Σ p·q·(y_i − y_j) and Σ q²·(y_i − y_j), `[points, dims]`. */
  attraction: Float32Array
  repulsion: Float32Array
  /** Σ q of each part's points, themselves left out. */
  sums: Float64Array
  parts: number
}

/** Bodies that push the points of a leaf. */
interface Bodies {
  x: Float32Array
  y: Float32Array
  z: Float32Array
  masses: Float32Array
}

/** A part has the leaves of its share of the tree. */
export function tsneKernel(shared: TreeForces): Part {
  const most = 2 * shared.tree.order.length + 1
  const bodies: Bodies = {
    x: new Float32Array(most),
    y: new Float32Array(most),
    z: new Float32Array(shared.tree.dims === 3 ? most : 0),
    masses: new Float32Array(most),
  }
  const { tree, sums, parts } = shared
  return (part) => {
    const leaves = tree.counts[0]!
    const from = Math.floor((part * leaves) / parts)
    const to = Math.floor(((part + 1) * leaves) / parts)
    let sum = 0
    for (let leaf = from; leaf < to; leaf++) {
      const node = tree.leaves[leaf]!
      const count = tree.dims === 3 ? collect3(tree, node, bodies) : collect2(tree, node, bodies)
      sum += tree.dims === 3 ? push3(shared, node, bodies, count) : push2(shared, node, bodies, count)
      if (tree.dims === 3) pull3(shared, node)
      else pull2(shared, node)
    }
    sums[part] = sum
  }
}

/** Writes the bodies that push the points of a leaf; how many. */
function collect2(tree: Tree, leaf: number, { x, y, masses }: Bodies): number {
  const { sorted, centres, sides, after, firsts, ends } = tree
  let [lowX, lowY, highX, highY] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let at = 2 * firsts[leaf]!; at < 2 * ends[leaf]!; at += 2) {
    const px = sorted[at]!
    const py = sorted[at + 1]!
    if (px < lowX) lowX = px
    if (px > highX) highX = px
    if (py < lowY) lowY = py
    if (py > highY) highY = py
  }
  const nodes = tree.counts[1]!
  let count = 0
  for (let node = 0; node < nodes;) {
    const cx = centres[2 * node]!
    const cy = centres[2 * node + 1]!
    const dx = cx < lowX ? lowX - cx : cx > highX ? cx - highX : 0
    const dy = cy < lowY ? lowY - cy : cy > highY ? cy - highY : 0
    const first = firsts[node]!
    if (sides[node]! < angle * (dx * dx + dy * dy) || (first >= 0 && ends[node]! - first > inseparable)) {
      x[count] = cx
      y[count] = cy
      masses[count++] = tree.masses[node]!
      node = after[node]!
    } else if (first >= 0) {
      for (let at = first; at < ends[node]!; at++) {
        x[count] = sorted[2 * at]!
        y[count] = sorted[2 * at + 1]!
        masses[count++] = 1
      }
      node = after[node]!
    } else node++
  }
  return count
}

function collect3(tree: Tree, leaf: number, { x, y, z, masses }: Bodies): number {
  const { sorted, centres, sides, after, firsts, ends } = tree
  let [lowX, lowY, lowZ] = [Infinity, Infinity, Infinity]
  let [highX, highY, highZ] = [-Infinity, -Infinity, -Infinity]
  for (let at = 3 * firsts[leaf]!; at < 3 * ends[leaf]!; at += 3) {
    const px = sorted[at]!
    const py = sorted[at + 1]!
    const pz = sorted[at + 2]!
    if (px < lowX) lowX = px
    if (px > highX) highX = px
    if (py < lowY) lowY = py
    if (py > highY) highY = py
    if (pz < lowZ) lowZ = pz
    if (pz > highZ) highZ = pz
  }
  const nodes = tree.counts[1]!
  let count = 0
  for (let node = 0; node < nodes;) {
    const cx = centres[3 * node]!
    const cy = centres[3 * node + 1]!
    const cz = centres[3 * node + 2]!
    const dx = cx < lowX ? lowX - cx : cx > highX ? cx - highX : 0
    const dy = cy < lowY ? lowY - cy : cy > highY ? cy - highY : 0
    const dz = cz < lowZ ? lowZ - cz : cz > highZ ? cz - highZ : 0
    const first = firsts[node]!
    if (
      sides[node]! < angle * (dx * dx + dy * dy + dz * dz) ||
      (first >= 0 && ends[node]! - first > inseparable)
    ) {
      x[count] = cx
      y[count] = cy
      z[count] = cz
      masses[count++] = tree.masses[node]!
      node = after[node]!
    } else if (first >= 0) {
      for (let at = first; at < ends[node]!; at++) {
        x[count] = sorted[3 * at]!
        y[count] = sorted[3 * at + 1]!
        z[count] = sorted[3 * at + 2]!
        masses[count++] = 1
      }
      node = after[node]!
    } else node++
  }
  return count
}

/** Pushes the points of a leaf away from the bodies; Σ q of these points, themselves left out. */
function push2(shared: TreeForces, leaf: number, { x, y, masses }: Bodies, count: number): number {
  const { repulsion } = shared
  const { sorted, order, firsts, ends } = shared.tree
  let total = 0
  for (let at = firsts[leaf]!; at < ends[leaf]!; at++) {
    const px = sorted[2 * at]!
    const py = sorted[2 * at + 1]!
    let [sum, fx, fy] = [0, 0, 0]
    for (let body = 0; body < count; body++) {
      const dx = px - x[body]!
      const dy = py - y[body]!
      const q = 1 / (1 + dx * dx + dy * dy)
      const much = masses[body]! * q
      sum += much
      fx += much * q * dx
      fy += much * q * dy
    }
    const point = 2 * order[at]!
    repulsion[point] = fx
    repulsion[point + 1] = fy
    // A point is its own body at distance 0.
    total += sum - 1
  }
  return total
}

function push3(shared: TreeForces, leaf: number, { x, y, z, masses }: Bodies, count: number): number {
  const { repulsion } = shared
  const { sorted, order, firsts, ends } = shared.tree
  let total = 0
  for (let at = firsts[leaf]!; at < ends[leaf]!; at++) {
    const px = sorted[3 * at]!
    const py = sorted[3 * at + 1]!
    const pz = sorted[3 * at + 2]!
    let [sum, fx, fy, fz] = [0, 0, 0, 0]
    for (let body = 0; body < count; body++) {
      const dx = px - x[body]!
      const dy = py - y[body]!
      const dz = pz - z[body]!
      const q = 1 / (1 + dx * dx + dy * dy + dz * dz)
      const much = masses[body]! * q
      sum += much
      fx += much * q * dx
      fy += much * q * dy
      fz += much * q * dz
    }
    const point = 3 * order[at]!
    repulsion[point] = fx
    repulsion[point + 1] = fy
    repulsion[point + 2] = fz
    total += sum - 1
  }
  return total
}

/** Pulls the points of a leaf to their neighbours. */
function pull2({ tree, affinities, positions, attraction }: TreeForces, leaf: number): void {
  const { starts, others, shares } = affinities
  for (let at = tree.firsts[leaf]!; at < tree.ends[leaf]!; at++) {
    const point = tree.order[at]!
    const px = positions[2 * point]!
    const py = positions[2 * point + 1]!
    let [fx, fy] = [0, 0]
    for (let j = starts[point]!; j < starts[point + 1]!; j++) {
      const other = 2 * others[j]!
      const dx = px - positions[other]!
      const dy = py - positions[other + 1]!
      const much = shares[j]! / (1 + dx * dx + dy * dy)
      fx += much * dx
      fy += much * dy
    }
    attraction[2 * point] = fx
    attraction[2 * point + 1] = fy
  }
}

function pull3({ tree, affinities, positions, attraction }: TreeForces, leaf: number): void {
  const { starts, others, shares } = affinities
  for (let at = tree.firsts[leaf]!; at < tree.ends[leaf]!; at++) {
    const point = tree.order[at]!
    const px = positions[3 * point]!
    const py = positions[3 * point + 1]!
    const pz = positions[3 * point + 2]!
    let [fx, fy, fz] = [0, 0, 0]
    for (let j = starts[point]!; j < starts[point + 1]!; j++) {
      const other = 3 * others[j]!
      const dx = px - positions[other]!
      const dy = py - positions[other + 1]!
      const dz = pz - positions[other + 2]!
      const much = shares[j]! / (1 + dx * dx + dy * dy + dz * dz)
      fx += much * dx
      fy += much * dy
      fz += much * dz
    }
    attraction[3 * point] = fx
    attraction[3 * point + 1] = fy
    attraction[3 * point + 2] = fz
  }
}

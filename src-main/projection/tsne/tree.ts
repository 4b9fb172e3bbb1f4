// Which points lie together? A quadtree or octree of points in flat arrays, made anew for every step.
import { sharedFloats, sharedInts } from '../shared.ts'

/** A leaf has no more points than this, unless they lie closer than the tree can tell apart. */
const leafPoints = 8
/** Halvings along each axis. */
const bits = { 2: 16, 3: 10 } as const
/** Keys are sorted by so many bits at a time. */
const digit = 11

/** Nodes in the order in which one meets them going down and to the right; all arrays are shared. */
export interface Tree {
  dims: 2 | 3
  /** Points in the order of the tree: which they are, and where, `[points, dims]`. */
  order: Int32Array
  sorted: Float32Array
  /** Of each node: centre of mass `[nodes, dims]`, points in it, squared side of its cell. */
  centres: Float32Array
  masses: Float32Array
  sides: Float32Array
  /** The node that follows when one does not go down. */
  after: Int32Array
  /** Points of a leaf: first and end; −1 for a node with children. */
  firsts: Int32Array
  ends: Int32Array
  /** Nodes that are leaves, in order; the first word is how many, then how many nodes there are. */
  leaves: Int32Array
  counts: Int32Array
}

/** A tree with room for so many points. */
export function createTree(points: number, dims: 2 | 3): Tree {
  const nodes = 2 * points + 1
  return {
    dims,
    order: sharedInts(points),
    sorted: sharedFloats(points * dims),
    centres: sharedFloats(nodes * dims),
    masses: sharedFloats(nodes),
    sides: sharedFloats(nodes),
    after: sharedInts(nodes),
    firsts: sharedInts(nodes),
    ends: sharedInts(nodes),
    leaves: sharedInts(points),
    counts: sharedInts(2),
  }
}

/** A function that fills the tree with points where they are now. */
export function treeBuilder(tree: Tree): (positions: Float32Array) => void {
  const { dims, order, sorted, centres, masses, sides, after, firsts, ends, leaves, counts } = tree
  const points = order.length
  const depth = bits[dims]
  const keys = new Uint32Array(points)
  const sortedKeys = new Uint32Array(points)
  const scratch = new Int32Array(points)
  let box = 0
  let nodes = 0
  let leafCount = 0

  /** Adds the node of points from `first` to `end` that agree in `level` halvings, and all below it. */
  function add(first: number, end: number, level: number): void {
    const node = nodes++
    const low = sortedKeys[first]!
    const high = sortedKeys[end - 1]!
    // Levels on which nothing parts are left out.
    while (level < depth && low >>> ((depth - level - 1) * dims) === high >>> ((depth - level - 1) * dims))
      level++
    const side = box / 2 ** level
    sides[node] = side * side
    masses[node] = end - first
    let [x, y, z] = [0, 0, 0]
    if (level >= depth || end - first <= leafPoints) {
      for (let at = first * dims; at < end * dims; at += dims) {
        x += sorted[at]!
        y += sorted[at + 1]!
        if (dims === 3) z += sorted[at + 2]!
      }
      firsts[node] = first
      ends[node] = end
      leaves[leafCount++] = node
    } else {
      firsts[node] = -1
      const shift = (depth - level - 1) * dims
      for (let from = first; from < end;) {
        const child = sortedKeys[from]! >>> shift
        let to = from + 1
        while (to < end && sortedKeys[to]! >>> shift === child) to++
        const made = nodes
        add(from, to, level + 1)
        const mass = masses[made]!
        x += centres[made * dims]! * mass
        y += centres[made * dims + 1]! * mass
        if (dims === 3) z += centres[made * dims + 2]! * mass
        from = to
      }
    }
    const mass = end - first
    centres[node * dims] = x / mass
    centres[node * dims + 1] = y / mass
    if (dims === 3) centres[node * dims + 2] = z / mass
    after[node] = nodes
  }

  return (positions) => {
    box = writeKeys(positions, dims, keys)
    sortByKeys(keys, order, scratch, depth * dims)
    for (let at = 0; at < points; at++) {
      const point = order[at]!
      sortedKeys[at] = keys[point]!
      for (let t = 0; t < dims; t++) sorted[at * dims + t] = positions[point * dims + t]!
    }
    nodes = leafCount = 0
    add(0, points, 0)
    counts[0] = leafCount
    counts[1] = nodes
  }
}

/** Each point's place along a Z-shaped curve (Morton 1966) in the smallest cube around all; the cube's side. */
function writeKeys(positions: Float32Array, dims: 2 | 3, keys: Uint32Array): number {
  const low = new Float64Array(dims).fill(Infinity)
  const high = new Float64Array(dims).fill(-Infinity)
  for (let at = 0; at < positions.length;)
    for (let t = 0; t < dims; t++) {
      const value = positions[at++]!
      if (value < low[t]!) low[t] = value
      if (value > high[t]!) high[t] = value
    }
  let box = 0
  for (let t = 0; t < dims; t++) box = Math.max(box, high[t]! - low[t]!)
  const cells = 2 ** bits[dims]
  const scale = box > 0 ? (cells - 1e-3) / box : 0
  const [lowX, lowY, lowZ] = [low[0]!, low[1]!, low[2] ?? 0]
  if (dims === 2)
    for (let point = 0; point < keys.length; point++)
      keys[point] =
        spread2((positions[2 * point]! - lowX) * scale) |
        (spread2((positions[2 * point + 1]! - lowY) * scale) << 1)
  else
    for (let point = 0; point < keys.length; point++)
      keys[point] =
        spread3((positions[3 * point]! - lowX) * scale) |
        (spread3((positions[3 * point + 1]! - lowY) * scale) << 1) |
        (spread3((positions[3 * point + 2]! - lowZ) * scale) << 2)
  return box
}

/** 16 bits with a gap after each. */
function spread2(value: number): number {
  let v = value & 0xffff
  v = (v | (v << 8)) & 0x00ff00ff
  v = (v | (v << 4)) & 0x0f0f0f0f
  v = (v | (v << 2)) & 0x33333333
  return (v | (v << 1)) & 0x55555555
}

/** 10 bits with two gaps after each. */
function spread3(value: number): number {
  let v = value & 0x3ff
  v = (v | (v << 16)) & 0x030000ff
  v = (v | (v << 8)) & 0x0300f00f
  v = (v | (v << 4)) & 0x030c30c3
  return (v | (v << 2)) & 0x09249249
}

/** The points in the order of their keys, equal ones by number (a radix sort). */
function sortByKeys(keys: Uint32Array, order: Int32Array, scratch: Int32Array, width: number): void {
  const count = new Int32Array((1 << digit) + 1)
  const mask = (1 << digit) - 1
  const passes = Math.ceil(width / digit)
  let [from, to] = passes % 2 === 0 ? [order, scratch] : [scratch, order]
  for (let i = 0; i < from.length; i++) from[i] = i
  for (let pass = 0; pass < passes; pass++) {
    const shift = pass * digit
    count.fill(0)
    for (const key of keys) count[((key >>> shift) & mask) + 1]!++
    for (let i = 0; i < mask; i++) count[i + 1]! += count[i]!
    for (const point of from) to[count[(keys[point]! >>> shift) & mask]!++] = point
    ;[from, to] = [to, from]
  }
}

// Which pictures can be shown on the map? The nearest to the eye, thinned so that none overlap.
import type { Matrices } from './camera.ts'

/** Where a point is on the screen; `near` is 0 at the far side of the map and 1 at the near one. */
export interface Place {
  readonly item: number
  readonly x: number
  readonly y: number
  readonly near: number
}

export interface Screen {
  readonly width: number
  readonly height: number
}

/** A point on the screen in pixels; null where it is behind the eye. */
export function placeOf(
  positions: Float32Array,
  item: number,
  { both, view }: Matrices,
  { width, height }: Screen,
  distance: number,
): Place | null {
  const [x, y, z] = [positions[item * 3]!, positions[item * 3 + 1]!, positions[item * 3 + 2]!]
  const w = both[3]! * x + both[7]! * y + both[11]! * z + both[15]!
  if (w <= 0) return null
  const depth = -(view[2]! * x + view[6]! * y + view[10]! * z + view[14]!)
  return {
    item,
    x: ((both[0]! * x + both[4]! * y + both[8]! * z + both[12]!) / w / 2 + 0.5) * width,
    y: (0.5 - (both[1]! * x + both[5]! * y + both[9]! * z + both[13]!) / w / 2) * height,
    near: Math.min(1, Math.max(0, (distance + 1 - depth) / 2)),
  }
}

export interface SpreadOptions {
  readonly most: number
  /** Pixels of a cell that holds one picture at most, its margin included. */
  readonly cell: number
  /** Kept free at the borders, in pixels. */
  readonly margin: number
  readonly shown: ((item: number) => boolean) | null
  /** Pictures that stay where they can, so that a small turn does not change them all. */
  readonly before: ReadonlySet<number>
}

/** A picture that is on the map stays until another is nearer by this share of the map's depth. */
const loyalty = 0.12

/**
 * The points whose pictures are shown, nearest first. Points fall into cells of the screen, each keeps its nearest;
 * of these, nearest first, those stay that are a cell away from all before. One pass over the points, no sorting of
 * them.
 */
export function spread(
  positions: Float32Array,
  matrices: Matrices,
  screen: Screen,
  distance: number,
  { most, cell, margin, shown, before }: SpreadOptions,
): Place[] {
  const columns = Math.max(1, Math.ceil(screen.width / cell))
  const rows = Math.max(1, Math.ceil(screen.height / cell))
  const best = new Float32Array(columns * rows).fill(-1)
  const holder = new Int32Array(columns * rows).fill(-1)
  const { both, view } = matrices
  const count = positions.length / 3
  for (let i = 0; i < count; i++) {
    const [x, y, z] = [positions[i * 3]!, positions[i * 3 + 1]!, positions[i * 3 + 2]!]
    const w = both[3]! * x + both[7]! * y + both[11]! * z + both[15]!
    if (w <= 0) continue
    const px = ((both[0]! * x + both[4]! * y + both[8]! * z + both[12]!) / w / 2 + 0.5) * screen.width
    const py = (0.5 - (both[1]! * x + both[5]! * y + both[9]! * z + both[13]!) / w / 2) * screen.height
    if (px < margin || py < margin || px > screen.width - margin || py > screen.height - margin) continue
    if (shown && !shown(i)) continue
    const depth = -(view[2]! * x + view[6]! * y + view[10]! * z + view[14]!)
    let near = (distance + 1 - depth) / 2 + 1
    if (before.has(i)) near += loyalty
    const at = Math.floor(py / cell) * columns + Math.floor(px / cell)
    if (near <= best[at]!) continue
    best[at] = near
    holder[at] = i
  }
  const held = [...holder.keys()].filter((at) => holder[at]! >= 0).sort((a, b) => best[b]! - best[a]!)
  const taken: Place[] = []
  for (const at of held) {
    if (taken.length >= most) break
    const place = placeOf(positions, holder[at]!, matrices, screen, distance)
    if (place && taken.every((other) => apart(place, other, cell))) taken.push(place)
  }
  return taken
}

const apart = (a: Place, b: Place, cell: number): boolean =>
  Math.abs(a.x - b.x) >= cell || Math.abs(a.y - b.y) >= cell

/** Of places that move with the map, nearest first: those that no nearer one covers now. */
export function uncovered(places: readonly Place[], cell: number): Place[] {
  const kept: Place[] = []
  for (const place of places) if (kept.every((other) => apart(place, other, cell))) kept.push(place)
  return kept
}

// From where is the map seen? A view as a few numbers, its matrices, and what a drag or a turn of the wheel makes of it.

/** Where the eye is: it looks at `target` from `distance`, turned by `yaw` around the vertical and lifted by `pitch` (radians). */
export interface View {
  readonly dims: 2 | 3
  readonly target: readonly [number, number, number]
  readonly yaw: number
  readonly pitch: number
  readonly distance: number
}

/** Angle from the lower to the upper border of the picture, in radians. */
const opening = (38 * Math.PI) / 180
const half = Math.tan(opening / 2)
const steepest = Math.PI / 2 - 0.01
const [nearest, farthest] = [0.01, 60]

/** The map, whose points lie within a ball of radius 1, as it is first seen. */
export function startView(dims: 2 | 3): View {
  return dims === 2
    ? { dims, target: [0, 0, 0], yaw: 0, pitch: 0, distance: 3.1 }
    : { dims, target: [0, 0, 0], yaw: 0.42, pitch: 0.22, distance: 3.3 }
}

/** Turns that are tried for the first view, and points that are looked at for it. */
const [turns, looked] = [8, 5000]
/** Of the picture, how much the map fills; the rest is for what lies over it. */
const filled = { across: 0.74, down: 0.8 }

/** The first view of a map: turned to where it is widest, and as near as it fits a picture of `width` × `height` px. */
export function framed(positions: Float32Array, dims: 2 | 3, width: number, height: number): View {
  const count = positions.length / 3
  const start = startView(dims)
  if (count === 0) return start
  const step = Math.max(1, count / looked)
  const along = (axis: readonly number[]): { low: number; high: number } => {
    const places: number[] = []
    for (let n = 0; n < count; n += step) {
      const at = Math.floor(n) * 3
      places.push(axis[0]! * positions[at]! + axis[1]! * positions[at + 1]! + axis[2]! * positions[at + 2]!)
    }
    places.sort((a, b) => a - b)
    const share = (of: number): number => places[Math.round(of * (places.length - 1))]!
    return { low: share(0.005), high: share(0.995) }
  }
  let best: { view: View; distance: number } | null = null
  for (let turn = 0; turn < (dims === 3 ? turns : 1); turn++) {
    const view = { ...start, yaw: dims === 3 ? start.yaw + (turn * Math.PI) / turns : 0 }
    const { right, up, back } = axes(view)
    const [x, y, z] = [along(right), along(up), along(back)]
    const middle = [x, y, z].map(({ low, high }) => (low + high) / 2)
    const wide = (x.high - x.low) / (2 * half * (width / Math.max(1, height)) * filled.across)
    const high = (y.high - y.low) / (2 * half * filled.down)
    // What lies nearer than the middle looks larger.
    const distance = Math.max(0.3, wide, high) + (dims === 3 ? (z.high - z.low) / 4 : 0)
    const target = [0, 1, 2].map(
      (k) => right[k]! * middle[0]! + up[k]! * middle[1]! + back[k]! * middle[2]!,
    ) as unknown as View['target']
    if (!best || distance < best.distance) best = { view: { ...view, target, distance }, distance }
  }
  return best!.view
}

/** The directions of the screen in the map: to the right, up, and towards the eye. */
function axes({ yaw, pitch }: View): { right: number[]; up: number[]; back: number[] } {
  const [sy, cy, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)]
  return { right: [cy, 0, -sy], up: [-sy * sp, cp, -cy * sp], back: [sy * cp, sp, cy * cp] }
}

/** Where the eye stands. */
export function eyeOf(view: View): [number, number, number] {
  const { back } = axes(view)
  return [0, 1, 2].map((k) => view.target[k]! + back[k]! * view.distance) as [number, number, number]
}

/** Both matrices, column by column, as WebGL wants them; their product maps the map to clip space. */
export interface Matrices {
  readonly view: Float32Array
  readonly projection: Float32Array
  readonly both: Float32Array
}

/** A part of the picture in pixels, from its upper left corner. */
export interface Region {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

function product(a: Float32Array, b: Float32Array): Float32Array {
  const out = new Float32Array(16)
  for (let column = 0; column < 4; column++)
    for (let row = 0; row < 4; row++) {
      let sum = 0
      for (let k = 0; k < 4; k++) sum += a[k * 4 + row]! * b[column * 4 + k]!
      out[column * 4 + row] = sum
    }
  return out
}

/** The matrices of a view on a picture of `width` × `height` px; of a part of it where `region` is named. */
export function matricesOf(view: View, width: number, height: number, region?: Region): Matrices {
  const { right, up, back } = axes(view)
  const eye = eyeOf(view)
  const looking = new Float32Array(16)
  for (const [row, axis] of [right, up, back].entries()) {
    for (let k = 0; k < 3; k++) looking[k * 4 + row] = axis[k]!
    looking[12 + row] = -(axis[0]! * eye[0] + axis[1]! * eye[1] + axis[2]! * eye[2])
  }
  looking[15] = 1
  const aspect = width / Math.max(1, height)
  const near = Math.max(nearest / 2, view.distance - 4)
  const far = view.distance + 6
  let projection = new Float32Array(16)
  if (view.dims === 3) {
    projection[0] = 1 / (half * aspect)
    projection[5] = 1 / half
    projection[10] = (far + near) / (near - far)
    projection[11] = -1
    projection[14] = (2 * far * near) / (near - far)
  } else {
    const side = view.distance * half
    projection[0] = 1 / (side * aspect)
    projection[5] = 1 / side
    projection[10] = -2 / (far + 60)
    projection[14] = -(far - 60) / (far + 60)
    projection[15] = 1
  }
  if (region) {
    const crop = new Float32Array(16)
    crop[0] = width / region.width
    crop[5] = height / region.height
    crop[10] = crop[15] = 1
    crop[12] = (width - 2 * region.x - region.width) / region.width
    crop[13] = -(height - 2 * region.y - region.height) / region.height
    projection = product(crop, projection) as Float32Array<ArrayBuffer>
  }
  return { view: looking, projection, both: product(projection, looking) }
}

/** One unit of the map in pixels, at the depth of the target. */
export function pixelsPerUnit(view: View, height: number): number {
  return height / (2 * view.distance * half)
}

const moved = (view: View, right: number, up: number): View => {
  const screen = axes(view)
  return {
    ...view,
    target: [0, 1, 2].map(
      (k) => view.target[k]! + screen.right[k]! * right + screen.up[k]! * up,
    ) as unknown as View['target'],
  }
}

/** The view after a drag that turns: a full width is half a turn. */
export function orbited(view: View, dx: number, dy: number, height: number): View {
  if (view.dims === 2) return panned(view, dx, dy, height)
  const pitch = view.pitch + (dy / height) * Math.PI
  return {
    ...view,
    yaw: view.yaw - (dx / height) * Math.PI,
    pitch: Math.min(steepest, Math.max(-steepest, pitch)),
  }
}

/** The view after a drag that moves the map along with the hand. */
export function panned(view: View, dx: number, dy: number, height: number): View {
  const unit = 1 / pixelsPerUnit(view, height)
  return moved(view, -dx * unit, dy * unit)
}

/** The view after a turn of the wheel; what lies under the pointer stays under it. `factor` below 1 goes nearer. */
export function zoomed(
  view: View,
  factor: number,
  at: { readonly x: number; readonly y: number },
  width: number,
  height: number,
): View {
  const distance = Math.min(farthest, Math.max(nearest, view.distance * factor))
  const unit = 1 / pixelsPerUnit(view, height)
  const gone = 1 - distance / view.distance
  return {
    ...moved(view, (at.x - width / 2) * unit * gone, (height / 2 - at.y) * unit * gone),
    distance,
  }
}

/** The view that shows a ball as large as it fits. */
export function flyTo(view: View, centre: readonly [number, number, number], radius: number): View {
  const distance = Math.min(farthest, Math.max(0.12, (Math.max(radius, 0.03) / half) * 1.25))
  return { ...view, target: centre, distance }
}

/** How far a movement has come after `t` of its time: quick at first, then gently to its end. */
export function eased(t: number): number {
  const left = 1 - Math.min(1, Math.max(0, t))
  return 1 - left * left * left
}

/** The view on the way from one to another; turns take the shorter way round. */
export function between(from: View, to: View, t: number): View {
  const share = eased(t)
  const mix = (a: number, b: number): number => a + (b - a) * share
  const turn = Math.round((from.yaw - to.yaw) / (2 * Math.PI)) * 2 * Math.PI
  return {
    dims: to.dims,
    target: [0, 1, 2].map((k) => mix(from.target[k]!, to.target[k]!)) as unknown as View['target'],
    yaw: mix(from.yaw, to.yaw + turn),
    pitch: mix(from.pitch, to.pitch),
    distance: Math.exp(mix(Math.log(from.distance), Math.log(to.distance))),
  }
}

/** A view from what was kept; null where it cannot be understood. */
export function readView(kept: unknown, dims: 2 | 3): View | null {
  const { target, yaw, pitch, distance } = (kept ?? {}) as Record<string, unknown>
  const finite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
  if (!Array.isArray(target) || target.length !== 3 || !target.every(finite)) return null
  if (!finite(yaw) || !finite(pitch) || !finite(distance) || distance < nearest || distance > farthest)
    return null
  const flat = dims === 2
  return { dims, target: target as never, yaw: flat ? 0 : yaw, pitch: flat ? 0 : pitch, distance }
}

// What are critters drawn with? Outlines of points: ellipses, tubes along curves, polygons, and their turning and moving.

/** Points of a closed outline, x and y by turns, y down. */
export type Outline = Float64Array
export type Point = readonly [number, number]

/** An ellipse around (x, y) with half axes (rx, ry), turned by `turn` radians. */
export function ellipse(x: number, y: number, rx: number, ry: number, turn = 0, points = 26): Outline {
  const outline = new Float64Array(points * 2)
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  for (let i = 0; i < points; i++) {
    const angle = (2 * Math.PI * i) / points
    const [a, b] = [rx * Math.cos(angle), ry * Math.sin(angle)]
    outline[i * 2] = x + cos * a - sin * b
    outline[i * 2 + 1] = y + sin * a + cos * b
  }
  return outline
}

export function polygon(...points: readonly Point[]): Outline {
  return Float64Array.from(points.flat())
}

/** A smooth closed outline through the points (Catmull-Rom). */
export function blob(points: readonly Point[], steps = 5): Outline {
  const count = points.length
  const outline = new Float64Array(count * steps * 2)
  const at = (i: number): Point => points[(i + count) % count]!
  for (let i = 0; i < count; i++)
    for (let s = 0; s < steps; s++)
      outline.set(between(at(i - 1), at(i), at(i + 1), at(i + 2), s / steps), (i * steps + s) * 2)
  return outline
}

/** The point at `t` between b and c of a Catmull-Rom curve. */
function between(a: Point, b: Point, c: Point, d: Point, t: number): [number, number] {
  const on = (k: 0 | 1): number =>
    0.5 *
    (2 * b[k] +
      (c[k] - a[k]) * t +
      (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t * t +
      (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t * t * t)
  return [on(0), on(1)]
}

/** A tube with round ends along a smooth curve through `points`; its half width goes evenly through `widths`. */
export function tube(points: readonly Point[], widths: readonly number[], steps = 6): Outline {
  const last = points.length - 1
  const at = (i: number): Point =>
    i < 0
      ? mirrored(points[0]!, points[1]!)
      : i > last
        ? mirrored(points[last]!, points[last - 1]!)
        : points[i]!
  const spine: [number, number][] = []
  for (let i = 0; i < last; i++)
    for (let s = 0; s < steps; s++) spine.push(between(at(i - 1), at(i), at(i + 1), at(i + 2), s / steps))
  spine.push([points[last]![0], points[last]![1]])

  const there: number[] = []
  const back: number[] = []
  const widthAt = (share: number): number => {
    const place = share * (widths.length - 1)
    const low = Math.min(Math.floor(place), widths.length - 2)
    return widths.length === 1 ? widths[0]! : widths[low]! + (widths[low + 1]! - widths[low]!) * (place - low)
  }
  const directionAt = (i: number): [number, number] => {
    const from = spine[Math.max(0, i - 1)]!
    const to = spine[Math.min(spine.length - 1, i + 1)]!
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1
    return [(to[0] - from[0]) / length, (to[1] - from[1]) / length]
  }
  spine.forEach(([x, y], i) => {
    const [dx, dy] = directionAt(i)
    const width = widthAt(i / (spine.length - 1))
    there.push(x - dy * width, y + dx * width)
    back.unshift(x + dy * width, y - dx * width)
  })
  const cap = (i: number, width: number, away: number): number[] => {
    const [x, y] = spine[i]!
    const [dx, dy] = directionAt(i)
    const start = Math.atan2(dx * away, -dy * away)
    return [0.2, 0.4, 0.6, 0.8].flatMap((share) => {
      const angle = start - Math.PI * share
      return [x + width * Math.cos(angle), y + width * Math.sin(angle)]
    })
  }
  return Float64Array.from([
    ...there,
    ...cap(spine.length - 1, widthAt(1), 1),
    ...back,
    ...cap(0, widthAt(0), -1),
  ])
}

const mirrored = (at: Point, other: Point): Point => [2 * at[0] - other[0], 2 * at[1] - other[1]]

/** Turned by `angle` radians around (x, y). */
export function turned(outline: Outline, angle: number, [x, y]: Point = [0, 0]): Outline {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const moved = new Float64Array(outline.length)
  for (let i = 0; i < outline.length; i += 2) {
    const [a, b] = [outline[i]! - x, outline[i + 1]! - y]
    moved[i] = x + cos * a - sin * b
    moved[i + 1] = y + sin * a + cos * b
  }
  return moved
}

/** The outline with every point `by` further out along the mean direction of its two sides. */
export function grown(outline: Outline, by: number): Outline {
  const count = outline.length
  let area = 0
  for (let i = 0; i < count; i += 2) {
    const j = (i + 2) % count
    area += outline[i]! * outline[j + 1]! - outline[j]! * outline[i + 1]!
  }
  const out = area > 0 ? by : -by
  const moved = new Float64Array(count)
  for (let i = 0; i < count; i += 2) {
    const before = (i + count - 2) % count
    const after = (i + 2) % count
    const [ax, ay] = side(outline, before, i)
    const [bx, bY] = side(outline, i, after)
    const [nx, ny] = [ay + bY, -(ax + bx)]
    // The normal of both sides together; at sharp corners it is not followed all the way out.
    const factor = out / Math.max(0.6, (nx * nx + ny * ny) / 2)
    moved[i] = outline[i]! + nx * factor
    moved[i + 1] = outline[i + 1]! + ny * factor
  }
  return moved
}

/** Direction of the side from point `i` to `j`, of length 1; 0 where they are one. */
function side(outline: Outline, i: number, j: number): [number, number] {
  const [dx, dy] = [outline[j]! - outline[i]!, outline[j + 1]! - outline[i + 1]!]
  const length = Math.hypot(dx, dy)
  return length > 1e-9 ? [dx / length, dy / length] : [0, 0]
}

// How do the coordinates of a map become a ball around zero? Centred and scaled, so that every map is seen from the same place.

/** What was taken from the coordinates: `(coordinate − centre) · scale`. */
export interface Fit {
  readonly centre: readonly [number, number, number]
  readonly scale: number
}

/** Points that are looked at to find the size of a map. */
const sample = 20_000

/**
 * The fit of `[points, dims]` coordinates that puts 99 in 100 points within a ball of radius 1 around the middle of their
 * range; a few strays do not shrink the rest.
 */
export function fitOf(coordinates: ArrayLike<number>, dims: number): Fit {
  const count = Math.floor(coordinates.length / dims)
  const looked = Math.min(count, sample)
  const used = Math.min(3, dims)
  const rows: number[] = []
  for (let n = 0; n < looked; n++) {
    // Spread over all points by the golden ratio: a fixed stride would see one class alone where classes take turns.
    const i = looked === count ? n : Math.floor(((n * 0.618033988749895) % 1) * count)
    let whole = true
    for (let k = 0; k < used; k++) whole &&= Number.isFinite(coordinates[i * dims + k])
    if (whole) rows.push(i)
  }
  if (rows.length === 0) return { centre: [0, 0, 0], scale: 1 }
  const at = (sorted: Float64Array, share: number): number => sorted[Math.round(share * (sorted.length - 1))]!
  const centre: [number, number, number] = [0, 0, 0]
  for (let k = 0; k < used; k++) {
    const sorted = Float64Array.from(rows, (i) => coordinates[i * dims + k]!).sort()
    centre[k] = (at(sorted, 0.01) + at(sorted, 0.99)) / 2
  }
  const squares = Float64Array.from(rows, (i) => {
    let square = 0
    for (let k = 0; k < used; k++) square += (coordinates[i * dims + k]! - centre[k]!) ** 2
    return square
  }).sort()
  const radius = Math.sqrt(at(squares, 0.99))
  return { centre, scale: radius > 0 ? 1 / radius : 1 }
}

/** `[points, 3]` numbers in the ball; a point with a number that is none lies at the centre. */
export function fitted(
  coordinates: ArrayLike<number>,
  dims: number,
  { centre, scale }: Fit,
): Float32Array<ArrayBuffer> {
  const count = Math.floor(coordinates.length / dims)
  const out = new Float32Array(count * 3)
  const used = Math.min(3, dims)
  for (let i = 0; i < count; i++)
    for (let k = 0; k < used; k++) {
      const value = (coordinates[i * dims + k]! - centre[k]!) * scale
      out[i * 3 + k] = Number.isFinite(value) ? value : 0
    }
  return out
}

/** The middle of some points and the radius of the ball around it that holds nine in ten of them. */
export function ballOf(
  positions: Float32Array,
  items: ArrayLike<number>,
): { centre: [number, number, number]; radius: number } {
  const centre: [number, number, number] = [0, 0, 0]
  for (let i = 0; i < items.length; i++)
    for (let k = 0; k < 3; k++) centre[k]! += positions[items[i]! * 3 + k]! / items.length
  const squares = Float64Array.from({ length: items.length }, (_, i) => {
    let sum = 0
    for (let k = 0; k < 3; k++) sum += (positions[items[i]! * 3 + k]! - centre[k]!) ** 2
    return sum
  }).sort()
  const radius = Math.sqrt(squares[Math.min(squares.length - 1, Math.floor(squares.length * 0.9))] ?? 0)
  return { centre, radius }
}

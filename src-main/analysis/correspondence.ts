// Which places of two pictures are the same part? Patches that are each other's nearest.
import { nearestRows, normalised } from './nearest.ts'
import type { PatchTokens } from '../../src-shared/analysis/parts.ts'

export interface Match {
  /** Patch numbers in the first and in the second picture, row by row. */
  first: number
  second: number
  cosine: number
}

/**
 * Mutual nearest patches of two pictures: each is the other's most similar one by cosine (as in Amir et al. 2022, "Deep
 * ViT features as dense visual descriptors", §5.3), most similar first, equal ones by place. With masks only patches
 * whose digit is 1 take part on both sides.
 */
export function mutualNearest(
  first: PatchTokens,
  second: PatchTokens,
  width: number,
  masks: { first?: Uint8Array; second?: Uint8Array } = {},
): Match[] {
  const one = chosenRows(first.tokens, width, masks.first)
  const other = chosenRows(second.tokens, width, masks.second)
  if (one.places.length === 0 || other.places.length === 0) return []
  const there = nearestRows(other.rows, one.rows, width, 1)
  const back = nearestRows(one.rows, other.rows, width, 1)
  const matches: Match[] = []
  there.indices.forEach((j, i) => {
    if (back.indices[j] === i)
      matches.push({ first: one.places[i]!, second: other.places[j]!, cosine: there.cosines[i]! })
  })
  return matches.sort((a, b) => b.cosine - a.cosine || a.first - b.first)
}

/** A point in a picture from 0 to 1, and how alike the places are. */
export interface CarriedPoint {
  x: number
  y: number
  cosine: number
}

/**
 * Points of the first picture (0 to 1 across and down) carried to the second: the middle of the patch there that looks
 * most like the one the point lies in, whether that is mutual or not.
 */
export function carryPoints(
  points: readonly { x: number; y: number }[],
  first: PatchTokens,
  second: PatchTokens,
  width: number,
): CarriedPoint[] {
  const patchAt = ({ x, y }: { x: number; y: number }): number => {
    const [rows, columns] = first.grid
    const inside = (share: number, count: number) =>
      Math.min(count - 1, Math.max(0, Math.floor(share * count)))
    return inside(y, rows) * columns + inside(x, columns)
  }
  const asked = new Float32Array(points.length * width)
  points.forEach((point, i) => {
    const patch = patchAt(point)
    asked.set(first.tokens.subarray(patch * width, (patch + 1) * width), i * width)
  })
  const rows = normalised(second.tokens, width)
  const { indices, cosines } = nearestRows(rows, normalised(asked, width), width, 1)
  const [down, across] = second.grid
  return points.map((_, i) => ({
    x: ((indices[i]! % across) + 0.5) / across,
    y: (Math.floor(indices[i]! / across) + 0.5) / down,
    cosine: cosines[i]!,
  }))
}

function chosenRows(tokens: Float32Array, width: number, mask: Uint8Array | undefined) {
  const patches = Array.from({ length: tokens.length / width }, (_, i) => i)
  const places = mask ? patches.filter((i) => mask[i] === 1) : patches
  const rows = new Float32Array(places.length * width)
  places.forEach((place, i) => rows.set(tokens.subarray(place * width, (place + 1) * width), i * width))
  return { places, rows: normalised(rows, width) }
}

// Which places of two pictures are the same part? Patches that are each other's nearest, and points carried over.
import { normalised } from './nearest.ts'
import type { PatchTokens } from './parts.ts'

export interface Match {
  /** Patch numbers in the first and in the second picture, row by row. */
  first: number
  second: number
  cosine: number
}

/** For each patch of one picture the most similar one of the other, the first of equal ones; −1 where there is none. */
export interface Nearest {
  readonly indices: Int32Array
  readonly cosines: Float32Array
}

/**
 * The nearest patch in both directions, by cosine: each pair is compared once. `first` `[patches, width]` and `second`
 * `[other patches, width]` are rows of length 1 (`normalised`).
 */
export function nearestBothWays(
  first: Float32Array,
  second: Float32Array,
  width: number,
): { readonly there: Nearest; readonly back: Nearest } {
  const [rows, others] = [first.length / width, second.length / width]
  const there = nothing(rows)
  const back = nothing(others)
  const meet = (i: number, j: number, sum: number): void => {
    const cosine = Math.fround(sum)
    if (cosine > there.cosines[i]!) {
      there.cosines[i] = cosine
      there.indices[i] = j
    }
    if (cosine > back.cosines[j]!) {
      back.cosines[j] = cosine
      back.indices[j] = i
    }
  }
  // A block of rows stays in the processor's cache while all of the first picture meet it.
  const block = 4 * Math.max(1, Math.floor(16384 / width))
  for (let from = 0; from < others; from += block) {
    const to = Math.min(others, from + block)
    for (let i = 0; i < rows; i++) {
      const start = i * width
      let j = from
      // Four at a time: a value is read once for the four, and the sums do not wait on each other.
      for (; j + 3 < to; j += 4) {
        const at = j * width
        let [s0, s1, s2, s3] = [0, 0, 0, 0]
        for (let t = 0; t < width; t++) {
          const value = first[start + t]!
          s0 += value * second[at + t]!
          s1 += value * second[at + width + t]!
          s2 += value * second[at + 2 * width + t]!
          s3 += value * second[at + 3 * width + t]!
        }
        meet(i, j, s0)
        meet(i, j + 1, s1)
        meet(i, j + 2, s2)
        meet(i, j + 3, s3)
      }
      for (; j < to; j++) {
        let sum = 0
        for (let t = 0; t < width; t++) sum += first[start + t]! * second[j * width + t]!
        meet(i, j, sum)
      }
    }
  }
  return { there, back }
}

const nothing = (count: number): Nearest => ({
  indices: new Int32Array(count).fill(-1),
  cosines: new Float32Array(count).fill(-Infinity),
})

/** Patches that are each other's nearest, most similar first, equal ones by place. */
export function mutualOf({ there, back }: { there: Nearest; back: Nearest }): Match[] {
  const matches: Match[] = []
  there.indices.forEach((second, first) => {
    if (second >= 0 && back.indices[second] === first)
      matches.push({ first, second, cosine: there.cosines[first]! })
  })
  return matches.sort((a, b) => b.cosine - a.cosine || a.first - b.first)
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
  return mutualOf(nearestBothWays(one.rows, other.rows, width)).map((match) => ({
    first: one.places[match.first]!,
    second: other.places[match.second]!,
    cosine: match.cosine,
  }))
}

/** A point in a picture from 0 to 1, and how alike the places are. */
export interface CarriedPoint {
  x: number
  y: number
  cosine: number
}

/** The patch of a grid that holds a point from 0 to 1; one outside belongs to the edge. */
export function patchAt([rows, columns]: readonly [number, number], x: number, y: number): number {
  const inside = (share: number, count: number) => Math.min(count - 1, Math.max(0, Math.floor(share * count)))
  return inside(y, rows) * columns + inside(x, columns)
}

/**
 * A point of one picture carried to the other: the middle of the patch there that looks most like the one the point
 * lies in, whether that is mutual or not. `nearest` leads from the one grid to the other.
 */
export function carryPoint(
  { x, y }: { readonly x: number; readonly y: number },
  from: readonly [number, number],
  to: readonly [number, number],
  nearest: Nearest,
): CarriedPoint {
  const patch = patchAt(from, x, y)
  const found = nearest.indices[patch]!
  const [rows, columns] = to
  return {
    x: ((found % columns) + 0.5) / columns,
    y: (Math.floor(found / columns) + 0.5) / rows,
    cosine: nearest.cosines[patch]!,
  }
}

function chosenRows(tokens: Float32Array, width: number, mask: Uint8Array | undefined) {
  const patches = Array.from({ length: tokens.length / width }, (_, i) => i)
  const places = mask ? patches.filter((i) => mask[i] === 1) : patches
  const rows = new Float32Array(places.length * width)
  places.forEach((place, i) => rows.set(tokens.subarray(place * width, (place + 1) * width), i * width))
  return { places, rows: normalised(rows, width) }
}

// Which points lie inside a lasso or a box? A mask of the screen, then every point projected and looked up in it.
import { runSliced } from '../../../state/slices.ts'
import type { Matrices } from './camera.ts'

export interface Spot {
  readonly x: number
  readonly y: number
}

/** 1 for each pixel of the screen inside the closed line (even-odd rule), `[height, width]`. */
export function maskOf(line: readonly Spot[], width: number, height: number): Uint8Array {
  const mask = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const at = y + 0.5
    const crossings: number[] = []
    for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
      const [a, b] = [line[i]!, line[j]!]
      if (a.y > at !== b.y > at) crossings.push(a.x + ((at - a.y) / (b.y - a.y)) * (b.x - a.x))
    }
    crossings.sort((a, b) => a - b)
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.max(0, Math.ceil(crossings[i]! - 0.5))
      const to = Math.min(width, Math.ceil(crossings[i + 1]! - 0.5))
      if (to > from) mask.fill(1, y * width + from, y * width + to)
    }
  }
  return mask
}

/** The corners of the box between two spots. */
export function boxLine(from: Spot, to: Spot): Spot[] {
  return [from, { x: to.x, y: from.y }, to, { x: from.x, y: to.y }]
}

/** Points of one slice: about two milliseconds. */
const slice = 50_000

/** Puts the numbers of points `from` … `to` − 1 that fall on the mask into `found`. */
function look(
  positions: Float32Array,
  { both }: Matrices,
  mask: Uint8Array,
  size: { readonly width: number; readonly height: number },
  shown: ((item: number) => boolean) | null,
  [from, to]: readonly [number, number],
  found: number[],
): void {
  const { width, height } = size
  for (let i = from; i < to; i++) {
    const [x, y, z] = [positions[i * 3]!, positions[i * 3 + 1]!, positions[i * 3 + 2]!]
    const w = both[3]! * x + both[7]! * y + both[11]! * z + both[15]!
    if (w <= 0) continue
    const column = Math.floor(
      ((both[0]! * x + both[4]! * y + both[8]! * z + both[12]!) / w / 2 + 0.5) * width,
    )
    const row = Math.floor((0.5 - (both[1]! * x + both[5]! * y + both[9]! * z + both[13]!) / w / 2) * height)
    if (column < 0 || row < 0 || column >= width || row >= height || mask[row * width + column] === 0)
      continue
    if (!shown || shown(i)) found.push(i)
  }
}

/**
 * The points inside a closed line on the screen, in order; the page goes on between slices. `shown` says which points
 * count. Null where `wanted` became false on the way.
 */
export async function pointsInside(
  positions: Float32Array,
  matrices: Matrices,
  line: readonly Spot[],
  size: { readonly width: number; readonly height: number },
  shown: ((item: number) => boolean) | null = null,
  wanted: () => boolean = () => true,
): Promise<Int32Array | null> {
  const found: number[] = []
  if (line.length < 3) return new Int32Array()
  const mask = maskOf(line, size.width, size.height)
  const count = positions.length / 3
  function* steps(): Generator<void> {
    for (let from = 0; from < count; from += slice) {
      look(positions, matrices, mask, size, shown, [from, Math.min(count, from + slice)], found)
      yield
    }
  }
  return (await runSliced(steps(), wanted)) ? Int32Array.from(found) : null
}

export const combinations = ['replace', 'add', 'remove', 'keep'] as const
export type Combination = (typeof combinations)[number]

/** A selection joined with another, in order: replaced, added to, taken from, or what is in both. */
export function combined(before: Int32Array, found: Int32Array, how: Combination): Int32Array {
  if (how === 'replace' || (before.length === 0 && how === 'add')) return found
  const set = new Set(found)
  if (how === 'add') for (const item of before) set.add(item)
  else if (how === 'keep') return before.filter((item) => set.has(item))
  else return before.filter((item) => !set.has(item))
  return Int32Array.from(set).sort()
}

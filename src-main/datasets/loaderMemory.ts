// What do the loader and its threads share? Batches being filled, who fills what, pictures that are kept: plain words.
import type { ViewRecipe } from './augment.ts'
import type { CacheMemory } from './pictureCache.ts'
import type { ReaderPlan } from './reader.ts'
import type { Skipped } from './pictureSet.ts'

/** One place for a batch; the loader goes round between a few of them. */
export interface Slot {
  /** Crops of every view, one view after the other: `[count · batch, 3, side, side]` each, all first crops first. */
  views: SharedArrayBuffer
  /** `[batch]`: which item each picture turned out to be. */
  items: SharedArrayBuffer
  /** Pictures that somebody has taken; pictures that are done; pictures that could not be had at all. */
  counters: SharedArrayBuffer
}
export const counter = { taken: 0, done: 1, failed: 2 } as const

/**
 * A slot is used again for a later batch while a thread may still come late to the one before: `taken` counts the
 * pictures in its lower bits and has the batch's number above them, so that nobody takes for the wrong batch.
 */
const takeBits = 15
export const largestBatch = (1 << takeBits) - 1
export const firstTake = (number: number): number => (number & 0xffff) << takeBits

/** Takes the next picture of a batch; null where all are taken or the slot is another batch's by now. */
export function takePicture(counters: Int32Array, number: number, batch: number): number | null {
  for (;;) {
    const value = Atomics.load(counters, counter.taken)
    const at = value & largestBatch
    if (value - at !== firstTake(number) || at >= batch) return null
    if (Atomics.compareExchange(counters, counter.taken, value, value + 1) === value) return at
  }
}

/** What a loading thread starts with. */
export interface LoaderWork {
  plan: ReaderPlan
  items: Int32Array
  batch: number
  recipes: readonly ViewRecipe[]
  seed: number
  slots: Slot[]
  cache: CacheMemory
  /** Pixels that the shorter side of a picture must have. */
  least: number
}
/** Fill a slot: the number of the batch, and for each of its pictures the place in `items`. */
export interface FillSlot {
  slot: number
  number: number
  places: Uint32Array
}
export type FromLoader =
  { kind: 'filled'; slot: number } | { kind: 'skipped'; item: number; skipped: Skipped }

/** Numbers of all crops of one picture of a view. */
export const cropNumbers = ({ side }: ViewRecipe): number => 3 * side * side

/** Where each view begins in a slot's numbers, and how many numbers there are in all. */
export function viewOffsets(
  recipes: readonly ViewRecipe[],
  batch: number,
): { offsets: number[]; total: number } {
  let total = 0
  const offsets = recipes.map((recipe) => {
    const at = total
    total += recipe.count * batch * cropNumbers(recipe)
    return at
  })
  return { offsets, total }
}

// On what is a network measured while it trains? Some held-out pictures and some it learns from, small and in memory.
import type { Masks, PictureSet } from '../../datasets/pictureSet.ts'
import { resize } from '../../datasets/resize.ts'
import type { RgbPicture } from '../../datasets/reader.ts'
import { permutation, random } from '../../../src-shared/numerics/random.ts'

/** Pictures as the measuring network sees them, with what is known of them. */
export interface Sample {
  items: number[]
  labels: Int32Array
  /** `[items, side, side, 3]` */
  pictures: Uint8Array
  /** Of each item; null where the data has none. */
  masks: Masks[] | null
}

/** Items in the order in which they are measured. */
export function measuredOrder(from: Int32Array, seed: number): Int32Array {
  return Int32Array.from(permutation(random(seed).split('measured'), from.length), (place) => from[place]!)
}

/** `count` items of `from` at most, drawn by `seed`, with their pictures at `side` pixels. Unreadable ones are left out. */
export async function sampleOf(
  data: PictureSet,
  from: Int32Array,
  count: number,
  side: number,
  seed: number,
): Promise<Sample> {
  const items: number[] = []
  const pictures: Uint8Array[] = []
  const masks: Masks[] = []
  for (const item of measuredOrder(from, seed)) {
    if (items.length >= count) break
    const picture = await data.read(item).catch(() => null)
    if (picture === null) continue
    items.push(item)
    pictures.push(squared(picture, side))
    if (data.masks) masks.push(await data.masks(item))
  }
  const all = new Uint8Array(items.length * 3 * side * side)
  pictures.forEach((picture, i) => all.set(picture, i * 3 * side * side))
  return {
    items,
    labels: Int32Array.from(items, (item) => data.label(item) ?? -1),
    pictures: all,
    masks: data.masks ? masks : null,
  }
}

/** The middle square of a picture at `side` pixels, `[side, side, 3]`. */
export function squared({ width, height, rgb }: RgbPicture, side: number): Uint8Array {
  if (width === side && height === side) return rgb
  const scale = side / Math.min(width, height)
  const wanted = { width: Math.round(width * scale), height: Math.round(height * scale) }
  const window = {
    left: Math.floor((wanted.width - side) / 2),
    top: Math.floor((wanted.height - side) / 2),
    width: side,
    height: side,
  }
  return resize({ width, height, rgb }, wanted, 'bicubic', window).rgb
}

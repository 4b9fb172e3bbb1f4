// What is kept of a picture under other masks? A small picture and its PSNR for each ratio, and the gathering of mean and spread.
import { asPixels, gatherDraws, type Drawing, type Draws } from '../../../src-shared/analysis/draws.ts'
import { mix, psnrOf, toPicture } from '../../../src-shared/analysis/reconstruct.ts'
import type { HiddenChoice } from '../../../src-shared/protocol/calls/studies.ts'
import { overlay } from '../../../src-shared/colour/overlay.ts'
import type { Ramp } from '../../canvas/ramps.ts'
import type { Rebuilt } from '../../client/lab.ts'
import { opaque, shownPatches, type JudgeWish } from './judged.ts'
import { mostSeed, type MaskKind } from './settings.ts'

/** The shares of the strip: 50 to 95 %. */
export const stripRatios = Array.from({ length: 10 }, (_, i) => (50 + 5 * i) / 100)

export interface Rung {
  readonly ratio: number
  readonly psnr: number | null
  readonly width: number
  readonly height: number
  /** `[height, width, 4]`, the visible patches put back. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>
}

/** Longest side of a small picture in pixels, before whole pixels are joined. */
const small = 240

/** One ratio of the strip. */
export function rungOf(answer: Rebuilt, wish: JudgeWish, ratio: number): Rung {
  const { target, shown, preprocessing } = shownPatches(answer, wish)
  const { mask, patch } = answer
  const { width, height, rgb } = toPicture(mix(target, shown.values, mask), preprocessing)
  const [truth, said] = [asPixels(target.values, preprocessing), asPixels(shown.values, preprocessing)]
  const size = patch ** 2 * 3
  let sum = 0
  let count = 0
  for (let j = 0; j < truth.length; j++) {
    if (mask[Math.floor(j / size)] !== 1) continue
    sum += (truth[j]! - said[j]!) ** 2
    count++
  }
  return { ratio, psnr: psnrOf(sum / Math.max(1, count)), ...shrink(rgb, width, height) }
}

/** Bytes `[height, width, 3]` with boxes of pixels joined to their mean, so that the longest side is near 240 at most. */
export function shrink(
  rgb: Uint8Array,
  width: number,
  height: number,
): { width: number; height: number; pixels: Uint8ClampedArray<ArrayBuffer> } {
  const box = Math.max(1, Math.floor(Math.max(width, height) / small))
  const [wide, high] = [Math.floor(width / box), Math.floor(height / box)]
  if (box === 1) return { width, height, pixels: opaque(rgb) }
  const pixels = new Uint8ClampedArray(wide * high * 4)
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0
        for (let dy = 0; dy < box; dy++)
          for (let dx = 0; dx < box; dx++) sum += rgb[((y * box + dy) * width + x * box + dx) * 3 + channel]!
        pixels[(y * wide + x) * 4 + channel] = sum / (box * box)
      }
      pixels[(y * wide + x) * 4 + 3] = 255
    }
  return { width: wide, height: high, pixels }
}

/** How the masks of the uncertainty are chosen. */
export interface DrawsChoice {
  readonly mask: MaskKind
  /** Share that is hidden now, whatever hid it. */
  readonly ratio: number
  readonly seed: number
  readonly count: number
}

/** `count` masks by chance, the first with the seed that stands. A grid and a painted mask have no chance: their share is taken. */
export function drawnMasks({ mask, ratio, seed, count }: DrawsChoice): HiddenChoice[] {
  return Array.from({ length: count }, (_, i) => ({
    kind: mask === 'block' ? ('block' as const) : ('random' as const),
    ratio,
    seed: (seed + i) % (mostSeed + 1),
  }))
}

/** The masks of the strip: the kind that stands, more and more of it. */
export const stripMasks = (mask: MaskKind, seed: number): HiddenChoice[] =>
  stripRatios.map((ratio) => ({
    kind: mask === 'brush' ? 'random' : mask,
    ratio,
    seed: mask === 'grid' ? 0 : seed,
  }))

/** What was gathered so far, and what goes on gathering. */
export interface Gathered extends Draws {
  readonly drawing: Drawing
  readonly grid: readonly [number, number]
  readonly patch: number
  readonly width: number
  readonly height: number
  /** The picture `[height, width, 3]`. */
  readonly rgb: Uint8Array
  /** Mean of the spreads, and the place of the largest; null before two masks hid a patch. */
  readonly meanSpread: number | null
  readonly largest: number | null
}

/** Takes one more mask in. */
export function gather(before: Gathered | null, answer: Rebuilt, wish: JudgeWish): Gathered {
  const { target, shown, preprocessing } = shownPatches(answer, wish)
  const drawing =
    before?.drawing ?? gatherDraws(asPixels(target.values, preprocessing), answer.patch ** 2 * 3)
  drawing.add(asPixels(shown.values, preprocessing), answer.mask)
  const draws = drawing.result()
  let sum = 0
  let count = 0
  let largest: number | null = null
  draws.spread.forEach((value, i) => {
    if (Number.isNaN(value)) return
    sum += value
    count++
    if (largest === null || value > draws.spread[largest]!) largest = i
  })
  return {
    ...draws,
    drawing,
    grid: answer.layout.grid,
    patch: answer.patch,
    width: answer.input.width,
    height: answer.input.height,
    rgb: answer.rgb,
    meanSpread: count > 0 ? sum / count : null,
    largest,
  }
}

/** The spread as heat over the picture that steps back, `[height, width, 4]`; patches without one show the picture alone. */
export function spreadPixels(
  gathered: Gathered,
  ramp: Ramp,
  opacity: number,
): Uint8ClampedArray<ArrayBuffer> {
  const { width, height, grid, patch, spread, rgb } = gathered
  const values = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / patch) * grid[1]
    for (let x = 0; x < width; x++) {
      const value = spread[row + Math.floor(x / patch)]!
      values[y * width + x] = Number.isNaN(value) ? 0 : value
    }
  }
  const limit = spreadLimit(gathered)
  return opaque(overlay({ width, height, rgb }, values, { map: ramp, opacity, limit }))
}

/** The end of the scale: the largest spread. */
export const spreadLimit = ({ largest, spread }: Gathered): number =>
  largest === null ? 1 : spread[largest]! || 1

/** The mean of what the decoder said of each patch when it was hidden, `[height, width, 4]`; clear where it never was. */
export function meanPixels({ width, height, grid, patch, mean }: Gathered): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(width * height * 4)
  const size = patch ** 2 * 3
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = (Math.floor(y / patch) * grid[1] + Math.floor(x / patch)) * size
      const at = from + ((y % patch) * patch + (x % patch)) * 3
      if (Number.isNaN(mean[at]!)) continue
      for (let channel = 0; channel < 3; channel++)
        out[(y * width + x) * 4 + channel] = mean[at + channel]! * 255
      out[(y * width + x) * 4 + 3] = 255
    }
  return out
}

// Which pixel does a patch get? Part colours as RGBA, one pixel per patch, background clear.
import { paintParts } from '../../../src-shared/colour/parts.ts'
import { classLook } from '../../../src-shared/colour/classes.ts'
import type { Ramp, Theme } from '../../canvas/ramps.ts'
import type { Colouring } from './settings.ts'

/** 1 where a patch lies above the threshold; null: everywhere. */
export function foregroundOf(first: Float32Array, threshold: number | null): Uint8Array {
  return Uint8Array.from(first, (value) => Number(threshold === null || value > threshold))
}

/** Components `[patches, 3]` 0 … 1 with some running the other way. */
export function flipped(colours: Float32Array, flips: readonly boolean[]): Float32Array {
  return flips.some(Boolean) ? colours.map((value, at) => (flips[at % 3] ? 1 - value : value)) : colours
}

/** `[patches, 4]`: the three components as a colour, or one of them on a ramp; every patch, foreground or not. */
export function partPixels(
  colours: Float32Array,
  colouring: Colouring,
  ramp: Ramp,
): Uint8ClampedArray<ArrayBuffer> {
  const patches = colours.length / 3
  const pixels = new Uint8ClampedArray(patches * 4)
  const rgb = colouring === 'rgb' || colouring === 'oklab' ? paintParts(colours, colouring) : null
  const component = rgb ? 0 : Number(colouring) - 1
  for (let i = 0; i < patches; i++) {
    const table = rgb ?? ramp.table
    const from = rgb ? i * 3 : 3 * Math.round(255 * Math.min(1, Math.max(0, colours[i * 3 + component]!)))
    for (let channel = 0; channel < 3; channel++) pixels[i * 4 + channel] = table[from + channel]!
    pixels[i * 4 + 3] = 255
  }
  return pixels
}

/** `[patches, 4]`: each group in its class colour, other groups clear where one alone is shown, and so is what is in none. */
export function groupPixels(
  labels: Int32Array,
  group: number | null,
  theme: Theme,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(labels.length * 4)
  labels.forEach((label, i) => {
    if (label < 0 || (group !== null && label !== group)) return
    pixels.set([...classLook(label, theme).colour, 255], i * 4)
  })
  return pixels
}

/** `[patches, 4]`: the foreground in one grey that shows on either ground. */
export function foregroundPixels(foreground: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(foreground.length * 4)
  foreground.forEach((bit, i) => {
    if (bit) pixels.set([143, 149, 155, 255], i * 4)
  })
  return pixels
}

/** The same with the background clear. */
export function masked(
  pixels: Uint8ClampedArray<ArrayBuffer>,
  foreground: Uint8Array,
): Uint8ClampedArray<ArrayBuffer> {
  const own = pixels.slice()
  for (let i = 0; i < foreground.length; i++) if (foreground[i] === 0) own[i * 4 + 3] = 0
  return own
}

/**
 * The cosine from which patches count as alike where nobody said: half of the other pictures have one as similar, and
 * 0.8 is always enough.
 */
export function usualSimilarity(best: readonly number[]): number {
  const sorted = [...best].sort((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0.6
  return Math.floor(Math.min(0.8, middle) * 100) / 100
}

/** Counts of values from 0 to 1 in equal bins. */
export function countBins(values: readonly Float32Array[], bins: number): number[] {
  const counts = new Array<number>(bins).fill(0)
  for (const one of values)
    for (const value of one) counts[Math.min(bins - 1, Math.max(0, Math.floor(value * bins)))]!++
  return counts
}

export interface Likeness {
  /** 1 where the cosine is at least the threshold. */
  readonly mask: Uint8Array
  readonly count: number
  /** The most similar patch. */
  readonly best: number
  readonly cosine: number
}

/** What of a picture is like the clicked patch. */
export function likeness(cosines: Float32Array, threshold: number): Likeness {
  const mask = new Uint8Array(cosines.length)
  let count = 0
  let best = 0
  for (let i = 0; i < cosines.length; i++) {
    if (cosines[i]! >= threshold) {
      mask[i] = 1
      count++
    }
    if (cosines[i]! > cosines[best]!) best = i
  }
  return { mask, count, best, cosine: cosines[best] ?? 0 }
}

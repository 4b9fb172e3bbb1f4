// Which colour does a part get? The first three principal components as red, green, blue, or in OKLab.
import { oklabToRgb } from './oklab.ts'

/**
 * `rgb`: components 1 to 3 are red, green and blue. `oklab`: component 1 is lightness, 2 and 3 are green–red and
 * blue–yellow, so that the first component reads without colour.
 */
export type PartColouring = 'rgb' | 'oklab'

/** Components `[patches, 3]`, each scaled to 0 … 1 (beyond is clamped), as colours `[patches, 3]` of bytes. */
export function paintParts(scaled: ArrayLike<number>, colouring: PartColouring = 'rgb'): Uint8Array {
  const rgb = new Uint8ClampedArray(scaled.length)
  for (let i = 0; i < scaled.length; i += 3) {
    const [one, two, three] = [0, 1, 2].map((k) => Math.min(1, Math.max(0, scaled[i + k]!))) as [
      number,
      number,
      number,
    ]
    const colour =
      colouring === 'rgb'
        ? ([255 * one, 255 * two, 255 * three] as const)
        : // Lightness keeps clear of both ends, where there is no room for hue.
          oklabToRgb([0.25 + 0.65 * one, 0.24 * (two - 0.5), 0.24 * (three - 0.5)])
    rgb.set(colour, i)
  }
  return new Uint8Array(rgb.buffer)
}

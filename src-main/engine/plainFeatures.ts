// What does one get without any network? Raw pixels and colours of a picture as vectors: the least that features must beat.
import type { RgbPicture } from '../datasets/reader.ts'
import { resize } from '../datasets/resize.ts'

/** Side at which raw pixels are compared. */
export const pixelSide = 24
export const pixelNumbers = 3 * pixelSide * pixelSide

/** The picture at 24 × 24 pixels from −1 to 1, `[24, 24, 3]`: from the middle grey, so that a cosine tells pictures apart. */
export function pixelFeatures(picture: RgbPicture): Float32Array {
  const { rgb } = resize(picture, { width: pixelSide, height: pixelSide }, 'bilinear')
  return Float32Array.from(rgb, (value) => value / 127.5 - 1)
}

export const histogramNumbers = 512

/** Shares of eight steps each of red, green and blue, `[8, 8, 8]`. */
export function colourHistogram({ rgb }: RgbPicture): Float32Array {
  const histogram = new Float32Array(histogramNumbers)
  const share = 3 / rgb.length
  for (let i = 0; i < rgb.length; i += 3)
    histogram[((rgb[i]! >> 5) << 6) | ((rgb[i + 1]! >> 5) << 3) | (rgb[i + 2]! >> 5)]! += share
  return histogram
}

// How is a picture blurred as Pillow's GaussianBlur does it? Three box blurs of a fractional radius, along each axis.
//
// Gwosdek et al., "Theoretical foundations of Gaussian convolution by extended box filtering", 2011, as in Pillow's
// libImaging/BoxBlur.c: bytes after each pass, borders continued by their last pixel.

const passes = 3

/** Radius of the box whose `passes`-fold blur has the standard deviation `sigma`. */
function boxRadius(sigma: number): number {
  const variance = Math.fround((sigma * sigma) / passes)
  const length = Math.sqrt(12 * variance + 1)
  const whole = Math.floor((length - 1) / 2)
  const rest =
    ((2 * whole + 1) * (whole * (whole + 1) - 3 * variance)) / (6 * (variance - (whole + 1) * (whole + 1)))
  return Math.fround(whole + rest)
}

/** Blurs `[height, width, 3]` in place by a standard deviation of `sigma` pixels. */
export function gaussianBlur(rgb: Uint8Array, width: number, height: number, sigma: number): void {
  const radius = boxRadius(sigma)
  if (!(radius > 0)) return
  for (let pass = 0; pass < passes; pass++) blurLines(rgb, radius, height, width * 3, width, 3)
  for (let pass = 0; pass < passes; pass++) blurLines(rgb, radius, width, 3, height, width * 3)
}

let line = new Uint8Array(0)

/**
 * One box blur along `count` lines of `length` pixels: line `i` starts at `i · apart`, its pixels are `step` apart.
 * The sums are 24-bit fixed point, and their products stay below 2³².
 */
function blurLines(
  rgb: Uint8Array,
  radius: number,
  count: number,
  apart: number,
  length: number,
  step: number,
): void {
  const reach = Math.trunc(radius)
  const weight = Math.trunc((1 << 24) / Math.fround(Math.fround(radius * 2) + 1))
  const edge = Math.trunc(((1 << 24) - (reach * 2 + 1) * weight) / 2)
  // The line with its ends continued by reach + 1 pixels: no border cases below.
  const padded = length + 2 * reach + 2
  if (line.length < padded) line = new Uint8Array(padded)
  for (let i = 0; i < count; i++)
    for (let channel = 0; channel < 3; channel++) {
      const start = i * apart + channel
      for (let x = 0, at = start; x < length; x++, at += step) line[reach + 1 + x] = rgb[at]!
      line.fill(line[reach + 1]!, 0, reach + 1)
      line.fill(line[reach + length]!, reach + 1 + length, padded)
      let sum = 0
      for (let x = 0; x < 2 * reach + 1; x++) sum += line[x]!
      for (let x = 0, at = start; x < length; x++, at += step) {
        // The window's middle is the padded pixel x + reach + 1.
        sum += line[x + 2 * reach + 1]! - line[x]!
        const ends = line[x]! + line[x + 2 * reach + 2]!
        rgb[at] = (Math.imul(sum, weight) + Math.imul(ends, edge) + (1 << 23)) >>> 24
      }
    }
}

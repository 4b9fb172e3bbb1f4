// How does a picture change its size exactly as the training code's pictures did? Pillow's resampling, on 8 bits.

export type Filter = 'bicubic' | 'bilinear' | 'lanczos'

/** A filter's reach in source pixels at scale 1, and its weight at a distance. */
interface Kernel {
  reach: number
  weight: (x: number) => number
}
const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))
const kernels: Record<Filter, Kernel> = {
  bilinear: { reach: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  // Keys' cubic with a = −0.5.
  bicubic: {
    reach: 2,
    weight: (x) => {
      const t = Math.abs(x)
      if (t < 1) return (1.5 * t - 2.5) * t * t + 1
      return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0
    },
  },
  lanczos: { reach: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
}

/** Weights are whole numbers of 2⁻²²: eight bits for the pixel, two to spare for overshoot, as Pillow has them. */
const precision = 22

/** For each target place the first source place, how many there are, and their weights, `[places, most]`. */
interface Taps {
  first: Int32Array
  count: Int32Array
  weights: Int32Array
  most: number
}

/** Taps of the target places `start` … `start + places − 1` when `size` source places become `wanted`. */
function tapsFor(size: number, wanted: number, filter: Filter, start: number, places: number): Taps {
  const { reach, weight } = kernels[filter]
  const scale = size / wanted
  // Shrinking widens the filter over all source pixels that fall into a target pixel: this is the antialiasing.
  const stretch = Math.max(1, scale)
  const support = reach * stretch
  const most = Math.ceil(support) * 2 + 1
  const first = new Int32Array(places)
  const count = new Int32Array(places)
  const weights = new Int32Array(places * most)
  const exact = new Float64Array(most)
  for (let i = 0; i < places; i++) {
    const centre = (start + i + 0.5) * scale
    const from = Math.max(0, Math.trunc(centre - support + 0.5))
    const to = Math.min(size, Math.trunc(centre + support + 0.5))
    let sum = 0
    for (let j = from; j < to; j++) sum += exact[j - from] = weight((j - centre + 0.5) / stretch)
    for (let j = 0; j < to - from; j++) {
      const share = (exact[j]! / sum) * (1 << precision)
      weights[i * most + j] = Math.trunc(share + (share < 0 ? -0.5 : 0.5))
    }
    first[i] = from
    count[i] = to - from
  }
  return { first, count, weights, most }
}

interface Pixels {
  width: number
  height: number
  /** `[height, width, 3]`. */
  rgb: Uint8Array
}

/**
 * A picture resized to `wanted`, equal byte for byte to `Image.resize` of Pillow (libImaging/Resample.c: two
 * passes, rows first, each rounded to bytes), which torchvision, timm and the original repositories call.
 * With a `window` only that part of the result is computed and returned, as if it were cut out afterwards.
 */
export function resize(
  picture: Pixels,
  wanted: { width: number; height: number },
  filter: Filter = 'bicubic',
  window: { left: number; top: number; width: number; height: number } = { left: 0, top: 0, ...wanted },
): Pixels {
  const { width, height } = window
  if ([wanted.width, picture.width].every((side) => side === width))
    if ([wanted.height, picture.height].every((side) => side === height)) return picture
  const columns = tapsFor(picture.width, wanted.width, filter, window.left, width)
  const rows = tapsFor(picture.height, wanted.height, filter, window.top, height)
  const top = rows.first[0]!
  const bottom = rows.first[height - 1]! + rows.count[height - 1]!
  const narrow = alongRows(picture, columns, width, top, bottom)
  return { width, height, rgb: alongColumns(narrow, rows, width, height, top) }
}

/** First pass: the source rows `top` … `bottom` − 1 at their new width. */
function alongRows(source: Pixels, taps: Taps, width: number, top: number, bottom: number): Uint8Array {
  const { first, count, weights, most } = taps
  const { rgb } = source
  // Clamping to 0 … 255 as it stores.
  const out = new Uint8ClampedArray(width * (bottom - top) * 3)
  let to = 0
  for (let y = top; y < bottom; y++)
    for (let x = 0; x < width; x++) {
      let red = 1 << (precision - 1)
      let green = red
      let blue = red
      let from = (y * source.width + first[x]!) * 3
      const start = x * most
      const end = start + count[x]!
      for (let i = start; i < end; i++, from += 3) {
        const weight = weights[i]!
        red += rgb[from]! * weight
        green += rgb[from + 1]! * weight
        blue += rgb[from + 2]! * weight
      }
      out[to++] = red >> precision
      out[to++] = green >> precision
      out[to++] = blue >> precision
    }
  return new Uint8Array(out.buffer)
}

/** Second pass: columns of the narrowed rows, whose first is source row `top`, at their new height. */
function alongColumns(
  narrow: Uint8Array,
  taps: Taps,
  width: number,
  height: number,
  top: number,
): Uint8Array {
  const { first, count, weights, most } = taps
  const row = width * 3
  const out = new Uint8ClampedArray(row * height)
  const sum = new Int32Array(row)
  for (let y = 0; y < height; y++) {
    // Row after row instead of column after column: memory is read in its order.
    sum.fill(1 << (precision - 1))
    for (let i = 0; i < count[y]!; i++) {
      const weight = weights[y * most + i]!
      const from = (first[y]! - top + i) * row
      for (let x = 0; x < row; x++) sum[x]! += narrow[from + x]! * weight
    }
    for (let x = 0; x < row; x++) out[y * row + x] = sum[x]! >> precision
  }
  return new Uint8Array(out.buffer)
}

// How are colours changed as torchvision changes those of Pillow pictures? Byte for byte, in place, on [height, width, 3].
//
// torchvision.transforms.functional on PIL: ImageEnhance (Brightness, Contrast, Color: Image.blend with black, with the
// mean grey, with the grey picture), adjust_hue (HSV in bytes), to_grayscale, ImageOps.solarize, ImageFilter.GaussianBlur.

/** Grey of Pillow's mode L (ITU-R 601-2, in 16-bit fixed point). */
const grey = (red: number, green: number, blue: number): number =>
  (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16

/** One byte of Image.blend: cut towards zero, then to a byte. */
function blended(from: number, to: number, factor: number): number {
  const value = Math.fround(from + Math.fround(Math.fround(factor) * (to - from)))
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value)
}

const table = new Uint8Array(256)
function throughTable(rgb: Uint8Array): void {
  for (let i = 0; i < rgb.length; i++) rgb[i] = table[rgb[i]!]!
}

/** Times `factor`: 0 is black. */
export function brightness(rgb: Uint8Array, factor: number): void {
  for (let v = 0; v < 256; v++) table[v] = blended(0, v, factor)
  throughTable(rgb)
}

/** Away from the picture's mean grey by `factor`: 0 is that grey everywhere. */
export function contrast(rgb: Uint8Array, factor: number): void {
  let sum = 0
  for (let i = 0; i < rgb.length; i += 3) sum += grey(rgb[i]!, rgb[i + 1]!, rgb[i + 2]!)
  const mean = Math.trunc(sum / (rgb.length / 3) + 0.5)
  for (let v = 0; v < 256; v++) table[v] = blended(mean, v, factor)
  throughTable(rgb)
}

/** Away from each pixel's grey by `factor`: 0 is a grey picture. */
export function saturation(rgb: Uint8Array, factor: number): void {
  const times = Math.fround(factor)
  for (let i = 0; i < rgb.length; i += 3) {
    const level = grey(rgb[i]!, rgb[i + 1]!, rgb[i + 2]!)
    for (let c = i; c < i + 3; c++) {
      const value = Math.fround(level + Math.fround(times * (rgb[c]! - level)))
      rgb[c] = value <= 0 ? 0 : value >= 255 ? 255 : value
    }
  }
}

const byte = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : value)

/**
 * Turns the hue by `turn` (−0.5 … 0.5 of the circle), in Pillow's HSV of three bytes: hue and saturation are cut to
 * 255 steps, which is coarse, and is what the original networks saw.
 */
export function hue(rgb: Uint8Array, turn: number): void {
  const shift = Math.trunc(turn * 255)
  for (let i = 0; i < rgb.length; i += 3) {
    const red = rgb[i]!
    const green = rgb[i + 1]!
    const blue = rgb[i + 2]!
    const most = red > green ? (red > blue ? red : blue) : green > blue ? green : blue
    const least = red < green ? (red < blue ? red : blue) : green < blue ? green : blue
    let h = 0
    let s = 0
    if (most !== least) {
      const range = most - least
      s = Math.trunc(Math.fround(range / most) * 255)
      const rc = Math.fround((most - red) / range)
      const gc = Math.fround((most - green) / range)
      const bc = Math.fround((most - blue) / range)
      const place = Math.fround(red === most ? bc - gc : green === most ? 2 + rc - bc : 4 + gc - rc)
      const round = place / 6 + 1
      h = Math.trunc(Math.fround(round - Math.floor(round)) * 255)
    }
    h = (h + shift) & 255
    if (s === 0) {
      rgb[i] = rgb[i + 1] = rgb[i + 2] = most
      continue
    }
    const sector = (h * 6) / 255
    const which = Math.floor(sector)
    const f = Math.fround(sector - which)
    const fs = Math.fround(s / 255)
    const p = byte(Math.round(most * (1 - fs)))
    const q = byte(Math.round(most * (1 - fs * f)))
    const t = byte(Math.round(most * (1 - fs * (1 - f))))
    switch (which % 6) {
      case 0:
        rgb[i] = most
        rgb[i + 1] = t
        rgb[i + 2] = p
        break
      case 1:
        rgb[i] = q
        rgb[i + 1] = most
        rgb[i + 2] = p
        break
      case 2:
        rgb[i] = p
        rgb[i + 1] = most
        rgb[i + 2] = t
        break
      case 3:
        rgb[i] = p
        rgb[i + 1] = q
        rgb[i + 2] = most
        break
      case 4:
        rgb[i] = t
        rgb[i + 1] = p
        rgb[i + 2] = most
        break
      default:
        rgb[i] = most
        rgb[i + 1] = p
        rgb[i + 2] = q
    }
  }
}

/** Every pixel its grey. */
export function greyscale(rgb: Uint8Array): void {
  for (let i = 0; i < rgb.length; i += 3) {
    const level = grey(rgb[i]!, rgb[i + 1]!, rgb[i + 2]!)
    rgb[i] = rgb[i + 1] = rgb[i + 2] = level
  }
}

/** Bytes from `threshold` on turned round. */
export function solarise(rgb: Uint8Array, threshold = 128): void {
  for (let v = 0; v < 256; v++) table[v] = v < threshold ? v : 255 - v
  throughTable(rgb)
}

/** Left and right exchanged. */
export function flip(rgb: Uint8Array, width: number, height: number): void {
  for (let y = 0; y < height; y++) {
    let left = y * width * 3
    let right = left + (width - 1) * 3
    for (; left < right; left += 3, right -= 3)
      for (let c = 0; c < 3; c++) {
        const kept = rgb[left + c]!
        rgb[left + c] = rgb[right + c]!
        rgb[right + c] = kept
      }
  }
}

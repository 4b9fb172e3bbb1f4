// How far apart do two colours look, and what lies between them? sRGB bytes to OKLab and back.

/** Lightness 0 to 1, green–red, blue–yellow (Björn Ottosson, "A perceptual color space for image processing", 2020). */
export type Oklab = readonly [lightness: number, a: number, b: number]
/** Red, green, blue from 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number]

/** The light, 0 to 1, that an sRGB value of 0 to 255 stands for (IEC 61966-2-1). */
export function toLinear(byte: number): number {
  const value = byte / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

/** The sRGB value, 0 to 255 and not rounded, of a light; what is out of range is clamped. */
export function fromLinear(light: number): number {
  const value = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055
  return Math.min(255, Math.max(0, 255 * value))
}

export function rgbToOklab([red, green, blue]: Rgb): Oklab {
  const r = toLinear(red)
  const g = toLinear(green)
  const b = toLinear(blue)
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

/** The nearest sRGB colour by clamping each channel; not rounded. */
export function oklabToRgb([lightness, a, b]: Oklab): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    fromLinear(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    fromLinear(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    fromLinear(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ]
}

/** The distance of two colours in OKLab, ΔE(OK): 1 is black to white. */
export function difference(one: Rgb, other: Rgb): number {
  const [l1, a1, b1] = rgbToOklab(one)
  const [l2, a2, b2] = rgbToOklab(other)
  return Math.hypot(l1 - l2, a1 - a2, b1 - b2)
}

/** Red, green and blue of `#rrggbb` or `rrggbb`. Throws RangeError. */
export function parseHex(hex: string): Rgb {
  const digits = /^#?([0-9a-f]{6})$/i.exec(hex)?.[1]
  if (!digits) throw new RangeError(`${hex} is no colour like #1a2b3c`)
  const value = Number.parseInt(digits, 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

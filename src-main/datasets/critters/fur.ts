// Which colours and patterns does an animal have? Any hue, away from what is behind it; plain, striped, dotted, blotched.
import type { Random } from '../../../src-shared/numerics/random.ts'
import { hsv, mixed, smoothNoise, times } from './canvas.ts'
import type { Canvas, Colour } from './canvas.ts'
import type { Role, Shape } from './pen.ts'

/** Mean light of the scene on a coarse grid below the animal's outlines: what its colours must stand off from. */
export function behind({ side, light }: Canvas, shapes: readonly Shape[]): Colour {
  const sum = [0, 0, 0]
  let count = 0
  for (const { outline } of shapes)
    for (let i = 0; i < outline.length; i += 6) {
      const [x, y] = [Math.round(outline[i]!), Math.round(outline[i + 1]!)]
      if (x < 0 || y < 0 || x >= side || y >= side) continue
      for (let c = 0; c < 3; c++) sum[c]! += light[(y * side + x) * 3 + c]!
      count++
    }
  return count > 0 ? [sum[0]! / count, sum[1]! / count, sum[2]! / count] : [0.5, 0.5, 0.5]
}

/** A colour that stands off from `ground` by at least `contrast` on average, if it can be had in a few draws. */
export function furColour(random: Random, ground: Colour, contrast: number): Colour {
  let colour: Colour = [0, 0, 0]
  for (let attempt = 0; attempt < 16; attempt++) {
    colour = hsv(random.uniform(), random.uniform(0.1, 0.85), random.uniform(0.25, 1))
    const off = colour.reduce((sum, value, c) => sum + Math.abs(value - ground[c]!), 0) / 3
    if (off > contrast) break
  }
  return colour
}

export function paletteOf(random: Random, ground: Colour, contrast: number): Record<Role, Colour> {
  const fur = furColour(random, ground, contrast)
  const limb =
    random.uniform() < 0.6
      ? times(fur, random.uniform(0.62, 0.86))
      : mixed(fur, [1, 1, 1], random.uniform(0.22, 0.42))
  return {
    fur,
    limb,
    behind: times(limb, 0.72),
    pale: mixed(fur, [1, 0.98, 0.94], 0.55),
    accent: hsv(random.uniform(), random.uniform(0.45, 0.95), random.uniform(0.5, 1)),
    dark: [0.07, 0.06, 0.08],
    white: [0.97, 0.97, 0.95],
  }
}

/** The pattern of the fur, `[side, side]`: how much of its second colour each pixel has; null for plain fur. */
export function furPattern(random: Random, side: number): Float32Array | null {
  const kind = random.integer(4)
  if (kind === 0) return null
  const pattern = new Float32Array(side * side)
  const often = (random.uniform(0.12, 0.36) * 2 * 96) / side
  const angle = random.uniform(0, Math.PI)
  const [cos, sin] = [Math.cos(angle) * often, Math.sin(angle) * often]
  const least = random.uniform(kind === 1 ? 0 : 0.25, kind === 1 ? 0.45 : 0.55)
  const blotches = kind === 3 ? smoothNoise(random, side, 8 + random.integer(12)) : null
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [u, v] = [cos * x + sin * y, cos * y - sin * x]
      const at = y * side + x
      const value = blotches
        ? blotches[at]!
        : kind === 1
          ? Math.sin(u + 0.8 * Math.sin(v * 0.4))
          : Math.sin(u) * Math.sin(v)
      // A soft edge of the pattern about a pixel wide.
      pattern[at] = Math.min(1, Math.max(0, 0.5 + (value - least) * 3.5))
    }
  return pattern
}

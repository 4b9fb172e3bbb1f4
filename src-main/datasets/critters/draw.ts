// How is a critter's picture drawn? An animal in a scene, from four numbers alone, with the mask of its parts.
import type { Difficulty } from '../../../src-shared/domain/run.ts'
import { random } from '../../../src-shared/numerics/random.ts'
import type { Random } from '../../../src-shared/numerics/random.ts'
import { canvasOf, fill, hsv, mixed, smoothNoise, times } from './canvas.ts'
import type { Canvas, Colour } from './canvas.ts'
import { drawScene } from './scene.ts'
import type { World } from './scene.ts'
import { grown } from './shapes.ts'
import { draw, partNames, species } from './species.ts'
import type { Role, Shape } from './species.ts'

export { partNames, species } from './species.ts'

/** Goes up when the same numbers give another picture: what was computed from the old ones is then computed anew. */
export const critterVersion = 1

export interface CritterOptions {
  seed: number
  difficulty: Difficulty
  /** Pixels of a side. */
  size: number
  /** Which picture; the species go round with it. */
  index: number
  /** Also its masks, which cost a little. */
  masks: boolean
}

export interface Critter {
  width: number
  height: number
  /** `[size, size, 3]` */
  rgb: Uint8Array
  /** `[size, size]`, 1 on the animal; empty where no masks were asked for. */
  foreground: Uint8Array
  /** `[size, size]`, indices into `partNames`. */
  parts: Uint8Array
}

/** What a difficulty means. */
interface Dial {
  world: World
  /** Chance that every piece of fur has a colour of its own. */
  patchwork: number
  /** How far the pose goes from the usual one; radians that the whole animal leans at most. */
  freedom: number
  lean: number
  /** Smallest and largest longest side of the animal, as a share of the picture. */
  extent: readonly [number, number]
  /** How strongly each picture's light is turned in hue, brightness and contrast, from 0 to 1. */
  tint: number
  /** How much its colours stand off from what is behind it. */
  contrast: number
}
const dials: Readonly<Record<Difficulty, Dial>> = {
  easy: {
    world: { colours: 'shared', clutter: 0.7 },
    patchwork: 0,
    freedom: 0.6,
    lean: 0.12,
    extent: [0.78, 0.98],
    tint: 0,
    contrast: 0.26,
  },
  medium: {
    world: { colours: 'shared', clutter: 1 },
    patchwork: 0.7,
    freedom: 1,
    lean: 0.3,
    extent: [0.62, 1],
    tint: 0.55,
    contrast: 0.22,
  },
  hard: {
    world: { colours: 'random', clutter: 1.8 },
    patchwork: 1,
    freedom: 1.25,
    lean: 0.45,
    extent: [0.48, 0.95],
    tint: 0.7,
    contrast: 0.16,
  },
}

/** The picture of these numbers, the same on every machine. Throws nothing. */
export function drawCritter({ seed, difficulty, size, index, masks }: CritterOptions): Critter {
  const dial = dials[difficulty]
  const source = random(seed).split(difficulty).split(index)
  const canvas = canvasOf(size)
  drawScene(canvas, source.split('scene'), dial.world)

  const animal = source.split('animal')
  const shapes = draw(species[index % species.length]!, animal, dial.freedom)
  place(shapes, size, animal, dial)
  const parts = new Uint8Array(masks ? size * size : 0)
  paint(canvas, shapes, source.split('fur'), dial, masks ? parts : null)

  const foreground = parts.map((part) => (part > 0 ? 1 : 0))
  return { width: size, height: size, rgb: develop(canvas, source.split('light'), dial), foreground, parts }
}

/** Leans, mirrors, stretches and moves an animal to its place on the picture, in pixels. */
function place(shapes: readonly Shape[], size: number, random: Random, { lean, extent }: Dial): void {
  const angle = random.uniform(-lean, lean)
  const facing = random.uniform() < 0.5 ? -1 : 1
  const stretch = random.uniform(0.9, 1.12)
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const { outline } of shapes)
    for (let i = 0; i < outline.length; i += 2) {
      const [a, b] = [outline[i]! * stretch, outline[i + 1]!]
      const x = facing * (cos * a - sin * b)
      const y = sin * a + cos * b
      outline[i] = x
      outline[i + 1] = y
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
    }
  const scale = (random.uniform(...extent) * size) / Math.max(right - left, bottom - top)
  const room = (length: number): number => Math.max(size - length * scale, 0.06 * size)
  const dx =
    (size - (right - left) * scale) / 2 + room(right - left) * random.uniform(-0.5, 0.5) - left * scale
  const dy =
    (size - (bottom - top) * scale) / 2 + room(bottom - top) * random.uniform(-0.5, 0.5) - top * scale
  for (const { outline } of shapes)
    for (let i = 0; i < outline.length; i += 2) {
      outline[i] = outline[i]! * scale + dx
      outline[i + 1] = outline[i + 1]! * scale + dy
    }
}

/** Mean light of the scene on a coarse grid below the animal's outlines: what its colours must stand off from. */
function behind({ side, light }: Canvas, shapes: readonly Shape[]): Colour {
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
function furColour(random: Random, ground: Colour, contrast: number): Colour {
  let colour: Colour = [0, 0, 0]
  for (let attempt = 0; attempt < 16; attempt++) {
    colour = hsv(random.uniform(), random.uniform(0.1, 0.85), random.uniform(0.25, 1))
    const off = colour.reduce((sum, value, c) => sum + Math.abs(value - ground[c]!), 0) / 3
    if (off > contrast) break
  }
  return colour
}

function paletteOf(random: Random, ground: Colour, contrast: number): Record<Role, Colour> {
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
function furPattern(random: Random, side: number): Float32Array | null {
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

const furry: ReadonlySet<Role> = new Set(['fur', 'limb', 'behind'])

/** Lays the shapes over the scene, each with a dark line around it, and their parts into the mask. */
function paint(
  canvas: Canvas,
  shapes: readonly Shape[],
  random: Random,
  { patchwork, contrast }: Dial,
  parts: Uint8Array | null,
): void {
  const { side, light, raster } = canvas
  const ground = behind(canvas, shapes)
  const palette = paletteOf(random, ground, contrast)
  const patched = random.uniform() < patchwork
  const pattern = furPattern(random, side)
  const second = random.uniform() < 0.6 ? random.uniform(0.48, 0.7) : -0.5
  const line = Math.max(0.5, side * 0.0085)
  let [top, bottom] = [Infinity, -Infinity]
  for (const { outline } of shapes)
    for (let i = 1; i < outline.length; i += 2) {
      if (outline[i]! < top) top = outline[i]!
      if (outline[i]! > bottom) bottom = outline[i]!
    }

  for (const { part, role, outline } of shapes) {
    const isFur = furry.has(role)
    const own = isFur && patched ? furColour(random, ground, contrast * 0.8) : palette[role]
    const [r, g, b] = role === 'behind' && patched ? times(own, 0.8) : own
    if (isFur) {
      const around = grown(outline, line)
      fill(canvas, around, patched ? [0.09, 0.08, 0.1] : times(palette.fur, 0.32))
      if (parts) mark(canvas, around, partNames.indexOf(part), parts)
    } else if (parts) mark(canvas, outline, partNames.indexOf(part), parts)
    const flat = role === 'dark' || role === 'white'
    raster.cover(outline, (y, from, to, coverage) => {
      // Light falls from above: on the whole animal, and on each piece of it.
      const shade = flat ? 1 : 1.13 - 0.32 * Math.min(1, Math.max(0, (y - top) / (bottom - top + 1)))
      for (let x = from; x < to; x++) {
        const share = coverage[x]!
        if (share < 0.004) continue
        const at = y * side + x
        let [red, green, blue] = [r * shade, g * shade, b * shade]
        if (isFur && pattern) {
          const much = pattern[at]!
          if (second > 0) {
            const keep = 1 - much * (1 - second)
            red *= keep
            green *= keep
            blue *= keep
          } else {
            red += (1 - red) * 0.55 * much
            green += (1 - green) * 0.55 * much
            blue += (1 - blue) * 0.55 * much
          }
        }
        const p = at * 3
        light[p]! += (red - light[p]!) * share
        light[p + 1]! += (green - light[p + 1]!) * share
        light[p + 2]! += (blue - light[p + 2]!) * share
      }
    })
  }
}

/** Gives the pixels that a shape covers by half or more to its part. */
function mark({ side, raster }: Canvas, outline: Float64Array, part: number, parts: Uint8Array): void {
  raster.cover(outline, (y, from, to, coverage) => {
    for (let x = from; x < to; x++) if (coverage[x]! >= 0.5) parts[y * side + x] = part
  })
}

/** The canvas as bytes, under a light of its own: from one side, tinted, with a little grain as of a camera. */
function develop({ side, light }: Canvas, random: Random, { tint }: Dial): Uint8Array {
  const angle = random.uniform(0, 2 * Math.PI)
  const slant = random.uniform(0, 0.26)
  const [slantX, slantY] = [(2 * slant * Math.cos(angle)) / side, (2 * slant * Math.sin(angle)) / side]
  const turn = tintMatrix(random, tint)
  const lift = random.uniform(-0.04, 0.04)
  const rgb = new Uint8ClampedArray(side * side * 3)
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8, o0, o1, o2] = turn as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  let bits = 0
  let left = 0
  // Two random bytes added: near enough to a camera's noise, of about 3 of 255.
  const grain = (): number => {
    if (left === 0) {
      bits = random.bits()
      left = 2
    }
    const value = (bits & 255) + ((bits >>> 8) & 255) - 255
    bits >>>= 16
    left--
    return value * 0.029
  }
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const p = (y * side + x) * 3
      const bright = 1 + slantX * (x - side / 2) + slantY * (y - side / 2)
      const red = light[p]! * bright + lift
      const green = light[p + 1]! * bright + lift
      const blue = light[p + 2]! * bright + lift
      rgb[p] = (m0 * red + m1 * green + m2 * blue + o0) * 255 + grain()
      rgb[p + 1] = (m3 * red + m4 * green + m5 * blue + o1) * 255 + grain()
      rgb[p + 2] = (m6 * red + m7 * green + m8 * blue + o2) * 255 + grain()
    }
  return new Uint8Array(rgb.buffer)
}

/**
 * A light of another colour: brightness, contrast about the middle, and the colour plane of YIQ turned and stretched.
 * Nine factors row by row and three summands.
 */
function tintMatrix(random: Random, tint: number): number[] {
  if (tint === 0) return [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
  const gain = 1 + tint * random.uniform(-0.45, 0.35)
  const angle = random.uniform(-1, 1) * Math.PI * 0.5 * tint
  const strength = random.uniform(0.55, 1.2)
  const steep = random.uniform(1 - 0.35 * tint, 1 + 0.3 * tint)
  const cast = [0, 0, 0].map(() => random.uniform(-0.09, 0.09) * tint)
  const [c, s] = [Math.cos(angle) * strength, Math.sin(angle) * strength]
  const toYiq = [
    [0.299, 0.587, 0.114],
    [0.596, -0.274, -0.322],
    [0.211, -0.523, 0.312],
  ]
  const fromYiq = [
    [1, 0.956, 0.621],
    [1, -0.272, -0.647],
    [1, -1.106, 1.703],
  ]
  const plane = [
    [1, 0, 0],
    [0, c, -s],
    [0, s, c],
  ]
  const product = (a: number[][], b: number[][]) =>
    a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)))
  const matrix = product(fromYiq, product(plane, toYiq)).flat()
  // (gain · light − ½) · steep + ½, then the matrix: grey stays grey but for the cast.
  const middle = 0.5 - 0.5 * steep
  return [...matrix.map((value) => value * gain * steep), ...cast.map((value) => value + middle)]
}

// How is a critter's picture drawn? An animal in a scene, from four numbers alone, with the mask of its parts.
import type { Difficulty } from '../../../src-shared/domain/run.ts'
import { random } from '../../../src-shared/numerics/random.ts'
import type { Random } from '../../../src-shared/numerics/random.ts'
import { canvasOf, fill, times } from './canvas.ts'
import type { Canvas } from './canvas.ts'
import { behind, furColour, furPattern, paletteOf } from './fur.ts'
import { develop } from './light.ts'
import { drawScene } from './scene.ts'
import type { World } from './scene.ts'
import { grown } from './shapes.ts'
import { partNames } from './pen.ts'
import type { Role, Shape } from './pen.ts'
import { draw, species } from './species.ts'

export { partNames } from './pen.ts'
export { species } from './species.ts'

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
    world: { colours: 'shared', clutter: 1.2 },
    patchwork: 0.8,
    freedom: 1.1,
    lean: 0.36,
    extent: [0.55, 0.92],
    tint: 0.6,
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
  return {
    width: size,
    height: size,
    rgb: develop(canvas, source.split('light'), dial.tint),
    foreground,
    parts,
  }
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

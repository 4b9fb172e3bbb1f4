// What does a network get of one picture? Random crops with changed colours, as DINO's and SimCLR's training makes them.
//
// facebookresearch/dino, main_dino.DataAugmentationDINO, on torchvision's transforms of Pillow pictures.
import type { Random } from '../../src-shared/numerics/random.ts'
import { gaussianBlur } from './blur.ts'
import { brightness, contrast, flip, greyscale, hue, saturation, solarise } from './jitter.ts'
import type { RgbPicture } from './reader.ts'
import { resize } from './resize.ts'

/** One kind of view of a picture, with the settings of each crop of it; chances are from 0 to 1. */
export interface ViewRecipe {
  /** `global`, `local`, … */
  name: string
  /** Pixels of a side of the crop as the network gets it. */
  side: number
  /** Crops of each picture. */
  count: number
  /** Smallest and largest share of the picture's area. */
  scale: readonly [number, number]
  /** Narrowest and widest width / height. */
  ratio: readonly [number, number]
  /** Chance of being flipped left to right. */
  flip: number
  /** With chance `p` all four, in random order: factors from 1 − x to 1 + x, the hue's turn from −x to x of the circle. */
  jitter: { p: number; brightness: number; contrast: number; saturation: number; hue: number }
  /** Chance of losing all colour. */
  greyscale: number
  /** Chance of a blur, for every crop or for each by its number. */
  blur: number | readonly number[]
  /** Smallest and largest standard deviation of the blur, in pixels of the crop. */
  blurSigma: readonly [number, number]
  /** Chance of solarisation (bytes from 128 on turned round), for every crop or for each. */
  solarise: number | readonly number[]
  /** Of each channel, for values from 0 to 1. */
  mean: readonly [number, number, number]
  std: readonly [number, number, number]
}

/** A part of a picture in its pixels. */
export interface Area {
  x: number
  y: number
  width: number
  height: number
}

export interface Crop {
  /** `[3, side, side]`, normalised. */
  data: Float32Array
  area: Area
  flipped: boolean
  /** What was done to it, in words, in order. */
  done: string[]
}

/**
 * Where torchvision's RandomResizedCrop cuts: ten tries of a random area and of a random ratio on a logarithmic scale,
 * then the largest middle part of a ratio within bounds.
 */
export function randomArea(
  { width, height }: { width: number; height: number },
  { scale, ratio }: Pick<ViewRecipe, 'scale' | 'ratio'>,
  random: Random,
): Area {
  const [low, high] = [Math.log(ratio[0]), Math.log(ratio[1])]
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = width * height * random.uniform(scale[0], scale[1])
    const aspect = Math.exp(random.uniform(low, high))
    const w = Math.round(Math.sqrt(area * aspect))
    const h = Math.round(Math.sqrt(area / aspect))
    if (w > 0 && w <= width && h > 0 && h <= height)
      return { x: random.integer(width - w + 1), y: random.integer(height - h + 1), width: w, height: h }
  }
  const own = width / height
  const w = own > ratio[1] ? Math.round(height * ratio[1]) : width
  const h = own < ratio[0] ? Math.round(width / ratio[0]) : height
  const whole = { width: Math.max(1, Math.min(w, width)), height: Math.max(1, Math.min(h, height)) }
  return {
    x: Math.floor((width - whole.width) / 2),
    y: Math.floor((height - whole.height) / 2),
    ...whole,
  }
}

/**
 * One crop of a picture. Everything random comes from `random`: the same stream gives the same crop. Written into
 * `target` from `offset` where one is given.
 */
export function augment(
  picture: RgbPicture,
  recipe: ViewRecipe,
  cropIndex: number,
  random: Random,
  target: Float32Array = new Float32Array(3 * recipe.side * recipe.side),
  offset = 0,
): Crop {
  const { side } = recipe
  const done: string[] = []
  const area = randomArea(picture, recipe, random)
  // Cut first and resized then, so that nothing from outside the crop shines in, as torchvision does.
  const cut = cutOut(picture, area)
  const resized = resize(cut, { width: side, height: side })
  const rgb = resized.rgb === picture.rgb ? resized.rgb.slice() : resized.rgb

  const flipped = random.uniform() < recipe.flip
  if (flipped) flip(rgb, side, side)
  jitter(rgb, recipe.jitter, random, done)
  if (random.uniform() < recipe.greyscale) {
    greyscale(rgb)
    done.push('greyscale')
  }
  if (random.uniform() < chanceOf(recipe.blur, cropIndex)) {
    const sigma = random.uniform(recipe.blurSigma[0], recipe.blurSigma[1])
    gaussianBlur(rgb, side, side, sigma)
    done.push(`blur of ${sigma.toFixed(1)} px`)
  }
  if (random.uniform() < chanceOf(recipe.solarise, cropIndex)) {
    solarise(rgb)
    done.push('solarisation')
  }
  normalise(rgb, recipe, target, offset)
  return { data: target.subarray(offset, offset + 3 * side * side), area, flipped, done }
}

/** The chance for one crop; crops beyond a list have its last. */
const chanceOf = (chance: number | readonly number[], crop: number): number =>
  typeof chance === 'number' ? chance : (chance[crop] ?? chance.at(-1) ?? 0)

function cutOut(picture: RgbPicture, { x, y, width, height }: Area): RgbPicture {
  if (width === picture.width && height === picture.height) return picture
  const rgb = new Uint8Array(width * height * 3)
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * picture.width + x) * 3
    rgb.set(picture.rgb.subarray(from, from + width * 3), row * width * 3)
  }
  return { width, height, rgb }
}

const percent = (factor: number): string =>
  `${factor < 1 ? '−' : '+'}${Math.abs(Math.round((factor - 1) * 100))} %`

/** torchvision's ColorJitter under RandomApply. */
function jitter(rgb: Uint8Array, by: ViewRecipe['jitter'], random: Random, done: string[]): void {
  if (random.uniform() >= by.p) return
  const order = [0, 1, 2, 3]
  for (let i = 3; i > 0; i--) {
    const j = random.integer(i + 1)
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  const factor = (x: number): number => random.uniform(Math.max(0, 1 - x), 1 + x)
  const factors = [
    factor(by.brightness),
    factor(by.contrast),
    factor(by.saturation),
    random.uniform(-by.hue, by.hue),
  ] as const
  for (const which of order) {
    if (which === 0 && by.brightness > 0) {
      brightness(rgb, factors[0])
      done.push(`brightness ${percent(factors[0])}`)
    } else if (which === 1 && by.contrast > 0) {
      contrast(rgb, factors[1])
      done.push(`contrast ${percent(factors[1])}`)
    } else if (which === 2 && by.saturation > 0) {
      saturation(rgb, factors[2])
      done.push(`saturation ${percent(factors[2])}`)
    } else if (which === 3 && by.hue > 0) {
      hue(rgb, factors[3])
      done.push(`hue ${factors[3] < 0 ? '−' : '+'}${Math.abs(Math.round(factors[3] * 360))}°`)
    }
  }
}

/** Normalised values of every byte and channel, for the mean and deviation used last. */
let tables: { key: string; values: Float32Array } = { key: '', values: new Float32Array(0) }

/** (byte / 255 − mean) / std, rounded to float32 at each step as torchvision's ToTensor and Normalize do. */
function normalise(
  rgb: Uint8Array,
  { mean, std }: Pick<ViewRecipe, 'mean' | 'std'>,
  target: Float32Array,
  offset: number,
): void {
  const key = `${mean.join()} ${std.join()}`
  if (tables.key !== key) {
    const values = new Float32Array(768)
    for (let channel = 0; channel < 3; channel++)
      for (let byte = 0; byte < 256; byte++)
        values[channel * 256 + byte] =
          Math.fround(Math.fround(byte / 255) - Math.fround(mean[channel]!)) / Math.fround(std[channel]!)
    tables = { key, values }
  }
  const { values } = tables
  const pixels = rgb.length / 3
  for (let p = 0, from = 0; p < pixels; p++, from += 3) {
    target[offset + p] = values[rgb[from]!]!
    target[offset + pixels + p] = values[256 + rgb[from + 1]!]!
    target[offset + 2 * pixels + p] = values[512 + rgb[from + 2]!]!
  }
}

/**
 * Which part of a picture's size still gives every crop of these recipes its full sharpness: the smallest crop that may
 * be cut (at the smallest scale, on the side the ratio makes shorter) stays at least as large as the network gets it.
 */
export function enoughOf(
  recipes: readonly ViewRecipe[],
): (size: { width: number; height: number }) => 1 | 2 | 4 | 8 {
  return ({ width, height }) => {
    let spare = Infinity
    for (const { side, scale, ratio } of recipes) {
      const narrow = Math.sqrt(Math.min(ratio[0], 1 / ratio[1]))
      const shortest = Math.min(Math.sqrt(width * height * scale[0]) * narrow, width, height)
      spare = Math.min(spare, shortest / side)
    }
    return spare >= 8 ? 8 : spare >= 4 ? 4 : spare >= 2 ? 2 : 1
  }
}

/** DINO's ImageNet figures, which its networks are normalised with. */
export const imageNetNormalisation = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
} as const satisfies Pick<ViewRecipe, 'mean' | 'std'>

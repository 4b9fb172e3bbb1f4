// Are crops cut and coloured as torchvision and Pillow do it, and does the same seed give the same crop?
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, test } from 'vitest'
import { augment, enoughOf, imageNetNormalisation, randomArea } from '../../../src-main/datasets/augment.ts'
import type { ViewRecipe } from '../../../src-main/datasets/augment.ts'
import { gaussianBlur } from '../../../src-main/datasets/blur.ts'
import {
  brightness,
  contrast,
  flip,
  greyscale,
  hue,
  saturation,
  solarise,
} from '../../../src-main/datasets/jitter.ts'
import { readNpy } from '../../../src-shared/numerics/npy.ts'
import { random } from '../../../src-shared/numerics/random.ts'

const folder = fileURLToPath(new URL('../../fixtures/augmentations/', import.meta.url))
const stored = (name: string) => readNpy(readFileSync(`${folder}${name}.npy`))
const [height, width] = [24, 30]
const picture = () => (stored('picture').data as Uint8Array).slice()

/** Nothing happens by chance, and the crop is the whole picture. */
const plain: ViewRecipe = {
  name: 'plain',
  side: 24,
  count: 1,
  scale: [1, 1],
  ratio: [1, 1],
  flip: 0,
  jitter: { p: 0, brightness: 0, contrast: 0, saturation: 0, hue: 0 },
  greyscale: 0,
  blur: 0,
  blurSigma: [0.1, 2],
  solarise: 0,
  ...imageNetNormalisation,
}
const square = {
  width: 24,
  height: 24,
  rgb: Uint8Array.from({ length: 24 * 24 * 3 }, (_, i) => (i * 37) % 256),
}

describe('every operation equals Pillow byte for byte', () => {
  const operations: Record<string, (rgb: Uint8Array, by: number) => void> = {
    brightness,
    contrast,
    saturation,
    hue,
    greyscale,
    solarise: (rgb) => solarise(rgb),
    flip: (rgb) => flip(rgb, width, height),
    blur: (rgb, sigma) => gaussianBlur(rgb, width, height, sigma),
  }
  const files = readdirSync(folder).filter((name) => /\.npy$/.test(name))
  const cases = files
    .map((name) => name.replace(/\.npy$/, ''))
    .filter((name) => Object.hasOwn(operations, name.split('_')[0]!))
  it('has a case of each', () => {
    expect(new Set(cases.map((name) => name.split('_')[0]))).toEqual(new Set(Object.keys(operations)))
  })
  test.each(cases)('%s', (name) => {
    const [operation = '', by] = name.split('_')
    const rgb = picture()
    operations[operation]!(rgb, Number(by))
    expect(rgb).toEqual(stored(name).data)
  })
})

describe('a crop', () => {
  it('is cut first, then resized and normalised, as torchvision does it', () => {
    // The part from (5, 3) on of 19 x 17 pixels, all of which the crop takes.
    const [w, h] = [19, 17]
    const rgb = Uint8Array.from({ length: w * h * 3 }, (_, i) => {
      const [row, rest] = [Math.floor(i / (w * 3)), i % (w * 3)]
      return picture()[((3 + row) * width + 5) * 3 + rest]!
    })
    const whole: ViewRecipe = { ...plain, side: 16, ratio: [w / h, w / h] }
    const { data, area } = augment({ width: w, height: h, rgb }, whole, 0, random(0))
    expect(area).toEqual({ x: 0, y: 0, width: w, height: h })
    expect(data).toEqual(stored('crop').data)
  })

  it('depends on its stream of random numbers alone', () => {
    const lively: ViewRecipe = {
      ...plain,
      scale: [0.2, 0.8],
      ratio: [3 / 4, 4 / 3],
      flip: 0.5,
      jitter: { p: 1, brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1 },
      blur: 0.5,
      solarise: 0.2,
    }
    const cut = (seed: number) => augment(square, lively, 0, random(seed))
    expect(cut(4)).toEqual(cut(4))
    expect(cut(4).data).not.toEqual(cut(5).data)
    expect(cut(4).done.length).toBeGreaterThanOrEqual(4)
  })

  it('leaves the picture as it was', () => {
    const before = square.rgb.slice()
    augment(square, { ...plain, flip: 1, greyscale: 1 }, 0, random(1))
    expect(square.rgb).toEqual(before)
  })

  it('has the chances of its own number', () => {
    const recipe: ViewRecipe = { ...plain, count: 2, blur: [1, 0], solarise: [0, 1] }
    expect(augment(square, recipe, 0, random(2)).done).toEqual([expect.stringMatching(/^blur of/)])
    expect(augment(square, recipe, 1, random(2)).done).toEqual(['solarisation'])
    expect(augment(square, recipe, 7, random(2)).done).toEqual(['solarisation'])
  })

  it('is written where it is told, and nowhere else', () => {
    const target = new Float32Array(3 * 24 * 24 + 10).fill(7)
    augment(square, plain, 0, random(0), target, 5)
    expect([...target.subarray(0, 5), ...target.subarray(-5)]).toEqual(Array(10).fill(7))
    expect(target.subarray(5, -5)).toEqual(augment(square, plain, 0, random(0)).data)
  })
})

describe('the area of a crop', () => {
  it('keeps to the scales and ratios, inside the picture', () => {
    const source = random(8)
    const scales: number[] = []
    for (let i = 0; i < 500; i++) {
      const area = randomArea(
        { width: 120, height: 90 },
        { scale: [0.25, 0.5], ratio: [3 / 4, 4 / 3] },
        source,
      )
      expect(area.x + area.width).toBeLessThanOrEqual(120)
      expect(area.y + area.height).toBeLessThanOrEqual(90)
      expect(area.width / area.height).toBeGreaterThan(0.73)
      expect(area.width / area.height).toBeLessThan(1.37)
      scales.push((area.width * area.height) / 120 / 90)
    }
    expect(Math.min(...scales)).toBeGreaterThan(0.24)
    expect(Math.max(...scales)).toBeLessThan(0.515)
    expect(Math.max(...scales) - Math.min(...scales)).toBeGreaterThan(0.22)
  })

  it('is the middle of a picture that no crop fits into', () => {
    const area = randomArea({ width: 200, height: 4 }, { scale: [1, 1], ratio: [3 / 4, 4 / 3] }, random(0))
    expect(area).toEqual({ x: 97, y: 0, width: 5, height: 4 })
  })
})

describe('how small a picture may be decoded', () => {
  const [global, local] = [
    { ...plain, side: 64, scale: [0.5, 1] as const, ratio: [1, 1] as const },
    { ...plain, side: 32, scale: [0.04, 0.4] as const, ratio: [1, 1] as const },
  ]
  it('leaves every crop the pixels it needs', () => {
    expect(enoughOf([global])({ width: 500, height: 500 })).toBe(4)
    expect(enoughOf([global, local])({ width: 500, height: 500 })).toBe(2)
    expect(enoughOf([global, local])({ width: 300, height: 300 })).toBe(1)
    expect(enoughOf([global])({ width: 4000, height: 70 })).toBe(1)
  })
})

// Does each fit show the right part at the right size, and is the tensor the training code's tensor?
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { fit, fromTensor, toTensor } from '../../../src-main/datasets/fit.ts'
import { decode, type Picture } from '../../../src-main/datasets/pictures.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { imagenetMean, imagenetStd } from '../../../src-shared/domain/modelSpec.ts'
import { readNpz, worstError } from '../numerics/goldens.ts'

const spec = (patch: number, resize = 256, crop = 224) => ({
  patch,
  preprocessing: {
    mean: [...imagenetMean] as [number, number, number],
    std: [...imagenetStd] as [number, number, number],
    resize,
    crop,
    filter: 'bicubic' as const,
  },
})

/** Red grows with x, green with y. */
function ramp(width: number, height: number): Picture {
  const rgb = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      rgb.set([Math.round((255 * x) / width), Math.round((255 * y) / height), 128], (y * width + x) * 3)
  return { width, height, rgb }
}
const sides = ({ picture }: { picture: Picture }) => [picture.width, picture.height]

describe('fit native', () => {
  it('keeps a picture of whole patches untouched and says nothing', () => {
    const picture = ramp(64, 48)
    const fitted = fit(picture, spec(16), { fit: 'native' })
    expect(fitted.picture.rgb).toEqual(picture.rgb)
    expect(fitted.notices).toEqual([])
    expect(fitted.region).toEqual({ x: 0, y: 0, width: 64, height: 48 })
  })

  it('rounds down to whole patches with a notice, the whole picture in sight', () => {
    const fitted = fit(ramp(451, 300), spec(8), { fit: 'native' })
    expect(sides(fitted)).toEqual([448, 296])
    expect(fitted.notices).toEqual(['451 × 300 is not a multiple of 8. Showing 448 × 296.'])
    expect(fitted.region).toEqual({ x: 0, y: 0, width: 451, height: 300 })
    expect(fitted.picture.rgb.at(-3)).toBeGreaterThan(252)
  })

  it('shrinks the longest side to at most 1,024 px, the shape kept to the nearest patch', () => {
    expect(sides(fit(ramp(2048, 1024), spec(16), { fit: 'native' }))).toEqual([1024, 512])
    expect(sides(fit(ramp(1500, 2000), spec(14), { fit: 'native' }))).toEqual([770, 1022])
    expect(sides(fit(ramp(1025, 1025), spec(16), { fit: 'native' }))).toEqual([1024, 1024])
  })

  it('lies within a size that is asked for, enlarged too', () => {
    expect(sides(fit(ramp(60, 30), spec(8), { fit: 'native', size: { width: 480, height: 480 } }))).toEqual([
      480, 240,
    ])
    expect(
      sides(fit(ramp(640, 480), spec(16), { fit: 'native', size: { width: 200, height: 100 } })),
    ).toEqual([128, 96])
  })

  it('refuses what is less than one patch, before or after shrinking', () => {
    expect(() => fit(ramp(15, 40), spec(16), { fit: 'native' })).toThrow(
      '15 × 40 px, smaller than one patch of 16 × 16',
    )
    expect(() => fit(ramp(4000, 20), spec(16), { fit: 'native' })).toThrow('it becomes 1024 × 5 px')
    expect(() => fit(ramp(40, 40), spec(16), { fit: 'crop', size: { width: 8, height: 64 } })).toThrow(
      Failure,
    )
  })
})

describe('the other fits', () => {
  it('resize stretches the whole picture to the size', () => {
    const fitted = fit(ramp(300, 100), spec(16), { fit: 'resize' })
    expect(sides(fitted)).toEqual([224, 224])
    const { rgb } = fitted.picture
    expect(rgb[0]).toBeLessThan(3)
    expect(rgb[223 * 3]).toBeGreaterThan(250)
  })

  it('crop covers the size and keeps the middle', () => {
    const fitted = fit(ramp(300, 100), spec(10), { fit: 'crop', size: { width: 100, height: 100 } })
    expect(sides(fitted)).toEqual([100, 100])
    expect(fitted.region).toEqual({ x: 100, y: 0, width: 100, height: 100 })
    expect(fitted.picture.rgb[0]).toBe(85)
  })

  it('model resizes the shorter side, then keeps the middle', () => {
    const fitted = fit(ramp(512, 1024), spec(16), { fit: 'model' })
    expect(sides(fitted)).toEqual([224, 224])
    expect(fitted.region).toEqual({ x: 32, y: 288, width: 448, height: 448 })
    expect(
      sides(fit(ramp(512, 1024), spec(16), { fit: 'model', size: { width: 448, height: 448 } })),
    ).toEqual([448, 448])
  })

  it('rounds a size down to whole patches with a notice', () => {
    const fitted = fit(ramp(300, 300), spec(14), { fit: 'resize', size: { width: 230, height: 224 } })
    expect(sides(fitted)).toEqual([224, 224])
    expect(fitted.notices).toEqual(['230 × 224 is not a multiple of 14. Showing 224 × 224.'])
  })

  it('passes on what decoding had to say', () => {
    const picture = { ...ramp(32, 32), notices: ['it was damaged'] }
    for (const how of ['native', 'resize', 'crop', 'model'] as const)
      expect(fit(picture, spec(16, 32, 32), { fit: how }).notices).toEqual(['it was damaged'])
  })

  it('never enlarges beyond need: a strip is cropped without its whole length at full size', () => {
    expect(sides(fit(ramp(60000, 16), spec(16), { fit: 'crop' }))).toEqual([224, 224])
  })
})

describe('toTensor', () => {
  it('normalises each channel by its own mean and std', () => {
    const picture = { width: 2, height: 1, rgb: Uint8Array.of(0, 51, 255, 255, 0, 102) }
    const tensor = toTensor(picture, { mean: [0.5, 0, 1], std: [0.5, 1, 2] })
    const wanted = [-1, 1, 0.2, 0, 0, -0.3]
    expect(worstError(tensor, wanted, 1e-7, 1e-7)).toBeLessThan(1)
  })

  it('writes into its place of a batch and goes back to the same bytes', () => {
    const picture = ramp(8, 4)
    const batch = new Float32Array(2 * 3 * 32)
    toTensor(picture, spec(4).preprocessing, batch, 96)
    expect(batch[0]).toBe(0)
    expect(fromTensor(batch.subarray(96), picture, spec(4).preprocessing).rgb).toEqual(picture.rgb)
  })
})

describe('fit model on bundled photos', () => {
  // SHA-256 of the bytes that Pillow's resize and crop gave for the trained DeiT's reference.
  it.each([
    ['cat-chelsea', '2bcbebc71236613616ab1fd271b2e179850dd4260480e085011cb4519a92b50c'],
    ['coffee-cup', '002c3f93846f2c54955de4ab85d02101ebb6499ebc7d19d90ec0e024a451b22a'],
  ])('gives the bytes that Pillow gave for %s', async (name, hash) => {
    const photo = new URL(`../../../resources/pictures/${name}.jpg`, import.meta.url)
    const fitted = fit(await decode(fileURLToPath(photo)), spec(16), { fit: 'model' })
    expect(createHash('sha256').update(fitted.picture.rgb).digest('hex')).toBe(hash)
  })
})

// The reference came from Pillow and PyTorch; it lies beside the large goldens where they are at hand.
const goldens = process.env['EMERGENCE_GOLDENS']
const reference = `${goldens}/../data/models/deit-tiny/reference.npz`
describe.skipIf(!goldens || !existsSync(reference))(
  'fit model against the reference of a trained DeiT',
  () => {
    it.each(['cat-chelsea', 'coffee-cup', 'cap-1'])('gives the same 150,528 bytes for %s', async (name) => {
      const wanted = readNpz(readFileSync(reference)).get(`${name}/input`)!.data as Float32Array
      const picture = await decode(`${goldens}/../data/images/${name}.jpg`)
      const { preprocessing } = spec(16)
      const fitted = fit(picture, spec(16), { fit: 'model' })
      expect(fitted.picture.rgb).toEqual(fromTensor(wanted, { width: 224, height: 224 }, preprocessing).rgb)
      expect(worstError(toTensor(fitted.picture, preprocessing), wanted, 3e-7, 3e-7)).toBeLessThan(1)
    })
  },
)

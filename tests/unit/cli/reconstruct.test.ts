// Does `emergence reconstruct` keep its word on pictures? The real command as a process, on golden checkpoints.
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decode, encodePng } from '../../../src-main/datasets/pictures.ts'
import type { Result } from '../../../src-shared/protocol/calls.ts'
import { emergence, excess, goldens, json, npy, pictures } from './run.ts'

const root = mkdtempSync(join(tmpdir(), 'emergence-reconstruct-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const out = (name: string) => join(root, name)
const cat = join(pictures, 'cat-chelsea.jpg')
const photo = [cat, '--size', '56', '--fit', 'crop']
const heads = ['--heads', '3', '--decoder-heads', '4']
const mae = [join(goldens, 'mae', 'checkpoint-0.pth'), ...heads]
const plain = [join(goldens, 'mae_pix', 'checkpoint-0.pth'), ...heads]
const huggingface = [join(goldens, 'hf_vit_mae')]

/** A picture of 14 × 14 px that is light where `light` says. */
async function maskFile(name: string, light: (x: number, y: number) => boolean): Promise<string> {
  const data = Uint8Array.from({ length: 14 * 14 * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3)
    return light(pixel % 14, Math.floor(pixel / 14)) ? 255 : 0
  })
  writeFileSync(out(name), await encodePng({ width: 14, height: 14, channels: 3, data }))
  return out(name)
}
let left = ''
let white = ''
let black = ''
beforeAll(async () => {
  left = await maskFile('left.png', (x) => x < 8)
  white = await maskFile('white.png', () => true)
  black = await maskFile('black.png', () => false)
})

async function reconstruct(
  model: readonly string[],
  name: string,
  ...words: string[]
): Promise<{ report: Result<'reconstruct'>; notices: string }> {
  const said = await emergence(['reconstruct', ...model, ...words, '--output', out(name), '--json'])
  expect(said, said.stderr).toMatchObject({ exitCode: 0 })
  return { report: JSON.parse(said.stdout) as Result<'reconstruct'>, notices: said.stderr }
}

/** Means of the pixels' absolute differences between two pictures, over hidden patches and over visible ones. */
async function differences(one: string, other: string, mask: ArrayLike<number>, patch = 8) {
  const [a, b] = [await decode(one), await decode(other)]
  const columns = a.width / patch
  const sums = { hidden: 0, visible: 0 }
  a.rgb.forEach((value, i) => {
    const [x, y] = [Math.floor(i / 3) % a.width, Math.floor(i / 3 / a.width)]
    const which = mask[Math.floor(y / patch) * columns + Math.floor(x / patch)] === 1 ? 'hidden' : 'visible'
    sums[which] += Math.abs(value - b.rgb[i]!) / a.rgb.length
  })
  return sums
}

describe('reconstruct', () => {
  test('of a photo gives the original, what was masked, the reconstruction, and it with what is visible', async () => {
    const { report, notices } = await reconstruct(mae, 'four', ...photo, '--seed', '3')
    const [item] = report.items
    expect(readdirSync(out('four')).sort()).toEqual(
      ['mask.npy', 'masked.png', 'mixed.png', 'original.png', 'pred.npy', 'reconstruction.png'].map(
        (end) => `cat-chelsea.${end}`,
      ),
    )
    const mask = npy(item!.npy.mask).data as Float32Array
    expect([npy(item!.npy.mask).shape, npy(item!.npy.pred).shape]).toEqual([[49], [49, 192]])
    expect(mask.filter((hidden) => hidden === 1).length).toBe(37)
    expect(item!.maskRatio).toBeCloseTo(37 / 49, 12)
    const { original, masked, reconstruction, mixed } = item!.images
    expect((await differences(original, masked, mask)).visible).toBe(0)
    expect((await differences(original, mixed, mask)).visible).toBe(0)
    expect((await differences(mixed, reconstruction, mask)).hidden).toBe(0)
    expect((await differences(mixed, masked, mask)).hidden).toBeGreaterThan(1)
    expect((await differences(original, mixed, mask)).hidden).toBeGreaterThan(1)
    // The error in numbers is that of the pictures.
    const [a, b] = [await decode(original), await decode(mixed)]
    let squares = 0
    a.rgb.forEach((value, i) => (squares += ((value - b.rgb[i]!) / 255) ** 2))
    const mse = squares / (37 * 192)
    expect(Math.abs(item!.mse - mse) / mse).toBeLessThan(0.02)
    expect(item!.psnr).toBeCloseTo(-10 * Math.log10(item!.mse), 9)
    expect(report).toMatchObject({ normalisedTargets: true, normalisedTargetsSource: 'stored' })
    expect(notices).toMatch(/without its mean and variance; to draw it, those of the true patch were used\./)
  })

  test('draws plain predictions as they are, and says nothing of true means', async () => {
    const { report, notices } = await reconstruct(plain, 'plain', ...photo)
    expect(report).toMatchObject({ normalisedTargets: false, normalisedTargetsSource: 'stored' })
    expect(notices).not.toMatch(/mean and variance/)
    const pred = npy(report.items[0]!.npy.pred).data as Float32Array
    const shown = await decode(report.items[0]!.images.reconstruction)
    const { mean, std } = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
    // The first patch's pixels, row by row.
    for (let i = 0; i < 192; i++) {
      const [y, x, channel] = [Math.floor(i / 24), Math.floor(i / 3) % 8, i % 3]
      const expected = Math.min(255, Math.max(0, 255 * (pred[i]! * std[channel]! + mean[channel]!)))
      expect(Math.abs(shown.rgb[(y * 56 + x) * 3 + channel]! - expected)).toBeLessThanOrEqual(0.51)
    }
  })

  test('says that it guesses where a Hugging Face folder does not name the targets', async () => {
    const folder = out('silent')
    cpSync(huggingface[0]!, folder, { recursive: true })
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Record<string, unknown>
    expect(config.norm_pix_loss).toBe(false)
    delete config.norm_pix_loss
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
    const { report, notices } = await reconstruct([folder], 'guess', ...photo)
    expect(report.normalisedTargetsSource).toBe('guess')
    expect(notices).toMatch(/is not stored: (normalised|plain) ones give the lower loss, a guess\./)
  })

  test('of a tensor equals the original’s prediction, mask and loss, normalised, plain and from Hugging Face', async () => {
    for (const [model, name, normalisedTargets] of [
      [mae, 'mae', true],
      [plain, 'mae_pix', false],
      [huggingface, 'hf_vit_mae', false],
    ] as const) {
      const golden = join(goldens, name)
      const { masked_forward } = JSON.parse(readFileSync(join(golden, 'case.json'), 'utf8')) as {
        masked_forward: { mask_ratio: number; loss: number }[]
      }
      for (const { mask_ratio, loss } of masked_forward) {
        const ratio = String(mask_ratio)
        const tensor = ['--tensor', join(golden, 'input_56x56_b2.npy')]
        const noise = ['--noise', join(golden, `noise_${ratio}.npy`), '--mask-ratio', ratio]
        const { report } = await reconstruct(model, `${name}${ratio}`, ...tensor, ...noise)
        for (const file of ['pred', 'mask']) {
          const found = npy(join(out(`${name}${ratio}`), `${file}.npy`))
          const expected = npy(join(golden, `${file}_${ratio}.npy`))
          expect(found.shape).toEqual(expected.shape)
          expect(excess(found.data as Float32Array, expected.data as Float32Array)).toBeLessThanOrEqual(0)
        }
        expect(excess([report.loss!], [loss])).toBeLessThanOrEqual(0)
        expect(report).toMatchObject({ normalisedTargets, normalisedTargetsSource: 'stored' })
      }
    }
  })

  test('hides blocks, a grid, or what a picture says, the same bytes for the same seed', async () => {
    const maskOf = async (name: string, ...words: string[]) => {
      const { report } = await reconstruct(mae, name, ...photo, ...words)
      return Array.from(npy(report.items[0]!.npy.mask).data as Float32Array)
    }
    const blocks = await maskOf('block', '--mask', 'block', '--seed', '1')
    expect(await maskOf('block1', '--mask', 'block', '--seed', '1')).toEqual(blocks)
    for (const name of readdirSync(out('block')))
      expect(
        readFileSync(join(out('block1'), name)).equals(readFileSync(join(out('block'), name))),
        name,
      ).toBe(true)
    expect(await maskOf('block2', '--mask', 'block', '--seed', '2')).not.toEqual(blocks)
    const grid = await maskOf('grid', '--mask', 'grid', '--mask-ratio', '0.5')
    expect(grid.slice(0, 7)).toEqual([0, 1, 0, 1, 0, 1, 0])
    const half = await maskOf('left', '--mask', left)
    expect(half).toEqual(Array.from({ length: 49 }, (_, i) => Number(i % 7 < 4)))
  })
})

test('mean and spread over several masks are those of the single runs, with pictures and numbers of their own', async () => {
  const words = [...photo, '--seed', '4']
  const { report } = await reconstruct(mae, 'draws', ...words, '--draws', '3')
  const draws = report.items[0]!.draws!
  const single = await Promise.all(
    [4, 5, 6].map(async (seed) => {
      const { report: one } = await reconstruct(mae, `draw${seed}`, ...photo, '--seed', String(seed))
      return {
        mask: npy(one.items[0]!.npy.mask).data,
        rgb: (await decode(one.items[0]!.images.reconstruction)).rgb,
      }
    }),
  )
  const hidden = npy(draws.npy.hidden)
  expect(hidden.shape).toEqual([7, 7])
  expect(Array.from(hidden.data as Float32Array)).toEqual(
    Array.from({ length: 49 }, (_, i) => single.reduce((sum, { mask }) => sum + Number(mask[i]), 0)),
  )
  const [mean, spread] = [
    npy(draws.npy.mean).data as Float32Array,
    npy(draws.npy.spread).data as Float32Array,
  ]
  for (let i = 0; i < 49; i++) {
    const those = single.filter(({ mask }) => mask[i] === 1)
    if (those.length < 2) expect(spread[i]).toBeNaN()
    if (those.length === 0) expect(mean[i * 192]).toBeNaN()
    else {
      // The first pixel's red, rounded to a byte in each picture.
      const at = (Math.floor(i / 7) * 8 * 56 + (i % 7) * 8) * 3
      const expected = those.reduce((sum, { rgb }) => sum + rgb[at]! / 255, 0) / those.length
      expect(Math.abs(Number(mean[i * 192]) - expected)).toBeLessThan(0.003)
    }
  }
  expect(draws.masks).toBe(3)
  expect(draws.spread).toBeGreaterThan(0)
  for (const path of Object.values(draws.images)) expect(await decode(path)).toMatchObject({ width: 56 })
  // The same seed gives the same bytes.
  await reconstruct(mae, 'draws2', ...words, '--draws', '3')
  for (const name of readdirSync(out('draws')))
    expect(readFileSync(join(out('draws2'), name)).equals(readFileSync(join(out('draws'), name))), name).toBe(
      true,
    )
})

describe('what cannot be reconstructed is refused in a sentence', () => {
  const encoder = join(goldens, 'mae', 'pretrain_encoder_only.pth')
  const cases: [string, () => string[], string, RegExp][] = [
    [
      'an encoder without its decoder',
      () => [encoder, '--heads', '3', ...photo],
      'unsupported-model',
      /without its decoder/,
    ],
    [
      'a ratio that hides everything',
      () => [...mae, ...photo, '--mask-ratio', '1'],
      'bad-argument',
      /none of 49/,
    ],
    [
      'a ratio that hides nothing',
      () => [...mae, ...photo, '--mask-ratio', '0'],
      'bad-argument',
      /hides none/,
    ],
    ['a picture that hides everything', () => [...mae, ...photo, '--mask', white], 'bad-data', /every patch/],
    ['a picture that hides nothing', () => [...mae, ...photo, '--mask', black], 'bad-data', /no patch/],
    [
      'noise of another grid',
      () => [...mae, ...photo, '--noise', join(goldens, 'hf_vit_mae', 'input_56x56.npy')],
      'bad-data',
      /one number for each patch is needed, \[1, 49\]/,
    ],
    [
      'several masks of a tensor',
      () => [...mae, '--tensor', join(goldens, 'mae', 'input_56x56_b2.npy'), '--draws', '4'],
      'bad-argument',
      /a tensor was given/,
    ],
    [
      'a mask that is no picture',
      () => [...mae, ...photo, '--mask', encoder],
      'bad-picture',
      /not a picture/,
    ],
    [
      'a mask that is not there',
      () => [...mae, ...photo, '--mask', out('no.png')],
      'unreadable-file',
      /no\.png/,
    ],
  ]
  test.concurrent.each(cases)('%s', async (_, words, code, sentence) => {
    const { exitCode, stdout } = await emergence([
      'reconstruct',
      ...words(),
      '--output',
      out('refused'),
      '--json',
    ])
    expect(exitCode).toBe(1)
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } }
    expect(error).toMatchObject({ code, message: expect.stringMatching(sentence) })
    expect(existsSync(out('refused'))).toBe(false)
  })
})

test('several photos each have a mask of their own', async () => {
  const words = ['reconstruct', ...mae, cat, cat, '--size', '56', '--fit', 'crop', '--output', out('two')]
  const report = (await json(words)) as unknown as Result<'reconstruct'>
  const [one, two] = report.items.map(({ npy: { mask } }) => npy(mask).data)
  expect(report.items.map(({ name }) => name)).toEqual(['cat-chelsea', 'cat-chelsea-2'])
  expect(one).not.toEqual(two)
})

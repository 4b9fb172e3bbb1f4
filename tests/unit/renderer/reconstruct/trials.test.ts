// Do other masks of a picture come to what they must: the strip of ratios, mean and spread, and what the brush touches?
import { expect, test } from 'vitest'
import { ramp } from '../../../../src-renderer/canvas/ramps.ts'
import { brushBox, painted } from '../../../../src-renderer/views/reconstruct/brush.ts'
import { reconstructCsv } from '../../../../src-renderer/views/reconstruct/exports.ts'
import { fourUp, stripSize } from '../../../../src-renderer/views/reconstruct/layout.ts'
import { hiddenOf, mostSeed } from '../../../../src-renderer/views/reconstruct/settings.ts'
import {
  drawnMasks,
  gather,
  meanPixels,
  rungOf,
  shrink,
  spreadLimit,
  spreadPixels,
  stripMasks,
  stripRatios,
} from '../../../../src-renderer/views/reconstruct/trials.ts'
import { noiseFor } from '../../../../src-main/engine/jobs/rebuild.ts'
import type { Rebuilt } from '../../../../src-renderer/client/lab.ts'

const patch = 2
const how = { targets: 'plain', undo: true } as const
/** 2 × 1 patches of 2 px, grey 100; the decoder says `said` of every pixel. */
function answer(said: number, mask: readonly number[]): Rebuilt {
  return {
    index: 0,
    layout: { cls: true, registers: 0, grid: [2, 1] },
    patch,
    input: { width: 2, height: 4 },
    area: { x: 0, y: 0, width: 2, height: 4 },
    rgb: new Uint8Array(2 * 4 * 3).fill(100),
    prediction: new Float32Array(2 * patch ** 2 * 3).fill(said),
    mask: Float32Array.from(mask),
    forwardSeconds: 0,
    normPixLoss: false,
    mean: [0, 0, 0],
    std: [1, 1, 1],
  }
}

test('a rung has the hidden patches as they were said, the others as they are, and its PSNR', () => {
  const rung = rungOf(answer(0.5, [1, 0]), how, 0.5)
  expect([rung.width, rung.height, rung.pixels[0], rung.pixels[2 * 2 * 4]]).toEqual([2, 4, 128, 100])
  expect(rung.psnr).toBeCloseTo(-20 * Math.log10(0.5 - 100 / 255), 3)
})

test('the strip keeps the kind of mask and the seed, and a painted mask becomes one by chance', () => {
  expect(stripRatios).toEqual([0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95])
  expect(stripMasks('block', 4)[9]).toEqual({ kind: 'block', ratio: 0.95, seed: 4 })
  expect(stripMasks('brush', 4)[0]).toEqual({ kind: 'random', ratio: 0.5, seed: 4 })
  // Each of them can be asked of the smallest grids that networks are trained at.
  for (const mask of stripMasks('grid', 4)) expect(noiseFor(mask, [7, 7]).kept).toBeGreaterThan(0)
})

test('masks for mean and spread count their seeds up from the one that stands', () => {
  const masks = drawnMasks({ mask: 'random', ratio: 0.75, seed: mostSeed, count: 2 })
  expect(masks).toEqual([
    { kind: 'random', ratio: 0.75, seed: mostSeed },
    { kind: 'random', ratio: 0.75, seed: 0 },
  ])
  expect(drawnMasks({ mask: 'grid', ratio: 0.5, seed: 1, count: 1 })[0]).toMatchObject({ kind: 'random' })
})

test('mean and spread are gathered mask by mask, drawn as heat, and written beside the losses', () => {
  const one = gather(null, answer(0.4, [1, 0]), how)
  expect([one.meanSpread, one.largest]).toEqual([null, null])
  const two = gather(one, answer(0.6, [1, 1]), how)
  expect(two.masks).toBe(2)
  expect(two.meanSpread).toBeCloseTo(Math.sqrt(0.02), 6)
  expect(two.largest).toBe(0)
  expect(spreadLimit(two)).toBe(two.spread[0])
  const heat = spreadPixels(two, ramp('ember', 'dark'), 1)
  // The largest spread has the ramp's last colour; a patch that was hidden once shows the picture stepped back.
  expect([...heat.subarray(0, 3)]).toEqual([...ramp('ember', 'dark').table.subarray(765, 768)])
  expect(heat[4 * 4]).toBeLessThan(100)
  const mean = meanPixels(one)
  expect([mean[0], mean[3], mean[4 * 4 + 3]]).toEqual([102, 255, 0])
  const csv = reconstructCsv(
    { grid: [2, 1], losses: Float32Array.of(0.25, NaN), mask: Float32Array.of(1, 0) },
    two,
  ).split('\n')
  expect(csv[0]).toContain('times_hidden,mean_red')
  expect(csv[1]).toMatch(/^0,0,1,0\.25,2,0\.5,0\.5,0\.5,0\.1414/)
  expect(csv[2]).toMatch(/^1,0,0,,1,0\.6,0\.6,0\.6,,/)
})

test('small pictures are means of boxes of pixels', () => {
  const rgb = Uint8Array.from({ length: 480 * 2 * 3 }, (_, i) => (Math.floor(i / 3) % 2 === 0 ? 0 : 200))
  const { width, height, pixels } = shrink(rgb, 480, 2)
  expect([width, height, pixels[0], pixels[3]]).toEqual([240, 1, 100, 255])
})

test('the brush stays inside the picture, and leaves no gap on a quick way', () => {
  expect(brushBox({ x: 0, y: 0.99 }, 3, [4, 4])).toEqual({ top: 2, bottom: 4, left: 0, right: 2 })
  const way = { from: { x: 0.05, y: 0.05 }, to: { x: 0.95, y: 0.05 } }
  const mask = painted(new Uint8Array(16), [4, 4], way, 1, true)
  expect([...mask.subarray(0, 4)]).toEqual([1, 1, 1, 1])
  expect(mask.reduce((sum, bit) => sum + bit, 0)).toBe(4)
  expect(painted(mask, [4, 4], { from: way.from, to: way.from }, 8, false).includes(1)).toBe(false)
})

test('pictures and strip fit the place together', () => {
  for (const [width, height, aspect] of [
    [788, 652, 1],
    [1328, 932, 1.5],
    [788, 652, 0.6],
  ] as const) {
    const strip = stripSize(width, height, aspect, 1)!
    const four = fourUp(width, height - strip.whole, aspect, 1)
    expect(strip.width * 10 + 9 * 8).toBeLessThanOrEqual(width - 36)
    expect(2 * four.height + strip.whole).toBeLessThan(height)
  }
  expect(stripSize(788, 300, 1, 1)).toBeNull()
  // In class rooms type is larger, and the four pictures come first.
  expect(stripSize(1280, 600, 1, 1.4)).toBeNull()
})

test('as many patches are hidden as the strip says', () => {
  const { noise, kept } = noiseFor(stripMasks('random', 0)[5]!, [14, 14])
  expect(hiddenOf(noise, kept).reduce((sum, bit) => sum + bit, 0)).toBe(147)
})

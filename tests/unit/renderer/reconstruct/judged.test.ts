// Do the window's figures of a reconstruction come out as they must, and is a mask the same here and in the engine?
import { expect, test } from 'vitest'
import { randomNoise } from '../../../../src-shared/domain/masks.ts'
import { noiseFor } from '../../../../src-main/engine/jobs/rebuild.ts'
import { errorPixels, judgeRebuilt, opaque } from '../../../../src-renderer/views/reconstruct/judged.ts'
import {
  bits,
  digits,
  hiddenOf,
  readReconstructSettings,
} from '../../../../src-renderer/views/reconstruct/settings.ts'
import { ramp } from '../../../../src-renderer/canvas/ramps.ts'

const patch = 4
/** 2 × 2 patches of 4 px, a grey ramp; the decoder says the truth, `off` added, on the first patch, hidden. */
function answer(off: number, normPixLoss: boolean | null = false) {
  const rgb = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => 40 + 2 * Math.floor(i / 3))
  const prediction = new Float32Array(4 * patch ** 2 * 3)
  for (let p = 0; p < 4; p++)
    for (let y = 0; y < patch; y++)
      for (let x = 0; x < patch; x++)
        for (let c = 0; c < 3; c++)
          prediction[((p * patch + y) * patch + x) * 3 + c] =
            rgb[((Math.floor(p / 2) * patch + y) * 8 + (p % 2) * patch + x) * 3 + c]! / 255 + off
  return {
    index: 0,
    layout: { cls: true, registers: 0, grid: [2, 2] as [number, number] },
    patch,
    input: { width: 8, height: 8 },
    area: { x: 0, y: 0, width: 8, height: 8 },
    rgb,
    prediction,
    mask: Float32Array.of(1, 0, 0, 0),
    forwardSeconds: 0,
    normPixLoss,
    mean: [0, 0, 0],
    std: [1, 1, 1],
  }
}

test('a decoder that says the truth has no loss, and one that is 0.1 too light has 0.01', () => {
  expect(judgeRebuilt(answer(0), { targets: 'auto', undo: true })).toMatchObject({
    mse: 0,
    psnr: null,
    hidden: 1,
    source: 'stored',
  })
  const judged = judgeRebuilt(answer(0.1), { targets: 'auto', undo: true })
  expect(judged.loss).toBeCloseTo(0.01, 6)
  expect(judged.mse).toBeCloseTo(0.01, 3)
  expect(judged.psnr).toBeCloseTo(20, 0)
  expect(judged.losses[0]).toBeCloseTo(0.01, 6)
  expect(judged.losses[1]).toBeNaN()
})

test('only hidden pixels have an error, and seen ones are clear', () => {
  const judged = judgeRebuilt(answer(0.1), { targets: 'auto', undo: true })
  expect(judged.error[0]).toBeCloseTo(0.1, 1)
  expect(judged.error[7]).toBe(0)
  const pixels = errorPixels(judged, ramp('tide', 'dark'))
  expect([pixels[3], pixels[7 * 4 + 3]]).toEqual([255, 0])
  const left = opaque(judged.original, { ...answer(0), grid: [2, 2] })
  expect([left[3], left[7 * 4 + 3]]).toEqual([0, 255])
})

test('what a checkpoint does not say is guessed and called a guess; a person’s word counts more', () => {
  expect(judgeRebuilt(answer(0, null), { targets: 'auto', undo: true })).toMatchObject({
    normalised: false,
    source: 'guess',
  })
  expect(judgeRebuilt(answer(0, false), { targets: 'normalised', undo: true })).toMatchObject({
    normalised: true,
    source: 'chosen',
  })
})

test('the mask shown before the answer is the mask of the answer', () => {
  const { noise, kept } = randomNoise([14, 14], 0.75, 3)
  const engine = noiseFor({ kind: 'random', ratio: 0.75, seed: 3 }, [14, 14])
  expect(engine).toEqual({ noise, kept })
  const hidden = hiddenOf(noise, kept)
  expect(hidden.reduce((sum, bit) => sum + bit, 0)).toBe(147)
  expect(bits(digits(hidden))).toEqual(hidden)
})

test('a painted mask of another grid is refused in a sentence', () => {
  expect(() => noiseFor({ kind: 'chosen', hidden: Uint8Array.of(1, 0) }, [14, 14])).toThrow(
    'The painted mask has 2 patches',
  )
  expect(() => noiseFor({ kind: 'chosen', hidden: Uint8Array.of(1, 1) }, [1, 2])).toThrow('hides every patch')
})

test('kept settings outside what can be are left at their start', () => {
  expect(
    readReconstructSettings({
      ratio: 2,
      seed: -1,
      mask: 'stars',
      painted: { grid: [2, 2], hidden: '101' },
      patch: { x: 3, y: 0 },
    }),
  ).toMatchObject({
    ratio: 0.75,
    seed: 0,
    mask: 'random',
    painted: null,
    patch: null,
  })
})

test('with less opacity the picture shines through the error, seen patches too', () => {
  const judged = judgeRebuilt(answer(0.1), { targets: 'auto', undo: true })
  const half = errorPixels(judged, ramp('tide', 'dark'), 0)
  expect([...half.subarray(0, 4)]).toEqual([...judged.original.subarray(0, 3), 255])
  expect([...half.subarray(7 * 4, 7 * 4 + 4)]).toEqual([...judged.original.subarray(21, 24), 255])
})

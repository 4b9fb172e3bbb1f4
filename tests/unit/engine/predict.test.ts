// Do the engine's predictions equal the original I-JEPA's, and does the call answer with them?
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { judgePrediction } from '../../../src-main/analysis/prediction.ts'
import { startEngine } from '../../../src-main/cli/engine.ts'
import { createCliLab } from '../../../src-main/cli/lab.ts'
import { predict } from '../../../src-main/engine/tasks/predict.ts'
import type { TaskContext } from '../../../src-main/engine/task.ts'
import type { Request } from '../../../src-shared/protocol/calls.ts'
import { goldenCases } from '../../tools/goldens.ts'
import { excess, goldens, pictures } from '../cli/run.ts'

const golden = goldenCases().find(({ name }) => name === 'ijepa')
const file = 'jepa-latest.pth.tar'
const picture = (name: string) => ({ kind: 'path' as const, path: join(pictures, name) })
const settings = { device: 'cpu' as const, precision: 'exact' as const }

const engine = startEngine()
afterAll(() => engine.stop())
const client = createCliLab(engine)

describe.skipIf(!golden)('a prediction of I-JEPA', () => {
  const path = golden?.path(file) ?? ''
  const overrides = { heads: 3 }

  test('equals the original’s tokens, targets and loss, picture by picture', async () => {
    const images = golden!.read('input_64x64_b2.npy')
    const [contexts, targets] = [golden!.read('masks_enc.npy'), golden!.read('masks_pred.npy')]
    const ints = (from: ArrayLike<number | bigint>, at: number, count: number) =>
      Int32Array.from({ length: count }, (_, i) => Number(from[at + i]))
    const [said, seen, all] = ['pred.npy', 'target_masked_layernorm.npy', 'target_full_b2.npy'].map(
      (name) => golden!.read(name).data,
    )
    const [pixels, hidden, width] = [3 * 64 * 64, 12, 48]
    let loss = 0
    for (const b of [0, 1]) {
      const context = ints(contexts.data, b * 19, 19)
      const blocks = [0, 1, 2, 3].map((m) => ints(targets.data, (m * 2 + b) * hidden, hidden))
      const found = await predict(
        {
          model: { path, overrides },
          place: settings,
          images: {
            batch: 1,
            width: 64,
            height: 64,
            data: Float32Array.from(images.data).slice(b * pixels, (b + 1) * pixels),
          },
          blocks: { context, targets: blocks },
        },
        {} as TaskContext,
      )
      expect(found.wanted).toHaveLength(all!.length / 2)
      blocks.forEach((block, m) => {
        const size = hidden * width
        const rows = (data: ArrayLike<number>) =>
          Array.from({ length: size }, (_, i) => data[(m * 2 + b) * size + i]!)
        expect(excess(found.predicted[m]!, rows(said as Float32Array))).toBeLessThanOrEqual(0)
        const wanted = [...block].flatMap((patch) => [
          ...found.wanted.subarray(patch * width, (patch + 1) * width),
        ])
        expect(excess(wanted, rows(seen as Float32Array))).toBeLessThanOrEqual(0)
        loss += judgePrediction(found.predicted[m]!, found.wanted, block, width).loss / 8
      })
    }
    expect(excess([loss], [golden!.facts.loss!.value])).toBeLessThanOrEqual(0)
  })

  const request = (): Request<'predict'> => ({
    settings,
    model: { name: path, overrides },
    picture: picture('cat-chelsea.jpg'),
    fit: 'crop',
    context: { row: 0, column: 0, rows: 8, columns: 8 },
    targets: [
      { row: 1, column: 1, rows: 3, columns: 4 },
      { row: 3, column: 3, rows: 2, columns: 2 },
    ],
    among: [picture('raccoon.jpg'), picture('bear-night.jpg')],
    nearest: 5,
  })

  test('answers for blocks of a photo, with the nearest patches of several', async () => {
    const result = await client.predict(request())
    expect(result).toMatchObject({
      layout: { cls: false, registers: 0, grid: [8, 8] },
      input: { width: 64, height: 64 },
      names: ['cat-chelsea', 'raccoon', 'bear-night'],
      areas: [{ height: 300 }, {}, {}],
    })
    expect(result.rgb).toHaveLength(3 * 64 * 64)
    // The blocks overlap in two patches.
    expect(result.context).toHaveLength(64 - 14)
    expect(result.targets.map(({ cosines }) => cosines.length)).toEqual([12, 4])
    expect([...result.map].filter((value) => !Number.isNaN(value))).toHaveLength(14)
    expect(result.map[9]).toBe(result.targets[0]!.cosines[0])
    expect(result.loss).toBeCloseTo((result.targets[0]!.loss + result.targets[1]!.loss) / 2, 9)
    const { picture: from, patch, cosine } = result.targets[0]!.nearest
    expect(from).toHaveLength(60)
    for (let k = 0; k < 60; k++) {
      expect(from[k]! >= 0 && from[k]! < 3 && patch[k]! >= 0 && patch[k]! < 64).toBe(true)
      if (k % 5 > 0) expect(cosine[k]).toBeLessThanOrEqual(cosine[k - 1]!)
      // No place is more like it than the nearest, its own least of all.
      if (k % 5 === 0) expect(cosine[k]! + 1e-6).toBeGreaterThan(result.targets[0]!.cosines[k / 5]!)
    }
  })

  test('gives the same numbers again', async () => {
    const [one, two] = [await client.predict(request()), await client.predict(request())]
    expect({ ...two, seconds: 0 }).toEqual({ ...one, seconds: 0 })
  })

  test('of a block outside the grid, or without a context, is refused', async () => {
    const outside = { ...request(), targets: [{ row: 7, column: 0, rows: 2, columns: 2 }] }
    await expect(client.predict(outside)).rejects.toMatchObject({
      code: 'bad-argument',
      message: expect.stringMatching(/leaves the grid of 8 × 8/),
    })
    const covered = { ...request(), context: { row: 1, column: 1, rows: 2, columns: 2 } }
    await expect(client.predict(covered)).rejects.toMatchObject({
      message: expect.stringMatching(/nothing left/),
    })
  })
})

test('a network without a predictor is refused in a sentence', async () => {
  const asked = client.predict({
    settings,
    model: { name: join(goldens, 'dino_vit', 'backbone.pth'), overrides: { heads: 3 } },
    picture: picture('cat-chelsea.jpg'),
    fit: 'crop',
    context: { row: 0, column: 0, rows: 7, columns: 7 },
    targets: [{ row: 1, column: 1, rows: 2, columns: 2 }],
    among: [],
    nearest: 0,
  })
  await expect(asked).rejects.toMatchObject({
    code: 'unsupported-model',
    message: expect.stringMatching(/has no predictor/),
  })
})

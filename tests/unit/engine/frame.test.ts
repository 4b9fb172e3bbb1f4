// Does a frame that travels as pixels give the tokens and rows that the same picture gives as a file?
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startEngine } from '../../../src-main/cli/engine.ts'
import { createCliLab } from '../../../src-main/cli/lab.ts'
import { decode } from '../../../src-main/datasets/pictures.ts'
import { patchRows } from '../../../src-main/engine/tasks/frame.ts'
import { firstPatch, patchCount, tokenCount } from '../../../src-shared/domain/tokenLayout.ts'
import { attentionRow } from '../../../src-shared/numerics/attention.ts'
import { fillNormal, random } from '../../../src-shared/numerics/random.ts'
import { checkRequest, type Item } from '../../../src-shared/protocol/calls.ts'
import { goldens, pictures } from '../cli/run.ts'

const engine = startEngine()
afterAll(() => engine.stop())
const client = createCliLab(engine)

const path = join(pictures, 'coffee-cup.jpg')
const choice = {
  settings: { device: 'cpu' as const, precision: 'exact' as const },
  model: { name: join(goldens, 'dinov2_vit_reg4/backbone.pth'), overrides: { heads: 3 } },
  fit: 'native' as const,
  size: { width: 112, height: 112 },
}

test('a frame’s tokens and rows are those of the same picture', async () => {
  const { width, height, rgb } = await decode(await readFile(path), 'cup')
  const asked = { ...choice, frame: { width, height, rgb }, layer: 1, attentionLayer: -1 }
  const seen = await client.frameTokens(asked)
  expect(await client.frameTokens(asked)).toMatchObject({ tokens: seen.tokens, rows: seen.rows })

  let patches: Item<'patchTokens'> | null = null
  await client.patchTokens(
    { ...choice, pictures: [{ kind: 'path', path }], layer: 1 },
    { onItem: (item) => void (patches = item) },
  )
  const { tokens, layout, input, area, layer } = patches!
  expect(seen).toMatchObject({ layout, input, area, layer, oneColour: false })
  expect(seen.tokens).toEqual(tokens)

  const layers = new Map<number, { q: Float32Array; k: Float32Array }>()
  await client.look(
    { ...choice, picture: { kind: 'path', path } },
    { onItem: (item) => void (item.kind === 'layer' && layers.set(item.layer, item)) },
  )
  const { q, k } = layers.get(seen.attentionLayer)!
  const shape = { tokens: tokenCount(layout), width: seen.width, heads: seen.heads }
  for (let head = 0; head < seen.heads; head++)
    expect(seen.rows.subarray(head * patchCount(layout), (head + 1) * patchCount(layout))).toEqual(
      attentionRow(q, k, shape, head, 0).subarray(firstPatch(layout)),
    )
}, 60_000)

test('without [CLS] the row is the mean of all rows', () => {
  const layout = { cls: false, registers: 1, grid: [2, 3] as [number, number] }
  const shape = { tokens: 7, width: 8, heads: 2 }
  const [q, k] = [1, 2].map((seed) => fillNormal(random(seed), new Float32Array(56), 0, 1)) as [
    Float32Array,
    Float32Array,
  ]
  const rows = patchRows(q, k, shape, layout)
  for (let head = 0; head < 2; head++)
    for (let patch = 0; patch < 6; patch++) {
      let mean = 0
      for (let query = 0; query < 7; query++) mean += attentionRow(q, k, shape, head, query)[patch + 1]! / 7
      expect(rows[head * 6 + patch]).toBeCloseTo(mean, 5)
    }
})

test('a frame whose pixels do not fit its sides is refused in words', () => {
  const frame = { width: 4, height: 4, rgb: new Uint8Array(47) }
  const asked = {
    model: crypto.randomUUID(),
    frame,
    fit: 'native',
    size: null,
    layer: null,
    attentionLayer: -1,
    precision: 'fast',
  }
  expect(() => checkRequest('frameTokensAt', asked)).toThrow('rgb is not [height, width, 3]')
})

// Are random networks what their papers start from, and the same for the same seed?
import { describe, expect, it } from 'vitest'
import { randomModel, weightShapes } from '../../../src-main/networks/initialise.ts'
import { plainSpec, presets } from '../../../src-main/networks/presets.ts'
import { sincosTable } from '../../../src-main/networks/positions.ts'
import { modelSpecSchema, type ModelSpec } from '../../../src-shared/domain/modelSpec.ts'

const small = plainSpec({ width: 32, depth: 2, heads: 4, patch: 4, imageSize: 16 })
const std = (values: Float32Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length)
const count = (spec: ModelSpec) =>
  [...weightShapes(spec).values()].reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0)

describe('presets', () => {
  it('have the numbers of parameters that the papers give', () => {
    // dino, README: ViT-S/16 21 M, ViT-B/16 85 M; exactly, from the published checkpoints
    expect(count(presets['vit-s16'])).toBe(21_665_664)
    expect(count(presets['vit-b16'])).toBe(85_798_656)
  })

  it.each(Object.entries(presets))('are specs: %s', (_, spec) => {
    expect(modelSpecSchema.safeParse(spec).success).toBe(true)
  })
})

describe('a random model', () => {
  it('is the same for the same seed and another for another', () => {
    expect(randomModel(small, 5)).toEqual(randomModel(small, 5))
    expect(randomModel(small, 5).get('cls')).not.toEqual(randomModel(small, 6).get('cls'))
  })

  it('starts a weight the same way whatever other weights there are', () => {
    const deeper = randomModel({ ...small, depth: 3, registers: 2 }, 5)
    for (const [name, weight] of randomModel(small, 5)) expect(deeper.get(name), name).toEqual(weight)
  })

  it('has matrices of standard deviation 0.02, biases of 0 and gains of 1', () => {
    const weights = randomModel(small, 1)
    for (const [name, { shape, data }] of weights)
      if (name.endsWith('.bias')) expect(std(data), name).toBe(0)
      else if (name.includes('norm')) expect(Array.from(data), name).toEqual(Array(32).fill(1))
      else if (shape.length === 2) expect(std(data), name).toBeCloseTo(0.02, 2)
    expect(std(weights.get('blocks.0.ffn.in.weight')!.data)).toBeGreaterThan(0.019)
  })

  it('has Xavier matrices and sine-cosine tables as MAE', () => {
    const spec: ModelSpec = {
      ...small,
      family: 'mae',
      decoder: { width: 16, depth: 1, heads: 2, ffnHidden: 64, normPixLoss: true },
    }
    const weights = randomModel(spec, 1)
    const bound = Math.sqrt(6 / (3 * 32 + 32))
    const qkv = weights.get('blocks.0.attention.qkv.weight')!.data
    expect(Math.max(...qkv)).toBeLessThan(bound)
    expect(Math.max(...qkv)).toBeGreaterThan(0.95 * bound)
    expect(weights.get('decoder.position.patches')!.data).toEqual(Float32Array.from(sincosTable(16, 4, 4)))
    expect(std(weights.get('position.cls')!.data)).toBe(0)
  })

  it("shrinks the outputs of I-JEPA's deeper blocks", () => {
    const weights = randomModel({ ...small, family: 'ijepa', cls: false, depth: 8 }, 1)
    const of = (i: number) => std(weights.get(`blocks.${i}.ffn.out.weight`)!.data)
    expect(of(0) / of(7)).toBeCloseTo(Math.sqrt(8), 1)
  })

  it('has prototypes of length 1', () => {
    const projectionHead = { layers: 3, hidden: 16, bottleneck: 8, prototypes: 5 }
    const { data } = randomModel({ ...small, projectionHead }, 1).get('projectionHead.last.weight')!
    for (let k = 0; k < 5; k++) expect(Math.hypot(...data.subarray(k * 8, k * 8 + 8))).toBeCloseTo(1, 6)
  })

  it('has the periods of base 100 where positions are rotary', () => {
    const spec: ModelSpec = { ...small, heads: 2, position: { kind: 'rotary', normalise: 'separate' } }
    const periods = Array.from(randomModel(spec, 1).get('rope.periods')!.data)
    expect(periods.map((p) => Number(p.toFixed(4)))).toEqual([1, 3.1623, 10, 31.6228])
  })
})

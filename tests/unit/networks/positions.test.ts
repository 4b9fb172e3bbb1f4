// Are positions what the original code computed? Its own tables, and the properties each filter must have.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { positionTable, ropeTables, sincosTable } from '../../../src-main/networks/positions.ts'
import { axisWeights, resampleMatrix, resampleTable } from '../../../src-main/networks/resample.ts'
import { interpolationRules, type ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import type { Weights } from '../../../src-shared/domain/weights.ts'
import { readNpy } from '../../tools/npy.ts'
import { plainSpec } from '../../../src-main/networks/presets.ts'

const goldens = new URL('../../fixtures/goldens/', import.meta.url).pathname
const sincosGoldens = JSON.parse(readFileSync(`${goldens}schedules.json`, 'utf8')).sincos_pos_embed as Record<
  'mae' | 'ijepa',
  { values: number[][] }
>

const base = plainSpec({ width: 8, depth: 1, heads: 2, patch: 4, imageSize: 16 })
const ramp = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7))
const learned = (rule: 'dino' | 'timm'): ModelSpec => ({
  ...base,
  position: { kind: 'learned', rows: 4, columns: 4, rule },
})
const table: Weights = new Map([
  ['position.cls', { shape: [8], data: ramp(8) }],
  ['position.patches', { shape: [16, 8], data: ramp(128) }],
])

describe('sine-cosine tables', () => {
  it("equal MAE's, whose class token has a row of zeros, and I-JEPA's", () => {
    const ours = Array.from(sincosTable(16, 5, 5))
    for (const theirs of [sincosGoldens.mae.values.slice(1).flat(), sincosGoldens.ijepa.values.flat()]) {
      expect(theirs.length).toBe(ours.length)
      theirs.forEach((value, i) =>
        expect(Math.abs((ours[i] ?? NaN) - value)).toBeLessThan(1e-12 + 1e-9 * Math.abs(value)),
      )
    }
  })

  it('put the column in the first half of the width and the row in the second', () => {
    const ours = sincosTable(4, 2, 3)
    const at = (y: number, x: number) => Array.from(ours.subarray((y * 3 + x) * 4, (y * 3 + x) * 4 + 4))
    expect(at(1, 2)).toEqual([Math.sin(2), Math.cos(2), Math.sin(1), Math.cos(1)])
  })

  it('are recomputed for another grid, but the stored one is used at its own', () => {
    const spec: ModelSpec = { ...base, cls: false, position: { kind: 'sincos', rows: 4, columns: 4 } }
    expect(positionTable(spec, table, 4, 4).patches).toBe(table.get('position.patches')?.data)
    for (const [rows, columns] of [
      [2, 6],
      [5, 4],
      [4, 5],
    ] as const)
      expect(positionTable(spec, table, rows, columns).patches).toEqual(
        Float32Array.from(sincosTable(8, rows, columns)),
      )
  })
})

describe('learned tables', () => {
  it('are used as they stand at the native grid, with the row of [CLS] beside them', () => {
    const { cls, patches } = positionTable(learned('dino'), table, 4, 4)
    expect(cls).toEqual(ramp(8))
    expect(patches).toEqual(ramp(128))
  })

  it('have no row for [CLS] where the file has none', () => {
    const patchesOnly = new Map([...table].filter(([name]) => name !== 'position.cls'))
    expect(positionTable(learned('timm'), patchesOnly, 3, 5).cls).toBeNull()
  })

  it('are interpolated when the number of patches is native but the grid is not', () => {
    const { patches } = positionTable(learned('dino'), table, 2, 8)
    expect(patches.length).toBe(128)
    expect(patches).not.toEqual(ramp(128))
  })

  it('are refused with the name of the weight where it is missing', () => {
    expect(() => positionTable(learned('dino'), new Map(), 2, 2)).toThrow('position.patches')
  })
})

describe('resampling', () => {
  it.each(interpolationRules)('keeps a constant table constant by the rule %s', (rule) => {
    for (const target of [1, 3, 4, 5, 9, 16])
      for (const value of resampleTable(rule, new Float32Array(16).fill(0.7), 1, [4, 4], [target, 2]))
        expect(value).toBeCloseTo(0.7, 6)
  })

  it.each(interpolationRules)('is the same as its matrix by the rule %s', (rule) => {
    const matrix = resampleMatrix(rule, [3, 4], [5, 2])
    const values = ramp(12)
    const direct = resampleTable(rule, values, 1, [3, 4], [5, 2])
    direct.forEach((value, i) => {
      const product = values.reduce((sum, v, n) => sum + v * (matrix[i * 12 + n] ?? NaN), 0)
      expect(product).toBeCloseTo(value, 6)
    })
  })

  it('shifts the source by the offset of 0.1 under the DINO rule only', () => {
    // target 8 of native 4: the first patch reads (0.5 / (8.1 / 4)) - 0.5 instead of -0.25
    const [dino, size] = [axisWeights('dino', 4, 8), axisWeights('size', 4, 8)]
    const mean = (weights: Float64Array) => (weights[1] ?? 0) + 2 * (weights[2] ?? 0) + 3 * (weights[3] ?? 0)
    expect(mean(dino)).not.toBeCloseTo(mean(size), 4)
  })

  it('reads every native position when shrinking with antialias, and only four without', () => {
    const taps = (weights: Float64Array) => Array.from(weights.subarray(0, 16)).filter((w) => w !== 0).length
    expect(taps(axisWeights('timm', 16, 1))).toBe(16)
    expect(taps(axisWeights('size', 16, 1))).toBe(4)
  })
})

describe('rotary tables', () => {
  const rotary = (normalise: 'separate' | 'min' | 'max'): ModelSpec => ({
    ...base,
    width: 36,
    heads: 3,
    position: { kind: 'rotary', normalise },
  })
  const periods: Weights = new Map([
    ['rope.periods', { shape: [3], data: Float32Array.of(1, 4.641589164733887, 21.544349670410156) }],
  ])

  it("equal DINOv3's own for a rectangle", () => {
    const ours = ropeTables(rotary('separate'), periods, 4, 7)
    for (const name of ['sin', 'cos'] as const) {
      const theirs = readNpy(`${goldens}parity/dinov3_vit/rope_${name}_112x64.npy`)
      expect(theirs.shape).toEqual([28, 12])
      const worst = Math.max(
        ...Array.from(theirs.data, (value, i) => Math.abs(value - (ours[name][i] ?? NaN))),
      )
      expect(worst).toBeLessThan(2e-6)
    }
  })

  it('measure both axes by the shorter or the longer side where the spec says so', () => {
    const angle = (normalise: 'min' | 'max', part: number) =>
      Math.asin(ropeTables(rotary(normalise), periods, 2, 4).sin[part] ?? NaN)
    // first patch: y = 2 * 0.5 / span - 1, x the same; the slowest period keeps the angle small
    expect(angle('min', 5)).toBeCloseTo((2 * Math.PI * (1 / 2 - 1)) / 21.544349670410156, 6)
    expect(angle('max', 5)).toBeCloseTo((2 * Math.PI * (1 / 4 - 1)) / 21.544349670410156, 6)
  })

  it('are refused where the periods do not fit the head', () => {
    expect(() => ropeTables({ ...rotary('min'), heads: 9 }, periods, 2, 2)).toThrow('1 periods, not 3')
  })
})

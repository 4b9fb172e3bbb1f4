// Does looking give the original's maps, with the numbers that their definitions give?
import { describe, expect, it } from 'vitest'
import { highNormPatches, look, matricesBytes, resolveLayer } from '../../../src-main/analysis/look.ts'
import { paintHeadMap } from '../../../src-main/analysis/paint.ts'
import { colourMap } from '../../../src-shared/colour/maps.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { parseQuery } from '../../../src-shared/domain/query.ts'
import { goldenFloats, goldenNpy, worstError } from '../numerics/goldens.ts'
import { layerFrom } from '../numerics/layers.ts'

// The original's attention of three layers, three heads, [CLS] and 7 x 7 patches of 8 px.
const { data, shape } = goldenFloats('parity/dino_vit/attn_all_56x56.npy')
const [depth, heads, tokens] = shape as [number, number, number, number]
const perLayer = heads * tokens * tokens
const layers = Array.from({ length: depth }, (_, i) =>
  layerFrom(data.subarray(i * perLayer, (i + 1) * perLayer), heads, tokens),
)
const seen = {
  layers,
  heads,
  layout: { cls: true, registers: 0, grid: [7, 7] as [number, number] },
  patch: 8,
}
const golden = (layer: number, head: number, query: number) => {
  const start = layer * perLayer + (head * tokens + query) * tokens
  return data.subarray(start, start + tokens)
}
const cpu = { device: 'cpu' as const, threads: 1 }
const defaults = { layer: -1, head: 'all' as const, query: parseQuery('auto') }

describe('look', () => {
  it('gives every head of the last layer, the [CLS] row over patches', async () => {
    const { maps, matrices } = await look(seen, defaults, cpu)
    expect(maps.map(({ head, layer }) => [head, layer])).toEqual([
      [0, 2],
      [1, 2],
      [2, 2],
    ])
    for (const { head, map, max } of maps) {
      const wanted = golden(2, head as number, 0).subarray(1)
      expect(worstError(map, wanted)).toBeLessThan(1)
      expect(max).toBeCloseTo(Math.max(...wanted), 6)
    }
    expect(matrices).toBeNull()
  })

  it('measures entropy over all keys and distance over all patches as queries', async () => {
    const [map] = (await look(seen, { ...defaults, layer: 0, head: 1, query: parseQuery('patch:2,3') }, cpu))
      .maps
    const row = golden(0, 1, 1 + 2 * 7 + 3)
    expect(map!.entropy).toBeCloseTo(-row.reduce((sum, p) => sum + p * Math.log(p), 0), 4)
    const distanceOf = (query: number) => {
      let sum = 0
      for (let key = 0; key < 49; key++)
        sum +=
          golden(0, 1, 1 + query)[1 + key]! *
          8 *
          Math.hypot(Math.floor(key / 7) - Math.floor(query / 7), (key % 7) - (query % 7))
      return sum
    }
    expect(map!.queryDistance).toBeCloseTo(distanceOf(17), 3)
    const mean = Array.from({ length: 49 }, (_, query) => distanceOf(query)).reduce((a, b) => a + b) / 49
    expect(map!.distance).toBeCloseTo(mean, 3)
  })

  it('takes the mean of heads, with the mean of their distances, and the largest of heads', async () => {
    const separate = (await look(seen, defaults, cpu)).maps
    const [mean] = (await look(seen, { ...defaults, head: 'mean' }, cpu)).maps
    const [max] = (await look(seen, { ...defaults, head: 'max' }, cpu)).maps
    for (const i of [0, 20, 48]) {
      const values = separate.map(({ map }) => map[i]!)
      expect(mean!.map[i]).toBeCloseTo(values.reduce((a, b) => a + b) / 3, 6)
      expect(max!.map[i]).toBe(Math.max(...values))
    }
    expect(mean!.distance).toBeCloseTo(separate.reduce((sum, { distance }) => sum + distance!, 0) / 3, 6)
    expect(max!.distance).toBeNull()
    expect(max!.entropy).toBeLessThan(Math.log(50))
  })

  it('knows no distance of [CLS], which has no place', async () => {
    const [map] = (await look(seen, { ...defaults, head: 0 }, cpu)).maps
    expect(map!.queryDistance).toBeNull()
    expect(map!.distance).toBeGreaterThan(0)
  })

  it("keeps the mass that the original's mask keeps", async () => {
    const wanted = goldenNpy('attention_mask_0.6_56x56.npy').data as Uint8Array
    const { maps } = await look(seen, { ...defaults, mass: 0.6 }, cpu)
    expect(maps.flatMap(({ mask }) => [...mask!])).toEqual([...wanted])
    expect((await look(seen, defaults, cpu)).maps[0]!.mask).toBeNull()
  })

  it('averages rows over queries', async () => {
    const [map] = (await look(seen, { ...defaults, head: 2, query: parseQuery('mean') }, cpu)).maps
    const mean = Array.from({ length: 49 }, (_, key) => {
      let sum = 0
      for (let query = 0; query < tokens; query++) sum += golden(2, 2, query)[1 + key]!
      return sum / tokens
    })
    expect(worstError(map!.map, mean)).toBeLessThan(1)
  })

  it('adds rollout through the layers up to the one chosen', async () => {
    const { maps } = await look(seen, { ...defaults, layer: 0, head: 0, rollout: true }, cpu)
    expect(maps.map(({ head }) => head)).toEqual([0, 'rollout'])
    const mean = Array.from({ length: 49 }, (_, key) => {
      const sum = [0, 1, 2].reduce((total, head) => total + golden(0, head, 0)[1 + key]!, 0)
      return sum / 6
    })
    expect(worstError(maps[1]!.map, mean)).toBeLessThan(1)
    const through = (await look(seen, { ...defaults, head: 0, rollout: true }, cpu)).maps[1]!
    expect(through.layer).toBe(2)
    expect(worstError(through.map, maps[1]!.map)).toBeGreaterThan(1)
  })

  it('gives whole matrices only for the query all, and says their size beforehand', async () => {
    const { maps, matrices } = await look(seen, { ...defaults, query: parseQuery('all') }, cpu)
    expect(maps).toHaveLength(3)
    expect(worstError(matrices!, data.subarray(2 * perLayer))).toBeLessThan(1)
    expect(matricesBytes(seen.layout, heads)).toBe(matrices!.byteLength)
  })

  it('refuses layers, heads and queries that are not there', async () => {
    expect(resolveLayer(-3, 3)).toBe(0)
    expect(() => resolveLayer(3, 3)).toThrow('0 to 2')
    expect(() => resolveLayer(-4, 3)).toThrow(Failure)
    await expect(look(seen, { ...defaults, head: 3 }, cpu)).rejects.toThrow('3 heads, 0 to 2')
    await expect(look(seen, { ...defaults, query: parseQuery('register:0') }, cpu)).rejects.toThrow(
      'no registers',
    )
  })
})

describe('highNormPatches', () => {
  it('finds the patches far out, [CLS] and registers not counted', () => {
    const layout = { cls: true, registers: 1, grid: [2, 4] as [number, number] }
    const norms = Float32Array.of(900, 800, 10, 11, 12, 10, 300, 11, 12, 10)
    expect(highNormPatches(norms, layout)).toEqual([4])
  })
})

describe('paintHeadMap', () => {
  const photo = { width: 56, height: 56, rgb: new Uint8Array(56 * 56 * 3).fill(90) }
  const map = colourMap('ember')
  const at = (rgb: Uint8Array, y: number, x: number) => [
    ...rgb.subarray((y * 56 + x) * 3, (y * 56 + x) * 3 + 3),
  ]

  it('fills the strongest patch and outlines the mask and the query', () => {
    const values = new Float32Array(49)
    values[24] = 0.5
    values[0] = 0.5
    const mask = new Uint8Array(49)
    mask[24] = 1
    const rgb = paintHeadMap(photo, { map: values, mask }, [7, 7], {
      map,
      opacity: 1,
      ring: { row: 6, column: 0 },
    })
    expect(at(rgb, 28, 28)).toEqual([...map.table.subarray(255 * 3)])
    expect(at(rgb, 28, 24)).toEqual([255, 255, 255])
    expect(at(rgb, 3, 3)).toEqual([65, 65, 65])
    expect(at(rgb, 52, 8)).toEqual([255, 255, 255])
  })
})

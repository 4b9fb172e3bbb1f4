// Does carrying one row backwards give the same rollout as multiplying the matrices?
import { describe, expect, it } from 'vitest'
import { rollout } from '../../../src-shared/numerics/rollout.ts'
import { goldenFloats, worstError } from './goldens.ts'
import { layerFrom } from './layers.ts'

/** The definition word for word, with whole matrices: from `[layers, heads, n, n]` to `[n, n]`. */
function byMatrices(attention: Float32Array, layers: number, heads: number, n: number): number[][] {
  let product = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)))
  for (let layer = 0; layer < layers; layer++) {
    const mixed = product.map((_, i) => {
      const row = Array.from({ length: n }, (_, j) => {
        let mean = 0
        for (let head = 0; head < heads; head++)
          mean += attention[((layer * heads + head) * n + i) * n + j]! / heads
        return (mean + Number(i === j)) / 2
      })
      const sum = row.reduce((a, b) => a + b)
      return row.map((value) => value / sum)
    })
    product = mixed.map((row) =>
      row.map((_, j) => row.reduce((sum, weight, m) => sum + weight * product[m]![j]!, 0)),
    )
  }
  return product
}

describe('rollout', () => {
  it('of one layer is the halved attention plus half of the token itself', () => {
    const { q, k, shape } = layerFrom(Float32Array.of(0.2, 0.8, 0.5, 0.5), 1, 2)
    const row = rollout([{ q, k }], shape, 0)
    expect(row[0]).toBeCloseTo(0.6, 6)
    expect(row[1]).toBeCloseTo(0.4, 6)
  })

  it('of three golden layers equals the product of matrices: [CLS] row, another row, mean of rows', () => {
    const { data, shape } = goldenFloats('parity/dino_vit/attn_all_56x56.npy')
    const [layers, heads, n] = shape as [number, number, number, number]
    const whole = byMatrices(data, layers, heads, n)
    const inputs = Array.from({ length: layers }, (_, layer) =>
      layerFrom(data.subarray(layer * heads * n * n, (layer + 1) * heads * n * n), heads, n),
    )
    const size = inputs[0]!.shape
    expect(worstError(rollout(inputs, size, 0), whole[0]!)).toBeLessThan(1)
    expect(worstError(rollout(inputs, size, 17), whole[17]!)).toBeLessThan(1)
    const mean = whole[0]!.map((_, j) => whole.reduce((sum, row) => sum + row[j]! / n, 0))
    const found = rollout(inputs, size, null)
    expect(worstError(found, mean)).toBeLessThan(1)
    expect(found.reduce((a, b) => a + b)).toBeCloseTo(1, 5)
  })

  it('says how many layers are done and refuses a token that is not there', () => {
    const layer = layerFrom(Float32Array.of(0.5, 0.5, 0.5, 0.5), 1, 2)
    const done: number[] = []
    rollout([layer, layer], layer.shape, 1, (count) => done.push(count))
    expect(done).toEqual([1, 2])
    expect(() => rollout([layer], layer.shape, 2)).toThrow(RangeError)
  })
})

// Do rows from q and k equal the attention they were made of, by every road?
import { describe, expect, it } from 'vitest'
import {
  attentionMatrix,
  attentionRow,
  attentionRows,
  combineHeads,
  eachAttentionRow,
  meanAttentionRow,
} from '../../../src-shared/numerics/attention.ts'
import { fillNormal, random } from '../../../src-shared/numerics/random.ts'
import { goldenFloats, worstError } from './goldens.ts'
import { layerFrom } from './layers.ts'

// Two tokens, two heads of width 4: q·k/√4 of head 1 is [0, ln 3] for token 0.
const shape = { tokens: 2, width: 8, heads: 2 }
const q = Float32Array.of(1, 0, 0, 0, 2, 0, 0, 0, /**/ 0, 0, 0, 0, 0, 0, 0, 0)
const k = Float32Array.of(0, 9, 9, 9, 0, 0, 5, 0, /**/ 0, 7, 7, 7, Math.log(3), 0, 0, 5)

describe('attention rows', () => {
  it('are the softmax over keys of q·k/√d of one head', () => {
    expect([...attentionRow(q, k, shape, 0, 0)]).toEqual([0.5, 0.5])
    const row = attentionRow(q, k, shape, 1, 0)
    expect(row[0]).toBeCloseTo(0.25, 6)
    expect(row[1]).toBeCloseTo(0.75, 6)
    expect([...attentionRow(q, k, shape, 1, 1)]).toEqual([0.5, 0.5])
  })

  it('of all heads stand one after the other', () => {
    const rows = attentionRows(q, k, shape, 0)
    expect([...rows.subarray(0, 2)]).toEqual([...attentionRow(q, k, shape, 0, 0)])
    expect([...rows.subarray(2)]).toEqual([...attentionRow(q, k, shape, 1, 0)])
  })

  it('agree with the golden attention of the original, odd and even numbers of tokens', () => {
    for (const [file, tokens] of [
      ['attn_last_56x56', 50],
      ['attn_last_80x48', 61],
    ] as const) {
      const golden = goldenFloats(`parity/dino_vit/${file}.npy`).data
      const layer = layerFrom(golden, 3, tokens)
      for (let head = 0; head < 3; head++) {
        const wanted = golden.subarray(head * tokens ** 2, (head + 1) * tokens ** 2)
        expect(worstError(attentionMatrix(layer.q, layer.k, layer.shape, head), wanted)).toBeLessThan(1)
        const last = attentionRow(layer.q, layer.k, layer.shape, head, tokens - 1)
        expect(worstError(last, wanted.subarray((tokens - 1) * tokens))).toBeLessThan(1)
      }
    }
  })

  it('are the same one by one and all together, for chosen queries in their order', () => {
    const shape = { tokens: 13, width: 12, heads: 3 }
    const q = fillNormal(random(1), new Float32Array(13 * 12), 0, 2)
    const k = fillNormal(random(2), new Float32Array(13 * 12), 0, 2)
    const seen: number[] = []
    eachAttentionRow(
      q,
      k,
      shape,
      2,
      (query, row) => {
        seen.push(query)
        expect(worstError(row, attentionRow(q, k, shape, 2, query))).toBeLessThan(0.1)
      },
      [12, 3, 0, 5, 7, 1],
    )
    expect(seen).toEqual([12, 3, 0, 5, 7, 1])
  })

  it('stay finite for scores far apart', () => {
    const row = attentionRow(
      Float32Array.of(1e4, 0),
      Float32Array.of(1e4, -1e4),
      { tokens: 2, width: 1, heads: 1 },
      0,
      0,
    )
    expect([...row]).toEqual([1, 0])
  })

  it('fill the buffer they are given', () => {
    const buffer = new Float32Array(2)
    expect(attentionRow(q, k, shape, 1, 0, buffer)).toBe(buffer)
    expect(buffer[1]).toBeCloseTo(0.75, 6)
  })

  it('refuse heads, tokens and sizes that are not there', () => {
    expect(() => attentionRow(q, k, shape, 2, 0)).toThrow(RangeError)
    expect(() => attentionRow(q, k, shape, 0, -1)).toThrow(RangeError)
    expect(() => attentionRow(q, k, { tokens: 2, width: 8, heads: 3 }, 0, 0)).toThrow(/do not divide/)
    expect(() => attentionRows(q, k.subarray(1), shape, 0)).toThrow(RangeError)
    expect(() => eachAttentionRow(q, k, shape, 0, () => {}, [2])).toThrow(RangeError)
  })
})

describe('rows put together', () => {
  it('average over queries', () => {
    const mean = meanAttentionRow(q, k, shape, 1)
    expect(mean[0]).toBeCloseTo(0.375, 6)
    expect(mean[1]).toBeCloseTo(0.625, 6)
  })

  it('combine over heads by mean and by maximum', () => {
    const rows = Float32Array.of(0.25, 0.75, 0.5, 0.5)
    expect([...combineHeads(rows, 2, 'mean')]).toEqual([0.375, 0.625])
    expect([...combineHeads(rows, 2, 'max')]).toEqual([0.5, 0.75])
  })
})

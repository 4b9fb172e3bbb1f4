// Does an inner layer's output pass through the final norm as the original gives it?
import { expect, test } from 'vitest'
import { finalNorm } from '../../../src-main/engine/norm.ts'
import { openCheckpoint } from '../../../src-main/checkpoints/open.ts'
import { layoutFor } from '../../../src-shared/domain/tokenLayout.ts'
import type { Weights } from '../../../src-shared/domain/weights.ts'

const layout = { cls: true, registers: 1, grid: [1, 2] as [number, number] }
const weights = (extra: [string, number[]][] = []): Weights =>
  new Map(
    [['norm.weight', [1, 2]], ['norm.bias', [0, 10]], ...extra].map(([name, data]) => [
      name as string,
      { shape: [2], data: Float32Array.from(data as number[]) },
    ]),
  )

test('every token has mean 0 and spread 1 before weight and bias', () => {
  const tokens = Float32Array.of(1, 3, 5, 5, -2, 2, 0, 4)
  finalNorm({ width: 2, normEps: 1e-12, clsNorm: false }, layout, weights(), tokens)
  expect([...tokens].map((value) => Math.round(value * 1e4) / 1e4)).toEqual([-1, 12, 0, 10, -1, 12, -1, 12])
})

test('[CLS] and registers have a norm of their own where the network has one', () => {
  const own = weights([
    ['clsNorm.weight', [0, 0]],
    ['clsNorm.bias', [7, 8]],
  ])
  const tokens = Float32Array.of(1, 3, 5, 7, 1, 3, 1, 3, /* second picture */ 1, 3, 5, 7, 1, 3, 1, 3)
  finalNorm({ width: 2, normEps: 1e-12, clsNorm: true }, layout, own, tokens)
  expect([...tokens.subarray(0, 4)]).toEqual([7, 8, 7, 8])
  expect([...tokens.subarray(8, 12)]).toEqual([7, 8, 7, 8])
  expect(tokens[5]).toBeCloseTo(12, 4)
})

test('a network without a final norm says so', () => {
  const tokens = new Float32Array(8)
  expect(() => finalNorm({ width: 2, normEps: 1e-6, clsNorm: false }, layout, new Map(), tokens)).toThrow(
    /norm\.weight/,
  )
})

test('real weights have the names that are asked for', () => {
  const opened = openCheckpoint('tests/fixtures/goldens/parity/dinov2_vit_reg4/backbone.pth')
  try {
    const { spec, weights } = opened.load({ heads: 3 })
    const side = spec.patch * 2
    const tokens = new Float32Array((4 + 1 + spec.registers) * spec.width).fill(1)
    finalNorm(spec, layoutFor(spec, side, side), weights, tokens)
    expect(tokens.every(Number.isFinite)).toBe(true)
  } finally {
    opened.close()
  }
})

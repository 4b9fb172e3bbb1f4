// Is work that cannot fit refused before it begins, with the sizes?
import { expect, test } from 'vitest'
import { forwardBytes, formatBytes, refuseHeavyForward } from '../../../src-main/engine/estimate.ts'

const spec = {
  width: 384,
  heads: 6,
  ffn: { kind: 'mlp' as const, hidden: 1536, activation: 'gelu' as const },
}
const layout = { cls: true, registers: 0, grid: [64, 64] as [number, number] }

test('memory grows with the square of the tokens and with the batch', () => {
  const small = { ...layout, grid: [32, 32] as [number, number] }
  expect(forwardBytes(spec, layout, 1, [])).toBeGreaterThan(10 * forwardBytes(spec, small, 1, []))
  expect(forwardBytes(spec, layout, 3, [])).toBeCloseTo(3 * forwardBytes(spec, layout, 1, []))
  expect(forwardBytes(spec, layout, 1, ['attention.0']) - forwardBytes(spec, layout, 1, [])).toBe(
    6 * 4097 ** 2 * 4,
  )
})

test('what does not fit is refused in words', () => {
  expect(() => refuseHeavyForward(spec, layout, 1, [], 2 ** 40)).not.toThrow()
  expect(() => refuseHeavyForward(spec, layout, 1, [], 10 ** 8)).toThrow(
    /64 × 64 patches need about 894 MB of memory; 100 MB are free/,
  )
})

test('bytes read as people read them', () => {
  expect([999, 5e6, 2.25e9].map(formatBytes)).toEqual(['1 kB', '5 MB', '2.3 GB'])
})

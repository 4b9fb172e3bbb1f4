// Does a comparison of two checkpoints name what changed, and by how much?
import { describe, expect, it } from 'vitest'
import { diffCheckpoints, diffWeights } from '../../../src-main/checkpoints/diff.ts'
import { openCheckpoint } from '../../../src-main/checkpoints/open.ts'
import type { Weights } from '../../../src-shared/domain/weights.ts'
import { dinoTensors, golden, headsOf, safetensorsFile } from './support.ts'

function weights(values: Record<string, number[]>): Weights {
  return new Map(
    Object.entries(values).map(([name, data]) => [
      name,
      { shape: [data.length], data: Float32Array.from(data) },
    ]),
  )
}

describe('the difference of two checkpoints', () => {
  it('is measured for every weight', () => {
    const { tensors } = diffWeights(weights({ a: [3, 4], b: [1, 1] }), weights({ a: [3, 7], b: [1, 1] }))
    expect(tensors).toEqual([
      { name: 'a', meanAbs: 1.5, maxAbs: 3, relative: 0.6 },
      { name: 'b', meanAbs: 0, maxAbs: 0, relative: 0 },
    ])
  })

  it('names what only one of them has, also by its shape', () => {
    const { tensors, onlyInFirst, onlyInSecond } = diffWeights(
      weights({ a: [1], b: [1], c: [1] }),
      weights({ a: [1], c: [1, 2], d: [1] }),
    )
    expect(tensors.map(({ name }) => name)).toEqual(['a'])
    expect(onlyInFirst).toEqual(['b', 'c'])
    expect(onlyInSecond).toEqual(['c', 'd'])
  })

  it('does not hide a weight that is not a number', () => {
    const { tensors } = diffWeights(weights({ a: [1, 2, 3] }), weights({ a: [1, NaN, 9] }))
    expect(tensors[0]?.maxAbs).toBeNaN()
  })

  it('is nothing between two spellings of one network, and something between teacher and student', () => {
    const open = (name: string, file: string) => openCheckpoint(golden(name, file))
    const files = [open('dino_vit', 'checkpoint.pth'), open('hf_vit', '')] as const
    const heads = headsOf('dino_vit')
    const between = (first: string) =>
      diffCheckpoints(...files, { first: { ...heads, network: first }, second: {} })
    const teacher = between('teacher')
    expect(teacher.tensors.every(({ maxAbs }) => maxAbs === 0)).toBe(true)
    expect(teacher.onlyInFirst).toHaveLength(7)
    expect(between('student').tensors.some(({ maxAbs }) => maxAbs > 0)).toBe(true)
    files.forEach((file) => file.close())
  })

  it('needs no number of heads', () => {
    const files = ['backbone.pth', 'backbone_fp16.pth'].map((file) =>
      openCheckpoint(golden('dino_vit', file)),
    )
    const { tensors } = diffCheckpoints(files[0]!, files[1]!, { first: {}, second: {} })
    const largest = Math.max(...tensors.map(({ maxAbs }) => maxAbs))
    expect(largest).toBeGreaterThan(0)
    expect(largest).toBeLessThan(1e-3)
    files.forEach((file) => file.close())
  })

  it('is refused between two architectures', () => {
    const [a, b] = [dinoTensors('', 2), dinoTensors('', 3)].map((one) => openCheckpoint(safetensorsFile(one)))
    if (a === undefined || b === undefined) throw new Error('two were opened')
    expect(() => diffCheckpoints(a, b, { first: {}, second: {} })).toThrow(/different architectures/)
    a.close()
    b.close()
  })
})

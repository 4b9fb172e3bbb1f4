// Is the change of colours the mean over what is foreground twice, and does it follow what moves?
import { expect, it } from 'vitest'
import { colourChange } from '../../../src-shared/analysis/steady.ts'

const before = { colours: [0, 0, 0, 1, 1, 1, 0.5, 0.5, 0.5], foreground: [1, 1, 0] }

it('counts patches that are foreground in both, of 255', () => {
  const after = { colours: [0, 0, 1, 0, 0, 0, 0, 0, 0], foreground: [1, 0, 1] }
  expect(colourChange(before, after)).toBeCloseTo(255 / 3)
  expect(colourChange(before, before)).toBe(0)
})
it('follows patches that moved, and leaves out those that left', () => {
  const after = { colours: [1, 1, 1, 0.2, 0.2, 0.2, 0, 0, 0], foreground: [1, 1, 1] }
  expect(colourChange(before, after, [2, 0, 1])).toBe(0)
  expect(colourChange(before, after, [1, -1, 0])).toBeCloseTo(0.2 * 255)
})
it('says nothing where nothing is foreground twice', () => {
  expect(colourChange(before, { ...before, foreground: [0, 0, 1] })).toBeNaN()
})

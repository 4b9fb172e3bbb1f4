// What do neighbours say? Overlaps, duplicates and doubtful labels on lists small enough to check by eye.
import { expect, test } from 'vitest'
import {
  duplicateGroups,
  labelVotes,
  neighbourhoodOverlap,
} from '../../../src-shared/analysis/neighbourhoods.ts'

test('an overlap is the share of neighbours in common, whatever their order', () => {
  const first = Int32Array.of(1, 2, 0, 2, -1, -1)
  const second = Int32Array.of(2, 1, 2, 3, 0, 1)
  const { overlap, mean, chance } = neighbourhoodOverlap(first, second, 2)
  expect(Array.from(overlap)).toEqual([1, 0.5, NaN])
  expect(mean).toBe(0.75)
  expect(chance).toBe(1)
})
test('duplicates hang together by chains, larger groups first', () => {
  const indices = Int32Array.of(3, 2, 1, 0, 2)
  const distances = Float32Array.of(0.5, 0.1, 0.1, 0.5, 0.05)
  const { groups, distances: within } = duplicateGroups({ indices, distances, k: 1 }, 0.5)
  expect(groups.map((group) => Array.from(group))).toEqual([
    [1, 2, 4],
    [0, 3],
  ])
  expect(within[0]).toBeCloseTo(0.1)
  expect(duplicateGroups({ indices, distances, k: 1 }, 0.01).groups).toEqual([])
})
test('labels are doubted where neighbours have another, and unlabelled rows get a suggestion', () => {
  const indices = Int32Array.of(1, 2, 0, 2, 0, 1, 0, 1)
  const { disagreement, suggested, agreement } = labelVotes(indices, 2, [5, 5, 7, -1])
  expect(Array.from(disagreement)).toEqual([0.5, 0.5, 1, NaN])
  expect(Array.from(suggested)).toEqual([5, 5, 5, 5])
  expect(agreement).toBeCloseTo(1 / 3)
})

// Which layer are parts read from by default?
import { expect, test } from 'vitest'
import { defaultPartsLayer } from '../../../src-shared/domain/partsLayer.ts'

test('parts are read from the last layer, of a classifier from the middle one', () => {
  expect(defaultPartsLayer({ depth: 12, classes: null })).toBe(11)
  expect(defaultPartsLayer({ depth: 12, classes: 1000 })).toBe(5)
  expect(defaultPartsLayer({ depth: 3, classes: 10 })).toBe(1)
  expect(defaultPartsLayer({ depth: 1, classes: 10 })).toBe(0)
})

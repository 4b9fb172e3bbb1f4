// Are kept settings read with care, do pictures fit their place, and do pixels and numbers say the same?
import { expect, test } from 'vitest'
import { classLook } from '../../../../src-shared/colour/classes.ts'
import { ramp } from '../../../../src-renderer/canvas/ramps.ts'
import {
  countBins,
  flipped,
  foregroundOf,
  foregroundPixels,
  groupPixels,
  likeness,
  masked,
  partPixels,
  usualSimilarity,
} from '../../../../src-renderer/views/parts/paint.ts'
import { balanced, fitRows, leastRow } from '../../../../src-renderer/views/parts/rows.ts'
import {
  added,
  firstPictures,
  readPartsSettings,
  showing,
  startSize,
} from '../../../../src-renderer/views/parts/settings.ts'

test('settings of any version are read, and what does not fit is left at its start', () => {
  const read = readPartsSettings({
    pictures: ['a', 5, 'b'],
    foreground: 7,
    flips: [1, true],
    layer: -2,
    part: { picture: 'a', x: 2, y: 0 },
    size: 'big',
  })
  expect(read).toMatchObject({
    pictures: ['a', 'b'],
    foreground: 0.5,
    flips: [false, true, false],
    layer: null,
    part: null,
    size: startSize,
    similarity: null,
  })
})

test('pictures that the shell puts in join the others once, and are settled with the next choice', () => {
  const kept = { pictures: ['a'], [added('b')]: true, [added('a')]: true }
  expect(readPartsSettings(kept).pictures).toEqual(['a', 'b'])
  const after = { ...kept, ...showing(kept, ['b']) }
  expect(readPartsSettings(after).pictures).toEqual(['b'])
})

test('a tab that was not told which pictures begins with those of one kind', () => {
  const names = ['Raccoon', 'Shoes 1', 'Shoes 2', 'Coffee cup', 'Shoes 3', 'Cap 1', 'Cap 2', 'IMG_1.jpg']
  const rows = names.map((name) => ({ id: name, name }))
  expect(firstPictures(rows, undefined)).toEqual(['Shoes 1', 'Shoes 2', 'Shoes 3'])
  expect(firstPictures(rows, 'Shoes 3')).toEqual(['Shoes 3', 'Shoes 1', 'Shoes 2'])
  // Two of a kind are too few, and a kind of its own is no kind: all join in.
  expect(firstPictures(rows, 'Cap 2')).toHaveLength(8)
  expect(firstPictures(rows, 'Raccoon')[0]).toBe('Raccoon')
  expect(firstPictures([], undefined)).toEqual([])
})

test('groups have the class colours, one alone hides the others, and what is in none is clear', () => {
  const labels = Int32Array.of(0, 1, -1)
  const all = groupPixels(labels, null, 'dark')
  expect([...all.subarray(0, 4)]).toEqual([...classLook(0, 'dark').colour, 255])
  expect([all[7], all[11]]).toEqual([255, 0])
  const one = groupPixels(labels, 1, 'dark')
  expect([one[3], one[7]]).toEqual([0, 255])
  expect([...foregroundPixels(Uint8Array.of(1, 0))].filter((_, i) => i % 4 === 3)).toEqual([255, 0])
})

test('rows keep every shape, stay inside the place and use it', () => {
  const aspects = [0.75, 0.75, 0.75, 0.75, 1.33, 0.75]
  const { boxes, height } = fitRows(aspects, 752, 524, 24)
  expect(height).toBeLessThanOrEqual(524)
  boxes.forEach((box, i) => {
    expect(box.x + box.width).toBeLessThanOrEqual(752)
    expect(box.width / box.height).toBeCloseTo(aspects[i]!, 1)
    expect(box.height).toBeGreaterThan(200)
  })
})

test('a hundred pictures scroll instead of becoming stamps', () => {
  const { boxes, height } = fitRows(new Array<number>(100).fill(1.5), 752, 524, 24)
  expect(height).toBeGreaterThan(524)
  expect(Math.min(...boxes.map((box) => box.height))).toBeGreaterThanOrEqual(leastRow)
  expect(balanced([1, 1, 1, 3], 2)).toEqual([[1, 1, 1], [3]])
})

test('background is clear, single components follow the ramp, turned ones run the other way', () => {
  const colours = Float32Array.of(0, 0.5, 1, 1, 1, 1)
  const foreground = foregroundOf(Float32Array.of(0.2, 0.9), 0.5)
  expect([...masked(partPixels(colours, 'rgb', ramp('ember', 'dark')), foreground)]).toEqual([
    0, 128, 255, 0, 255, 255, 255, 255,
  ])
  const { table } = ramp('ember', 'dark')
  expect([...partPixels(colours, '3', ramp('ember', 'dark')).slice(0, 3)]).toEqual([...table.slice(255 * 3)])
  expect([...flipped(colours, [true, false, false])]).toEqual([1, 0.5, 1, 0, 1, 1])
  expect([...foregroundOf(Float32Array.of(0, 1), null)]).toEqual([1, 1])
})

test('every value is counted once, the ends too', () => {
  expect(countBins([Float32Array.of(0, 0.49, 1), Float32Array.of(0.5, -0.1, 1.2)], 2)).toEqual([3, 3])
})

test('likeness counts from the threshold on, and the usual one suits half of the pictures', () => {
  expect(likeness(Float32Array.of(0.1, 0.9, 0.5), 0.5)).toMatchObject({ count: 2, best: 1 })
  expect(usualSimilarity([0.3, 0.55, 0.7])).toBe(0.55)
  expect(usualSimilarity([0.95, 0.99, 0.97])).toBe(0.8)
  expect(usualSimilarity([])).toBe(0.6)
})

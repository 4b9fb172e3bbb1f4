// Are blocks moved by hand inside their grid, kept settings read with care, and predictions drawn and written as they are?
import { describe, expect, test } from 'vitest'
import { ramp } from '../../../../src-renderer/canvas/ramps.ts'
import {
  blockItems,
  cropPlace,
  hiddenPixels,
  mapPixels,
  seenArea,
} from '../../../../src-renderer/views/predict/draw.ts'
import { hitBlocks, moved, resized, seenMask, spanned } from '../../../../src-renderer/views/predict/edit.ts'
import { predictionCsv } from '../../../../src-renderer/views/predict/exports.ts'
import {
  bestTarget,
  betterThanElsewhere,
  foundItself,
  meanOf,
  rangeOf,
} from '../../../../src-renderer/views/predict/judged.ts'
import { predictLayout } from '../../../../src-renderer/views/predict/layout.ts'
import { readPredictSettings } from '../../../../src-renderer/views/predict/settings.ts'

const grid = [6, 8] as const
const block = (row: number, column: number, rows: number, columns: number) => ({ row, column, rows, columns })

describe('a block in the hand', () => {
  test('moves by whole patches and stays on the grid', () => {
    expect(moved(block(1, 1, 2, 3), grid, 1, 2)).toEqual(block(2, 3, 2, 3))
    expect(moved(block(1, 1, 2, 3), grid, 9, -9)).toEqual(block(4, 0, 2, 3))
  })
  test('is resized by its corner, one patch at least', () => {
    expect(resized(block(1, 1, 2, 3), grid, 2, -1)).toEqual(block(1, 1, 4, 2))
    expect(resized(block(1, 1, 2, 3), grid, 99, -99)).toEqual(block(1, 1, 5, 1))
  })
  test('is drawn between two points in any direction', () => {
    const drawn = block(1, 2, 3, 4)
    expect(spanned(grid, { row: 1.2, column: 2.9 }, { row: 3.1, column: 5.5 })).toEqual(drawn)
    expect(spanned(grid, { row: 3.1, column: 5.5 }, { row: 1.2, column: 2.9 })).toEqual(drawn)
    expect(spanned(grid, { row: -4, column: 7.5 }, { row: 0.5, column: 99 })).toEqual(block(0, 7, 1, 1))
  })
  test('is found under the pointer: corners first, the selected one before others, the context by its edge', () => {
    const context = block(0, 0, 6, 7)
    const targets = [block(1, 1, 3, 3), block(2, 2, 3, 3)]
    const hit = (row: number, column: number, selected = 0) =>
      hitBlocks(context, targets, selected, { row, column }, 0.2)
    expect(hit(4.1, 3.9)).toEqual({ kind: 'corner', index: 0 })
    expect(hit(3, 3)).toEqual({ kind: 'body', index: 0 })
    expect(hit(3, 3, 1)).toEqual({ kind: 'body', index: 1 })
    expect(hit(1.5, 1.5, 1)).toEqual({ kind: 'body', index: 0 })
    expect(hit(0.1, 5)).toEqual({ kind: 'body', index: -1 })
    expect(hit(0.5, 5.5)).toEqual({ kind: 'nothing' })
    expect(hit(6, 7, -1)).toEqual({ kind: 'corner', index: -1 })
  })
  test('hides what it covers from the context', () => {
    const mask = seenMask([2, 3], block(0, 0, 2, 2), [block(0, 1, 1, 2)])
    expect([...mask]).toEqual([1, 0, 0, 1, 1, 0])
  })
})

describe('settings', () => {
  test('of any version are read, and what does not fit is left at its start', () => {
    expect(
      readPredictSettings({ fit: 'native', seed: -1, selected: 99, among: 'x', patch: 3 }),
    ).toMatchObject({
      fit: 'crop',
      seed: 0,
      selected: 0,
      among: null,
      patch: null,
      search: true,
    })
  })
  test('keep blocks of one grid, and none that leave it', () => {
    const blocks = { grid, context: block(0, 0, 6, 8), targets: [block(1, 1, 2, 2)] }
    expect(readPredictSettings({ blocks }).blocks).toEqual(blocks)
    const beyond = { ...blocks, targets: [block(1, 1, 2, 2), block(5, 0, 2, 2)] }
    expect(readPredictSettings({ blocks: beyond }).blocks).toBeNull()
    expect(readPredictSettings({ blocks: { ...blocks, targets: [] } }).blocks).toBeNull()
    expect(readPredictSettings({ blocks: { ...blocks, grid: [6] } }).blocks).toBeNull()
  })
})

const targets = [
  {
    patches: Int32Array.of(0, 1),
    cosines: Float32Array.of(0.75, 0.25),
    elsewhere: Float32Array.of(0.5, 0.5),
    loss: 1,
    nearest: {
      picture: Int32Array.of(0, 1, 1, -1),
      patch: Int32Array.of(0, 3, 2, -1),
      cosine: Float32Array.of(0.75, 0.5, 0.5, -Infinity),
    },
  },
]

describe('a judgement', () => {
  test('counts where the prediction beats other places, and where it finds the true patch', () => {
    expect(betterThanElsewhere(targets)).toBe(0.5)
    expect(foundItself(targets, 2)).toBe(0.5)
    expect(meanOf([1, 2, 6])).toBe(3)
  })
  test('has a scale in tenths that holds every cosine', () => {
    expect(rangeOf(Float32Array.of(NaN, -0.32, 0.41))).toEqual({ low: -0.4, high: 0.5 })
    expect(rangeOf(Float32Array.of(NaN, NaN))).toBeNull()
    const { low, high } = rangeOf(Float32Array.of(1))!
    expect(low).toBeLessThan(high)
  })
  test('looks at a patch in the selected target where that holds it', () => {
    const two = [{ patches: Int32Array.of(1, 2) }, { patches: Int32Array.of(2, 3) }]
    expect([
      bestTarget(two, 2, 1),
      bestTarget(two, 2, 0),
      bestTarget(two, 3, 0),
      bestTarget(two, 9, 0),
    ]).toEqual([1, 0, 1, -1])
  })
})

describe('the drawing', () => {
  test('takes the middle of a picture as the network does, or all of it', () => {
    const square = { width: 64, height: 64 }
    expect(seenArea({ width: 300, height: 200 }, square, 'crop')).toEqual({
      x: 50,
      y: 0,
      width: 200,
      height: 200,
    })
    expect(seenArea({ width: 300, height: 200 }, square, 'resize')).toMatchObject({ x: 0, width: 300 })
  })
  test('colours predicted patches on the scale, and leaves the others clear', () => {
    const ember = ramp('ember', 'dark')
    const pixels = mapPixels(Float32Array.of(NaN, 0, 1), { low: 0, high: 1 }, ember)
    expect([...pixels.slice(0, 4)]).toEqual([0, 0, 0, 0])
    expect([...pixels.slice(4, 7)]).toEqual([...ember.table.slice(0, 3)])
    expect([...pixels.slice(8, 11)]).toEqual([...ember.table.slice(765)])
  })
  test('steps back what the context does not see', () => {
    const pixels = hiddenPixels(Uint8Array.of(1, 0), 'dark')
    expect(pixels[3]).toBe(0)
    expect(pixels[7]).toBeGreaterThan(100)
  })
  test('has an edge for every block, and over the map for the selected target alone', () => {
    const marks = {
      context: block(0, 0, 6, 7),
      targets: [block(1, 1, 2, 2), block(3, 3, 2, 2)],
      selected: 1,
      place: { row: 3, column: 4 },
      grid,
      weight: 1,
    }
    const box = { x: 0, y: 0, width: 160, height: 120 }
    const edges = (kind: 'all' | 'selected') =>
      blockItems({ ...marks, edges: kind }, box, String).filter(
        (item) => item.kind === 'box' && item.colour === '#ffffff',
      )
    expect(edges('all')).toHaveLength(3)
    expect(edges('selected')).toHaveLength(1)
    // Patches are 20 px, the edge lies just inside.
    expect(edges('selected')[0]).toMatchObject({ x: 61.5, y: 61.5, width: 37, height: 37 })
    const ring = blockItems({ ...marks, edges: 'all' }, box, String).find((item) => item.kind === 'ring')
    expect(ring).toMatchObject({ x: 90, y: 70 })
  })
  test('crops three patches around one, held inside what the network saw', () => {
    const area = { x: 10, y: 0, width: 80, height: 60 }
    expect(cropPlace(area, grid, 9)).toEqual({ x: 10, y: 0, width: 30, height: 30 })
    expect(cropPlace(area, grid, 0)).toEqual({ x: 10, y: 0, width: 30, height: 30 })
    expect(cropPlace(area, grid, 47)).toEqual({ x: 60, y: 30, width: 30, height: 30 })
  })
  test('shares the stage between two pictures and the crops', () => {
    for (const [width, height] of [
      [788, 692],
      [1328, 972],
    ] as const) {
      const { picture, strip } = predictLayout(width, height, 1, 5, 1)
      expect(2 * picture.width).toBeLessThan(width - 56)
      expect(picture.height + strip).toBeLessThan(height - 60)
    }
  })
})

test('every predicted patch is written with its cosines and its nearest ones', () => {
  const result = {
    targets,
    layout: { cls: false, registers: 0, grid: [2, 2] as [number, number] },
    names: ['a'],
  }
  expect(predictionCsv(result, null, 2)).toBe(
    'target,row,column,cosine,elsewhere\n1,0,0,0.75,0.5\n1,0,1,0.25,0.5\n',
  )
  const lines = predictionCsv(result, { targets, names: ['a', 'b, c'] }, 2)
    .trim()
    .split('\n')
  expect(lines[1]).toBe('1,0,0,0.75,0.5,a,0,0,0.75,"b, c",1,1,0.5')
  expect(lines[2]).toBe('1,0,1,0.25,0.5,"b, c",1,0,0.5,,,,')
})

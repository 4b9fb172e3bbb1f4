// Is every pixel where it belongs? Viewports, outlines, painting, rulers and the contact sheet.
import { describe, expect, it } from 'vitest'
import { colourMap } from '../../../src-shared/colour/maps.ts'
import { outline } from '../../../src-renderer/canvas/outline.ts'
import { paintMap, paintOverlay, paintSpotlight } from '../../../src-renderer/canvas/paint.ts'
import { rampGradient } from '../../../src-renderer/canvas/ramps.ts'
import { ticks } from '../../../src-renderer/canvas/ruler.ts'
import { cellAt, cellPlace, layoutSheet, stepCell } from '../../../src-renderer/canvas/sheet.ts'
import { paintLayer, scaleOf } from '../../../src-renderer/canvas/sheetPaint.ts'
import {
  fitViewport,
  fromLinked,
  toLinked,
  toPicture,
  wheelFactor,
  zoomAt,
} from '../../../src-renderer/canvas/viewport.ts'

const picture = { width: 400, height: 200 }
const stage = { width: 200, height: 200 }
const ember = colourMap('ember', 'dark')

describe('viewports', () => {
  it('fit the whole picture in the middle', () => {
    expect(fitViewport(picture, stage)).toEqual({ scale: 0.5, x: 0, y: 50 })
  })
  it('keep the point under the pointer where it is while zooming in', () => {
    const view = fitViewport(picture, stage)
    const at = { x: 150, y: 100 }
    const before = toPicture(view, at)
    const after = toPicture(zoomAt(view, 4, at, picture, stage), at)
    expect(after.x).toBeCloseTo(before.x)
    expect(after.y).toBeCloseTo(before.y)
  })
  it('never leave a gap beside a picture that is larger than the stage', () => {
    const view = zoomAt(fitViewport(picture, stage), 8, { x: 0, y: 100 }, picture, stage)
    expect(view.x).toBeLessThanOrEqual(0)
    expect(view.x + picture.width * view.scale).toBeGreaterThanOrEqual(stage.width)
  })
  it('show the same part on another stage through shares', () => {
    const view = zoomAt(fitViewport(picture, stage), 4, { x: 120, y: 90 }, picture, stage)
    const linked = toLinked(view, picture, stage)
    const again = fromLinked(linked, picture, stage)
    expect(again.x).toBeCloseTo(view.x)
    expect(again.scale).toBeCloseTo(view.scale)
    const other = { width: 800, height: 800 }
    expect(toLinked(fromLinked(linked, picture, other), picture, other).x).toBeCloseTo(linked.x)
  })
  it('zoom in when the wheel turns up, whatever it counts in', () => {
    expect(wheelFactor(-100, 0)).toBeGreaterThan(1)
    expect(wheelFactor(3, 1)).toBeCloseTo(wheelFactor(60, 0))
  })
})

describe('outlines', () => {
  it('go around a set, neighbours on one line joined', () => {
    const mask = [0, 1, 1, 0, 1, 1, 0, 0, 0]
    const edges = outline(mask, 3, 3)
    expect(edges).toHaveLength(4)
    expect(edges).toContainEqual({ x0: 1, y0: 0, x1: 3, y1: 0 })
    expect(edges).toContainEqual({ x0: 1, y0: 2, x1: 3, y1: 2 })
    expect(edges).toContainEqual({ x0: 1, y0: 0, x1: 1, y1: 2 })
    expect(edges).toContainEqual({ x0: 3, y0: 0, x1: 3, y1: 2 })
  })
  it('draw holes too, and nothing around nothing', () => {
    const ring = [1, 1, 1, 1, 0, 1, 1, 1, 1]
    expect(outline(ring, 3, 3)).toHaveLength(8)
    expect(outline([0, 0], 1, 2)).toEqual([])
  })
})

describe('painting', () => {
  it('looks values up by their share of the maximum', () => {
    const pixels = paintMap([0, 1, 2, 5], 2, ember, 1)
    const colour = (step: number): number[] => [...ember.table.subarray(step * 3, step * 3 + 3), 255]
    expect([...pixels.subarray(0, 4)]).toEqual(colour(0))
    expect([...pixels.subarray(4, 8)]).toEqual(colour(128))
    expect([...pixels.subarray(8, 12)]).toEqual(colour(255))
    expect([...pixels.subarray(12, 16)]).toEqual(colour(255))
  })
  it('lets weak attention show the picture, by the rule of the look', () => {
    const pixels = paintOverlay([0, 0.02, 0.26, 0.5, 1], 1, ember, 0.8)
    expect([3, 7, 11, 15, 19].map((at) => pixels[at])).toEqual([0, 0, 102, 204, 204])
  })
  it('darkens in the spotlight what is not read', () => {
    const pixels = paintSpotlight([0, 1], 1, [1, 2, 3], 1)
    expect([...pixels]).toEqual([1, 2, 3, 255, 1, 2, 3, 0])
  })
  it('paints nothing but zero where there is no maximum', () => {
    expect([...paintMap([0, 0], 0, ember, 1).subarray(0, 3)]).toEqual([...ember.table.subarray(0, 3)])
  })
  it('gives gradients that end in the ramp’s ends', () => {
    const gradient = rampGradient(ember, 'right')
    expect(gradient).toMatch(/^linear-gradient\(90deg,rgb\(8 8 15\)/)
    expect(gradient).toMatch(/rgb\(248 249 202\)\)$/)
  })
})

describe('rulers', () => {
  it('number patches at least 40 pixels apart and never past the end', () => {
    for (const [count, size] of [
      [56, 10],
      [14, 30],
      [64, 4],
      [197, 2],
      [3, 90],
    ] as const) {
      const found = ticks(count, size)
      const named = found.filter(({ text }) => text !== '').map(({ index }) => index)
      expect(named[0]).toBe(0)
      for (let i = 1; i < named.length; i++)
        expect((named[i]! - named[i - 1]!) * size).toBeGreaterThanOrEqual(40)
      expect(Math.max(...named)).toBeLessThan(count)
      expect(new Set(found.map(({ index }) => index)).size).toBe(found.length)
    }
  })
})

describe('the contact sheet', () => {
  const layout = layoutSheet(12, 6, 1.5, 788, Infinity)
  it('fills its place with cells of the picture’s shape, between 24 and 92 pixels', () => {
    expect(layout.width).toBeLessThanOrEqual(788)
    expect(layout.cellWidth / layout.cellHeight).toBeCloseTo(1.5, 0)
    expect(layoutSheet(12, 6, 1.5, 5000, Infinity).cellWidth).toBe(92)
    expect(layoutSheet(40, 24, 1, 300, 300).cellWidth).toBe(24)
  })
  it('finds the cell under the pointer and places it there again', () => {
    for (const cell of [
      { layer: 0, head: 0 },
      { layer: 11, head: 5 },
      { layer: 4, head: 2 },
    ]) {
      const { x, y } = cellPlace(layout, cell)
      expect(cellAt(layout, 12, 6, x + 1, y + 1)).toEqual(cell)
    }
    expect(cellAt(layout, 12, 6, 2, 30)).toBeNull()
  })
  it('is walked with arrows, held at its edges', () => {
    expect(stepCell({ layer: 0, head: 0 }, 'ArrowLeft', 12, 6)).toEqual({ layer: 0, head: 0 })
    expect(stepCell({ layer: 3, head: 5 }, 'End', 12, 6)).toEqual({ layer: 11, head: 5 })
    expect(stepCell({ layer: 3, head: 2 }, 'ArrowDown', 12, 6)).toEqual({ layer: 3, head: 3 })
    expect(stepCell({ layer: 3, head: 2 }, 'a', 12, 6)).toBeNull()
  })
  it('scales each map by itself, its layer or all', () => {
    const layer = {
      rows: Float32Array.from([0, 0.5, 0.25, 0, 0.1, 0.2]),
      maxima: Float32Array.from([0.5, 0.2]),
    }
    expect(scaleOf('each', layer, 1, 1)).toBeCloseTo(0.2)
    expect(scaleOf('layer', layer, 1, 1)).toBe(0.5)
    expect(scaleOf('all', layer, 1, 0.9)).toBe(0.9)
    const pixels = paintLayer(layer, 2, 3, 1, 'each', 1, ember)
    expect(pixels).toHaveLength(2 * 2 * 4)
    expect([...pixels.subarray(0, 3)]).toEqual([...ember.table.subarray(765, 768)])
    expect([...pixels.subarray(12, 15)]).toEqual([...ember.table.subarray(765, 768)])
  })
})

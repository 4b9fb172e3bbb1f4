// Are norms told apart from outliers by the rule that is named, placed on an axis that holds them, drawn and written as they are?
import { describe, expect, test } from 'vitest'
import {
  axisOf,
  columnOf,
  densityOf,
  firstWithOutliers,
  limitBy,
  onAxis,
  ticksOf,
} from '../../../../src-renderer/views/registers/norms.ts'
import { normsCsv } from '../../../../src-renderer/views/registers/exports.ts'
import { registersLayout } from '../../../../src-renderer/views/registers/layout.ts'
import {
  columnAt,
  plotItems,
  plotPlaces,
  tickText,
  type Plot,
} from '../../../../src-renderer/views/registers/plot.ts'
import {
  columnIn,
  layerFor,
  paperLimit,
  readRegistersSettings,
  startSize,
} from '../../../../src-renderer/views/registers/settings.ts'

const layout = { cls: true, registers: 2, grid: [3, 3] as [number, number] }
/** [CLS], two registers, and nine patches of which the last stands far above. */
const norms = Float32Array.of(20, 90, 110, 10, 11, 9, 10, 12, 10, 9, 11, 300)

describe('a column of norms', () => {
  test('keeps [CLS] and registers apart from patches', () => {
    const column = columnOf(layout, norms, 'mad', 0)
    expect(column.cls).toBe(20)
    expect(column.registers).toEqual([90, 110])
    expect(column.patches).toHaveLength(9)
    expect([column.low, column.median, column.high]).toEqual([9, 10, 300])
    const bare = columnOf({ ...layout, cls: false, registers: 0 }, norms.slice(3), 'mad', 0)
    expect(bare).toMatchObject({ cls: null, registers: [], median: 10 })
  })
  test('has the outliers that the rule says', () => {
    const patches = norms.slice(3)
    // Median 10; distances to it 0 1 1 0 2 0 1 1 290, their median 1.
    expect(limitBy('mad', patches, 0)).toBeCloseTo(10 + 5 * 1.4826, 5)
    // Quartiles 10 and 11.
    expect(limitBy('tukey', patches, 0)).toBeCloseTo(14, 5)
    expect(limitBy('fixed', patches, 11.5)).toBe(11.5)
    expect(columnOf(layout, norms, 'tukey', 0).outliers).toEqual([8])
    expect(columnOf(layout, norms, 'fixed', 11.5).outliers).toEqual([4, 8])
    expect(columnOf(layout, norms, 'fixed', 500).outliers).toEqual([])
  })
  test('of patches that are all alike has none', () => {
    const even = columnOf({ ...layout, cls: false, registers: 0 }, new Float32Array(9).fill(7), 'mad', 0)
    expect(even.outliers).toEqual([])
  })
  test('counts every patch once', () => {
    const column = columnOf(layout, norms, 'mad', 0)
    for (const log of [true, false]) {
      const counts = densityOf(column, axisOf([column], log)!, 20)
      expect(counts.reduce((sum, n) => sum + n, 0)).toBe(9)
      expect(counts.at(-1)! + counts.at(-2)!).toBe(1)
    }
  })
})

test('the first layer with outliers is a layer, not what comes after the norm', () => {
  const plain = columnOf(layout, norms, 'fixed', 500)
  const far = columnOf(layout, norms, 'fixed', 100)
  expect(firstWithOutliers([plain, null, far, plain])).toBe(2)
  expect(firstWithOutliers([plain, plain, far])).toBe(-1)
  expect(firstWithOutliers([])).toBe(-1)
})

describe('an axis', () => {
  const column = columnOf(layout, norms, 'mad', 0)
  test('holds every token, on either scale', () => {
    for (const log of [true, false]) {
      const axis = axisOf([null, column], log)!
      for (const value of [...column.patches, ...column.registers, column.cls!]) {
        expect(onAxis(axis, value)).toBeGreaterThanOrEqual(0)
        expect(onAxis(axis, value)).toBeLessThanOrEqual(1)
      }
      expect(onAxis(axis, 300)).toBeGreaterThan(onAxis(axis, 10))
    }
    expect(axisOf([null], true)).toBeNull()
  })
  test('has round ticks inside it, and not too many', () => {
    expect(ticksOf({ low: 4, high: 400, log: true }, 5)).toEqual([10, 30, 100, 300])
    expect(ticksOf({ low: 5, high: 30, log: true }, 5)).toEqual([5, 10, 20])
    expect(ticksOf({ low: 0, high: 315, log: false }, 5)).toEqual([0, 100, 200, 300])
    expect(ticksOf({ low: 1e-3, high: 1e9, log: true }, 5).length).toBeLessThanOrEqual(5)
  })
  test('says its ticks with no more digits than they need', () => {
    expect([300, 10, 0.5, 0.02, 2].map(tickText)).toEqual(['300', '10', '0.5', '0.02', '2'])
  })
})

test('settings of any version are read, and the last layer stays the last of a deeper model', () => {
  expect(readRegistersSettings({ layer: 'x', rule: 'eye', limit: -3, shown: -1, size: 0 })).toMatchObject({
    layer: -1,
    rule: 'mad',
    limit: paperLimit,
    shown: 'norms',
    rings: true,
    log: true,
    size: startSize,
  })
  expect(readRegistersSettings({ layer: null, shown: 3, size: null })).toMatchObject({
    layer: null,
    shown: 3,
    size: null,
  })
  expect([columnIn(-1, 12), columnIn(null, 12), columnIn(4, 12), columnIn(20, 12)]).toEqual([11, 12, 4, 11])
  for (const column of [0, 5, 11, 12]) expect(columnIn(layerFor(column, 12), 12)).toBe(column)
  expect(columnIn(layerFor(11, 12), 24)).toBe(23)
})

describe('the plot', () => {
  const column = columnOf(layout, norms, 'mad', 0)
  const inks = { ink: 'i', quiet: 'q', line: 'l', accent: 'a', warn: 'w', body: 'b' }
  const plot: Plot = {
    columns: [column, null, column],
    axis: axisOf([column], true)!,
    chosen: 2,
    patch: 8,
    inks,
    k: 1,
    after: 'norm',
  }
  const box = { x: 0, y: 0, width: 334, height: 200 }
  test('stands in its box, high norms up', () => {
    const items = plotItems(plot, box)
    for (const item of items)
      if (item.kind === 'lines')
        for (const [x0, y0, x1, y1] of item.lines) {
          expect(Math.min(x0, x1)).toBeGreaterThanOrEqual(0)
          expect(Math.max(x0, x1)).toBeLessThanOrEqual(334)
          expect(Math.min(y0, y1)).toBeGreaterThanOrEqual(0)
          expect(Math.max(y0, y1)).toBeLessThanOrEqual(200)
        }
    const far = items.filter((item) => item.kind === 'lines' && item.colour === 'w')
    const medians = items.filter(
      (item) => item.kind === 'lines' && item.colour === 'i' && item.lines.length === 1,
    )
    const top = (item: (typeof items)[number]): number => (item.kind === 'lines' ? item.lines[0]![1] : NaN)
    expect(Math.min(...far.map(top))).toBeLessThan(Math.min(...medians.map(top)))
  })
  test('follows a patch only through layers that are there', () => {
    const paths = (one: Plot): number =>
      plotItems(one, box)
        .filter((item) => item.kind === 'lines' && item.colour === 'i')
        .reduce((sum, item) => sum + (item.kind === 'lines' ? item.lines.length : 0), 0)
    // Two medians, and no step, as the layer between is on its way.
    expect(paths(plot)).toBe(2)
    expect(paths({ ...plot, columns: [column, column, column] })).toBe(3 + 2)
  })
  test('finds the layer under the pointer', () => {
    const { middle } = plotPlaces(box, 3, 1)
    expect([0, 1, 2].map((at) => columnAt(box, 3, 1, middle(at)))).toEqual([0, 1, 2])
    expect(columnAt(box, 3, 1, -50)).toBe(0)
    expect(columnAt(box, 3, 1, 5000)).toBe(2)
  })
})

test('a column of the stage holds picture, small maps and plot', () => {
  for (const [width, height, sides] of [
    [788, 692, 2],
    [1328, 972, 1],
    [560, 500, 2],
  ] as const) {
    const { picture, plot, small, width: own } = registersLayout(width, height, 1.5, sides, 1)
    expect(own * sides).toBeLessThan(width)
    expect(picture.width).toBeLessThanOrEqual(own - 56)
    expect(picture.height + plot + small).toBeLessThan(height)
    expect(picture.width / picture.height).toBeCloseTo(1.5, 1)
  }
})

test('every token is written with what it is and where it stands', () => {
  const column = columnOf(layout, norms, 'fixed', 100)
  const csv = normsCsv([
    { row: { name: 'a, b' }, columns: [null, column], facts: { layout: { grid: [3, 3] } }, depth: 1 },
  ])
  const lines = csv.trim().split('\n')
  expect(lines).toHaveLength(1 + 12)
  expect(lines[1]).toBe('"a, b",norm,cls,,,20,')
  expect(lines[2]).toBe('"a, b",norm,register_0,,,90,')
  expect(lines.at(-1)).toBe('"a, b",norm,patch,2,2,300,1')
})

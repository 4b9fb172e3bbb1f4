// Do the pictures of Compare fit their stage, as large as they go?
import { describe, expect, it } from 'vitest'
import { nextQuery, stepPoint } from '../../../../src-renderer/views/compare/commands.ts'
import {
  compareLayout,
  padding,
  sideGap,
  sideRows,
  sideSheet,
} from '../../../../src-renderer/views/compare/layout.ts'

const sheets = (width: number): number => sideSheet(width, 12, 3, 1.5, 1).height
const stage = { width: 788, height: 652, sheets, k: 1 }

describe.each([
  [2, 1.5],
  [2, 0.67],
  [2, 4],
  [3, 1.33],
  [4, 1.33],
  [4, 0.5],
] as const)('%i pictures of shape %f', (count, aspect) => {
  it.each([
    [788, 652, 1],
    [1328, 932, 1],
    [1280, 690, 1.4],
  ])('lie inside %i × %i', (width, height, k) => {
    const layout = compareLayout({ width, height, count, aspect, sheets, k })
    const rows = Math.ceil(count / layout.columns)
    const across = layout.columns * layout.width + (layout.columns - 1) * sideGap + 2 * padding.x
    const side =
      (sideRows.head + sideRows.scale) * k +
      layout.picture.height +
      (layout.sheetPlace ? layout.sheetPlace + 12 : 0)
    expect(across).toBeLessThanOrEqual(width)
    expect(rows * side + (rows - 1) * sideGap + 2 * padding.y).toBeLessThanOrEqual(height + 1)
    expect(layout.picture.width).toBeLessThanOrEqual(layout.width)
    expect(layout.picture.width / layout.picture.height).toBeCloseTo(aspect, 1)
  })
})

it('sets two photos side by side with their contact sheets', () => {
  const layout = compareLayout({ ...stage, count: 2, aspect: 1.5 })
  expect(layout.columns).toBe(2)
  expect(layout.sheetPlace).toBeGreaterThanOrEqual(sheets(layout.width))
})

it('stacks panoramas, which would be slivers side by side', () => {
  expect(compareLayout({ ...stage, count: 2, aspect: 4 }).columns).toBe(1)
})

it('gives up contact sheets before pictures', () => {
  const layout = compareLayout({ ...stage, height: 330, count: 2, aspect: 1.2 })
  expect(layout.sheetPlace).toBe(0)
})

describe('the common query', () => {
  it('goes from [CLS] to a point, to a register where there is one, and back', () => {
    const point = nextQuery({ kind: 'cls' }, true)
    expect(point).toEqual({ kind: 'patch', x: 0.5, y: 0.5 })
    expect(nextQuery(point, true)).toEqual({ kind: 'register', index: 0 })
    expect(nextQuery(point, false)).toEqual({ kind: 'cls' })
    expect(nextQuery({ kind: 'register', index: 0 }, true)).toEqual({ kind: 'cls' })
  })
  it('steps by patches and stays in the picture', () => {
    expect(stepPoint({ kind: 'patch', x: 0.5, y: 0.5 }, { x: 1, y: 0 }, [10, 20])).toEqual({
      kind: 'patch',
      x: 0.55,
      y: 0.5,
    })
    expect(stepPoint({ kind: 'patch', x: 0.99, y: 0.01 }, { x: 1, y: -1 }, [10, 20])).toEqual({
      kind: 'patch',
      x: 0.975,
      y: 0.05,
    })
  })
})

// Does the map stand where it should, and does the hand do to it what it means to?
import { describe, expect, test } from 'vitest'
import {
  between,
  flyTo,
  framed,
  matricesOf,
  orbited,
  panned,
  readView,
  startView,
  zoomed,
  type View,
} from '../../../../src-renderer/views/map/scene/camera.ts'
import { cellSideFor, createCells, sheetSide } from '../../../../src-renderer/views/map/scene/cells.ts'
import { ballOf, fitOf, fitted } from '../../../../src-renderer/views/map/scene/fit.ts'
import { createGovernor } from '../../../../src-renderer/views/map/scene/governor.ts'
import {
  boxLine,
  combined,
  maskOf,
  pointsInside,
} from '../../../../src-renderer/views/map/scene/selecting.ts'
import { placeOf, spread, uncovered } from '../../../../src-renderer/views/map/scene/spread.ts'
import { fillNormal, random } from '../../../../src-shared/numerics/random.ts'

const [width, height] = [800, 600]
const screen = { width, height }

/** Where a place of the map stands on the screen. */
function seen(view: View, x: number, y: number, z: number): { x: number; y: number } {
  return placeOf(Float32Array.of(x, y, z), 0, matricesOf(view, width, height), screen, view.distance)!
}

describe('the camera of the map', () => {
  for (const dims of [2, 3] as const)
    test(`what lies under the pointer stays there while the wheel turns, in ${dims}D`, () => {
      const view = startView(dims)
      const target = panned(view, 30, -20, height)
      const before = seen(target, ...target.target)
      const nearer = zoomed(target, 0.5, before, width, height)
      const after = seen(nearer, ...target.target)
      expect(nearer.distance).toBeCloseTo(target.distance / 2)
      expect(after.x).toBeCloseTo(before.x, 3)
      expect(after.y).toBeCloseTo(before.y, 3)
    })

  test('a point off the middle keeps its place on a flat map while the wheel turns over it', () => {
    const view = startView(2)
    const before = seen(view, 0.4, -0.3, 0)
    const after = seen(zoomed(view, 0.4, before, width, height), 0.4, -0.3, 0)
    expect(after.x).toBeCloseTo(before.x, 3)
    expect(after.y).toBeCloseTo(before.y, 3)
  })

  test('panning moves the target by as many pixels as the hand', () => {
    const view = startView(3)
    const [before, after] = [seen(view, 0, 0, 0), seen(panned(view, 40, 25, height), 0, 0, 0)]
    expect(after.x - before.x).toBeCloseTo(40, 3)
    expect(after.y - before.y).toBeCloseTo(25, 3)
  })

  test('an orbit never turns over the pole, and turns a flat map not at all', () => {
    expect(Math.abs(orbited(startView(3), 0, 1e5, height).pitch)).toBeLessThan(Math.PI / 2)
    const flat = orbited(startView(2), 10, 0, height)
    expect(flat.yaw).toBe(0)
    expect(flat.target[0]).not.toBe(0)
  })

  test('a part of the picture shows what the whole shows there', () => {
    const view = orbited(startView(3), 77, 31, height)
    const region = { x: 500, y: 100, width: 33, height: 33 }
    const whole = matricesOf(view, width, height)
    const part = matricesOf(view, width, height, region)
    const spot = Float32Array.of(0.3, 0.4, -0.2)
    const a = placeOf(spot, 0, whole, screen, view.distance)!
    const b = placeOf(spot, 0, part, region, view.distance)!
    expect(b.x + region.x).toBeCloseTo(a.x, 2)
    expect(b.y + region.y).toBeCloseTo(a.y, 2)
  })

  test('a flight begins and ends where it should and takes the shorter turn', () => {
    const from = { ...startView(3), yaw: 0.1 }
    const to = { ...flyTo(from, [1, 0, 0], 0.2), yaw: 2 * Math.PI - 0.1 }
    expect(between(from, to, 0)).toMatchObject({ yaw: 0.1, distance: from.distance })
    expect(between(from, to, 1).target).toEqual([1, 0, 0])
    expect(Math.abs(between(from, to, 0.5).yaw)).toBeLessThan(0.11)
  })

  test('the first view holds nearly every point of a map, whatever its shape', () => {
    for (const [dims, shape] of [
      [3, [1, 0.1, 0.1]],
      [3, [0.1, 1, 0.6]],
      [3, [0.2, 0.2, 1]],
      [2, [1, 0.4, 0]],
    ] as const) {
      const points = fillNormal(random(9), new Float32Array(3 * 1000), 0, 0.3)
      for (let i = 0; i < points.length; i++) points[i]! *= shape[i % 3]!
      const view = framed(points, dims, width, height)
      const matrices = matricesOf(view, width, height)
      let inside = 0
      for (let i = 0; i < 1000; i++) {
        const place = placeOf(points, i, matrices, screen, view.distance)
        if (place && place.x >= 0 && place.x <= width && place.y >= 0 && place.y <= height) inside++
      }
      expect(inside).toBeGreaterThan(970)
    }
  })

  test('a kept view comes back, and nonsense does not', () => {
    const view = orbited(startView(3), 9, 9, height)
    expect(readView(JSON.parse(JSON.stringify(view)), 3)).toEqual(view)
    for (const kept of [
      null,
      3,
      {},
      { ...view, distance: 0 },
      { ...view, target: [1, 2] },
      { ...view, yaw: 'x' },
    ])
      expect(readView(kept, 3)).toBeNull()
  })
})

describe('the fit of a map', () => {
  test('puts nearly all points into a ball of radius 1, strays aside', () => {
    const points = fillNormal(random(3), new Float32Array(3000), 5, 40)
    points.set([1e6, 1e6, 1e6], 0)
    const ball = fitted(points, 3, fitOf(points, 3))
    let inside = 0
    for (let i = 0; i < 1000; i++)
      if (Math.hypot(ball[i * 3]!, ball[i * 3 + 1]!, ball[i * 3 + 2]!) <= 1.001) inside++
    expect(inside).toBeGreaterThanOrEqual(980)
  })

  test('does not depend on the order in which classes take turns', () => {
    const [count, classes] = [100_000, 10]
    const points = new Float32Array(count * 2)
    for (let i = 0; i < count; i++) points.set([(i % classes) * 10, Math.floor(i / classes) / 1e4], i * 2)
    const { centre } = fitOf(points, 2)
    expect(centre[0]).toBeCloseTo(45, 0)
  })

  test('gives a flat map a third coordinate of zero, and keeps numbers that are none from spreading', () => {
    const points = Float32Array.of(0, 0, 2, 0, NaN, 1)
    const ball = fitted(points, 2, fitOf(points, 2))
    expect([...ball.subarray(0, 6)]).toEqual([-1, 0, 0, 1, 0, 0])
    expect(ball[8]).toBe(0)
    expect([...ball].every(Number.isFinite)).toBe(true)
  })

  test('a map of one point, of none, and of equal points has a size', () => {
    expect(fitOf(new Float32Array(0), 3).scale).toBe(1)
    expect(fitOf(Float32Array.of(4, 4), 2)).toEqual({ centre: [4, 4, 0], scale: 1 })
    expect([...fitted(Float32Array.of(7, 7, 7, 7), 2, fitOf(Float32Array.of(7, 7, 7, 7), 2))]).toEqual([
      0, 0, 0, 0, 0, 0,
    ])
  })

  test('the ball around a selection holds nine in ten of it', () => {
    const positions = fillNormal(random(1), new Float32Array(300))
    const { centre, radius } = ballOf(
      positions,
      Int32Array.from({ length: 100 }, (_, i) => i),
    )
    let inside = 0
    for (let i = 0; i < 100; i++)
      if (Math.hypot(...[0, 1, 2].map((k) => positions[i * 3 + k]! - centre[k]!)) <= radius + 1e-6) inside++
    expect(inside).toBeGreaterThanOrEqual(90)
  })
})

describe('the lasso', () => {
  test('holds what a slow test of every pixel says is inside, also where it crosses itself', () => {
    const source = random(5)
    for (let round = 0; round < 20; round++) {
      const line = Array.from({ length: 3 + source.integer(9) }, () => ({
        x: source.uniform(-10, 60),
        y: source.uniform(-10, 50),
      }))
      const mask = maskOf(line, 50, 40)
      for (let y = 0; y < 40; y++)
        for (let x = 0; x < 50; x++) {
          let inside = false
          for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
            const [a, b] = [line[i]!, line[j]!]
            if (a.y > y + 0.5 === b.y > y + 0.5) continue
            if (x + 0.5 > a.x + ((y + 0.5 - a.y) / (b.y - a.y)) * (b.x - a.x)) inside = !inside
          }
          expect(mask[y * 50 + x]).toBe(inside ? 1 : 0)
        }
    }
  })

  test('finds in three dimensions the points that are seen inside it, hidden ones left out', async () => {
    const view = orbited(startView(3), 50, 20, height)
    const matrices = matricesOf(view, width, height)
    const positions = fillNormal(random(8), new Float32Array(3 * 2000), 0, 0.5)
    const line = boxLine({ x: 300, y: 200 }, { x: 500, y: 420 })
    const even = (item: number): boolean => item % 2 === 0
    const found = (await pointsInside(positions, matrices, line, screen, even))!
    const expected = Array.from({ length: 2000 }, (_, i) => i).filter((i) => {
      const place = placeOf(positions, i, matrices, screen, view.distance)
      return place && even(i) && place.x >= 300 && place.x < 500 && place.y >= 200 && place.y < 420
    })
    expect([...found]).toEqual(expected)
    expect(expected.length).toBeGreaterThan(50)
  })

  test('a lasso of two spots holds nothing, and one that is not wanted any more says so', async () => {
    const matrices = matricesOf(startView(3), width, height)
    const nothing = await pointsInside(
      new Float32Array(30),
      matrices,
      [
        { x: 1, y: 1 },
        { x: 9, y: 9 },
      ],
      screen,
    )
    expect(nothing).toEqual(new Int32Array())
    const line = boxLine({ x: 0, y: 0 }, { x: width, y: height })
    expect(await pointsInside(new Float32Array(30), matrices, line, screen, null, () => false)).toBeNull()
  })

  test('adds to a selection, takes from it, and keeps what is in both', () => {
    const [before, found] = [Int32Array.of(1, 2, 3), Int32Array.of(3, 9)]
    expect([...combined(before, found, 'replace')]).toEqual([3, 9])
    expect([...combined(before, found, 'add')]).toEqual([1, 2, 3, 9])
    expect([...combined(before, found, 'remove')]).toEqual([1, 2])
    expect([...combined(before, found, 'keep')]).toEqual([3])
  })
})

describe('pictures on the map', () => {
  const positions = fillNormal(random(2), new Float32Array(3 * 4000), 0, 0.4)
  const view = startView(3)
  const options = { most: 60, cell: 40, margin: 20, shown: null, before: new Set<number>() }

  test('never overlap, and are as many as fit or were asked for', () => {
    const places = spread(positions, matricesOf(view, width, height), screen, view.distance, options)
    expect(places.length).toBeGreaterThan(30)
    expect(places.length).toBeLessThanOrEqual(60)
    for (const [i, a] of places.entries())
      for (const b of places.slice(i + 1))
        expect(Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y))).toBeGreaterThanOrEqual(40)
  })

  test('are the nearest to the eye of their place, and only of points that are shown', () => {
    const stack = Float32Array.from([0, 0, -0.5, 0, 0, 0.5, 0, 0, 0])
    const flat = { ...view, yaw: 0, pitch: 0 }
    const shown = (skip: number) => (item: number) => item !== skip
    const first = (skip: number): number | undefined =>
      spread(stack, matricesOf(flat, width, height), screen, flat.distance, {
        ...options,
        shown: shown(skip),
      })[0]?.item
    expect(first(-1)).toBe(1)
    expect(first(1)).toBe(2)
  })

  test('a nearer picture hides one that came to lie under it', () => {
    const places = [
      { item: 1, x: 100, y: 100, near: 0.9 },
      { item: 2, x: 120, y: 110, near: 0.5 },
      { item: 3, x: 160, y: 100, near: 0.1 },
    ]
    expect(uncovered(places, 40).map(({ item }) => item)).toEqual([1, 3])
  })

  test('lie on sheets of at most 2,048 px; the one unused longest makes way', () => {
    const cells = createCells(128, 1)
    const room = (sheetSide / 128) ** 2
    for (let item = 0; item < room; item++) {
      const cell = cells.place(item)
      expect(cell.sheet).toBe(0)
      expect(Math.max(cell.x, cell.y) + 128).toBeLessThanOrEqual(sheetSide)
    }
    const first = cells.find(0)
    const taken = cells.place(room)
    expect(cells.find(1)).toBeNull()
    expect(cells.find(0)).toEqual(first)
    expect(taken).toEqual({ sheet: 0, x: 128, y: 0 })
  })

  test('come in the coarsest grain that is sharp', () => {
    expect([20, 34, 60, 100, 400].map(cellSideFor)).toEqual([32, 32, 64, 128, 128])
  })
})

describe('the effort of drawing', () => {
  test('falls step by step while frames are slow, and quickly where they are very slow', () => {
    const governor = createGovernor()
    expect(governor.effort()).toMatchObject({ ratio: 1, points: 1 })
    for (let i = 0; i < 6; i++) governor.frame(70)
    expect(governor.effort().ratio).toBeLessThan(1)
    for (let i = 0; i < 12; i++) governor.frame(900)
    expect(governor.effort().points).toBeLessThan(0.1)
  })

  test('rises again only after many quick frames, and an absence counts for nothing', () => {
    const governor = createGovernor()
    for (let i = 0; i < 6; i++) governor.frame(70)
    const low = governor.effort()
    governor.frame(60_000)
    for (let i = 0; i < 30; i++) governor.frame(8)
    expect(governor.effort()).toBe(low)
    for (let i = 0; i < 120; i++) governor.frame(8)
    expect(governor.effort().ratio).toBe(1)
  })
})

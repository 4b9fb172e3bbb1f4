// Does Compare read what was kept with care, and put models where a person would expect them?
import { describe, expect, it } from 'vitest'
import {
  freshSide,
  layerAlong,
  layerOf,
  readCompareSettings,
  sidesFor,
  startSides,
} from '../../../../src-renderer/views/compare/settings.ts'

describe('what was kept', () => {
  it('comes back as it was', () => {
    const kept = {
      sides: [
        { model: 'a', layer: 5, head: 2 },
        { model: 'a', layer: -1, head: 'mean' },
      ],
      picture: 'p',
      query: { kind: 'patch', x: 0.25, y: 0.5 },
      shown: 'rollout',
      layout: 'slider',
      scale: 'shared',
      together: true,
      overlay: 'contour',
      opacity: 0.5,
      mass: 0.8,
      outline: true,
      colours: 'grey',
      size: 448,
      fit: 'crop',
      view: { x: 0.5, y: 0.5, zoom: 2 },
      divide: 0.3,
      front: 1,
    }
    expect(readCompareSettings(JSON.parse(JSON.stringify(kept)) as Record<string, unknown>)).toEqual(kept)
  })
  it('that makes no sense becomes what a new tab has', () => {
    const fresh = readCompareSettings({})
    expect(fresh).toMatchObject({
      sides: [],
      layout: 'side',
      scale: 'each',
      divide: 0.5,
      front: 0,
      mass: 0.6,
    })
    const odd = {
      sides: [7, { layer: 2 }, { model: 'a', layer: 1.5, head: -3 }],
      query: { kind: 'patch', x: 9, y: 0 },
      divide: 4,
      front: 11,
      layout: 'pile',
      scale: null,
      opacity: NaN,
    }
    expect(readCompareSettings(odd)).toEqual({ ...fresh, sides: [freshSide('a')] })
  })
  it('holds four sides at most', () => {
    const sides = Array.from({ length: 6 }, (_, n) => freshSide(String(n)))
    expect(readCompareSettings({ sides }).sides).toHaveLength(4)
  })
})

describe('models that the shell puts in', () => {
  const sides = [
    { model: 'a', layer: 3, head: 1 },
    { model: 'b', layer: 4, head: 'max' },
  ] as const
  it('stand as they stood already, new ones as they begin', () => {
    expect(readCompareSettings({ sides, models: ['a', 'b', 'c'] }).sides).toEqual([...sides, freshSide('c')])
    expect(readCompareSettings({ sides, models: ['b'] }).sides).toEqual([sides[1]])
  })
  it('count no more once the sides were changed', () => {
    expect(readCompareSettings({ sides, models: null }).sides).toEqual(sides)
  })
  it('may be the same twice: each takes a side of its own', () => {
    const twice = [sides[0], { ...sides[0], layer: 9 }]
    expect(sidesFor(['a', 'a', 'a'], twice)).toEqual([...twice, freshSide('a')])
  })
})

describe('a new tab', () => {
  const usable = [
    { id: 'a', depth: 12 },
    { id: 'b', depth: 24 },
    { id: 'c', depth: 12 },
  ]
  it('compares what it was asked to', () => {
    expect(startSides(['c', 'b', 'a'], usable).map(({ model }) => model)).toEqual(['c', 'b', 'a'])
  })
  it('finds another model for one', () => {
    expect(startSides(['b'], usable)).toEqual([freshSide('b'), freshSide('a')])
  })
  it('compares two layers of the only model', () => {
    expect(startSides([], usable.slice(0, 1))).toEqual([
      { model: 'a', layer: 3, head: 'mean' },
      { model: 'a', layer: 11, head: 'mean' },
    ])
  })
  it('is empty without models', () => {
    expect(startSides([], [])).toEqual([])
  })
})

it('begins at the layer that says most: the last, for a classifier earlier', () => {
  const side = freshSide('a')
  expect(layerOf(side, { classes: null, depth: 12 }, 12)).toBe(11)
  expect(layerOf(side, { classes: 1000, depth: 12 }, 12)).toBe(7)
  expect(layerOf({ ...side, layer: 30 }, { classes: 1000, depth: 12 }, 12)).toBe(11)
})

it('finds the layer at the same share of another depth', () => {
  expect(layerAlong(11, 12, 24)).toBe(23)
  expect(layerAlong(0, 12, 24)).toBe(0)
  expect(layerAlong(5, 12, 24)).toBe(10)
  expect(layerAlong(0, 1, 12)).toBe(11)
})

// Do the parts of the Map view that need no page keep their word: settings, colours, the table, exports, suspects, alignment?
import { describe, expect, test } from 'vitest'
import { aligned } from '../../../../src-renderer/views/map/align.ts'
import { csvLine, type Column } from '../../../../src-renderer/views/map/exports.ts'
import {
  classPaint,
  cssColour,
  kindsOf,
  looksOf,
  valuePaint,
} from '../../../../src-renderer/views/map/palette.ts'
import {
  readMapViewSettings,
  sameMaking,
  startProjection,
} from '../../../../src-renderer/views/map/settings.ts'
import { codeOf, hollow, states } from '../../../../src-renderer/views/map/scene/shaders.ts'
import { suspects } from '../../../../src-renderer/views/map/suspects.ts'
import { nearestOnMap, twinRows } from '../../../../src-renderer/views/map/twin.ts'
import { fillNormal, random } from '../../../../src-shared/numerics/random.ts'

const words = { others: 'others', none: 'no label' }

describe('settings of the map', () => {
  test('from nothing, and from nonsense, are whole', () => {
    const start = readMapViewSettings({})
    expect(start).toMatchObject({ map: null, token: 'cls', layer: -1, colour: 'class', thumbnails: 60 })
    expect(start.projection).toEqual(startProjection)
    const odd = {
      projection: { method: 'x', dims: 7, neighbours: -4 },
      hidden: [1, 'cat'],
      point: 1.5,
      layer: 'a',
    }
    expect(readMapViewSettings(odd)).toMatchObject({
      projection: startProjection,
      hidden: ['cat'],
      point: null,
      layer: -1,
    })
  })

  test('tell maps apart by what their method depends on, and by nothing else', () => {
    const umap = startProjection
    expect(sameMaking(umap, { ...umap, perplexity: 5 })).toBe(true)
    expect(sameMaking(umap, { ...umap, minDist: 0.5 })).toBe(false)
    const pca = { ...umap, method: 'pca' as const }
    expect(sameMaking(pca, { ...pca, seed: 9, neighbours: 50 })).toBe(true)
    expect(sameMaking(pca, { ...pca, dims: 2 })).toBe(false)
  })
})

describe('colours of the map', () => {
  test('up to twelve classes each have their own, hollow from the seventh on; the count is said', () => {
    const names = Array.from({ length: 12 }, (_, i) => `class ${i}`)
    const kinds = Int32Array.from({ length: 120 }, (_, i) => i % 12)
    const paint = classPaint(names, kinds, 'dark', words)
    if (paint.kind !== 'classes') throw new Error('classes were expected')
    expect(paint.entries.map(({ count }) => count)).toEqual(new Array(12).fill(10))
    expect(new Set(paint.entries.map(({ colour }) => cssColour(colour))).size).toBe(12)
    expect(paint.entries[5]!.hollow).toBe(false)
    expect(paint.entries[6]).toMatchObject({ hollow: true, mark: hollow })
  })

  test('of more than twelve classes the eleven largest are shown and the rest is grey; points without one are said', () => {
    const names = Array.from({ length: 20 }, (_, i) => `class ${i}`)
    const kinds = Int32Array.from([
      ...Array.from({ length: 20 }, (_, i) => new Array<number>(20 - i).fill(i)).flat(),
      -1,
    ])
    const paint = classPaint(names, kinds, 'dark', words)
    if (paint.kind !== 'classes') throw new Error('classes were expected')
    expect(paint.entries.map(({ name }) => name)).toEqual([...names.slice(0, 11), 'others', 'no label'])
    expect(paint.entries.reduce((sum, { count }) => sum + count, 0)).toBe(kinds.length)
    expect(paint.of.at(-1)).toBe(12)
    expect(paint.entries[11]!.count).toBe(45)
  })

  test('a measure runs between its 1st and 99th percentile, a signed one about zero', () => {
    const values = Float32Array.from({ length: 1001 }, (_, i) => i)
    values[1000] = 1e9
    const plain = valuePaint(values)
    if (plain.kind !== 'values') throw new Error('values were expected')
    expect(plain.low).toBeCloseTo(10, 0)
    expect(plain.high).toBeLessThan(1000)
    const signed = valuePaint(Float32Array.of(-1, 0, 4), true)
    expect(signed).toMatchObject({ low: -4, high: 4 })
  })

  test('each point says whether it is hidden, quiet, plain or selected, and a value that is none is grey', () => {
    const looks = looksOf({
      theme: 'dark',
      paint: { kind: 'values', values: Float32Array.of(0, 1, NaN, 1), low: 0, high: 1, signed: false },
      count: 4,
      visible: (at) => at !== 0,
      selected: Uint8Array.of(0, 1, 0, 0),
      strong: (at) => at !== 3,
    })
    const code = (at: number): number => looks[at * 4 + 3]!
    expect([0, 1, 2, 3].map(code)).toEqual(
      [states.hidden, states.selected, states.plain, states.quiet].map((state) => codeOf(0, state)),
    )
    expect([...looks.subarray(8, 11)]).toEqual([120, 126, 132])
  })

  test('words become kinds in the order of their names, numbers in theirs', () => {
    const { names, kinds } = kindsOf(['b', '10', '', '9', 'b'])
    expect(names).toEqual(['9', '10', 'b'])
    expect([...kinds]).toEqual([2, 1, -1, 0, 2])
  })
})

describe('the points as text', () => {
  test('a line of CSV quotes what must be quoted and leaves out what is no number', () => {
    const columns: Column[] = [
      { name: 'name', kind: 'words', value: () => 'a "b", c' },
      { name: 'x', kind: 'numbers', value: (at) => (at === 0 ? 1.5 : NaN) },
      { name: 'class', kind: 'words', value: () => 'hat' },
    ]
    expect(csvLine(columns, 0)).toBe('"a ""b"", c",1.5,hat')
    expect(csvLine(columns, 1)).toBe('"a ""b"", c",,hat')
  })

  test('the table holds what fits the filter and says how much more there is', () => {
    const name = (at: number): string => (at % 2 === 0 ? `cat ${at}` : `dog ${at}`)
    const { shown, more } = twinRows(1000, name, (at) => at !== 2, 'CAT')
    expect(shown.slice(0, 3)).toEqual([0, 4, 6])
    expect(shown.length + more).toBe(499)
  })

  test('the nearest on the map are those of a slow search, hidden points left out', () => {
    const positions = fillNormal(random(4), new Float32Array(3 * 200))
    const away = (at: number): number =>
      Math.hypot(...[0, 1, 2].map((k) => positions[at * 3 + k]! - positions[21 + k]!))
    const expected = Array.from({ length: 200 }, (_, i) => i)
      .filter((at) => at !== 7 && at % 5 !== 0)
      .sort((a, b) => away(a) - away(b))
      .slice(0, 4)
    expect(nearestOnMap(positions, 7, 4, (at) => at % 5 !== 0)).toEqual(expected)
  })
})

test('suspicious labels are those that most neighbours contradict with one other class, the surest first', () => {
  const found = suspects(
    {
      disagreement: Float32Array.of(0.9, 0.4, 0.6, 1, NaN, 0.8),
      suggested: Int32Array.of(1, 1, 1, 0, 1, -1),
    },
    (at) => (at === 3 ? 1 : 0),
  )
  expect(found.map(({ at }) => at)).toEqual([3, 0, 2])
})

describe('one map on another', () => {
  test('a turned, mirrored, scaled and moved map comes back, points without a place stay without one', () => {
    const fixed = fillNormal(random(6), new Float32Array(300))
    const moving = new Float32Array(300)
    for (let i = 0; i < 100; i++) {
      const [x, y, z] = [fixed[i * 3]!, fixed[i * 3 + 1]!, fixed[i * 3 + 2]!]
      moving.set([-y * 2 + 5, x * 2 - 1, -z * 2], i * 3)
    }
    moving[30] = NaN
    const { positions, dims } = aligned(moving, 3, fixed, 3)
    expect(dims).toBe(3)
    for (let i = 0; i < 300; i++) if (i < 30 || i > 32) expect(positions[i]).toBeCloseTo(fixed[i]!, 4)
    expect(Number.isNaN(positions[30])).toBe(true)
  })

  test('a flat map lies in space beside one that is not', () => {
    const flat = fillNormal(random(7), new Float32Array(60))
    const space = Float32Array.from({ length: 90 }, (_, i) =>
      i % 3 === 2 ? 0 : flat[Math.floor(i / 3) * 2 + (i % 3)]!,
    )
    const { positions, dims } = aligned(flat, 2, space, 3)
    expect(dims).toBe(3)
    for (let i = 0; i < 90; i++) expect(positions[i]).toBeCloseTo(space[i]!, 4)
  })
})

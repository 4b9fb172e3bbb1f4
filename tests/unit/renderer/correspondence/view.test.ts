// Are pairs found beside the tokens, chosen and scaled as said, drawn where they belong, and written down as they are?
import { describe, expect, test } from 'vitest'
import { fillNormal, random } from '../../../../src-shared/numerics/random.ts'
import { ramp } from '../../../../src-renderer/canvas/ramps.ts'
import type { AskedPatch } from '../../../../src-renderer/views/correspondence/correspondence.svelte.ts'
import {
  middleOf,
  pairMarks,
  similarityColour,
  type PairScene,
  type PairSide,
} from '../../../../src-renderer/views/correspondence/draw.ts'
import { pairsCsv, pairsJson } from '../../../../src-renderer/views/correspondence/exports.ts'
import { pairBoxes } from '../../../../src-renderer/views/correspondence/layout.ts'
import {
  aboveMean,
  chosenMatches,
  countSimilarities,
  matchTokens,
  scaleOf,
} from '../../../../src-renderer/views/correspondence/match.ts'
import {
  readCorrespondenceSettings,
  startMost,
  startSize,
} from '../../../../src-renderer/views/correspondence/settings.ts'
import { createWork } from '../../../../src-renderer/views/parts/work.ts'

const width = 12
/** A picture of 6 × 6 patches: an object of four parts in the middle, noise around it. */
function picture(seed: number, oneColour = false) {
  const tokens = fillNormal(random(seed), new Float32Array(36 * width)).map((value) => value * 0.2)
  for (const [part, patch] of [14, 15, 20, 21].entries()) {
    tokens[patch * width]! += 4
    tokens[patch * width + 1 + part]! += 4
  }
  return { picture: `p${seed}`, grid: [6, 6] as const, width, tokens, oneColour }
}

describe('matching', () => {
  test('joins the parts of two objects, and only those inside the foreground', () => {
    const everywhere = matchTokens(picture(1), picture(2), false)
    const parts = everywhere.mutual.slice(0, 4)
    expect(parts.map(({ first, second }) => [first, second]).sort()).toEqual([
      [14, 14],
      [15, 15],
      [20, 20],
      [21, 21],
    ])
    expect(everywhere.masks).toBeNull()
    expect(everywhere.mutual.length).toBeGreaterThan(4)
    const inside = matchTokens(picture(1), picture(2), true)
    expect(inside.mutual).toEqual(parts)
    expect([...inside.masks!.first].reduce((sum, bit) => sum + bit, 0)).toBe(4)
  })
  test('knows the best match of every patch, mutual or not', () => {
    const { there, back, mutual } = matchTokens(picture(1), picture(2), false)
    expect([...there.indices].every((index) => index >= 0 && index < 36)).toBe(true)
    for (const { first, second, cosine } of mutual) {
      expect(there.indices[first]).toBe(second)
      expect(back.indices[second]).toBe(first)
      expect(there.cosines[first]).toBe(cosine)
    }
  })
  test('says which picture is of one colour', () => {
    const [plain, other] = [picture(1, true), picture(2)]
    expect(() => matchTokens(plain, other, false)).toThrow(/left picture is of one colour/)
    expect(() => matchTokens(other, plain, false)).toThrow(/right picture is of one colour/)
    expect(() => matchTokens(plain, plain, false)).toThrow(/pictures are of one colour/)
  })
  test('is asked of the worker by the keys of the tokens that it holds', () => {
    const work = createWork()
    work.add('a', picture(1))
    work.add('b', picture(2))
    expect(work.match('a', 'b', false)).toEqual(matchTokens(picture(1), picture(2), false))
    expect(() => work.match('a', 'c', false)).toThrow(/not here/)
  })
})

describe('the pairs that are drawn', () => {
  const mutual = [0.91, 0.72, 0.52].map((cosine, i) => ({ first: i, second: i, cosine }))
  test('are similar enough, and the most similar where there are too many', () => {
    expect(chosenMatches(mutual, 0.6, 9).map(({ cosine }) => cosine)).toEqual([0.91, 0.72])
    expect(chosenMatches(mutual, 0, 1).map(({ cosine }) => cosine)).toEqual([0.91])
    expect(chosenMatches(mutual, 0.95, 9)).toEqual([])
  })
  test('all stand on the scale, in tenths', () => {
    expect(scaleOf(mutual)).toEqual({ low: 0.5, high: 1 })
    expect(scaleOf([]).low).toBeLessThan(scaleOf([]).high)
    const counts = countSimilarities(mutual, { low: 0.5, high: 1 }, 5)
    expect(counts).toEqual([1, 0, 1, 0, 1])
    const same = scaleOf([{ first: 0, second: 0, cosine: 1 }])
    expect(countSimilarities([{ first: 0, second: 0, cosine: 1 }], same, 4)).toEqual([0, 0, 0, 1])
  })
  test('have colours that rise with likeness and are never the surround', () => {
    const ember = ramp('ember', 'dark')
    const scale = { low: 0.5, high: 1 }
    const [last, first] = [similarityColour(ember, 1, scale), similarityColour(ember, 0.1, scale)]
    expect(last).toBe(`#${[...ember.table.slice(765)].map((v) => v.toString(16).padStart(2, '0')).join('')}`)
    expect(first).toBe(similarityColour(ember, 0.5, scale))
    expect(parseInt(first.slice(1, 3), 16)).toBeGreaterThan(40)
  })
  test('leave the mean of a picture cold', () => {
    const { values, max } = aboveMean(Float32Array.of(0.25, 0.5, 0.75))
    expect([...values]).toEqual([0, 0, 0.25])
    expect(max).toBe(0.25)
  })
})

test('two pictures of any shape stand side by side at one height inside the place', () => {
  for (const aspects of [
    [1.5, 1.5],
    [0.75, 2],
    [0.2, 0.3],
  ] as const) {
    const [left, right] = pairBoxes(aspects, 760, 500)
    expect(left.height).toBe(right.height)
    expect(left.x).toBeGreaterThanOrEqual(0)
    expect(right.x).toBeGreaterThan(left.x + left.width)
    expect(right.x + right.width).toBeLessThanOrEqual(761)
    expect(left.y + left.height).toBeLessThanOrEqual(500)
    expect(left.width / left.height).toBeCloseTo(aspects[0], 1)
  }
})

test('settings of any version are read, and what does not fit is left at its start', () => {
  const read = readCorrespondenceSettings({
    left: 'a',
    right: 7,
    least: 3,
    most: 0,
    size: 'big',
    tool: 'hammer',
    pin: { side: 2, x: 0, y: 0 },
    keypoints: [{ side: 1, x: 0.5, y: 0.25 }, { side: 0, x: 2, y: 0 }, null],
  })
  expect(read).toMatchObject({
    left: 'a',
    right: null,
    least: 0,
    most: startMost,
    size: startSize,
    tool: 'ask',
    heat: true,
    pin: null,
    keypoints: [{ side: 1, x: 0.5, y: 0.25 }],
  })
})

describe('the drawing', () => {
  const side: PairSide = {
    bitmap: null,
    size: { width: 100, height: 50 },
    area: { x: 0, y: 0, width: 80, height: 40 },
    grid: [2, 4],
  }
  const boxes = [
    { x: 10, y: 20, width: 200, height: 100 },
    { x: 300, y: 20, width: 200, height: 100 },
  ] as const
  const scene: PairScene = {
    sides: [side, side],
    lines: [{ first: 0, second: 7, cosine: 0.8 }],
    scale: { low: 0.5, high: 1 },
    asked: null,
    heat: null,
    keypoints: [],
    ramp: ramp('ember', 'dark'),
    theme: 'dark',
    weight: 1,
    alone: false,
  }
  test('leads from the middle of one patch to the middle of the other', () => {
    // What the network saw is 160 × 80 of the box, so a patch is 40 × 40.
    expect(middleOf(side, boxes[0], 0)).toEqual({ x: 30, y: 40 })
    expect(middleOf(side, boxes[1], 7)).toEqual({ x: 300 + 140, y: 20 + 60 })
    const lines = pairMarks(scene, boxes).filter((item) => item.kind === 'lines')
    expect(lines.at(-1)).toMatchObject({
      lines: [[30, 40, 440, 80]],
      colour: similarityColour(scene.ramp, 0.8, scene.scale),
    })
  })
  test('steps back where one patch is asked, and is empty where the pictures stand alone', () => {
    const asked: AskedPatch = { side: 1, patch: 3, best: 1, cosine: 0.66, returns: 3 }
    const items = pairMarks({ ...scene, asked }, boxes)
    expect(items.find((item) => item.kind === 'lines' && item.lines[0]![0] === 30)).toMatchObject({
      opacity: 0.55 * 0.28,
    })
    expect(items.some((item) => item.kind === 'text' && item.text === '0.66')).toBe(true)
    expect(pairMarks({ ...scene, asked, alone: true }, boxes)).toEqual([])
  })
  test('numbers keypoints on both sides', () => {
    const keypoints = [{ side: 0 as const, x: 0.125, y: 0.25, to: { x: 0.875, y: 0.75 }, cosine: 0.7 }]
    const words = pairMarks({ ...scene, lines: [], keypoints }, boxes).filter(
      (item) => item.kind === 'text' && item.colour === '#ffffff',
    )
    expect(words.map((item) => item.kind === 'text' && [item.text, item.x < 300])).toEqual([
      ['1', true],
      ['1', false],
    ])
  })
})

test('the pairs are written with their places and all their digits', () => {
  const facts = [{ layout: { grid: [2, 4] } }, { layout: { grid: [3, 3] } }] as never
  const shown = [{ first: 5, second: 7, cosine: Math.fround(0.1) }]
  expect(pairsCsv({ shown, facts })).toBe('left_row,left_column,right_row,right_column,cosine\n1,1,2,1,0.1\n')
  const model = {
    shown,
    facts,
    keypoints: [{ side: 1, x: 0.5, y: 0.5, to: { x: 0.25, y: 0.75 }, cosine: 0.5 }],
    rows: [{ name: 'a.jpg' }, { name: 'b.jpg' }],
    layer: 3,
    settings: readCorrespondenceSettings({}),
    modelRow: { name: 'm' },
  }
  expect(JSON.parse(pairsJson(model as never))).toMatchObject({
    model: 'm',
    layer: 3,
    pairs: [{ left: { row: 1, column: 1 }, right: { row: 2, column: 1 }, cosine: 0.1 }],
    keypoints: [{ picture: 'right', x: 0.5, y: 0.5, to: { x: 0.25, y: 0.75 }, cosine: 0.5 }],
  })
})

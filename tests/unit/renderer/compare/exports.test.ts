// Do the numbers of Compare leave the window as they are, and its figures side by side without lying on each other?
import { describe, expect, it } from 'vitest'
import type { Figure } from '../../../../src-renderer/canvas/figure.ts'
import { sideBySide } from '../../../../src-renderer/canvas/sideBySide.ts'
import { agreementCsv, mapOf } from '../../../../src-renderer/views/compare/exports.ts'

const pair = { first: 0, second: 2, name: 'A, C', correlation: 0.25, overlap: Math.fround(0.1) }

it('writes agreement and the matrix of layers as CSV that reads back', () => {
  const matrix = { values: Float32Array.from([1, 0.5, -0.25, 0.1]), rows: 2, columns: 2 }
  expect(agreementCsv([pair], matrix, pair).split('\n')).toEqual([
    'pair,correlation,overlap',
    '"A, C",0.25,0.1',
    '',
    'A_layer,C_0,C_1',
    '0,1,0.5',
    '1,-0.25,0.1',
    '',
  ])
  expect(agreementCsv([], null, null)).toBe('pair,correlation,overlap\n')
})

it('says which map a side shows', () => {
  expect(mapOf({ layer: 5, head: 2 }, 'attention')).toBe('layer 5, head 2')
  expect(mapOf({ layer: 11, head: 'mean' }, 'attention')).toBe('layer 11, mean of heads')
  expect(mapOf({ layer: 11, head: 'mean' }, 'rollout')).toBe('rollout')
})

describe('figures side by side', () => {
  const figure = (width: number, name: string): Figure => ({
    width,
    height: 80,
    ground: '#ffffff',
    items: [
      { kind: 'box', x: 10, y: 10, width: width - 20, height: 50, colour: '#000000', opacity: 1, weight: 1 },
      { kind: 'lines', lines: [[10, 10, 20, 20]], colour: '#000000', opacity: 1, weight: 1 },
    ],
    title: name,
    settings: { name },
  })
  const both = sideBySide(
    [figure(100, 'first'), figure(200, 'second')],
    { title: 'both', caption: 'one · two', theme: 'light', headings: ['A', 'B'] },
    { picture: 'cat' },
  )
  it('stand beside each other, each under its heading', () => {
    const boxes = both.items.filter((item) => item.kind === 'box')
    expect(boxes.map(({ x, width }) => [x, x + width])).toEqual([
      [10, 90],
      [122, 302],
    ])
    expect(both.items.flatMap((item) => (item.kind === 'lines' ? item.lines : []))[1]).toEqual([
      122, 36, 132, 46,
    ])
    expect(both.items.flatMap((item) => (item.kind === 'text' ? [item.text] : []))).toEqual([
      'A',
      'B',
      'one · two',
    ])
    expect(both.width).toBe(312)
    for (const item of both.items) if (item.kind === 'text') expect(item.y).toBeLessThan(both.height)
  })
  it('keep what made each of them', () => {
    expect(both.settings).toEqual({ picture: 'cat', sides: [{ name: 'first' }, { name: 'second' }] })
  })
})

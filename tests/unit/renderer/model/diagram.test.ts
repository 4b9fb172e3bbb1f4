// Is the diagram drawn from the spec: every part once, nothing on top of anything, inside its place at every width?
import { describe, expect, it } from 'vitest'
import { layoutFor, tokenCount } from '../../../../src-shared/domain/tokenLayout.ts'
import type { ModelSpec } from '../../../../src-shared/domain/modelSpec.ts'
import { diagramOf } from '../../../../src-renderer/views/model/diagram.ts'
import type { DiagramBox } from '../../../../src-renderer/views/model/drawing.ts'
import { countPlaces, keyRows } from '../../../../src-renderer/views/model/keys.ts'
import { isWithin } from '../../../../src-renderer/views/model/places.ts'
import { inspectionNames, inspectionOf } from './support.ts'

const tokensOf = (spec: ModelSpec): number =>
  tokenCount(layoutFor(spec, spec.imageSize.width, spec.imageSize.height))
const draw = (spec: ModelSpec, width = 788, chosen: string | null = null, k = 1) =>
  diagramOf(spec, tokensOf(spec), width, chosen, k)

function overlaps(boxes: readonly DiagramBox[]): [string, string][] {
  const found: [string, string][] = []
  for (const [i, a] of boxes.entries())
    for (const b of boxes.slice(i + 1))
      if (a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height)
        found.push([a.place, b.place])
  return found
}

describe.each(inspectionNames)('the diagram of %s', (name) => {
  const inspection = inspectionOf(name)
  const { spec } = inspection
  const choices = [
    null,
    'blocks.1',
    ...(spec.decoder ? ['decoder'] : []),
    ...(spec.predictor ? ['predictor'] : []),
  ]

  it.each(choices)('lies inside its place without boxes on boxes, %s opened', (chosen) => {
    for (const [width, k] of [
      [788, 1],
      [904, 1],
      [1328, 1],
      [1280, 1.4],
    ] as const) {
      const diagram = draw(spec, width, chosen, k)
      expect(overlaps(diagram.boxes)).toEqual([])
      for (const box of diagram.boxes) {
        expect(box.x).toBeGreaterThanOrEqual(0)
        expect(box.x + box.width).toBeLessThanOrEqual(width)
        expect(box.y + box.height).toBeLessThanOrEqual(diagram.height)
      }
    }
  })

  it('offers every section that the file has tensors of', () => {
    const boxes = draw(spec).boxes.map(({ place }) => place)
    for (const { place } of countPlaces(keyRows(inspection)).filter((one) => one.place !== 'position'))
      expect(boxes.some((box) => isWithin(box, place) || box === place)).toBe(true)
  })

  it('opens a block in which every piece can be chosen', () => {
    const inside = draw(spec, 904, 'blocks.1').opened.boxes.map(({ place }) => place)
    const pieces = new Set(
      keyRows(inspection)
        .filter(({ place }) => place.startsWith('blocks.1.'))
        .map(({ place }) => place),
    )
    expect(new Set(inside)).toEqual(pieces)
  })
})

describe('deep networks', () => {
  const spec = { ...inspectionOf('deit-tiny').spec, depth: 40, width: 1408 }
  it('keep all their blocks in the row', () => {
    const diagram = draw(spec, 788)
    const blocks = diagram.boxes.filter(({ kind }) => kind === 'block')
    expect(blocks).toHaveLength(40)
    expect(overlaps(diagram.boxes)).toEqual([])
    expect(Math.max(...diagram.boxes.map(({ x, width }) => x + width))).toBeLessThanOrEqual(788)
  })
  it('number the blocks that have room, the first among them', () => {
    const titles = draw(spec, 904)
      .boxes.filter(({ kind }) => kind === 'block')
      .map(({ title }) => title)
    expect(titles[0]).toBe('0')
    expect(titles.filter(Boolean).length).toBeGreaterThan(4)
    expect(titles.filter(Boolean).length).toBeLessThan(40)
  })
})

describe('what is opened', () => {
  const { spec } = inspectionOf('mae')
  it('is every block at once until one is chosen', () => {
    expect(draw(spec).opened.place).toBe('blocks')
    expect(draw(spec).opened.boxes[0]!.place).toBe('blocks.*.norm1')
    expect(draw(spec, 788, 'blocks.2.ffn').opened.place).toBe('blocks.2')
    expect(draw(spec, 788, 'patch').opened.place).toBe('blocks')
  })
  it('is the decoder where something of it was chosen, with its own widths', () => {
    const { opened } = draw(spec, 904, 'decoder.embed')
    expect(opened.place).toBe('decoder')
    expect(opened.boxes.map(({ title, text }) => `${title} ${text}`.trim())).toEqual([
      'Embedding 48 → 32',
      'Mask tokens + positions',
      '2 blocks 4 heads',
      'LayerNorm',
      'Prediction 32 → 8 × 8 × 3',
    ])
  })
  it('points at what it opens', () => {
    const { boxes, opened } = draw(spec, 904, 'blocks.2')
    const block = boxes.find(({ place }) => place === 'blocks.2')!
    expect(opened.from[0]).toBeCloseTo(block.x)
    expect(opened.from[2]).toBe(block.y + block.height)
  })
})

// Does Inspect read its settings with care, cost what it says, and write commands and numbers that others can read?
import { describe, expect, it } from 'vitest'
import type { LookFacts, LookLayer } from '../../../src-renderer/client/lab.ts'
import { computeLayer, createField } from '../../../src-renderer/state/field.ts'
import { resolveQuery } from '../../../src-renderer/state/query.ts'
import { commandLine, quoteWord, type MapChoice } from '../../../src-renderer/views/inspect/commandLine.ts'
import { inputSize, tokensOf, windowBytes } from '../../../src-renderer/views/inspect/cost.ts'
import { inspectLayout } from '../../../src-renderer/views/inspect/layout.ts'
import { fieldNpy, layerCsv, mapNpy, shortest } from '../../../src-renderer/views/inspect/numbers.ts'
import {
  firstLayer,
  headIn,
  inspectDefaults,
  layerIn,
  nextOf,
  readInspectSettings,
  sizesFor,
} from '../../../src-renderer/views/inspect/settings.ts'
import { fittedSize } from '../../../src-main/datasets/fit.ts'
import { fillNormal, random } from '../../../src-shared/numerics/random.ts'
import { readNpy } from '../../../src-shared/numerics/npy.ts'

describe('settings', () => {
  it('are the defaults for nothing and for nonsense', () => {
    expect(readInspectSettings({})).toEqual(inspectDefaults)
    expect(
      readInspectSettings({
        model: 3,
        layer: 'x',
        head: -4,
        opacity: 7,
        overlay: 'loud',
        size: 0,
        view: { x: 1 },
        colours: 'tide',
        query: 'cls',
      }),
    ).toEqual(inspectDefaults)
  })
  it('come back as they were kept', () => {
    const kept = {
      ...inspectDefaults,
      model: 'm',
      layer: 3,
      head: 'mean' as const,
      query: { kind: 'patch' as const, x: 0.25, y: 0.5 },
      opacity: 0.4,
      colours: 'grey' as const,
      size: 448,
      view: { x: 0.5, y: 0.5, zoom: 3 },
    }
    expect(readInspectSettings(JSON.parse(JSON.stringify(kept)))).toEqual(kept)
  })
  it('mean the last layer and head where a model has fewer', () => {
    expect(layerIn(-1, 12)).toBe(11)
    expect(layerIn(30, 12)).toBe(11)
    expect(headIn(9, 6)).toBe(5)
    expect(headIn('mean', 6)).toBe('mean')
    expect(nextOf(['a', 'b'], 'b')).toBe('a')
  })
  it('begin at the last layer, and two thirds in for a classifier', () => {
    expect(firstLayer({ classes: null, depth: 12 })).toBe(-1)
    expect(firstLayer({ classes: 1000, depth: 12 })).toBe(7)
  })
  it('offer input sizes that are whole patches', () => {
    for (const size of sizesFor(224, 14, 500)) if (size !== 500) expect(size % 14).toBe(0)
    expect(sizesFor(224, 16, null)[0]).toBe(224)
  })
})

describe('cost', () => {
  const spec = {
    patch: 16,
    cls: true,
    registers: 4,
    width: 384,
    depth: 12,
    preprocessing: { mean: [0, 0, 0], std: [1, 1, 1], resize: 256, crop: 224, filter: 'bicubic' },
  } as never
  it('keeps the picture’s shape in whole patches, 1,024 pixels at most', () => {
    expect(inputSize({ width: 451, height: 300 }, spec, null, 'native')).toEqual({ width: 448, height: 288 })
    expect(inputSize({ width: 4000, height: 3000 }, spec, null, 'native')).toEqual({
      width: 1024,
      height: 768,
    })
    expect(inputSize({ width: 640, height: 480 }, spec, 224, 'native')).toEqual({ width: 224, height: 160 })
    expect(inputSize({ width: 640, height: 480 }, spec, null, 'model')).toEqual({ width: 224, height: 224 })
    expect(inputSize({ width: 8, height: 900 }, spec, null, 'native').width).toBe(16)
  })
  it('says the very size that the lab computes', () => {
    for (const fit of ['native', 'resize', 'crop', 'model'] as const)
      for (const size of [null, 224, 448, 500])
        for (const [width, height] of [
          [451, 300],
          [640, 480],
          [426, 640],
          [4000, 3000],
          [33, 900],
        ] as const) {
          const told = inputSize({ width, height }, spec, size, fit)
          let computed: unknown
          try {
            computed = fittedSize({ width, height }, spec, {
              fit,
              ...(size === null ? {} : { size: { width: size, height: size } }),
            })
          } catch {
            continue
          }
          expect(told).toEqual(computed)
        }
  })
  it('counts tokens and the memory of the window', () => {
    expect(tokensOf({ width: 224, height: 224 }, spec)).toBe(201)
    expect(windowBytes(197, { width: 384, depth: 12 })).toBe(2 * 4 * 197 * 384 * 12)
  })
})

describe('the layout of the stage', () => {
  it('gives the picture all that the sheet leaves, at every size of window', () => {
    for (const [width, height] of [
      [788, 692],
      [904, 792],
      [1328, 972],
      [560, 500],
    ] as const)
      for (const aspect of [0.5, 1, 1.5, 2.4]) {
        const layout = inspectLayout(width, height, aspect, aspect, 12, 6, 1)
        const wide = layout.stage.width + 56 + 16 + (layout.companions ? layout.companions + 16 : 0)
        expect(wide).toBeLessThanOrEqual(width)
        expect(layout.stage.height + layout.sheetPlace + 36 + 36).toBeLessThanOrEqual(height)
        expect((layout.stage.width - 20) / (layout.stage.height - 20)).toBeCloseTo(aspect, 1)
      }
  })
  it('scrolls a sheet that is larger than its place', () => {
    expect(inspectLayout(788, 692, 1, 1, 40, 24, 1).scrolls).toBe(true)
    expect(inspectLayout(904, 792, 1.5, 1.5, 12, 6, 1).scrolls).toBe(false)
  })
})

describe('the command', () => {
  const choice: MapChoice = {
    model: 'deit-tiny',
    network: 'bare',
    networks: ['bare'],
    overrides: {},
    picture: '/photos/my cat.jpg',
    layer: 11,
    depth: 12,
    head: 0,
    query: 'cls',
    defaultQuery: 'cls',
    opacity: 0.9,
    colours: 'ember',
    size: null,
    fit: 'native',
    rollout: false,
  }
  it('says only what differs from the command’s own defaults', () => {
    expect(commandLine(choice, false)).toBe(
      "emergence attention deit-tiny '/photos/my cat.jpg' --head 0 --opacity 0.9",
    )
  })
  it('says everything that was changed', () => {
    expect(
      commandLine(
        {
          ...choice,
          networks: ['student', 'teacher'],
          network: 'teacher',
          overrides: { interpolation: 'dino', allowMissing: true },
          layer: 3,
          head: 'mean',
          query: 'patch:15,21',
          colours: 'grey',
          size: 448,
          fit: 'crop',
          rollout: true,
        },
        false,
      ),
    ).toBe(
      "emergence attention deit-tiny '/photos/my cat.jpg' --network teacher --interpolation dino --allow-missing --layer 3 --head mean --query patch:15,21 --rollout --opacity 0.9 --colormap grey --size 448 --fit crop",
    )
  })
  it('quotes what a shell would take apart', () => {
    expect(quoteWord("it's; rm -rf", false)).toBe(`'it'\\''s; rm -rf'`)
    expect(quoteWord('~/x', false)).toBe("'~/x'")
    expect(quoteWord('C:\\my cats\\a.jpg', true)).toBe('"C:\\my cats\\a.jpg"')
    expect(quoteWord('C:\\cats\\a.jpg', true)).toBe('C:\\cats\\a.jpg')
  })
})

describe('numbers', () => {
  const facts: LookFacts = {
    layout: { cls: true, registers: 0, grid: [2, 3] },
    input: { width: 48, height: 32 },
    area: { x: 0, y: 0, width: 48, height: 32 },
    depth: 2,
    heads: 2,
    width: 4,
    device: 'cpu',
    seconds: 0,
    notice: '',
  }
  const source = random(5)
  const layer = (index: number): LookLayer => ({
    layer: index,
    q: fillNormal(source, new Float32Array(28)),
    k: fillNormal(source, new Float32Array(28)),
    norms: new Float32Array(7),
  })
  const field = createField(facts, resolveQuery(facts.layout, { kind: 'cls' }))
  const first = computeLayer(field, layer(0))
  it('write a map as .npy in its shape', () => {
    const read = readNpy(mapNpy(Float32Array.from([1, 2, 3, 4, 5, 6]), [2, 3]))
    expect(read.shape).toEqual([2, 3])
    expect([...(read.data as Float32Array)]).toEqual([1, 2, 3, 4, 5, 6])
  })
  it('write all layers and heads once all are there', () => {
    expect(fieldNpy(field)).toBeNull()
    const second = computeLayer(field, layer(1))
    const read = readNpy(fieldNpy(field)!)
    expect(read.shape).toEqual([2, 2, 2, 3])
    const data = read.data as Float32Array
    expect([...data.subarray(0, 6)]).toEqual([...first.rows.subarray(1, 7)])
    expect([...data.subarray(18)]).toEqual([...second.rows.subarray(8, 14)])
  })
  it('write CSV that reads back as the very same numbers', () => {
    const lines = layerCsv(field, first).trimEnd().split('\n')
    expect(lines[0]).toBe('row,column,head_0,head_1')
    expect(lines).toHaveLength(7)
    const [row, column, head0, head1] = lines[5]!.split(',').map(Number)
    expect([row, column]).toEqual([1, 1])
    expect(Math.fround(head0!)).toBe(first.rows[1 + 4])
    expect(Math.fround(head1!)).toBe(first.rows[7 + 1 + 4])
    expect(shortest(Math.fround(0.1))).toBe('0.1')
  })
})

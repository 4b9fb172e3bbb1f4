// Do the rows of the Model view say what became of every tensor of real checkpoints, and where it stands?
import { describe, expect, it } from 'vitest'
import {
  countFates,
  countPlaces,
  filterRows,
  keyRows,
  parametersIn,
  visibleRows,
} from '../../../../src-renderer/views/model/keys.ts'
import { placeOf } from '../../../../src-renderer/views/model/places.ts'
import { inspectionNames, inspectionOf } from './support.ts'

describe.each(inspectionNames)('the tensors of %s', (name) => {
  const inspection = inspectionOf(name)
  const rows = keyRows(inspection)

  it('are all there, each once, with the fates that the key report counts', () => {
    expect(rows.map((row) => row.name).sort()).toEqual(inspection.tensors.map((tensor) => tensor.name).sort())
    const counts = countFates(rows)
    expect(counts.matched).toBe(inspection.keys.matched.length)
    expect(counts.renamed).toBe(new Set(inspection.keys.renamed.map(({ from }) => from)).size)
    expect(counts.unexpected).toBe(inspection.keys.unexpected.length)
  })

  it('all have a place in the network, in blocks that the spec has', () => {
    expect(rows.filter(({ place }) => place === 'other')).toEqual([])
    const blocks = new Set(rows.flatMap(({ place }) => /^blocks\.(\d+)\./.exec(place)?.[1] ?? []))
    expect(blocks.size).toBe(inspection.spec.depth)
    expect(rows.filter(({ place }) => /^((decoder|predictor)\.)?blocks\.\d+$/.test(place))).toEqual([])
  })

  it('fill every block with the same places', () => {
    const inBlock = (index: number): string[] => [
      ...new Set(
        rows
          .filter(({ place }) => place.startsWith(`blocks.${index}.`))
          .map(({ place }) => place.split('.')[2]!),
      ),
    ]
    for (let index = 1; index < inspection.spec.depth; index++) expect(inBlock(index)).toEqual(inBlock(0))
    expect(inBlock(0)).toEqual([
      'norm1',
      'attention',
      'projection',
      ...(inspection.spec.layerScale ? ['scale1'] : []),
      'norm2',
      'ffn',
      ...(inspection.spec.layerScale ? ['scale2'] : []),
    ])
  })

  it('have as many parameters over all places as the tensors have', () => {
    const all = rows.reduce((sum, row) => sum + row.parameters, 0)
    const places = countPlaces(rows)
    expect(places.reduce((sum, one) => sum + one.parameters, 0)).toBe(all)
    const blocks = places.find(({ place }) => place === 'blocks')!
    expect(blocks.pieces.reduce((sum, one) => sum + one.parameters, 0)).toBe(blocks.parameters)
    expect(parametersIn(rows, 'blocks')).toBe(blocks.parameters)
  })

  it('put what follows the encoder at its own place', () => {
    const sections = countPlaces(rows).map(({ place }) => place)
    const { decoder, predictor, classes, projectionHead } = inspection.spec
    expect(sections.includes('decoder')).toBe(decoder !== null)
    expect(sections.includes('predictor')).toBe(predictor !== null)
    expect(sections.includes('head')).toBe(classes !== null)
    expect(sections.includes('projectionHead')).toBe(projectionHead !== null)
  })
})

it('counts a block of DeiT-Tiny as its paper’s widths say', () => {
  const rows = keyRows(inspectionOf('deit-tiny'))
  const width = 192
  const linear = (from: number, to: number): number => from * to + to
  const norms = 4 * width
  expect(parametersIn(rows, 'blocks.7.attention')).toBe(linear(width, 3 * width))
  expect(parametersIn(rows, 'blocks.7.ffn')).toBe(linear(width, 4 * width) + linear(4 * width, width))
  expect(parametersIn(rows, 'blocks.7')).toBe(
    linear(width, 3 * width) +
      linear(width, width) +
      linear(width, 4 * width) +
      linear(4 * width, width) +
      norms,
  )
  expect(parametersIn(rows, 'blocks.*.attention')).toBe(12 * linear(width, 3 * width))
})

it('puts rows in the order of a forward pass, block 10 after block 9', () => {
  const places = keyRows(inspectionOf('hf_vit_classifier')).map(({ place }) => place)
  expect(places[0]).toBe('patch')
  expect(places.at(-1)).toBe('head')
  const blocks = keyRows(inspectionOf('deit-tiny')).flatMap(
    ({ place }) => /^blocks\.(\d+)/.exec(place)?.[1] ?? [],
  )
  expect([...new Set(blocks)]).toEqual(Array.from({ length: 12 }, (_, i) => String(i)))
})

it('says which canonical weight a translated name feeds, and finds rows by either name', () => {
  const rows = keyRows(inspectionOf('npz_vit'))
  const query = rows.find(
    ({ name }) => name === 'Transformer/encoderblock_0/MultiHeadDotProductAttention_1/query/kernel',
  )
  expect(query).toMatchObject({
    fate: 'renamed',
    becomes: 'blocks.0.attention.qkv.weight',
    place: 'blocks.0.attention',
  })
  expect(filterRows(rows, null, null, 'attention.QKV.weight').map(({ name }) => name)).toContain(query!.name)
  expect(filterRows(rows, 'blocks.1', null, 'query')).toHaveLength(2)
  expect(filterRows(rows, 'blocks.*.attention', 'matched', '')).toEqual([])
})

it('lists missing, unexpected and wrong tensors where they belong', () => {
  const inspection = inspectionOf('dinov2_vit_reg4')
  const wrong = inspection.tensors.find(({ name }) => name === 'blocks.2.mlp.fc1.weight')!
  const rows = keyRows({
    ...inspection,
    tensors: [
      ...inspection.tensors.filter(({ name }) => name !== 'blocks.3.attn.proj.bias'),
      { name: 'optimizer.step', dtype: 'int64', shape: [] },
    ],
    keys: {
      ...inspection.keys,
      matched: inspection.keys.matched.filter((name) => name !== wrong.name),
      missing: ['blocks.3.attn.proj.bias'],
      unexpected: ['optimizer.step'],
      mismatched: [{ name: wrong.name, expected: [192, 49], found: wrong.shape }],
    },
  })
  const find = (name: string) => rows.find((row) => row.name === name)
  expect(find('blocks.3.attn.proj.bias')).toMatchObject({
    fate: 'missing',
    place: 'blocks.3.projection',
    shape: [],
  })
  expect(find('optimizer.step')).toMatchObject({ fate: 'unexpected', place: 'other' })
  expect(find(wrong.name)).toMatchObject({ fate: 'mismatched', expected: [192, 49], shape: wrong.shape })
  expect(countFates(rows)).toMatchObject({ missing: 1, unexpected: 1, mismatched: 1 })
})

it('knows the place of a name in any spelling, where nothing translates it', () => {
  const { spec } = inspectionOf('npz_vit')
  const places: Readonly<Record<string, string>> = {
    'Transformer/encoderblock_3/MultiHeadDotProductAttention_1/query/kernel': 'blocks.3.attention',
    'Transformer/encoderblock_3/MultiHeadDotProductAttention_1/out/bias': 'blocks.3.projection',
    'Transformer/encoderblock_10/MlpBlock_3/Dense_1/kernel': 'blocks.10.ffn',
    'Transformer/encoder_norm/scale': 'norm',
    'encoder.layer.7.attention.output.dense.weight': 'blocks.7.projection',
    'encoder.layer.7.output.dense.weight': 'blocks.7.ffn',
    'encoder.layer.7.layernorm_after.bias': 'blocks.7.norm2',
    'layer.0.layer_scale1.lambda1': 'blocks.0.scale1',
    'blocks.2.17.mlp.w3.weight': 'blocks.17.ffn',
    'decoder.decoder_layers.1.attention.attention.key.bias': 'decoder.blocks.1.attention',
    'predictor_blocks.5.mlp.fc1.weight': 'predictor.blocks.5.ffn',
    'decoder_pred.weight': 'decoder.prediction',
    'head.mlp.2.bias': 'projectionHead',
    'head.bias': 'head',
    'optimizer.param_groups': 'other',
  }
  expect(Object.fromEntries(Object.keys(places).map((name) => [name, placeOf(name, spec)]))).toEqual(places)
})

it('draws the rows in sight and a few around, and none that are not there', () => {
  expect(visibleRows(1000, 24, 0, 240)).toEqual({ from: 0, to: 18 })
  expect(visibleRows(1000, 24, 4800, 240)).toEqual({ from: 192, to: 218 })
  expect(visibleRows(5, 24, 9999, 240)).toEqual({ from: 0, to: 5 })
})

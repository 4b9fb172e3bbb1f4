// Does the Model view tell of real checkpoints in the right words, and find a way out of refusals?
import { describe, expect, it } from 'vitest'
import { namePlace, shortDtype, specRows } from '../../../../src-renderer/views/model/describe.ts'
import { blockChanges, changedRows } from '../../../../src-renderer/views/model/difference.ts'
import { aboutPart } from '../../../../src-renderer/views/model/explain.ts'
import {
  csvField,
  diffCsv,
  diffLine,
  inspectLine,
  tensorsCsv,
} from '../../../../src-renderer/views/model/exports.ts'
import { keyRows } from '../../../../src-renderer/views/model/keys.ts'
import { readModelSettings } from '../../../../src-renderer/views/model/settings.ts'
import { wayOut } from '../../../../src-renderer/views/model/wayOut.ts'
import type { ModelRow } from '../../../../src-renderer/client/lab.ts'
import { inspectionNames, inspectionOf, statsOf } from './support.ts'

const told = (name: string): Record<string, string> =>
  Object.fromEntries(specRows(inspectionOf(name)).map(({ label, value }) => [label, value]))

describe('the specification in words', () => {
  it('of DeiT-Tiny', () => {
    expect(told('deit-tiny')).toMatchObject({
      family: 'timm, supervised',
      backbone: 'ViT-Ti/16, 12 × 192',
      heads: '3 × 64',
      'tokens at 224': '1 [CLS] + 14 × 14',
      positions: 'learned, 14 × 14',
      'feed-forward': '192 → 768 → 192, gelu',
      'norm eps': '1e−6',
      'class head': '1,000 classes',
      normalisation: 'ImageNet mean and std',
    })
  })
  it('of MAE, I-JEPA and DINOv3, with what follows them and how they place tokens', () => {
    expect(told('mae')).toMatchObject({ decoder: '2 × 32, 4 heads', targets: 'pixels normalised per patch' })
    expect(told('ijepa')).toMatchObject({
      'tokens at 64': '8 × 8',
      positions: 'fixed sine-cosine, 8 × 8',
      interpolation: 'none: recomputed for every size',
      predictor: '2 × 36, 3 heads',
    })
    expect(told('dinov3_vit')).toMatchObject({ positions: 'rotary, axes scaled apart' })
    expect(told('dinov2_vit_swiglu')['feed-forward']).toBe('SwiGLU, 48 → 128 → 48')
  })
  it('says what is a guess, and where every value comes from', () => {
    const heads = specRows(inspectionOf('deit-tiny')).find(({ label }) => label === 'heads')!
    expect(heads).toMatchObject({ isGuess: true, source: '64 per head; a guess' })
    expect(specRows(inspectionOf('hf_vit_mae')).filter(({ isGuess }) => isGuess)).toEqual([])
  })
  it.each(inspectionNames)('holds no undefined, NaN or empty value for %s', (name) => {
    for (const { value } of specRows(inspectionOf(name))) expect(value).toMatch(/^(?!.*(undefined|NaN)).+$/)
  })
})

it('names parts as a person would', () => {
  expect(namePlace('blocks.7')).toBe('Block 7')
  expect(namePlace('blocks.7.ffn')).toBe('Block 7, feed-forward')
  expect(namePlace('blocks.*.attention')).toBe('Attention, every block')
  expect(namePlace('decoder.blocks.0.norm1')).toBe('Decoder block 0, norm 1')
  expect(namePlace('decoder.embed')).toBe('Decoder, embedding')
  expect(namePlace('projectionHead')).toBe('Projection head')
})

it('shortens the types of tensors', () => {
  expect(['float32', 'bfloat16', 'uint8', 'int64', 'float8_e4m3fn'].map(shortDtype)).toEqual([
    'f32',
    'bf16',
    'u8',
    'i64',
    'f8_e4m3fn',
  ])
})

describe('a refusal', () => {
  it('that lacks the heads asks for them', () => {
    expect(wayOut({ code: 'unsupported-model', hint: 'Give the number with --heads.' })).toBe('heads')
    expect(wayOut({ code: 'bad-argument', hint: 'Give the number with --decoder-heads.' })).toBe(
      'decoderHeads',
    )
  })
  it('over missing weights can be overruled', () => {
    expect(wayOut({ code: 'missing-weights', hint: 'Allow missing weights (--allow-missing) …' })).toBe(
      'allowMissing',
    )
  })
  it('that nothing said could change offers nothing', () => {
    expect(wayOut({ code: 'damaged-file', hint: 'Download it again.' })).toBeNull()
    expect(wayOut({ code: 'bad-argument', hint: 'Leave --patch out.' })).toBeNull()
  })
})

describe('the difference of two checkpoints', () => {
  const { spec } = inspectionOf('deit-tiny')
  const change = (name: string, relative: number | null) => ({
    name,
    meanAbs: 0.1,
    maxAbs: relative === 0 ? 0 : 1,
    relative,
  })
  const rows = changedRows(
    {
      tensors: [
        change('norm.weight', 0),
        change('blocks.1.ffn.in.weight', 0.2),
        change('blocks.1.ffn.in.bias', 9),
        change('blocks.1.attention.qkv.weight', null),
        change('blocks.0.ffn.out.weight', 0.1),
      ],
      onlyInFirst: [],
      onlyInSecond: [],
    },
    spec,
  )
  it('puts the most changed weight first, with its place', () => {
    expect(rows.map(({ name }) => name)).toEqual([
      'blocks.1.attention.qkv.weight',
      'blocks.1.ffn.in.bias',
      'blocks.1.ffn.in.weight',
      'blocks.0.ffn.out.weight',
      'norm.weight',
    ])
    expect(rows[2]!.place).toBe('blocks.1.ffn')
  })
  it('gathers the matrices of every block, biases aside', () => {
    expect(blockChanges(rows)).toEqual([{ out: 0.1 }, { in: 0.2, qkv: Infinity }])
  })
  it('leaves as CSV', () => {
    expect(diffCsv({ tensors: [change('norm.weight', 0.5)], onlyInFirst: [], onlyInSecond: [] })).toBe(
      'name,relative,mean_abs,max_abs\nnorm.weight,0.5,0.1,1\n',
    )
  })
})

describe('commands to copy', () => {
  const row = {
    name: 'dino',
    path: "/models/it's here/checkpoint.pth",
    bundled: false,
    network: 'teacher',
    networks: ['teacher', 'student'],
    overrides: { heads: 6, interpolation: 'dino' },
  } as unknown as ModelRow
  it('name the file, its network and what a person said of it, quoted for the shell', () => {
    expect(inspectLine(row, true, false)).toBe(
      "emergence inspect '/models/it'\\''s here/checkpoint.pth' --network teacher --heads 6 --interpolation dino --stats",
    )
    expect(
      inspectLine(
        { ...row, name: 'deit-tiny', bundled: true, networks: ['bare'], overrides: {} },
        false,
        false,
      ),
    ).toBe('emergence inspect deit-tiny --tensors')
    expect(diffLine({ ...row, path: 'C:\\a b\\x.pth' }, { ...row, path: 'C:\\y.pth' }, true)).toBe(
      'emergence diff "C:\\a b\\x.pth" C:\\y.pth',
    )
  })
})

it('writes tensors as CSV, one line each, with the numbers that were read', () => {
  const lines = tensorsCsv(keyRows(inspectionOf('deit-tiny')), statsOf('deit-tiny'))
    .trim()
    .split('\n')
  expect(lines).toHaveLength(153)
  expect(lines.find((line) => line.startsWith('cls_token'))).toMatch(
    /^cls_token,matched,,tokens,float16,1x1x192,192,-0\.00309\d*,0\.648/,
  )
  expect(csvField('a,"b"')).toBe('"a,""b"""')
})

it('explains the chosen part with its own numbers', () => {
  const { spec } = inspectionOf('mae')
  expect(aboutPart(spec, null, 1).what).toContain('**3** equal blocks')
  expect(aboutPart(spec, 'blocks.1.ffn', 0.66).what).toContain('**66 %**')
  expect(aboutPart(spec, 'decoder.blocks.0.attention', 0.3).what).toContain('**2** narrow blocks')
  expect(aboutPart(inspectionOf('dinov3_vit').spec, 'position', 1).what).toContain('turned by angles')
})

it('reads kept settings with care', () => {
  expect(
    readModelSettings({
      model: 'a',
      show: 'report',
      part: 'blocks.*.ffn',
      fate: 'missing',
      text: 'x',
      second: 'b',
    }),
  ).toEqual({
    model: 'a',
    show: 'report',
    part: 'blocks.*.ffn',
    fate: 'missing',
    text: 'x',
    second: 'b',
  })
  expect(readModelSettings({ show: 9, part: '<b>', fate: 'lost', text: 3 })).toEqual({
    model: null,
    show: 'diagram',
    part: null,
    fate: null,
    text: '',
    second: null,
  })
})

// Does the spec follow the order of trust: what was asked for, what is stored, what the shapes say, what families do?
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decoderHeads, encoderHeads, type HeadEvidence } from '../../../src-main/checkpoints/heads.ts'
import { openCheckpoint, requireDecoder } from '../../../src-main/checkpoints/open.ts'
import { exportNetwork } from '../../../src-main/checkpoints/export/export.ts'
import type { OutTensor } from '../../../src-main/checkpoints/export/form.ts'
import {
  dinoTensors,
  golden,
  headsOf,
  loadFile,
  loadGolden,
  safetensorsFile,
  smallSpec,
  smallWeights,
  temporaryFolder,
  tensor,
  torchFile,
} from './support.ts'

/** Writes JSON files beside weights. */
function beside(path: string, files: Record<string, unknown>): string {
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(dirname(path), name), JSON.stringify(content))
  return path
}

describe('attention heads', () => {
  const evidence = (changes: Partial<HeadEvidence>): HeadEvidence => ({
    asked: undefined,
    config: {},
    settings: new Map(),
    width: 384,
    depth: 12,
    periods: null,
    fromShapes: null,
    ...changes,
  })
  const heads = (changes: Partial<HeadEvidence>) => encoderHeads(evidence(changes))?.value

  it('are those asked for before all others', () => {
    expect(heads({ asked: 12, config: { num_attention_heads: 6 } })).toBe(12)
  })

  it('are those of config.json before stored settings', () => {
    expect(heads({ config: { num_attention_heads: 8 }, settings: new Map([['num_heads', 6]]) })).toBe(8)
  })

  it('are those of stored settings before rotary periods', () => {
    expect(heads({ settings: new Map([['num_heads', 8]]), periods: 16 })).toBe(8)
  })

  it('are told by rotary periods: four times their count is a head', () => {
    expect(heads({ width: 4096, depth: 40, periods: 32 })).toBe(32)
  })

  it('are told by a stored size’s name only where the width is that size’s', () => {
    expect(heads({ width: 768, settings: new Map([['arch', 'vit_base']]) })).toBe(12)
    expect(heads({ width: 128, settings: new Map([['arch', 'vit_tiny']]) })).toBe(2)
  })

  it('are 64 wide where nothing is stored', () => {
    expect(heads({})).toBe(6)
    expect(encoderHeads(evidence({}))?.source).toContain('guess')
  })

  it('are 16 in the published ViT-H and ViT-g, whose heads are not 64 wide', () => {
    expect(heads({ width: 1280, depth: 32 })).toBe(16)
    expect(heads({ width: 1408, depth: 40 })).toBe(16)
  })

  it('are asked for where the width is no multiple of 64, once the network is to be run', () => {
    const checkpoint = openCheckpoint(golden('dino_vit', 'backbone.pth'))
    const { spec, sources, notices, keys } = checkpoint.inspect({})
    expect(spec).toMatchObject({ width: 48, depth: 3 })
    expect(sources['heads']).toMatch(/^unknown/)
    expect(notices.join()).toContain('--heads')
    expect(keys.missing).toEqual([])
    expect(() => checkpoint.load({})).toThrow(/does not say how many attention heads/)
    checkpoint.close()
  })

  it('are refused where they do not divide the width', () => {
    expect(() => heads({ asked: 5 })).toThrow(/--heads 5 does not divide the width of 384/)
  })

  it('of a decoder are 16 at width 512, and otherwise unknown', () => {
    const base = { asked: undefined, config: {}, settings: new Map() }
    expect(decoderHeads({ ...base, width: 512 })?.value).toBe(16)
    expect(decoderHeads({ ...base, width: 256 })).toBeNull()
    expect(decoderHeads({ ...base, width: 256, asked: 8 })?.value).toBe(8)
    expect(decoderHeads({ ...base, width: 256, config: { decoder_num_attention_heads: 4 } })?.value).toBe(4)
  })
})

describe('a decoder', () => {
  it('is left out with a notice where its heads are not known, and asked for by who needs it', () => {
    const { heads } = headsOf('mae')
    const checkpoint = openCheckpoint(golden('mae', 'checkpoint-0.pth'))
    const inspection = checkpoint.inspect(heads === undefined ? {} : { heads })
    checkpoint.close()
    expect(inspection.spec.decoder).toBeNull()
    expect(inspection.notices.join()).toContain('--decoder-heads')
    expect(() => requireDecoder(inspection)).toThrow(/does not say how many heads it has/)
  })

  it('is missed by name in an encoder that has none', () => {
    const missing = (name: string, file: string) => () => requireDecoder(loadGolden(name, file).inspection)
    expect(missing('mae', 'pretrain_encoder_only.pth')).toThrow(/a MAE encoder without its decoder/)
    expect(missing('dino_vit', 'backbone.pth')).toThrow(/an encoder of the family dino and has no decoder/)
  })
})

describe('overrides', () => {
  const path = () => safetensorsFile(dinoTensors())

  it('change the rule for other grids', () => {
    expect(loadFile(path(), { interpolation: 'size' }).spec.position).toMatchObject({ rule: 'size' })
  })

  it('that contradict the file are refused', () => {
    expect(() => loadFile(path(), { patch: 8 })).toThrow(/--patch 8 contradicts/)
    expect(() => loadFile(path(), { imageSize: 224 })).toThrow(/--image-size 224 does not fit/)
    expect(loadFile(path(), { patch: 4, imageSize: 12 }).spec.imageSize).toEqual({ width: 12, height: 12 })
  })
})

describe('the norms’ epsilon', () => {
  it('is that of config.json, else the family’s', () => {
    const config = { layer_norm_eps: 1e-12 }
    const path = beside(safetensorsFile(dinoTensors()), { 'config.json': config })
    const { spec, inspection } = loadFile(path)
    expect(spec.normEps).toBe(1e-12)
    expect(inspection.sources['normEps']).toBe('config.json')
    expect(loadFile(safetensorsFile(dinoTensors())).spec.normEps).toBe(1e-6)
    expect(loadGolden('dinov3_vit', 'backbone.pth').spec.normEps).toBe(1e-5)
  })
})

describe('preprocessing', () => {
  const withFiles = (files: Record<string, unknown>) =>
    loadFile(beside(safetensorsFile(dinoTensors()), files)).spec.preprocessing

  it('is the family’s habit where nothing is stored: resize 256, crop 224, bicubic, ImageNet', () => {
    expect(loadFile(safetensorsFile(dinoTensors())).spec.preprocessing).toEqual({
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      resize: 256,
      crop: 224,
      filter: 'bicubic',
    })
  })

  it('is that of preprocessor_config.json', () => {
    const settings = {
      image_mean: [0.5, 0.4, 0.3],
      image_std: [0.2, 0.2, 0.2],
      size: { shortest_edge: 80 },
      do_center_crop: true,
      crop_size: { height: 70, width: 70 },
      resample: 2,
    }
    expect(withFiles({ 'preprocessor_config.json': settings })).toEqual({
      mean: [0.5, 0.4, 0.3],
      std: [0.2, 0.2, 0.2],
      resize: 80,
      crop: 70,
      filter: 'bilinear',
    })
  })

  it('is timm’s: the crop is a share of the resized picture', () => {
    const pretrained_cfg = {
      input_size: [3, 384, 384],
      crop_pct: 0.9,
      interpolation: 'bilinear',
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
    }
    expect(withFiles({ 'config.json': { architecture: 'vit', pretrained_cfg } })).toMatchObject({
      resize: 426,
      crop: 384,
      filter: 'bilinear',
      mean: [0.5, 0.5, 0.5],
    })
  })

  it('survives settings that are nonsense', () => {
    const nonsense = { image_mean: ['a', 1, 2], image_std: [0, 0, 0], size: -4, resample: {} }
    expect(withFiles({ 'preprocessor_config.json': nonsense })).toMatchObject({ crop: 224 })
  })
})

describe('timm’s variants', () => {
  const timm = (changes: Record<string, OutTensor>, drop: string[] = []) => {
    const tensors = new Map([...dinoTensors(), ...Object.entries(changes)])
    for (const name of drop) tensors.delete(name)
    return loadFile(safetensorsFile(tensors))
  }
  const scales = Object.fromEntries(
    [0, 1].flatMap((i) => [1, 2].map((k) => [`blocks.${i}.ls${k}.gamma`, tensor(`${i}${k}`, 64)] as const)),
  )

  it('may have a table without a row for [CLS], as DeiT III and DINOv2 with registers', () => {
    const { spec, weights } = timm({
      ...scales,
      pos_embed: tensor('p', 1, 9, 64),
      reg_token: tensor('r', 1, 4, 64),
    })
    expect(spec).toMatchObject({ family: 'timm', cls: true, registers: 4, layerScale: true })
    expect(weights.has('position.cls')).toBe(false)
    expect(weights.get('registers')?.shape).toEqual([4, 64])
  })

  it('may give registers positions, which are added to them', () => {
    const table = tensor('p', 1, 14, 64)
    const registers = tensor('r', 1, 4, 64)
    const { spec, weights } = timm({ ...scales, pos_embed: table, reg_token: registers })
    expect(spec.position).toMatchObject({ rows: 3, columns: 3 })
    const [rows, tokens] = [table, registers].map((one) => new Float32Array(one.bytes().slice().buffer))
    const expected = tokens?.map((value, i) => value + (rows?.[64 + i] as number))
    expect(weights.get('registers')?.data).toEqual(expected)
    expect(weights.get('position.cls')?.data).toEqual(rows?.slice(0, 64))
    expect(weights.get('position.patches')?.data).toEqual(rows?.slice(5 * 64))
  })

  it('may be a distilled DeiT, whose distillation token counts as a register', () => {
    const { spec, weights, inspection } = timm({
      pos_embed: tensor('p', 1, 11, 64),
      dist_token: tensor('d', 1, 1, 64),
      'head.weight': tensor('h', 7, 64),
      'head.bias': tensor('b', 7),
      'head_dist.weight': tensor('g', 7, 64),
      'head_dist.bias': tensor('c', 7),
    })
    expect(spec).toMatchObject({ registers: 1, classes: 7 })
    expect(weights.get('position.patches')?.shape).toEqual([9, 64])
    expect(inspection.keys.unexpected).toEqual(['head_dist.weight', 'head_dist.bias'])
  })

  it('leave their head out where it reads something else than [CLS]', () => {
    const head = { 'head.weight': tensor('h', 7, 64), 'head.bias': tensor('b', 7) }
    const norm = { 'fc_norm.weight': tensor('n', 64), 'fc_norm.bias': tensor('o', 64) }
    const { spec, inspection } = timm({ ...head, ...norm })
    expect(spec.classes).toBeNull()
    expect(inspection.notices.join()).toContain('fc_norm')
  })

  it('may have lost their final norm to fine-tuning on the mean of the patches', () => {
    const head = { 'head.weight': tensor('h', 7, 64), 'head.bias': tensor('b', 7) }
    const norm = { 'fc_norm.weight': tensor('n', 64), 'fc_norm.bias': tensor('o', 64) }
    const { spec, weights } = timm({ ...head, ...norm }, ['norm.weight', 'norm.bias'])
    expect(spec.classes).toBeNull()
    expect(weights.get('norm.weight')?.data).toEqual(new Float32Array(tensor('n', 64).bytes().slice().buffer))
  })

  it('may pack a gated FFN into fc1', () => {
    const gated = Object.fromEntries(
      [0, 1].flatMap((i) => [
        [`blocks.${i}.mlp.fc1.weight`, tensor('w', 192, 64)] as const,
        [`blocks.${i}.mlp.fc1.bias`, tensor('b', 192)] as const,
      ]),
    )
    expect(timm(gated).spec.ffn).toEqual({ kind: 'swiglu', hidden: 96, activation: 'silu' })
  })

  it('may be DINOv3, whose periods are computed and whose keys have no bias', () => {
    const spec = smallSpec('dinov3', { heads: 2 })
    const tensors = dinoTensors()
    for (const name of [...tensors.keys()]) if (/pos_embed|qkv\.bias/.test(name)) tensors.delete(name)
    tensors.set('reg_token', tensor('r', 1, 4, 64))
    for (const i of [0, 1]) {
      tensors.set(`blocks.${i}.gamma_1`, tensor('s', 64)).set(`blocks.${i}.gamma_2`, tensor('t', 64))
      tensors.set(`blocks.${i}.attn.q_bias`, tensor('q', 64)).set(`blocks.${i}.attn.v_bias`, tensor('v', 64))
    }
    const loaded = loadFile(safetensorsFile(tensors), { heads: spec.heads })
    expect(loaded.spec).toMatchObject({ family: 'dinov3', registers: 4, layerScale: true, normEps: 1e-5 })
    expect([...(loaded.weights.get('rope.periods')?.data ?? [])].map(Math.round)).toEqual([
      1, 2, 3, 6, 10, 18, 32, 56,
    ])
    const bias = loaded.weights.get('blocks.0.attention.qkv.bias')?.data
    expect(bias?.subarray(64, 128)).toEqual(new Float32Array(64))
  })
})

describe('families that share DINO’s names', () => {
  const family = (path: string) => loadFile(path).spec.family
  const settings = { num_heads: 1 }

  it('are told apart by what stands around them', () => {
    expect(family(torchFile({ state_dict: dinoTensors() }))).toBe('ibot')
    expect(family(torchFile({ model: dinoTensors() }))).toBe('mae')
    expect(family(torchFile({ teacher: dinoTensors('backbone.'), ibot_loss: {} }))).toBe('ibot')
    expect(family(torchFile({ teacher: dinoTensors('backbone.'), dino_loss: {} }))).toBe('dino')
    expect(family(torchFile(dinoTensors()))).toBe('dino')
    expect(family(torchFile({ model: dinoTensors(), args: settings }))).toBe('dino')
    const headed = dinoTensors()
      .set('head.weight', tensor('h', 7, 64))
      .set('head.bias', tensor('b', 7))
    expect(family(torchFile({ model: headed }))).toBe('timm')
  })

  it('are I-JEPA where there is no class token and none is missing', () => {
    const tensors = dinoTensors().set('pos_embed', tensor('p', 1, 9, 64))
    tensors.delete('cls_token')
    const { spec } = loadFile(torchFile(tensors))
    expect(spec).toMatchObject({
      family: 'ijepa',
      cls: false,
      position: { kind: 'sincos', rows: 3, columns: 3 },
    })
  })
})

describe('grids', () => {
  it('need not be square where config.json says so', () => {
    const tensors = dinoTensors().set('pos_embed', tensor('p', 1, 11, 64))
    const path = beside(safetensorsFile(tensors), { 'config.json': { image_size: [8, 20] } })
    const { spec } = loadFile(path)
    expect(spec.position).toMatchObject({ rows: 2, columns: 5 })
    expect(spec.imageSize).toEqual({ width: 20, height: 8 })
  })

  it('that fill no square are refused in words', () => {
    const tensors = dinoTensors().set('pos_embed', tensor('p', 1, 12, 64))
    expect(() => loadFile(safetensorsFile(tensors))).toThrow(/12 rows, which no square grid/)
  })
})

describe('hf:ORG/NAME', () => {
  it('is found in the local cache, by the revision that main names', () => {
    const home = temporaryFolder()
    const folder = join(home, 'hub', 'models--facebook--dino-small')
    const spec = smallSpec('dino')
    for (const revision of ['aaa', 'bbb'])
      exportNetwork(
        { spec, weights: smallWeights(spec) },
        { format: 'huggingface', dtype: 'f32', path: join(folder, 'snapshots', revision) },
      )
    mkdirSync(join(folder, 'refs'), { recursive: true })
    writeFileSync(join(folder, 'refs', 'main'), 'bbb\n')
    const before = { ...process.env }
    process.env['HF_HOME'] = home
    delete process.env['HF_HUB_CACHE']
    try {
      const checkpoint = openCheckpoint('hf:facebook/dino-small')
      checkpoint.close()
      expect(checkpoint.facts.path).toContain(join('snapshots', 'bbb'))
      expect(() => openCheckpoint('hf:facebook/dino-large')).toThrow(/is not in the Hugging Face cache/)
      expect(() => openCheckpoint('hf:../../etc')).toThrow(/is no model name/)
    } finally {
      process.env = before
    }
  })
})

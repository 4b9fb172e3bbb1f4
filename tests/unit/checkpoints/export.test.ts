// Is what we write what the original wrote: the same names, shapes and nesting, and the same weights when read again?
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../../src-main/checkpoints/open.ts'
import { openContainer, isMap, isTensor } from '../../../src-main/checkpoints/containers/container.ts'
import { bfloat16Bits, castTo, float16Bits } from '../../../src-main/checkpoints/export/dtypes.ts'
import { exportNetwork, type ExportFormat } from '../../../src-main/checkpoints/export/export.ts'
import type { ModelOverrides } from '../../../src-shared/domain/checkpoint.ts'
import {
  differing,
  golden,
  headsOf,
  keepGolden,
  loadFile,
  loadGolden,
  smallSpec,
  smallWeights,
  temporaryFolder,
} from './support.ts'

/** Case, file, network. */
const originals: readonly (readonly [string, string, string])[] = [
  ['dino_vit', 'backbone.pth', 'bare'],
  ['dino_vit', 'checkpoint.pth', 'teacher'],
  ['dino_vit', 'checkpoint.pth', 'student'],
  ['dinov2_vit', 'backbone.pth', 'bare'],
  ['dinov2_vit_chunked', 'backbone.pth', 'bare'],
  ['dinov2_vit_chunked', 'eval/training_1249/teacher_checkpoint.pth', 'teacher'],
  ['dinov2_vit_reg4', 'backbone.pth', 'bare'],
  ['dinov2_vit_swiglu', 'backbone.pth', 'bare'],
  ['dinov3_vit', 'backbone.pth', 'bare'],
  ['dinov3_vit_plus', 'backbone.pth', 'bare'],
  ['dinov3_vit_plus', 'eval/training_1249/teacher_checkpoint.pth', 'teacher'],
  ['dinov3_vit_swiglu', 'backbone.pth', 'bare'],
  ['dinov3_vit_untied', 'backbone.pth', 'bare'],
  ['ibot', 'checkpoint.pth', 'student'],
  ['ibot', 'checkpoint_teacher.pth', 'state_dict'],
  ['ijepa', 'jepa-latest.pth.tar', 'target-encoder'],
  ['ijepa', 'jepa-latest.pth.tar', 'encoder'],
  ['mae', 'checkpoint-0.pth', 'model'],
  ['mae', 'pretrain_encoder_only.pth', 'model'],
  ['timm_vit', 'pytorch_model.bin', 'bare'],
]
const transformers: readonly (readonly [string, string, string])[] = [
  'hf_vit',
  'hf_vit_classifier',
  'hf_vit_mae',
  'hf_dinov2',
  'hf_dinov2_swiglu',
  'hf_dinov2_with_registers',
  'hf_dinov3_vit',
  'hf_dinov3_vit_gated',
].map((name) => [name, '', 'bare'] as const)

const all = [...originals, ...transformers, ['npz_vit', 'vit.npz', 'bare'] as const]
const atHand = (list: readonly (readonly [string, string, string])[]) =>
  list.filter(([name, file]) => existsSync(golden(name, file)))

/** Full names (with the keys under which they stand) and shapes of one network's tensors in a file. */
function keysOf(path: string, overrides: ModelOverrides): Record<string, readonly number[]> {
  const checkpoint = openCheckpoint(path)
  const { tensors } = checkpoint.inspect(overrides)
  checkpoint.close()
  return Object.fromEntries(tensors.map(({ name, shape }) => [name, shape]))
}

describe.each(atHand(originals))('%s %s (%s) written as original', (name, file, network) => {
  it('has the original’s keys and shapes, and the same weights', () => {
    const first = keepGolden(name, file, { network })
    const path = join(temporaryFolder(), 'out.pth')
    exportNetwork(first, { format: 'original', dtype: 'f32', path })
    expect(keysOf(path, { ...headsOf(name), network })).toEqual(
      keysOf(golden(name, file), { ...headsOf(name), network }),
    )
    const again = loadFile(path, { ...headsOf(name), network })
    expect(differing(first.weights, again.weights)).toEqual([])
    // What config.json said of preprocessing does not travel in a .pth file.
    const { preprocessing } = first.spec
    expect({ ...again.spec, preprocessing }).toEqual(first.spec)
  })
})

describe.each(atHand(transformers))('%s%s written for transformers', (name) => {
  it('has transformers’ keys, shapes and configuration, and the same weights', () => {
    const first = keepGolden(name)
    const path = join(temporaryFolder(), 'model')
    exportNetwork(first, { format: 'huggingface', dtype: 'f32', path })
    expect(readdirSync(path).sort()).toEqual(['config.json', 'model.safetensors', 'preprocessor_config.json'])
    expect(keysOf(path, {})).toEqual(keysOf(golden(name), {}))
    const again = loadFile(path)
    expect(differing(first.weights, again.weights)).toEqual([])
    expect(again.spec).toEqual(first.spec)

    const configOf = (folder: string) => {
      const container = openContainer(folder)
      container.close()
      return container.config
    }
    const [ours, theirs] = [configOf(path), configOf(golden(name))]
    // encoder_stride is 16 by default whatever the patch; here it is the patch.
    const shared = Object.keys(ours).filter((key) => key in theirs && key !== 'encoder_stride')
    for (const key of shared) expect([key, ours[key]]).toEqual([key, theirs[key]])
    expect(shared).toContain('architectures')
  })
})

describe.each(atHand(all))('%s %s (%s)', (name, file, network) => {
  const formats: readonly ExportFormat[] = ['original', 'huggingface', 'safetensors']
  it.each(formats)('keeps its weights when it is written as %s and read again', (format) => {
    const first = keepGolden(name, file, { network })
    const path = join(temporaryFolder(), format === 'original' ? 'out.pth' : 'out.safetensors')
    const write = () => exportNetwork(first, { format, dtype: 'f32', path })
    if (format === 'huggingface' && name === 'dinov3_vit_untied') {
      expect(write).toThrow(/cannot be written for transformers/)
      return
    }
    const { files, keys } = write()
    expect(files.every((one) => existsSync(one))).toBe(true)
    expect(new Set(keys).size).toBe(keys.length)
    const { weights, spec } = loadFile(
      path,
      format === 'original' ? { heads: first.spec.heads, ...headsOf(name) } : {},
    )
    // transformers has no projection heads, predictors and (in ViT) mask tokens, and recomputes rotary periods.
    const dropped = /^(projectionHead\.|predictor\.|mask$|rope\.)/
    const differs = differing(first.weights, weights).filter(
      (weight) => !(format === 'huggingface' && dropped.test(weight)),
    )
    expect(differs).toEqual([])
    expect(spec.heads).toBe(first.spec.heads)
    if (format !== 'huggingface') expect(spec.projectionHead).toEqual(first.spec.projectionHead)
  })
})

describe('a smaller dtype', () => {
  it.each([
    ['f16', 'backbone_fp16.pth'],
    ['bf16', 'backbone_bf16.pth'],
  ] as const)('%s rounds as PyTorch rounds', (dtype, file) => {
    const path = join(temporaryFolder(), 'out.pth')
    exportNetwork(loadGolden('dino_vit', 'backbone.pth'), { format: 'original', dtype, path })
    const ours = loadFile(path, headsOf('dino_vit'))
    expect(differing(ours.weights, loadGolden('dino_vit', file).weights)).toEqual([])
    expect(
      ours.inspection.tensors.every((one) => one.dtype === (dtype === 'f16' ? 'float16' : 'bfloat16')),
    ).toBe(true)
  })

  it('rounds to the nearest, ties to even, and keeps the extremes', () => {
    const bits = (value: number) => new Uint32Array(new Float32Array([value]).buffer)[0] as number
    const half = (value: number) => float16Bits(bits(value))
    expect(half(1)).toBe(0x3c00)
    expect(half(-2)).toBe(0xc000)
    expect(half(65504)).toBe(0x7bff)
    expect(half(65519)).toBe(0x7bff)
    expect(half(65520)).toBe(0x7c00)
    expect(half(1 + 2 ** -11)).toBe(0x3c00)
    expect(half(1 + 3 * 2 ** -11)).toBe(0x3c02)
    expect(half(2 ** -24)).toBe(1)
    expect(half(2 ** -25)).toBe(0)
    expect(half(1.5 * 2 ** -25)).toBe(1)
    expect(half(2 ** -14)).toBe(0x0400)
    expect(half(2 ** -14 - 2 ** -26)).toBe(0x0400)
    expect(half(Infinity)).toBe(0x7c00)
    expect(half(NaN) & 0x7fff).toBeGreaterThan(0x7c00)
    expect(bfloat16Bits(bits(1 + 2 ** -8))).toBe(0x3f80)
    expect(bfloat16Bits(bits(1 + 3 * 2 ** -8))).toBe(0x3f82)
    expect(bfloat16Bits(bits(-Infinity))).toBe(0xff80)
    expect(bfloat16Bits(bits(NaN)) & 0x7fff).toBeGreaterThan(0x7f80)
    expect([...castTo('bf16', Float32Array.of(1))]).toEqual([0x80, 0x3f])
  })
})

describe('a network that never was in a file', () => {
  it('is nested as its code base nests it', () => {
    const head = { layers: 2, hidden: 32, bottleneck: 16, prototypes: 40 }
    const spec = smallSpec('dino', { projectionHead: head })
    const path = join(temporaryFolder(), 'out.pth')
    const { keys } = exportNetwork(
      { spec, weights: smallWeights(spec) },
      { format: 'original', dtype: 'f32', path },
    )
    expect(keys).toContain('backbone.blocks.1.attn.qkv.weight')
    expect(keys).toContain('head.last_layer.weight_v')
    const again = loadFile(path, { network: 'teacher' })
    expect(again.spec).toMatchObject({ family: 'dino', projectionHead: head })
    expect(differing(again.weights, smallWeights(spec))).toEqual([])
  })

  it('keeps in the file what weights do not say', () => {
    const decoder = { width: 48, depth: 1, heads: 3, ffnHidden: 96, normPixLoss: true }
    const spec = smallSpec('mae', {
      width: 48,
      heads: 4,
      decoder,
      position: { kind: 'learned', rows: 3, columns: 3, rule: 'size' },
    })
    for (const format of ['original', 'safetensors', 'huggingface'] as const) {
      const path = join(temporaryFolder(), 'out')
      exportNetwork({ spec, weights: smallWeights(spec) }, { format, dtype: 'f32', path })
      const again = loadFile(path)
      expect(again.spec).toMatchObject({ family: 'mae', heads: 4, decoder })
      expect(differing(again.weights, smallWeights(spec))).toEqual([])
    }
  })

  it('stands as a teacher with its heads and how pictures were prepared, which a bare state dict cannot say', () => {
    const preprocessing = {
      ...{ mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.3], resize: 14, crop: 12 },
      filter: 'bilinear',
    } as const
    const spec = smallSpec('dino', {
      width: 48,
      heads: 3,
      preprocessing: structuredClone(preprocessing) as never,
    })
    const path = join(temporaryFolder(), 'out.pth')
    const write = (asTeacher: boolean) =>
      exportNetwork(
        { spec, weights: smallWeights(spec), asTeacher },
        { format: 'original', dtype: 'f32', path },
      )
    expect(write(true).keys).toContain('backbone.blocks.1.attn.qkv.weight')
    expect(loadFile(path).spec).toMatchObject({ heads: 3, preprocessing })
    expect(write(false).keys).toContain('blocks.1.attn.qkv.weight')
    expect(() => loadFile(path)).toThrow(/heads/)
  })

  it('is refused for transformers where no class there computes it', () => {
    const spec = smallSpec('timm', { registers: 2 })
    const write = () =>
      exportNetwork(
        { spec, weights: smallWeights(spec) },
        { format: 'huggingface', dtype: 'f32', path: join(temporaryFolder(), 'out') },
      )
    expect(write).toThrow(/cannot be written for transformers, whose DINOv2 wants LayerScale/)
  })

  it('gives the same bytes for the same weights', () => {
    const spec = smallSpec('dino')
    const folder = temporaryFolder()
    const paths = ['a.pth', 'b.pth'].map((name) => join(folder, name))
    for (const path of paths)
      exportNetwork({ spec, weights: smallWeights(spec) }, { format: 'original', dtype: 'bf16', path })
    const [a, b] = paths.map((path) => openContainer(path))
    expect(a?.files[0]?.bytes).toBe(b?.files[0]?.bytes)
    a?.close()
    b?.close()
    expect(readdirSync(folder)).toEqual(['a.pth', 'b.pth'])
  })
})

describe('a .pth file', () => {
  it('is a zip whose members are aligned and have sound checksums', () => {
    const spec = smallSpec('dino')
    const path = join(temporaryFolder(), 'out.pth')
    exportNetwork({ spec, weights: smallWeights(spec) }, { format: 'original', dtype: 'f32', path })
    const file = readFileSync(path)
    const end = file.length - 22
    expect(file.readUInt32LE(end)).toBe(0x06054b50)
    let at = file.readUInt32LE(end + 16)
    const count = file.readUInt16LE(end + 10)
    expect(count).toBe(30 + 3)
    for (let i = 0; i < count; i++) {
      expect(file.readUInt32LE(at)).toBe(0x02014b50)
      const [crc, size, local] = [16, 20, 42].map((field) => file.readUInt32LE(at + field)) as [
        number,
        number,
        number,
      ]
      const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28)
      expect(start % 64).toBe(0)
      expect(crc32(file.subarray(start, start + size))).toBe(crc)
      expect(file.readUInt32LE(local + 14)).toBe(crc)
      at += 46 + file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30)
    }
    expect(at).toBe(end)
  })
})

describe('a nested original', () => {
  it('stands under the keys it stood under', () => {
    const path = join(temporaryFolder(), 'out.pth')
    exportNetwork(keepGolden('ijepa', 'jepa-latest.pth.tar'), { format: 'original', dtype: 'f32', path })
    const container = openContainer(path)
    const { root } = container
    container.close()
    expect(isMap(root) && [...root.keys()]).toEqual(['target_encoder', 'predictor', 'emergence'])
    const predictor = isMap(root) ? root.get('predictor') : null
    expect(isMap(predictor) && isTensor(predictor.get('module.predictor_embed.weight'))).toBe(true)
  })
})

// Do the goldens of every family open with the spec they were made with, and with the same weights in every spelling?
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../../src-main/checkpoints/open.ts'
import { modelSpecSchema } from '../../../src-shared/domain/modelSpec.ts'
import { inspectionSchema } from '../../../src-shared/domain/checkpoint.ts'
import { canonicalShapes } from '../../../src-main/checkpoints/canonical.ts'
import { differing, golden, headsOf, loadGolden } from './support.ts'

const networks: readonly (readonly [string, string, string])[] = [
  ['dino_vit', 'backbone.pth', 'bare'],
  ['dino_vit', 'backbone.safetensors', 'bare'],
  ['dino_vit', 'backbone_legacy.pth', 'bare'],
  ['dino_vit', 'backbone_views.pth', 'bare'],
  ['dino_vit', 'backbone_bf16.pth', 'bare'],
  ['dino_vit', 'checkpoint.pth', 'teacher'],
  ['dino_vit', 'checkpoint.pth', 'student'],
  ['dino_vit', 'checkpoint_legacy.pth', 'teacher'],
  ['dinov2_vit', 'backbone.pth', 'bare'],
  ['dinov3_vit_untied', 'backbone.pth', 'bare'],
  ['hf_dinov2', '', 'bare'],
  ['hf_dinov2_swiglu', '', 'bare'],
  ['dinov2_vit_chunked', 'backbone.pth', 'bare'],
  ['dinov2_vit_chunked', 'eval/training_1249/teacher_checkpoint.pth', 'teacher'],
  ['dinov2_vit_reg4', 'backbone.pth', 'bare'],
  ['dinov2_vit_swiglu', 'backbone.pth', 'bare'],
  ['dinov3_vit', 'backbone.pth', 'bare'],
  ['dinov3_vit_plus', 'backbone.pth', 'bare'],
  ['dinov3_vit_plus', 'eval/training_1249/teacher_checkpoint.pth', 'teacher'],
  ['dinov3_vit_swiglu', 'backbone.pth', 'bare'],
  ['mae', 'checkpoint-0.pth', 'model'],
  ['mae', 'pretrain_encoder_only.pth', 'model'],
  ['mae_pix', 'checkpoint-0.pth', 'model'],
  ['ibot', 'checkpoint.pth', 'teacher'],
  ['ibot', 'checkpoint.pth', 'student'],
  ['ibot', 'checkpoint_teacher.pth', 'state_dict'],
  ['ijepa', 'jepa-latest.pth.tar', 'target-encoder'],
  ['ijepa', 'jepa-latest.pth.tar', 'encoder'],
  ['timm_vit', 'model.safetensors', 'bare'],
  ['timm_vit', 'pytorch_model.bin', 'bare'],
  ['npz_vit', 'vit.npz', 'bare'],
  ['npz_vit', 'vit_deflated.npz', 'bare'],
  ['hf_vit', '', 'bare'],
  ['hf_vit_sharded', '', 'bare'],
  ['hf_vit_classifier', '', 'bare'],
  ['hf_vit_mae', '', 'bare'],
  ['hf_dinov2_with_registers', '', 'bare'],
  ['hf_dinov3_vit', '', 'bare'],
  ['hf_dinov3_vit_gated', '', 'bare'],
]

interface Arch {
  patch_size: number
  embed_dim: number
  depth: number
  num_heads: number
  norm_eps: number
  num_register_tokens?: number
  registers?: number
  layerscale?: boolean
  swiglu_hidden?: number | null
  img_size: number
  num_classes?: number
  encoder?: Arch
}

function archOf(name: string): Arch | null {
  const { arch } = JSON.parse(readFileSync(golden(name, 'case.json'), 'utf8')) as { arch?: Arch }
  return arch?.encoder ?? arch ?? null
}

/** The full set of goldens has files that the copies beside the tests leave out. */
const atHand = networks.filter(([name, file]) => existsSync(golden(name, file)))

describe.each(atHand)('%s %s (%s)', (name, file, network) => {
  it('opens with the spec it was made with and no key unaccounted for', () => {
    const { spec, weights, inspection } = loadGolden(name, file, { network })
    expect(modelSpecSchema.parse(spec)).toEqual(spec)
    expect(inspectionSchema.parse(inspection)).toEqual(inspection)
    expect(inspection.network).toBe(network)
    expect(inspection.keys.missing).toEqual([])
    expect(inspection.keys.mismatched).toEqual([])
    expect([...weights].map(([weight, { shape }]) => [weight, shape])).toEqual([...canonicalShapes(spec)])

    const arch = archOf(name)
    if (arch === null) return
    expect(spec).toMatchObject({
      width: arch.embed_dim,
      depth: arch.depth,
      heads: arch.num_heads,
      patch: arch.patch_size,
      normEps: arch.norm_eps,
      registers: arch.registers ?? arch.num_register_tokens ?? 0,
      classes: arch.num_classes ?? null,
    })
    if (spec.position.kind !== 'rotary')
      expect(spec.imageSize).toEqual({ width: arch.img_size, height: arch.img_size })
  })

  it('accounts for every tensor of the network once', () => {
    const checkpoint = openCheckpoint(golden(name, file))
    const { keys, tensors } = checkpoint.inspect({ ...headsOf(name), network })
    checkpoint.close()
    expect(keys.matched.length + keys.renamed.length + keys.unexpected.length).toBe(tensors.length)
  })
})

describe('the same network in two spellings', () => {
  const same: readonly (readonly [string, readonly [string, string], readonly [string, string]])[] = [
    ['safetensors and .pth', ['dino_vit', 'backbone.safetensors'], ['dino_vit', 'backbone.pth']],
    ['the legacy format', ['dino_vit', 'backbone_legacy.pth'], ['dino_vit', 'backbone.pth']],
    ['strided views', ['dino_vit', 'backbone_views.pth'], ['dino_vit', 'backbone.pth']],
    ['Hugging Face ViT and DINO', ['hf_vit', ''], ['dino_vit', 'backbone.pth']],
    ['three shards and DINO', ['hf_vit_sharded', ''], ['dino_vit', 'backbone.pth']],
    ['Hugging Face classifier and timm', ['hf_vit_classifier', ''], ['timm_vit', 'model.safetensors']],
    ['Google’s npz and timm', ['npz_vit', 'vit.npz'], ['timm_vit', 'model.safetensors']],
    ['a deflated npz', ['npz_vit', 'vit_deflated.npz'], ['npz_vit', 'vit.npz']],
    ['Hugging Face and MAE', ['hf_vit_mae', ''], ['mae_pix', 'checkpoint-0.pth']],
    ['Hugging Face and DINOv2', ['hf_dinov2_with_registers', ''], ['dinov2_vit_reg4', 'backbone.pth']],
    ['Hugging Face and gated DINOv3', ['hf_dinov3_vit_gated', ''], ['dinov3_vit_swiglu', 'backbone.pth']],
  ]
  it.each(same)('has the same weights: %s', (_, first, second) => {
    const [a, b] = [loadGolden(...first).weights, loadGolden(...second).weights]
    expect(differing(a, b, 0).filter((name) => name !== 'rope.periods')).toEqual([])
  })

  it('has the same weights: DINOv3, whose masked key bias Hugging Face leaves out', () => {
    const [a, b] = [loadGolden('hf_dinov3_vit').weights, loadGolden('dinov3_vit', 'backbone.pth').weights]
    expect(differing(a, b, 1e-5)).toEqual([])
    const bias = b.get('blocks.0.attention.qkv.bias')?.data
    expect(bias?.subarray(36, 72).every((value) => value === 0)).toBe(true)
    expect(bias?.subarray(0, 36).some((value) => value !== 0)).toBe(true)
  })

  it('has the same backbone: a teacher beside its head, and alone', () => {
    const teacher = loadGolden('dino_vit', 'checkpoint.pth', { network: 'teacher' }).weights
    const backbone = loadGolden('dino_vit', 'backbone.pth').weights
    const heads = [...teacher.keys()].filter((name) => name.startsWith('projectionHead.'))
    expect(differing(teacher, backbone)).toEqual(heads)
    expect(heads).toHaveLength(7)
  })

  it('has the same encoder: MAE with its decoder, and alone', () => {
    const whole = loadGolden('mae', 'checkpoint-0.pth').weights
    const encoder = loadGolden('mae', 'pretrain_encoder_only.pth').weights
    expect(differing(whole, encoder).every((name) => name.startsWith('decoder.'))).toBe(true)
  })
})

describe('particulars', () => {
  it('folds an all-zero bias mask, so that no bias takes effect', () => {
    const { weights } = loadGolden('dinov3_vit_plus', 'backbone.pth')
    expect(weights.get('blocks.1.attention.qkv.bias')?.data.every((value) => value === 0)).toBe(true)
  })

  it('keeps rotary periods as stored, rounded or not', () => {
    const { weights } = loadGolden('dinov3_vit_plus', 'backbone.pth')
    expect([...(weights.get('rope.periods')?.data ?? [])]).toEqual([1, 3.15625, 10, 31.625])
  })

  it('offers the teacher first, and the target encoder first', () => {
    const order = (name: string, file: string) => {
      const checkpoint = openCheckpoint(golden(name, file))
      checkpoint.close()
      return checkpoint.networks.map((network) => network.name)
    }
    expect(order('dino_vit', 'checkpoint.pth')).toEqual(['teacher', 'student'])
    expect(order('ijepa', 'jepa-latest.pth.tar')).toEqual(['target-encoder', 'encoder', 'predictor'])
  })

  it('gives every encoder of I-JEPA the predictor that stands beside them', () => {
    const target = loadGolden('ijepa', 'jepa-latest.pth.tar')
    const context = loadGolden('ijepa', 'jepa-latest.pth.tar', { network: 'encoder' })
    const differs = differing(target.weights, context.weights)
    expect(differs.length).toBeGreaterThan(0)
    expect(differs.filter((name) => name.startsWith('predictor.'))).toEqual([])
    expect(target.spec.predictor).toEqual({ width: 36, depth: 2, heads: 3, ffnHidden: 144 })
  })

  it('reads norm_pix_loss from the stored arguments and from config.json', () => {
    expect(loadGolden('mae', 'checkpoint-0.pth').spec.decoder?.normPixLoss).toBe(true)
    expect(loadGolden('mae_pix', 'checkpoint-0.pth').spec.decoder?.normPixLoss).toBe(false)
    expect(loadGolden('hf_vit_mae').spec.decoder?.normPixLoss).toBe(false)
  })

  it('knows each family’s rule for other grids', () => {
    const rule = (name: string, file = '') => {
      const { position } = loadGolden(name, file).spec
      return position.kind === 'learned' ? position.rule : position.kind
    }
    expect(rule('dino_vit', 'backbone.pth')).toBe('dino')
    expect(rule('dinov2_vit_chunked', 'backbone.pth')).toBe('dinov2')
    expect(rule('dinov2_vit_reg4', 'backbone.pth')).toBe('dinov2-antialias')
    expect(rule('hf_dinov2_with_registers')).toBe('dinov2-antialias')
    expect(rule('hf_vit')).toBe('huggingface')
    expect(rule('timm_vit', 'model.safetensors')).toBe('timm')
    expect(rule('mae', 'pretrain_encoder_only.pth')).toBe('size')
    expect(rule('ijepa', 'jepa-latest.pth.tar')).toBe('sincos')
    expect(rule('dinov3_vit', 'backbone.pth')).toBe('rotary')
  })

  it('inspects without reading a tensor', () => {
    const checkpoint = openCheckpoint(golden('dino_vit', 'checkpoint.pth'))
    const tensors = checkpoint.inspect(headsOf('dino_vit')).tensors
    checkpoint.close()
    expect(tensors).toHaveLength(50)
  })
})

// What does Hugging Face call the weights of a plain ViT? (transformers, models/vit, vit_msn and deit)
import type { InterpolationRule } from '../../../src-shared/domain/modelSpec.ts'
import { patchKernel, positionTable, positionTableAndRegisters } from './conversions.ts'
import { as, layer, stackedLayer, type KeyMap, type KeyRule, type NetworkView, hasName } from './keyMap.ts'

/** Rules for the patch embedding of every transformers ViT but DINOv3's. */
export const huggingfacePatch: readonly KeyRule[] = [
  {
    stored: ['embeddings.patch_embeddings.projection.weight'],
    canonical: ['patch.weight'],
    conversion: patchKernel,
  },
  as('patch.bias', 'embeddings.patch_embeddings.projection.bias'),
]

/** Rules for separate query, key and value and for the output projection of a block. */
export function huggingfaceAttention(canonical: string, stored: string): KeyRule[] {
  return [
    ...stackedLayer(
      `${canonical}.attention.qkv`,
      ['query', 'key', 'value'].map((part) => `${stored}.attention.attention.${part}`),
    ),
    ...layer(`${canonical}.attention.projection`, `${stored}.attention.output.dense`),
  ]
}

/** Rules for a block of ViT, ViT-MAE, I-JEPA, DeiT and MSN. */
export function huggingfaceBlock(canonical: string, stored: string): KeyRule[] {
  return [
    ...layer(`${canonical}.norm1`, `${stored}.layernorm_before`),
    ...huggingfaceAttention(canonical, stored),
    ...layer(`${canonical}.norm2`, `${stored}.layernorm_after`),
    ...layer(`${canonical}.ffn.in`, `${stored}.intermediate.dense`),
    ...layer(`${canonical}.ffn.out`, `${stored}.output.dense`),
  ]
}

/** Everything of a ViT between its class token and its final norm. */
export const huggingfaceBackbone: readonly KeyRule[] = [
  as('cls', 'embeddings.cls_token', (spec) => [1, 1, spec.width]),
  as('mask', 'embeddings.mask_token', (spec) => [1, 1, spec.width]),
  ...huggingfacePatch,
  ...huggingfaceBlock('blocks.{i}', 'encoder.layer.{i}'),
  ...layer('norm', 'layernorm'),
]

export const huggingfaceTable = (position: 'with-cls' | 'as-spec'): KeyRule => ({
  stored: ['embeddings.position_embeddings'],
  canonical: ['position.cls', 'position.patches'],
  conversion: positionTable(position === 'with-cls' ? { clsRow: 'always' } : {}),
})

/** transformers' `interpolate_pos_encoding`: target size given, bicubic, no antialias. */
export const huggingfaceRule = (): InterpolationRule => 'huggingface'

export const modelType = ({ config }: NetworkView): string =>
  typeof config['model_type'] === 'string' ? config['model_type'].slice(0, 80) : ''

/** First layer of a block's FFN in ViT, ViT-MAE, I-JEPA, DeiT and MSN. */
export const huggingfaceFfn = /^encoder\.layer\.\d+\.intermediate\.dense\.weight$/

const pooler = /^(\.\.\/)?pooler\./

export const huggingfaceVit: KeyMap = {
  id: 'huggingface-vit',
  label: 'Hugging Face ViT',
  native: false,
  anchor: 'embeddings.patch_embeddings.projection.weight',
  rules: [...huggingfaceBackbone, huggingfaceTable('with-cls'), ...layer('head', '../classifier')],
  ignored: pooler,
  recognise: (view) => {
    const { names } = view
    if (!hasName(names, huggingfaceFfn) || !names.has('embeddings.cls_token')) return null
    if (names.has('../classifier.weight'))
      return { family: 'timm', reason: 'a ViTForImageClassification, whose weights come from timm or JAX' }
    if (modelType(view) === 'vit_msn') return { family: 'timm', reason: 'config.json says vit_msn' }
    if (hasName(names, pooler))
      return { family: 'timm', reason: 'a ViTModel with a pooler, as the supervised ones' }
    return {
      family: 'dino',
      reason: 'a ViTModel without pooler or classifier, as facebook/dino-vit*; a guess',
    }
  },
  position: 'learned',
  interpolation: huggingfaceRule,
  normEps: 1e-6,
  nesting: { path: [], prefix: '' },
  nestingBeside: { path: [], prefix: 'vit.' },
}

/** DeiT with its distillation token, which is taken for a register with a position. */
export const huggingfaceDeit: KeyMap = {
  ...huggingfaceVit,
  id: 'huggingface-deit',
  label: 'Hugging Face DeiT',
  rules: [
    ...huggingfaceBackbone,
    {
      stored: ['embeddings.position_embeddings', 'embeddings.distillation_token'],
      canonical: ['position.cls', 'position.patches', 'registers'],
      conversion: positionTableAndRegisters('always'),
      absent: [1],
    },
    ...layer('head', '../cls_classifier'),
  ],
  ignored: /^(\.\.\/)?(pooler|distillation_classifier|classifier)\./,
  recognise: ({ names }) =>
    names.has('embeddings.distillation_token')
      ? { family: 'timm', reason: 'it has a distillation token' }
      : null,
  nestingBeside: { path: [], prefix: 'deit.' },
}

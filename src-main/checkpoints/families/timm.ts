// What does timm call its weights? (huggingface/pytorch-image-models, timm/models/vision_transformer.py)
import { positionTableAndRegisters } from './conversions.ts'
import {
  as,
  layer,
  only,
  originalBlock,
  originalPatch,
  type KeyMap,
  type KeyRule,
  hasName,
  originalQkv,
} from './keyMap.ts'

const rulesWith = (registers: string): KeyRule[] => [
  as('cls', 'cls_token', (spec) => [1, 1, spec.width]),
  {
    stored: ['pos_embed', registers],
    canonical: ['position.cls', 'position.patches', 'registers'],
    conversion: positionTableAndRegisters(),
    absent: [1],
  },
  ...originalPatch,
  ...originalBlock('blocks.{i}', 'blocks.{i}'),
  as('blocks.{i}.scale1', 'blocks.{i}.ls1.gamma'),
  as('blocks.{i}.scale2', 'blocks.{i}.ls2.gamma'),
  ...layer('norm', 'norm'),
  // Fine-tuned on the mean of the patches: its norm comes after the mean, and stands in for the final one.
  ...only(() => false, layer('norm', 'fc_norm')),
  ...layer('head', 'head'),
]

/** DINO's names and a head. DeiT and DeiT III, whose LayerScale was called `gamma_1`, are read with the same rules. */
export const timm: KeyMap = {
  id: 'timm',
  label: 'timm',
  native: true,
  anchor: 'patch_embed.proj.weight',
  aliases: [[/^(blocks\.\d+)\.gamma_([12])$/, '$1.ls$2.gamma']],
  rules: rulesWith('reg_token'),
  recognise: ({ names, config }) => {
    if (!hasName(names, originalQkv)) return null
    if (typeof config['architecture'] === 'string')
      return { family: 'timm', reason: `config.json names timm’s ${config['architecture'].slice(0, 80)}` }
    if (names.has('head.weight')) return { family: 'timm', reason: 'it has a classification head' }
    if (names.has('reg_token')) return { family: 'timm', reason: 'it has reg_token' }
    if (names.has('fc_norm.weight')) return { family: 'timm', reason: 'it has fc_norm' }
    if (hasName(names, /^blocks\.\d+\.ls1\.gamma$/) || hasName(names, /^blocks\.\d+\.gamma_1$/))
      return { family: 'timm', reason: 'it has LayerScale and no mask token' }
    return null
  },
  position: 'learned',
  interpolation: () => 'timm',
  normEps: 1e-6,
  nesting: { path: [], prefix: '' },
}

/** Distilled DeiT (facebookresearch/deit): its distillation token is taken for a register with a position. */
export const distilledDeit: KeyMap = {
  ...timm,
  id: 'deit-distilled',
  label: 'distilled DeiT',
  rules: rulesWith('dist_token'),
  ignored: /^head_dist\./,
  recognise: ({ names }) =>
    names.has('dist_token') && hasName(names, originalQkv)
      ? { family: 'timm', reason: 'it has a distillation token' }
      : null,
}

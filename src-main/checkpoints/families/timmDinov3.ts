// What does timm call the weights of DINOv3? (huggingface/pytorch-image-models, timm/models/eva.py)
import { joinedRows } from './conversions.ts'
import {
  as,
  isGated,
  isPlain,
  layer,
  only,
  originalPatch,
  stackedLayer,
  type KeyMap,
  hasName,
} from './keyMap.ts'

/** timm drops the mask token and the keys' bias, and computes the rotary periods from base 100. */
export const timmDinov3: KeyMap = {
  id: 'timm-dinov3',
  label: 'timm’s DINOv3',
  native: false,
  anchor: 'patch_embed.proj.weight',
  rules: [
    as('cls', 'cls_token', (spec) => [1, 1, spec.width]),
    as('registers', 'reg_token', (spec) => [1, spec.registers, spec.width]),
    ...originalPatch,
    as('rope.periods', 'rope.periods'),
    ...layer('blocks.{i}.norm1', 'blocks.{i}.norm1'),
    as('blocks.{i}.attention.qkv.weight', 'blocks.{i}.attn.qkv.weight'),
    {
      stored: ['blocks.{i}.attn.q_bias', 'blocks.{i}.attn.k_bias', 'blocks.{i}.attn.v_bias'],
      canonical: ['blocks.{i}.attention.qkv.bias'],
      conversion: joinedRows(3, [1]),
      absent: [0, 1, 2],
    },
    ...layer('blocks.{i}.attention.projection', 'blocks.{i}.attn.proj'),
    as('blocks.{i}.scale1', 'blocks.{i}.gamma_1'),
    ...layer('blocks.{i}.norm2', 'blocks.{i}.norm2'),
    ...only(isPlain, layer('blocks.{i}.ffn.in', 'blocks.{i}.mlp.fc1')),
    ...only(isGated, stackedLayer('blocks.{i}.ffn.in', ['blocks.{i}.mlp.fc1_g', 'blocks.{i}.mlp.fc1_x'])),
    ...layer('blocks.{i}.ffn.out', 'blocks.{i}.mlp.fc2'),
    as('blocks.{i}.scale2', 'blocks.{i}.gamma_2'),
    ...layer('norm', 'norm'),
  ],
  recognise: ({ names }) =>
    names.has('reg_token') && hasName(names, /^blocks\.\d+\.gamma_1$/) && !names.has('pos_embed')
      ? { family: 'dinov3', reason: 'it has reg_token, gamma_1 and no position table, as timm’s DINOv3' }
      : null,
  position: 'rotary',
  interpolation: () => 'dinov2',
  normEps: 1e-5,
  nesting: { path: [], prefix: '' },
}

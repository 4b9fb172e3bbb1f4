// What does DINOv3 call its weights? (facebookresearch/dinov3, dinov3/models/vision_transformer.py)
import { maskedBias } from './conversions.ts'
import { as, isGated, isPlain, layer, only, originalPatch, stackedLayer, type KeyMap } from './keyMap.ts'
import { projectionHead } from './projectionHead.ts'

/** Rotary positions: the periods are stored and must be used. `local_cls_norm` serves training alone. */
export const dinov3: KeyMap = {
  id: 'dinov3',
  label: 'DINOv3',
  native: true,
  anchor: 'patch_embed.proj.weight',
  aliases: [[/^blocks\.\d+\.(\d+)\./, 'blocks.$1.']],
  rules: [
    as('cls', 'cls_token', (spec) => [1, 1, spec.width]),
    as('registers', 'storage_tokens', (spec) => [1, spec.registers, spec.width]),
    as('mask', 'mask_token', (spec) => [1, spec.width]),
    ...originalPatch,
    as('rope.periods', 'rope_embed.periods'),
    ...layer('blocks.{i}.norm1', 'blocks.{i}.norm1'),
    as('blocks.{i}.attention.qkv.weight', 'blocks.{i}.attn.qkv.weight'),
    {
      stored: ['blocks.{i}.attn.qkv.bias', 'blocks.{i}.attn.qkv.bias_mask'],
      canonical: ['blocks.{i}.attention.qkv.bias'],
      conversion: maskedBias,
      absent: [1],
    },
    ...layer('blocks.{i}.attention.projection', 'blocks.{i}.attn.proj'),
    as('blocks.{i}.scale1', 'blocks.{i}.ls1.gamma'),
    ...layer('blocks.{i}.norm2', 'blocks.{i}.norm2'),
    ...only(isPlain, [
      ...layer('blocks.{i}.ffn.in', 'blocks.{i}.mlp.fc1'),
      ...layer('blocks.{i}.ffn.out', 'blocks.{i}.mlp.fc2'),
    ]),
    ...only(isGated, [
      ...stackedLayer('blocks.{i}.ffn.in', ['blocks.{i}.mlp.w1', 'blocks.{i}.mlp.w2']),
      ...layer('blocks.{i}.ffn.out', 'blocks.{i}.mlp.w3'),
    ]),
    as('blocks.{i}.scale2', 'blocks.{i}.ls2.gamma'),
    ...layer('norm', 'norm'),
    ...layer('clsNorm', 'cls_norm'),
    ...projectionHead('../dino_head', 'plain'),
  ],
  ignored: /^(local_cls_norm\.|\.\.\/ibot_head\.)/,
  recognise: ({ names }) =>
    names.has('rope_embed.periods') ? { family: 'dinov3', reason: 'it has rope_embed.periods' } : null,
  position: 'rotary',
  interpolation: () => 'dinov2',
  normEps: 1e-5,
  nesting: { path: [], prefix: '' },
  nestingBeside: { path: ['teacher'], prefix: 'backbone.' },
}

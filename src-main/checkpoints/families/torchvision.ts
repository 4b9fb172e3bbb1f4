// What does torchvision call the weights of its ViTs? (pytorch/vision, torchvision/models/vision_transformer.py)
import { patchKernel, positionTable } from './conversions.ts'
import { as, hasName, layer, type KeyMap } from './keyMap.ts'

const block = 'encoder.layers.encoder_layer_{i}'

/** Supervised ViTs; q, k and v stand joined in `in_proj`. Older releases numbered the FFN's layers 0 and 3. */
export const torchvision: KeyMap = {
  id: 'torchvision',
  label: 'torchvision',
  native: false,
  anchor: 'conv_proj.weight',
  aliases: [
    [/\.mlp\.linear_1\./, '.mlp.0.'],
    [/\.mlp\.linear_2\./, '.mlp.3.'],
  ],
  rules: [
    as('cls', 'class_token', (spec) => [1, 1, spec.width]),
    {
      stored: ['encoder.pos_embedding'],
      canonical: ['position.cls', 'position.patches'],
      conversion: positionTable({ clsRow: 'always' }),
    },
    { stored: ['conv_proj.weight'], canonical: ['patch.weight'], conversion: patchKernel },
    as('patch.bias', 'conv_proj.bias'),
    ...layer('blocks.{i}.norm1', `${block}.ln_1`),
    as('blocks.{i}.attention.qkv.weight', `${block}.self_attention.in_proj_weight`),
    as('blocks.{i}.attention.qkv.bias', `${block}.self_attention.in_proj_bias`),
    ...layer('blocks.{i}.attention.projection', `${block}.self_attention.out_proj`),
    ...layer('blocks.{i}.norm2', `${block}.ln_2`),
    ...layer('blocks.{i}.ffn.in', `${block}.mlp.0`),
    ...layer('blocks.{i}.ffn.out', `${block}.mlp.3`),
    ...layer('norm', 'encoder.ln'),
    ...layer('head', 'heads.head'),
  ],
  recognise: ({ names }) =>
    hasName(names, /^encoder\.layers\.encoder_layer_\d+\.self_attention\.in_proj_weight$/)
      ? { family: 'timm', reason: 'its names are torchvision’s' }
      : null,
  position: 'learned',
  interpolation: () => 'size',
  normEps: 1e-6,
  nesting: { path: [], prefix: '' },
}

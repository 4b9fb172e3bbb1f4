// What does Hugging Face call the weights of DINOv3? (transformers, models/dinov3_vit)
import { patchKernel } from './conversions.ts'
import { as, isGated, isPlain, layer, only, stackedLayer, type KeyMap, hasName } from './keyMap.ts'

/** The rotary periods are not stored: config.json's `rope_theta` makes them. The keys' bias, masked there, is absent. */
export const huggingfaceDinov3: KeyMap = {
  id: 'huggingface-dinov3',
  label: 'Hugging Face DINOv3',
  native: false,
  anchor: 'embeddings.patch_embeddings.weight',
  aliases: [[/^(model|encoder)\.layer\./, 'layer.']],
  rules: [
    as('cls', 'embeddings.cls_token', (spec) => [1, 1, spec.width]),
    as('registers', 'embeddings.register_tokens', (spec) => [1, spec.registers, spec.width]),
    as('mask', 'embeddings.mask_token', (spec) => [1, 1, spec.width]),
    { stored: ['embeddings.patch_embeddings.weight'], canonical: ['patch.weight'], conversion: patchKernel },
    as('patch.bias', 'embeddings.patch_embeddings.bias'),
    ...layer('blocks.{i}.norm1', 'layer.{i}.norm1'),
    ...stackedLayer(
      'blocks.{i}.attention.qkv',
      ['q', 'k', 'v'].map((part) => `layer.{i}.attention.${part}_proj`),
      [1],
    ),
    ...layer('blocks.{i}.attention.projection', 'layer.{i}.attention.o_proj'),
    as('blocks.{i}.scale1', 'layer.{i}.layer_scale1.lambda1'),
    ...layer('blocks.{i}.norm2', 'layer.{i}.norm2'),
    ...only(isPlain, layer('blocks.{i}.ffn.in', 'layer.{i}.mlp.up_proj')),
    ...only(isGated, stackedLayer('blocks.{i}.ffn.in', ['layer.{i}.mlp.gate_proj', 'layer.{i}.mlp.up_proj'])),
    ...layer('blocks.{i}.ffn.out', 'layer.{i}.mlp.down_proj'),
    as('blocks.{i}.scale2', 'layer.{i}.layer_scale2.lambda1'),
    ...layer('norm', 'norm'),
  ],
  recognise: ({ names }) =>
    hasName(names, /layer\.\d+\.attention\.q_proj\.weight$/) &&
    names.has('embeddings.patch_embeddings.weight')
      ? { family: 'dinov3', reason: 'its names are those of transformers’ DINOv3' }
      : null,
  position: 'rotary',
  interpolation: () => 'dinov2',
  normEps: 1e-5,
  nesting: { path: [], prefix: '' },
}

// What does Hugging Face call the weights of DINOv2? (transformers, models/dinov2 and dinov2_with_registers)
import { huggingfaceAttention, huggingfacePatch, huggingfaceTable } from './huggingfaceVit.ts'
import { as, isGated, isPlain, layer, only, type KeyMap, hasName } from './keyMap.ts'

/**
 * Without registers transformers resamples by size without antialias; with registers it antialiases, as the original
 * (`Dinov2WithRegistersEmbeddings.interpolate_pos_encoding`).
 */
export const huggingfaceDinov2: KeyMap = {
  id: 'huggingface-dinov2',
  label: 'Hugging Face DINOv2',
  native: false,
  anchor: 'embeddings.patch_embeddings.projection.weight',
  rules: [
    as('cls', 'embeddings.cls_token', (spec) => [1, 1, spec.width]),
    as('registers', 'embeddings.register_tokens', (spec) => [1, spec.registers, spec.width]),
    as('mask', 'embeddings.mask_token', (spec) => [1, spec.width]),
    huggingfaceTable('with-cls'),
    ...huggingfacePatch,
    ...layer('blocks.{i}.norm1', 'encoder.layer.{i}.norm1'),
    ...huggingfaceAttention('blocks.{i}', 'encoder.layer.{i}'),
    as('blocks.{i}.scale1', 'encoder.layer.{i}.layer_scale1.lambda1'),
    ...layer('blocks.{i}.norm2', 'encoder.layer.{i}.norm2'),
    ...only(isPlain, [
      ...layer('blocks.{i}.ffn.in', 'encoder.layer.{i}.mlp.fc1'),
      ...layer('blocks.{i}.ffn.out', 'encoder.layer.{i}.mlp.fc2'),
    ]),
    ...only(isGated, [
      ...layer('blocks.{i}.ffn.in', 'encoder.layer.{i}.mlp.weights_in'),
      ...layer('blocks.{i}.ffn.out', 'encoder.layer.{i}.mlp.weights_out'),
    ]),
    as('blocks.{i}.scale2', 'encoder.layer.{i}.layer_scale2.lambda1'),
    ...layer('norm', 'layernorm'),
  ],
  // Its classifier reads [CLS] and the mean of the patches side by side.
  ignored: /^\.\.\/classifier\./,
  recognise: ({ names }) =>
    hasName(names, /^encoder\.layer\.\d+\.layer_scale1\.lambda1$/)
      ? { family: 'dinov2', reason: 'its blocks have layer_scale1.lambda1' }
      : null,
  position: 'learned',
  interpolation: ({ names }) =>
    names.has('embeddings.register_tokens') ? 'dinov2-antialias' : 'huggingface',
  normEps: 1e-6,
  nesting: { path: [], prefix: '' },
}

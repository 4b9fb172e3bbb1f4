// What does Hugging Face call the weights of MAE? (transformers, models/vit_mae)
import { positionTable } from './conversions.ts'
import {
  huggingfaceBackbone,
  huggingfaceBlock,
  huggingfaceRule,
  huggingfaceTable,
  modelType,
} from './huggingfaceVit.ts'
import { as, layer, type KeyMap } from './keyMap.ts'

const isEncoder = (canonical: string | undefined) => canonical !== 'mask'

export const huggingfaceMae: KeyMap = {
  id: 'huggingface-mae',
  label: 'Hugging Face ViT-MAE',
  native: false,
  anchor: 'embeddings.patch_embeddings.projection.weight',
  rules: [
    ...huggingfaceBackbone.filter((rule) => isEncoder(rule.canonical[0])),
    huggingfaceTable('with-cls'),
    ...layer('decoder.embed', '../decoder.decoder_embed'),
    as('decoder.mask', '../decoder.mask_token', (spec) => [1, 1, spec.decoder?.width ?? 0]),
    {
      stored: ['../decoder.decoder_pos_embed'],
      canonical: ['decoder.position.cls', 'decoder.position.patches'],
      conversion: positionTable({ width: (spec) => spec.decoder?.width ?? 0 }),
    },
    ...huggingfaceBlock('decoder.blocks.{i}', '../decoder.decoder_layers.{i}'),
    ...layer('decoder.norm', '../decoder.decoder_norm'),
    ...layer('decoder.prediction', '../decoder.decoder_pred'),
  ],
  recognise: (view) => {
    if (view.names.has('../decoder.decoder_embed.weight'))
      return { family: 'mae', reason: 'it has decoder.decoder_embed' }
    return modelType(view) === 'vit_mae' ? { family: 'mae', reason: 'config.json says vit_mae' } : null
  },
  position: 'learned',
  interpolation: huggingfaceRule,
  normEps: 1e-6,
  nesting: { path: [], prefix: '' },
  nestingBeside: { path: [], prefix: 'vit.' },
}

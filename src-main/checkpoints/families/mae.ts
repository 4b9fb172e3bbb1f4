// What does MAE call its weights, encoder and decoder? (facebookresearch/mae, models_mae.py)
import { positionTable } from './conversions.ts'
import { dinoBackbone } from './dino.ts'
import { as, layer, originalBlock, type KeyMap, hasName, originalQkv } from './keyMap.ts'

/** Pre-training checkpoints hold both halves, released `mae_pretrain_vit_*.pth` files the encoder alone. */
export const mae: KeyMap = {
  id: 'mae',
  label: 'MAE',
  native: true,
  anchor: 'patch_embed.proj.weight',
  rules: [
    ...dinoBackbone,
    ...layer('decoder.embed', 'decoder_embed'),
    as('decoder.mask', 'mask_token', (spec) => [1, 1, spec.decoder?.width ?? 0]),
    {
      stored: ['decoder_pos_embed'],
      canonical: ['decoder.position.cls', 'decoder.position.patches'],
      conversion: positionTable({ width: (spec) => spec.decoder?.width ?? 0 }),
    },
    ...originalBlock('decoder.blocks.{i}', 'decoder_blocks.{i}'),
    ...layer('decoder.norm', 'decoder_norm'),
    ...layer('decoder.prediction', 'decoder_pred'),
  ],
  recognise: ({ names, path, neighbours }) => {
    if (!hasName(names, originalQkv)) return null
    if (names.has('decoder_embed.weight') || names.has('decoder_pred.weight'))
      return { family: 'mae', reason: 'it has decoder_embed and decoder_pred' }
    const isReleased = path.length === 1 && path[0] === 'model' && neighbours.size === 1
    if (isReleased && !hasName(names, /^((head|fc_norm)\.|mask_token$|blocks\.\d+\.ls1\.)/))
      return { family: 'mae', reason: 'a bare encoder under “model”, as MAE’s releases; a guess' }
    return null
  },
  position: 'learned',
  interpolation: () => 'size',
  normEps: 1e-6,
  nesting: { path: ['model'], prefix: '' },
}

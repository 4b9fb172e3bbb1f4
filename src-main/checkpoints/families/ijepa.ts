// What does I-JEPA call its weights, encoder and predictor? (facebookresearch/ijepa, src/models/vision_transformer.py)
import { positionTable } from './conversions.ts'
import { as, layer, originalBlock, originalPatch, type KeyMap, hasName, originalQkv } from './keyMap.ts'

/** No class token; the predictor stands in a dict of its own and serves both encoders. */
export const ijepa: KeyMap = {
  id: 'ijepa',
  label: 'I-JEPA',
  native: true,
  anchor: 'patch_embed.proj.weight',
  rules: [
    {
      stored: ['pos_embed'],
      canonical: ['position.cls', 'position.patches'],
      conversion: positionTable(),
    },
    ...originalPatch,
    ...originalBlock('blocks.{i}', 'blocks.{i}'),
    ...layer('norm', 'norm'),
    ...layer('predictor.embed', '@predictor/predictor_embed'),
    as('predictor.mask', '@predictor/mask_token', (spec) => [1, 1, spec.predictor?.width ?? 0]),
    as('predictor.position', '@predictor/predictor_pos_embed', ({ position, predictor }) => [
      1,
      position.kind === 'rotary' ? 0 : position.rows * position.columns,
      predictor?.width ?? 0,
    ]),
    ...originalBlock('predictor.blocks.{i}', '@predictor/predictor_blocks.{i}'),
    ...layer('predictor.norm', '@predictor/predictor_norm'),
    ...layer('predictor.projection', '@predictor/predictor_proj'),
  ],
  recognise: ({ names, neighbours, shapeOf }) => {
    if (!hasName(names, originalQkv) || names.has('cls_token')) return null
    if (names.has('@predictor/predictor_embed.weight'))
      return { family: 'ijepa', reason: 'a predictor stands beside it' }
    if (neighbours.has('target_encoder')) return { family: 'ijepa', reason: 'the file has a target_encoder' }
    const isHeadless = !hasName(names, /^(head\.|fc_norm\.|attn_pool\.)/)
    // A table that is a square but for one row had a class token, which is missing.
    const isSquare = Number.isInteger(Math.sqrt(shapeOf('pos_embed')?.[1] ?? 0.5))
    if (isHeadless && isSquare)
      return { family: 'ijepa', reason: 'it has neither class token nor head; a guess' }
    return null
  },
  position: 'sincos',
  interpolation: () => 'size',
  normEps: 1e-6,
  nesting: { path: ['target_encoder'], prefix: 'module.' },
}

// What does DINO call its weights? (facebookresearch/dino, vision_transformer.py and main_dino.py)
import { positionTable } from './conversions.ts'
import {
  as,
  layer,
  originalBlock,
  originalPatch,
  type KeyMap,
  type KeyRule,
  hasName,
  originalQkv,
} from './keyMap.ts'
import { projectionHead } from './projectionHead.ts'

/** DINO's backbone, which iBOT and timm copied. */
export const dinoBackbone: readonly KeyRule[] = [
  as('cls', 'cls_token', (spec) => [1, 1, spec.width]),
  {
    stored: ['pos_embed'],
    canonical: ['position.cls', 'position.patches'],
    conversion: positionTable({ clsRow: 'always' }),
  },
  ...originalPatch,
  ...originalBlock('blocks.{i}', 'blocks.{i}'),
  ...layer('norm', 'norm'),
]

/** The map every network with DINO's names falls back to, once all more particular ones have been asked. */
export const dino: KeyMap = {
  id: 'dino',
  label: 'DINO',
  native: true,
  anchor: 'patch_embed.proj.weight',
  rules: [...dinoBackbone, ...projectionHead('../head', 'weight-normalised')],
  recognise: ({ names, neighbours }) => {
    if (!hasName(names, originalQkv)) return null
    if (neighbours.has('dino_loss')) return { family: 'dino', reason: 'the file keeps dino_loss' }
    return { family: 'dino', reason: 'its names are DINO’s; iBOT and timm without a head use the same' }
  },
  position: 'learned',
  interpolation: () => 'dino',
  normEps: 1e-6,
  nesting: { path: [], prefix: '' },
  nestingBeside: { path: ['teacher'], prefix: 'backbone.' },
}

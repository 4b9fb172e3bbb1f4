// What does iBOT call its weights? DINO's names, a mask embedding and a head for patches. (bytedance/ibot)
import { dinoBackbone } from './dino.ts'
import { as, type KeyMap, hasName, originalQkv } from './keyMap.ts'
import { projectionHead } from './projectionHead.ts'

/** The second last layer is the head for patch tokens; it is kept in the file and not used here. */
export const ibot: KeyMap = {
  id: 'ibot',
  label: 'iBOT',
  native: true,
  anchor: 'patch_embed.proj.weight',
  rules: [
    ...dinoBackbone,
    as('mask', 'masked_embed', (spec) => [1, spec.width]),
    ...projectionHead('../head', 'weight-normalised'),
  ],
  ignored: /^\.\.\/head\.last_layer2\./,
  recognise: ({ names, neighbours, path }) => {
    if (!hasName(names, originalQkv)) return null
    if (names.has('masked_embed')) return { family: 'ibot', reason: 'it has masked_embed' }
    if (neighbours.has('ibot_loss')) return { family: 'ibot', reason: 'the file keeps ibot_loss' }
    if (names.has('../head.last_layer2.weight_v'))
      return { family: 'ibot', reason: 'its head has last_layer2' }
    const isReleased = path.length === 1 && path[0] === 'state_dict' && neighbours.size === 1
    if (isReleased && !hasName(names, /^((head|fc_norm)\.|blocks\.\d+\.ls1\.)/))
      return { family: 'ibot', reason: 'a bare state_dict without a head, as iBOT’s releases; a guess' }
    return null
  },
  position: 'learned',
  interpolation: () => 'dino',
  normEps: 1e-6,
  nesting: { path: ['state_dict'], prefix: '' },
  nestingBeside: { path: ['teacher'], prefix: 'backbone.' },
}

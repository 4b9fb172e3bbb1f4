// What does DINOv2 call its weights? (facebookresearch/dinov2, dinov2/models/vision_transformer.py)
import { positionTable } from './conversions.ts'
import {
  as,
  isGated,
  isPlain,
  layer,
  only,
  originalBlock,
  originalPatch,
  type KeyMap,
  hasName,
  originalQkv,
} from './keyMap.ts'
import { projectionHead } from './projectionHead.ts'

const isFfn = (canonical: string) => canonical.includes('.ffn.')
const block = originalBlock('blocks.{i}', 'blocks.{i}')

/**
 * With registers the released models were trained for antialiased interpolation without the offset of 0.1
 * (dinov2/hub/backbones.py); without registers, as DINO.
 */
export const dinov2: KeyMap = {
  id: 'dinov2',
  label: 'DINOv2',
  native: true,
  anchor: 'patch_embed.proj.weight',
  // Training shards its blocks into chunks; inside a chunk they keep their absolute number.
  aliases: [[/^blocks\.\d+\.(\d+)\./, 'blocks.$1.']],
  rules: [
    as('cls', 'cls_token', (spec) => [1, 1, spec.width]),
    {
      stored: ['pos_embed'],
      canonical: ['position.cls', 'position.patches'],
      conversion: positionTable({ clsRow: 'always' }),
    },
    as('registers', 'register_tokens', (spec) => [1, spec.registers, spec.width]),
    as('mask', 'mask_token', (spec) => [1, spec.width]),
    ...originalPatch,
    ...block.filter((rule) => !isFfn(rule.canonical[0] ?? '')),
    as('blocks.{i}.scale1', 'blocks.{i}.ls1.gamma'),
    as('blocks.{i}.scale2', 'blocks.{i}.ls2.gamma'),
    ...only(
      isPlain,
      block.filter((rule) => isFfn(rule.canonical[0] ?? '')),
    ),
    ...only(isGated, [
      ...layer('blocks.{i}.ffn.in', 'blocks.{i}.mlp.w12'),
      ...layer('blocks.{i}.ffn.out', 'blocks.{i}.mlp.w3'),
    ]),
    ...layer('norm', 'norm'),
    ...projectionHead('../dino_head', 'weight-normalised'),
  ],
  ignored: /^\.\.\/ibot_head\./,
  recognise: ({ names, shapeOf }) => {
    const isChunked = hasName(names, /^blocks\.\d+\.\d+\.attn\.qkv\.weight$/)
    if (!isChunked && !hasName(names, originalQkv)) return null
    if (names.has('register_tokens')) return { family: 'dinov2', reason: 'it has register_tokens' }
    // MAE's mask token is [1, 1, decoder width]; DINOv2's is [1, width].
    if (shapeOf('mask_token')?.length === 2)
      return { family: 'dinov2', reason: 'its mask_token is [1, width]' }
    if (isChunked) return { family: 'dinov2', reason: 'its blocks stand in chunks' }
    if (hasName(names, /\.mlp\.w12\.weight$/))
      return { family: 'dinov2', reason: 'its FFN is mlp.w12 and mlp.w3' }
    return null
  },
  position: 'learned',
  interpolation: ({ names }) => (names.has('register_tokens') ? 'dinov2-antialias' : 'dinov2'),
  normEps: 1e-6,
  nesting: { path: [], prefix: '' },
  nestingBeside: { path: ['teacher'], prefix: 'backbone.' },
}

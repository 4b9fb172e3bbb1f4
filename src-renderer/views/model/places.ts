// Where in the network does a tensor stand? A place is a path such as `blocks.7.attention`, whoever named the tensor.
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'

/**
 * `patch`, `tokens`, `position`, `blocks.I.PIECE`, `norm`, `head`, `projectionHead`, `decoder.…`, `predictor.…` or
 * `other`. A choice may be a part of a path (`blocks.7`) and may leave the block open (`blocks.*.attention`).
 */
export type Place = string

/** What a block is made of, in the order of its forward pass. */
export const pieces = ['norm1', 'attention', 'projection', 'scale1', 'norm2', 'ffn', 'scale2'] as const
export type Piece = (typeof pieces)[number]

/** Networks that may stand behind the encoder; each has blocks of its own. */
export const followers = ['decoder', 'predictor'] as const

const inBlock = /(?:^|[._/])(?:blocks|layers?|encoderblock)[._](?:\d+[.](?=\d+[.]))?(\d+)[./](.*)$/

const pieceRules: readonly (readonly [RegExp, Piece])[] = [
  [/^(norm1|layernorm_before|LayerNorm_0|ln_1)\b/, 'norm1'],
  [/^(norm2|layernorm_after|LayerNorm_2|ln_2)\b/, 'norm2'],
  [/^(scale1|ls1|layer_scale1|gamma_1)\b/, 'scale1'],
  [/^(scale2|ls2|layer_scale2|gamma_2)\b/, 'scale2'],
  [
    /^(attention\.(projection|output|o_proj)|attn\.(proj|out)|self_attn\.out)|DotProductAttention_\d+\/out\b/,
    'projection',
  ],
  [/^(attention|attn|self_attn|MultiHead)/, 'attention'],
  [/^(ffn|mlp|intermediate|output|MlpBlock)/, 'ffn'],
]

const outside: readonly (readonly [RegExp, Place])[] = [
  [/^(patch|embeddings\.patch_embeddings|embedding\/|conv_proj)/, 'patch'],
  [/pos_?embed|position|rope/, 'position'],
  [
    /^(embeddings\.)?(cls|registers?|mask|reg|dist|storage|distillation|register|class)(_tokens?)?(,|$)/,
    'tokens',
  ],
  [/^(projectionHead|dino_head|ibot_head)|^head2?\.(mlp|last_layer)/, 'projectionHead'],
  [/^(head|heads|head_dist|classifier|cls_classifier|fc)\b/, 'head'],
  [/norm/i, 'norm'],
]

const behind: readonly (readonly [RegExp, Place])[] = [
  [/^embed/, 'embed'],
  [/^(mask|pos_embed|position)/, 'tokens'],
  [/^norm/, 'norm'],
  [/^(pred|prediction|proj|projection)\b/, 'prediction'],
]

const first = (rules: readonly (readonly [RegExp, string])[], name: string): string | undefined =>
  rules.find(([pattern]) => pattern.test(name))?.[1]

/**
 * The place of a tensor by its canonical name (docs/rooms.md), or by its stored name without the network's prefix in
 * any of the families' spellings; `other` where neither says it.
 */
export function placeOf(name: string, spec: Pick<ModelSpec, 'decoder' | 'predictor' | 'maskToken'>): Place {
  // MAE's and I-JEPA's mask token belongs to what follows the encoder, though their names do not say so.
  if (name === 'mask_token' && !spec.maskToken) {
    if (spec.decoder) return 'decoder.tokens'
    if (spec.predictor) return 'predictor.tokens'
  }
  const follower = followers.find((one) => name.startsWith(one))
  const section = follower ? `${follower}.` : ''
  const block = inBlock.exec(name)
  if (block) {
    const piece = first(pieceRules, block[2]!)
    return `${section}blocks.${Number(block[1])}${piece ? `.${piece}` : ''}`
  }
  if (!follower) return first(outside, name) ?? 'other'
  const rest = name.replace(/^(decoder|predictor)[._](\1[._])?/, '')
  const place = first(behind, rest)
  return place ? section + place : follower
}

/** Whether a place lies in a chosen one. */
export function isWithin(place: Place, choice: Place): boolean {
  const at = place.split('.')
  return choice.split('.').every((step, i) => step === at[i] || (step === '*' && at[i] !== undefined))
}

/** The block that a place lies in, and whose block it is; null outside blocks and for every block at once. */
export function blockOf(place: Place): { readonly section: Place; readonly index: number } | null {
  const match = /^((?:decoder\.|predictor\.)?blocks)\.(\d+)(?:\.|$)/.exec(place)
  return match ? { section: match[1]!, index: Number(match[2]) } : null
}

/** The piece of a block that a place names; null where it names none. */
export function pieceOf(place: Place): Piece | null {
  return pieces.find((piece) => place.endsWith(`.${piece}`)) ?? null
}

const sections = [
  'patch',
  'tokens',
  'position',
  'blocks',
  'norm',
  'head',
  'projectionHead',
  ...followers,
  'other',
]
const inFollower = ['embed', 'tokens', 'blocks', 'norm', 'prediction']

/** Compares two places by the way through the network. */
export function comparePlaces(a: Place, b: Place): number {
  const [left, right] = [rank(a), rank(b)]
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const step = (left[i] ?? -1) - (right[i] ?? -1)
    if (step !== 0) return step
  }
  return 0
}

function rank(place: Place): number[] {
  const steps = place.split('.')
  return steps.map((step, i) => {
    if (/^\d+$/.test(step)) return Number(step)
    if (i === 0) return sections.indexOf(step)
    const piece = pieces.indexOf(step as Piece)
    return piece >= 0 ? piece : inFollower.indexOf(step)
  })
}

export const roles = ['qkv', 'proj', 'in', 'out'] as const
/** The four matrices of a block. */
export type Role = (typeof roles)[number]

/** Which of its block's matrices a tensor is (or is a part of, where q, k and v or gate and value are stored apart). */
export function roleOf(name: string, place: Place, shape: readonly number[]): Role | null {
  if (!blockOf(place) || shape.length < 2) return null
  const piece = pieceOf(place)
  if (piece === 'attention') return 'qkv'
  if (piece === 'projection') return 'proj'
  if (piece !== 'ffn') return null
  return /(ffn\.out|fc2|w3|down_proj|Dense_1|(^|[./])output\.)/.test(name) ? 'out' : 'in'
}

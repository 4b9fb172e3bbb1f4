// What does Google's JAX code call the weights of a ViT in its .npz files? (google-research/vision_transformer)
import { joinedHeads, patchKernelLast, positionTable, transposed } from './conversions.ts'
import { as, type KeyMap, type KeyRule } from './keyMap.ts'

const block = 'Transformer/encoderblock_{i}'
const attention = `${block}/MultiHeadDotProductAttention_1`

const norm = (canonical: string, stored: string): KeyRule[] => [
  as(`${canonical}.weight`, `${stored}/scale`),
  as(`${canonical}.bias`, `${stored}/bias`),
]

const dense = (canonical: string, stored: string): KeyRule[] => [
  {
    stored: [`${stored}/kernel`],
    canonical: [`${canonical}.weight`],
    conversion: transposed((_, [outputs = 0, inputs = 0]) => [inputs, outputs]),
  },
  as(`${canonical}.bias`, `${stored}/bias`),
]

const heads = (kind: 'kernel' | 'bias'): KeyRule => ({
  stored: ['query', 'key', 'value'].map((part) => `${attention}/${part}/${kind}`),
  canonical: [`blocks.{i}.attention.qkv.${kind === 'kernel' ? 'weight' : 'bias'}`],
  conversion: joinedHeads(kind),
})

/**
 * Kernels are `[in, out]`, the heads of q, k and v stand on an axis of their own. GELU is taken for the exact one, as
 * timm takes it when it loads these files; Flax's own default is the tanh approximation.
 */
export const googleVit: KeyMap = {
  id: 'google-vit',
  label: 'Google’s ViT',
  native: false,
  anchor: 'embedding/kernel',
  rules: [
    as('cls', 'cls', (spec) => [1, 1, spec.width]),
    {
      stored: ['Transformer/posembed_input/pos_embedding'],
      canonical: ['position.cls', 'position.patches'],
      conversion: positionTable(),
    },
    { stored: ['embedding/kernel'], canonical: ['patch.weight'], conversion: patchKernelLast },
    as('patch.bias', 'embedding/bias'),
    ...norm('blocks.{i}.norm1', `${block}/LayerNorm_0`),
    heads('kernel'),
    heads('bias'),
    {
      stored: [`${attention}/out/kernel`],
      canonical: ['blocks.{i}.attention.projection.weight'],
      conversion: transposed((spec) => [spec.heads, spec.width / spec.heads, spec.width], 'input'),
    },
    as('blocks.{i}.attention.projection.bias', `${attention}/out/bias`),
    ...norm('blocks.{i}.norm2', `${block}/LayerNorm_2`),
    ...dense('blocks.{i}.ffn.in', `${block}/MlpBlock_3/Dense_0`),
    ...dense('blocks.{i}.ffn.out', `${block}/MlpBlock_3/Dense_1`),
    ...norm('norm', 'Transformer/encoder_norm'),
    ...dense('head', 'head'),
  ],
  recognise: ({ names }) =>
    names.has('Transformer/posembed_input/pos_embedding')
      ? { family: 'timm', reason: 'its names are those of Google’s JAX code' }
      : null,
  position: 'learned',
  interpolation: () => 'timm',
  normEps: 1e-6,
  nesting: { path: [], prefix: '' },
}

// How does transformers describe this network? Its model class, config.json and preprocessor_config.json.
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import type { Weights } from '../../../src-shared/domain/weights.ts'
import type { KeyMap } from '../families/keyMap.ts'
import { huggingfaceDinov2 } from '../families/huggingfaceDinov2.ts'
import { huggingfaceDinov3 } from '../families/huggingfaceDinov3.ts'
import { huggingfaceIjepa } from '../families/huggingfaceIjepa.ts'
import { huggingfaceMae } from '../families/huggingfaceMae.ts'
import { huggingfaceVit } from '../families/huggingfaceVit.ts'
import { ropePeriods } from '../read.ts'
import type { ExportDtype } from './dtypes.ts'

/** The key map of the transformers class that computes what this network computes. */
export function huggingfaceMapOf(spec: ModelSpec): KeyMap {
  if (spec.position.kind === 'rotary') return huggingfaceDinov3
  if (spec.decoder !== null || spec.family === 'mae') return huggingfaceMae
  if (!spec.cls) return huggingfaceIjepa
  return spec.layerScale || spec.ffn.kind === 'swiglu' || spec.registers > 0
    ? huggingfaceDinov2
    : huggingfaceVit
}

/** Weights that transformers' class may do without: what stands beside the encoder, and mask tokens. */
const besideEncoder = /^(mask$|head\.|projectionHead\.|predictor\.)/

/** Throws Failure where transformers has no class that computes what this network computes. */
export function refuseUnlike(
  map: KeyMap,
  spec: ModelSpec,
  weights: Weights,
  dropped: readonly string[],
): void {
  const lost = dropped.find(
    (name) => !besideEncoder.test(name) && !(name === 'rope.periods' && map === huggingfaceDinov3),
  )
  const why =
    lost !== undefined
      ? `has no place for ${lost}`
      : map === huggingfaceDinov2 && !spec.layerScale
        ? 'wants LayerScale in every block'
        : map === huggingfaceDinov2 && spec.ffn.kind === 'swiglu' && mlpRatio(spec) === null
          ? `cannot say a gated FFN of ${spec.ffn.hidden} values at width ${spec.width}`
          : spec.position.kind !== 'rotary' && spec.position.rows !== spec.position.columns
            ? 'wants a square position table'
            : map === huggingfaceDinov3 && ropeTheta(spec, weights) === null
              ? 'computes its rotary periods from rope_theta, which gives other ones than these'
              : null
  if (why !== null)
    throw new Failure(
      'unsupported-model',
      `This network cannot be written for transformers, whose ${map.label.replace('Hugging Face ', '')} ${why}.`,
      'Export it as original or safetensors.',
    )
}

/** `config.json` for transformers. */
export function configOf(
  map: KeyMap,
  spec: ModelSpec,
  weights: Weights,
  dtype: ExportDtype,
): Record<string, unknown> {
  const common = {
    hidden_size: spec.width,
    num_hidden_layers: spec.depth,
    num_attention_heads: spec.heads,
    patch_size: spec.patch,
    num_channels: 3,
    image_size: spec.imageSize.height,
    layer_norm_eps: spec.normEps,
    hidden_act: activationName(spec),
    initializer_range: 0.02,
    torch_dtype: { f32: 'float32', f16: 'float16', bf16: 'bfloat16' }[dtype],
  }
  const dropout = { hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 }
  const plain = { ...common, ...dropout, intermediate_size: spec.ffn.hidden, qkv_bias: spec.qkvBias }
  if (map === huggingfaceDinov3)
    return {
      architectures: ['DINOv3ViTModel'],
      model_type: 'dinov3_vit',
      ...common,
      intermediate_size: spec.ffn.hidden,
      use_gated_mlp: spec.ffn.kind === 'swiglu',
      num_register_tokens: spec.registers,
      rope_theta: ropeTheta(spec, weights),
      query_bias: spec.qkvBias,
      key_bias: spec.qkvBias && hasKeyBias(spec, weights),
      value_bias: spec.qkvBias,
      proj_bias: true,
      mlp_bias: true,
      layerscale_value: 1,
      drop_path_rate: 0,
      attention_dropout: 0,
      pos_embed_rescale: 2,
    }
  if (map === huggingfaceDinov2) {
    const name = spec.registers > 0 ? 'Dinov2WithRegistersModel' : 'Dinov2Model'
    return {
      architectures: [name],
      model_type: spec.registers > 0 ? 'dinov2_with_registers' : 'dinov2',
      ...common,
      ...dropout,
      hidden_act: spec.ffn.kind === 'swiglu' ? 'gelu' : activationName(spec),
      mlp_ratio: mlpRatio(spec),
      use_swiglu_ffn: spec.ffn.kind === 'swiglu',
      qkv_bias: spec.qkvBias,
      layerscale_value: 1,
      drop_path_rate: 0,
      apply_layernorm: true,
      ...(spec.registers > 0 ? { num_register_tokens: spec.registers } : { use_mask_token: spec.maskToken }),
    }
  }
  if (map === huggingfaceIjepa) return { architectures: ['IJepaModel'], model_type: 'ijepa', ...plain }
  if (map === huggingfaceMae) {
    const { decoder } = spec
    return {
      architectures: [decoder === null ? 'ViTMAEModel' : 'ViTMAEForPreTraining'],
      model_type: 'vit_mae',
      ...plain,
      mask_ratio: 0.75,
      ...(decoder === null
        ? {}
        : {
            decoder_hidden_size: decoder.width,
            decoder_num_hidden_layers: decoder.depth,
            decoder_num_attention_heads: decoder.heads,
            decoder_intermediate_size: decoder.ffnHidden,
            ...(decoder.normPixLoss === null ? {} : { norm_pix_loss: decoder.normPixLoss }),
          }),
    }
  }
  const labels = Array.from({ length: spec.classes ?? 0 }, (_, i) => [`class ${i}`, i] as const)
  return {
    architectures: [spec.classes === null ? 'ViTModel' : 'ViTForImageClassification'],
    model_type: 'vit',
    ...plain,
    encoder_stride: spec.patch,
    ...(labels.length === 0
      ? {}
      : {
          id2label: Object.fromEntries(labels.map(([label, i]) => [String(i), label])),
          label2id: Object.fromEntries(labels),
        }),
  }
}

/** `preprocessor_config.json`: resize the shorter side, cut out the centre, normalise. */
export function preprocessorOf({ preprocessing }: ModelSpec): Record<string, unknown> {
  const { mean, std, resize, crop, filter } = preprocessing
  return {
    image_processor_type: 'BitImageProcessor',
    do_convert_rgb: true,
    do_resize: true,
    size: { shortest_edge: resize },
    resample: { lanczos: 1, bilinear: 2, bicubic: 3 }[filter],
    do_center_crop: true,
    crop_size: { height: crop, width: crop },
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: mean,
    image_std: std,
  }
}

function activationName({ ffn }: ModelSpec): string {
  return ffn.activation === 'gelu-tanh' ? 'gelu_pytorch_tanh' : ffn.activation
}

/** The ratio from which transformers computes the FFN's width; null where none gives it (Dinov2SwiGLUFFN). */
function mlpRatio({ ffn, width }: ModelSpec): number | null {
  if (ffn.kind === 'mlp') return ffn.hidden / width
  const gives = (ratio: number) =>
    Math.floor((Math.trunc((Math.trunc(width * ratio) * 2) / 3) + 7) / 8) * 8 === ffn.hidden
  return [4, (ffn.hidden * 1.5) / width].find(gives) ?? null
}

/** The base whose periods are these, but for the rounding to bfloat16 of published files; null for none. */
function ropeTheta(spec: ModelSpec, weights: Weights): number | null {
  const periods = weights.get('rope.periods')?.data
  if (periods === undefined || periods.length === 0) return null
  const second = periods[1] ?? 100
  const estimated = second ** (spec.width / spec.heads / 4)
  const isNear = (theta: number) =>
    ropePeriods(spec, theta).every((period, k) => Math.abs(period / (periods[k] as number) - 1) < 2 ** -8)
  return [100, Math.round(estimated), estimated].find(isNear) ?? null
}

function hasKeyBias(spec: ModelSpec, weights: Weights): boolean {
  for (let i = 0; i < spec.depth; i++) {
    const bias = weights.get(`blocks.${i}.attention.qkv.bias`)?.data ?? new Float32Array()
    if (bias.subarray(spec.width, 2 * spec.width).some((value) => value !== 0)) return true
  }
  return false
}

// What do weights not say of their network? The few settings that an export keeps beside them.
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'

/**
 * Settings by the names under which they are read again (view.ts, storedSettings). Texts all of them: safetensors knows
 * nothing else, and torch 1.13 refuses other numbers with `weights_only=True`.
 */
export function settingsOf(spec: ModelSpec): Record<string, string> {
  const { decoder, position, preprocessing } = spec
  return {
    num_heads: String(spec.heads),
    norm_eps: String(spec.normEps),
    input_resize: String(preprocessing.resize),
    input_crop: String(preprocessing.crop),
    input_filter: preprocessing.filter,
    input_mean: preprocessing.mean.join(' '),
    input_std: preprocessing.std.join(' '),
    ...(position.kind === 'learned' ? { position_interpolation: position.rule } : {}),
    ...(decoder === null ? {} : { decoder_num_heads: String(decoder.heads) }),
    ...(decoder === null || decoder.normPixLoss === null
      ? {}
      : { norm_pix_loss: String(decoder.normPixLoss) }),
  }
}

// What do weights not say of their network? The few settings that an export keeps beside them.
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import type { Setting } from '../view.ts'

/** Settings by the names under which they are read again (view.ts, storedSettings). */
export function settingsOf(spec: ModelSpec): Record<string, Exclude<Setting, null>> {
  const { decoder, position } = spec
  return {
    num_heads: spec.heads,
    norm_eps: spec.normEps,
    ...(position.kind === 'learned' ? { position_interpolation: position.rule } : {}),
    ...(decoder === null ? {} : { decoder_num_heads: decoder.heads }),
    ...(decoder?.normPixLoss === true || decoder?.normPixLoss === false
      ? { norm_pix_loss: decoder.normPixLoss }
      : {}),
  }
}

// How well does I-JEPA's predictor say what the target encoder sees? Cosines and losses, patch by patch.
import { nearestRows, normalised } from '../../src-shared/analysis/nearest.ts'

/**
 * What the predictor should say: the target encoder's tokens `[patches, width]`, each normalised over its channels
 * without a gain, eps 1e-5 (ijepa, train.forward_target).
 */
export function targetTokens(tokens: Float32Array, width: number): Float32Array {
  const out = new Float32Array(tokens.length)
  for (let start = 0; start < tokens.length; start += width) {
    let mean = 0
    for (let t = start; t < start + width; t++) mean += tokens[t]! / width
    let variance = 0
    for (let t = start; t < start + width; t++) variance += (tokens[t]! - mean) ** 2 / width
    const scale = 1 / Math.sqrt(variance + 1e-5)
    for (let t = start; t < start + width; t++) out[t] = (tokens[t]! - mean) * scale
  }
  return out
}

export interface JudgedPrediction {
  /** Cosine of each predicted patch with what the target encoder sees there, `[hidden]`. */
  cosines: Float32Array
  /** Mean cosine of each with what is seen at all other places of the picture: no better than this is no prediction. */
  elsewhere: Float32Array
  /** The training loss: smooth L1, beta 1, mean over everything. */
  loss: number
}

/** Judges `prediction` `[hidden, width]` of the patches `patches` `[hidden]` against `wanted` `[all patches, width]`. */
export function judgePrediction(
  prediction: Float32Array,
  wanted: Float32Array,
  patches: Int32Array,
  width: number,
): JudgedPrediction {
  const rows = normalised(wanted, width)
  const said = normalised(prediction, width)
  const whole = new Float64Array(width)
  rows.forEach((value, at) => (whole[at % width]! += value))
  const others = rows.length / width - 1
  const cosines = new Float32Array(patches.length)
  const elsewhere = new Float32Array(patches.length)
  let loss = 0
  patches.forEach((patch, i) => {
    let own = 0
    let all = 0
    for (let t = 0; t < width; t++) {
      own += said[i * width + t]! * rows[patch * width + t]!
      all += said[i * width + t]! * whole[t]!
      const size = Math.abs(prediction[i * width + t]! - wanted[patch * width + t]!)
      loss += size < 1 ? 0.5 * size * size : size - 0.5
    }
    cosines[i] = own
    elsewhere[i] = others > 0 ? (all - own) / others : 0
  })
  return { cosines, elsewhere, loss: loss / prediction.length }
}

export interface NearestSeen {
  /** `[hidden, count]`: which picture, nearest first; −1 where there are fewer patches in all. */
  picture: Int32Array
  /** `[hidden, count]`: which of its patches. */
  patch: Int32Array
  /** `[hidden, count]`. */
  cosine: Float32Array
}

/** Nothing found yet for `hidden` predicted patches. */
export function nothingSeen(hidden: number, count: number): NearestSeen {
  return {
    picture: new Int32Array(hidden * count).fill(-1),
    patch: new Int32Array(hidden * count).fill(-1),
    cosine: new Float32Array(hidden * count).fill(-Infinity),
  }
}

/**
 * Looks among the `tokens` `[patches, width]` of one more picture for patches that are more like a predicted one
 * (`prediction` `[hidden, width]`) than those found so far, and puts them in their places.
 */
export function seekNearest(
  found: NearestSeen,
  prediction: Float32Array,
  picture: number,
  tokens: Float32Array,
  width: number,
): void {
  const hidden = prediction.length / width
  const count = found.patch.length / hidden
  if (count === 0) return
  const here = nearestRows(normalised(tokens, width), normalised(prediction, width), width, count)
  for (let i = 0; i < hidden; i++) {
    const end = (i + 1) * count
    for (let k = i * count; k < end && here.cosines[k]! > found.cosine[end - 1]!; k++) {
      let place = end - 1
      while (place > i * count && here.cosines[k]! > found.cosine[place - 1]!) place--
      for (const list of [found.picture, found.patch, found.cosine])
        list.copyWithin(place + 1, place, end - 1)
      found.picture[place] = picture
      found.patch[place] = here.indices[k]!
      found.cosine[place] = here.cosines[k]!
    }
  }
}

/** Values of target blocks on the patch grid `[patches]`, their mean where blocks overlap, NaN where there is none. */
export function mapOfBlocks(
  patches: number,
  blocks: readonly { patches: Int32Array; values: Float32Array }[],
): Float32Array {
  const sum = new Float64Array(patches)
  const count = new Uint32Array(patches)
  for (const block of blocks)
    block.patches.forEach((patch, i) => {
      sum[patch]! += block.values[i]!
      count[patch]!++
    })
  return Float32Array.from(sum, (value, patch) => (count[patch]! > 0 ? value / count[patch]! : NaN))
}

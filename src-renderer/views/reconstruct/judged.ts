// What does a reconstruction come to? Pictures, errors and losses of one answer of the decoder; plain numbers.
import {
  judge,
  mix,
  patchify,
  patchMoments,
  psnrOf,
  toPicture,
  type Patches,
} from '../../../src-shared/analysis/reconstruct.ts'
import { quantile } from '../../../src-shared/numerics/measures.ts'
import type { Rebuilt } from '../../client/lab.ts'

export interface Judgement {
  readonly grid: readonly [number, number]
  readonly width: number
  readonly height: number
  readonly mask: Float32Array
  readonly hidden: number
  /** The network predicts patches without their mean and variance. */
  readonly normalised: boolean
  /** Whether the checkpoint says so, a person does, or the lower loss suggests it. */
  readonly source: 'stored' | 'chosen' | 'guess'
  /** The training loss on the hidden patches. */
  readonly loss: number
  /** Of pixels from 0 to 1 on the hidden patches, of what is shown. */
  readonly mse: number
  readonly psnr: number | null
  /** The same if every hidden patch were painted in the mean colour of the visible ones. */
  readonly flatPsnr: number | null
  /** `[height, width, 3]`. */
  readonly original: Uint8Array
  readonly reconstruction: Uint8Array
  readonly mixed: Uint8Array
  /** Reconstruction − picture, mean of the channels, of values 0 … 1, `[height, width]`; 0 where the patch was seen. */
  readonly error: Float32Array
  /** The 99th percentile of the hidden pixels' errors. */
  readonly errorLimit: number
  /** Loss of each patch, `[patches]`; NaN where it was seen. */
  readonly losses: Float32Array
}

export interface JudgeWish {
  readonly targets: 'auto' | 'plain' | 'normalised'
  readonly undo: boolean
}

/** The picture as patches of the network's input, and what is drawn of the decoder's word, as such patches too. */
export function shownPatches(answer: Rebuilt, { targets, undo }: JudgeWish) {
  const { rgb, patch, prediction, mask, layout, mean, std, input } = answer
  const [rows, columns] = layout.grid
  const preprocessing = { mean: mean as [number, number, number], std: std as [number, number, number] }
  const target = patchify(planar(rgb, input, preprocessing), rows, columns, patch)
  const known = targets === 'auto' ? answer.normPixLoss : targets === 'normalised'
  const judged = judge(target, prediction, mask, known, preprocessing)
  const shown: Patches = judged.normalised && !undo ? { ...target, values: prediction } : judged.predicted
  return { target, shown, judged, preprocessing }
}

/** Judges what the decoder said of a picture. */
export function judgeRebuilt(answer: Rebuilt, wish: JudgeWish): Judgement {
  const { rgb, prediction, mask, layout, input } = answer
  const { targets } = wish
  const { target, shown, judged, preprocessing } = shownPatches(answer, wish)
  const { normalised } = judged
  const reconstruction = toPicture(shown, preprocessing).rgb
  const mixed = toPicture(mix(target, shown.values, mask), preprocessing).rgb
  const seen = { ...answer, grid: layout.grid }
  const { error, squares, count } = errorOf(rgb, reconstruction, seen)
  const mse = count > 0 ? squares / (3 * count) : 0
  const flat = errorOf(rgb, flatFill(rgb, seen), seen)
  const hiddenErrors = Float32Array.from(
    error.filter((value) => value !== 0),
    Math.abs,
  )
  return {
    grid: layout.grid,
    width: input.width,
    height: input.height,
    mask,
    hidden: mask.reduce((sum, bit) => sum + bit, 0),
    normalised,
    source: targets === 'auto' ? (answer.normPixLoss === null ? 'guess' : 'stored') : 'chosen',
    loss: judged.loss,
    mse,
    psnr: psnrOf(mse),
    flatPsnr: psnrOf(flat.squares / Math.max(1, 3 * flat.count)),
    original: rgb,
    reconstruction,
    mixed,
    error,
    errorLimit: hiddenErrors.length > 0 ? quantile(hiddenErrors, 0.99) : 0,
    losses: lossesOf(target, prediction, mask, normalised),
  }
}

/** Bytes `[height, width, 3]` as the network's input, `[3, height, width]`. */
function planar(
  rgb: Uint8Array,
  { width, height }: Rebuilt['input'],
  { mean, std }: { mean: readonly number[]; std: readonly number[] },
): Float32Array {
  const pixels = width * height
  const out = new Float32Array(3 * pixels)
  for (let i = 0; i < pixels; i++)
    for (let channel = 0; channel < 3; channel++)
      out[channel * pixels + i] = (rgb[i * 3 + channel]! / 255 - mean[channel]!) / std[channel]!
  return out
}

interface Seen {
  readonly input: Rebuilt['input']
  readonly patch: number
  readonly mask: Float32Array
  readonly grid: readonly [number, number]
}

const isHidden = ({ input, patch, mask, grid }: Seen, i: number): boolean => {
  const row = Math.floor(Math.floor(i / input.width) / patch)
  return mask[row * grid[1] + Math.floor((i % input.width) / patch)] === 1
}

function errorOf(rgb: Uint8Array, other: Uint8Array, seen: Seen) {
  const error = new Float32Array(rgb.length / 3)
  let squares = 0
  let count = 0
  for (let i = 0; i < error.length; i++) {
    if (!isHidden(seen, i)) continue
    count++
    for (let channel = 0; channel < 3; channel++) {
      const difference = (other[i * 3 + channel]! - rgb[i * 3 + channel]!) / 255
      error[i]! += difference / 3
      squares += difference ** 2
    }
  }
  return { error, squares, count }
}

/** The picture with every hidden patch in the mean colour of the visible ones: what knowing nothing else would give. */
function flatFill(rgb: Uint8Array, seen: Seen): Uint8Array {
  const sum = [0, 0, 0]
  let count = 0
  for (let i = 0; i < rgb.length / 3; i++) {
    if (isHidden(seen, i)) continue
    count++
    for (let channel = 0; channel < 3; channel++) sum[channel]! += rgb[i * 3 + channel]!
  }
  const out = rgb.slice()
  for (let i = 0; i < rgb.length / 3; i++)
    if (isHidden(seen, i))
      for (let channel = 0; channel < 3; channel++) out[i * 3 + channel] = sum[channel]! / Math.max(1, count)
  return out
}

function lossesOf(
  target: Patches,
  prediction: Float32Array,
  mask: Float32Array,
  normalised: boolean,
): Float32Array {
  const size = target.patch ** 2 * 3
  const moments = normalised ? patchMoments(target, size) : null
  return Float32Array.from(mask, (bit, i) => {
    if (bit !== 1) return NaN
    const [mean, scale] = moments ? [moments.mean[i]!, moments.scale[i]!] : [0, 1]
    let sum = 0
    for (let j = i * size; j < (i + 1) * size; j++)
      sum += (prediction[j]! - (target.values[j]! - mean) / scale) ** 2
    return sum / size
  })
}

/** Bytes `[…, 3]` as pixels `[…, 4]`; hidden patches clear where a mask is given. */
export function opaque(rgb: Uint8Array, clear: Seen | null = null): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray((rgb.length / 3) * 4)
  for (let i = 0; i < rgb.length / 3; i++) {
    for (let channel = 0; channel < 3; channel++) out[i * 4 + channel] = rgb[i * 3 + channel]!
    out[i * 4 + 3] = clear && isHidden(clear, i) ? 0 : 255
  }
  return out
}

/** Signed errors on a ramp whose middle is 0, clear where the patch was seen; below an opacity of 1 the picture shines through. */
export function errorPixels(
  { error, errorLimit, original }: Pick<Judgement, 'error' | 'errorLimit' | 'original'>,
  { table }: { readonly table: ArrayLike<number> },
  opacity = 1,
): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(error.length * 4)
  for (let i = 0; i < error.length; i++) {
    const share = errorLimit > 0 ? Math.min(1, Math.max(-1, error[i]! / errorLimit)) : 0
    const from = 3 * Math.round(((share + 1) / 2) * 255)
    const seen = error[i] === 0
    for (let channel = 0; channel < 3; channel++) {
      const under = original[i * 3 + channel]!
      out[i * 4 + channel] = seen ? under : under + opacity * (table[from + channel]! - under)
    }
    out[i * 4 + 3] = seen ? 255 * (1 - opacity) : 255
  }
  return out
}

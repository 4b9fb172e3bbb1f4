// How near is a reconstruction, and how does it look? Losses and pictures from predicted patches; plain numbers.
import type { Preprocessing } from '../domain/modelSpec.ts'

/** One picture's numbers. */
export interface Patches {
  rows: number
  columns: number
  /** Side in pixels. */
  patch: number
  /** `[rows · columns, patch² · 3]`, inner order (y, x, channel), as models_mae.patchify. */
  values: Float32Array
}

/** A picture `[3, height, width]` cut into patches. */
export function patchify(image: Float32Array, rows: number, columns: number, patch: number): Patches {
  const [height, width] = [rows * patch, columns * patch]
  const values = new Float32Array(image.length)
  let at = 0
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (let y = row * patch; y < (row + 1) * patch; y++)
        for (let x = column * patch; x < (column + 1) * patch; x++)
          for (let channel = 0; channel < 3; channel++)
            values[at++] = image[channel * height * width + y * width + x]!
  return { rows, columns, patch, values }
}

/** Patches put together again: bytes `[height, width, 3]` of the picture they show. */
export function toPicture(
  { rows, columns, patch, values }: Patches,
  { mean, std }: Pick<Preprocessing, 'mean' | 'std'>,
) {
  const [height, width] = [rows * patch, columns * patch]
  const rgb = new Uint8ClampedArray(height * width * 3)
  let at = 0
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (let y = row * patch; y < (row + 1) * patch; y++)
        for (let x = column * patch; x < (column + 1) * patch; x++)
          for (let channel = 0; channel < 3; channel++)
            rgb[(y * width + x) * 3 + channel] = (values[at++]! * std[channel]! + mean[channel]!) * 255
  return { width, height, rgb: new Uint8Array(rgb.buffer) }
}

/** Mean and √(variance + 1e-6) of each patch; the variance is the unbiased one (models_mae.forward_loss). */
export function patchMoments({ values }: Patches, size: number): { mean: Float64Array; scale: Float64Array } {
  const count = values.length / size
  const mean = new Float64Array(count)
  const scale = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    let sum = 0
    for (let j = i * size; j < (i + 1) * size; j++) sum += values[j]!
    mean[i] = sum / size
    let squares = 0
    for (let j = i * size; j < (i + 1) * size; j++) squares += (values[j]! - mean[i]!) ** 2
    scale[i] = Math.sqrt(squares / (size - 1) + 1e-6)
  }
  return { mean, scale }
}

export interface Judged {
  /** The training loss: mean squared error on the hidden patches, of normalised targets where the network has them. */
  loss: number
  normalised: boolean
  /** Mean squared error on the hidden patches of what is shown, pixels from 0 to 1. */
  mse: number
  /** The prediction as pixels of the network's input, `[patches, patch² · 3]`. */
  predicted: Patches
}

/**
 * Judges one picture's prediction. `normPixLoss` null: whichever target gives the lower loss is taken for the one the
 * network was trained with.
 */
export function judge(
  target: Patches,
  prediction: Float32Array,
  mask: Float32Array,
  normPixLoss: boolean | null,
  { std, mean }: Pick<Preprocessing, 'mean' | 'std'>,
): Judged {
  const size = target.patch ** 2 * 3
  const moments = patchMoments(target, size)
  const plain = lossOf(target.values, prediction, mask, size, null)
  const scaled = lossOf(target.values, prediction, mask, size, moments)
  const normalised = normPixLoss ?? scaled < plain
  const values = prediction.slice()
  if (normalised)
    for (let j = 0; j < values.length; j++) {
      const i = Math.floor(j / size)
      values[j] = values[j]! * moments.scale[i]! + moments.mean[i]!
    }
  let squares = 0
  let count = 0
  const shown = (value: number, channel: number): number =>
    Math.min(1, Math.max(0, value * std[channel]! + mean[channel]!))
  for (let j = 0; j < values.length; j++) {
    if (mask[Math.floor(j / size)] !== 1) continue
    squares += (shown(values[j]!, j % 3) - shown(target.values[j]!, j % 3)) ** 2
    count++
  }
  const mse = count === 0 ? 0 : squares / count
  return {
    loss: normalised ? scaled : plain,
    normalised,
    mse,
    predicted: { ...target, values },
  }
}

/** Decibels of an error of pixels from 0 to 1; null where nothing differs. */
export const psnrOf = (mse: number): number | null => (mse === 0 ? null : -10 * Math.log10(mse))

/** models_mae.forward_loss: the mean over hidden patches of the mean squared error in a patch; 0 where none is hidden. */
function lossOf(
  target: Float32Array,
  prediction: Float32Array,
  mask: Float32Array,
  size: number,
  moments: { mean: Float64Array; scale: Float64Array } | null,
): number {
  let sum = 0
  let hidden = 0
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] !== 1) continue
    hidden++
    const mean = moments?.mean[i] ?? 0
    const scale = moments?.scale[i] ?? 1
    for (let j = i * size; j < (i + 1) * size; j++) sum += (prediction[j]! - (target[j]! - mean) / scale) ** 2
  }
  return hidden === 0 ? 0 : sum / (hidden * size)
}

/** Takes each patch from the first picture where the mask is 0, from the second where it is 1. */
export function mix(visible: Patches, hidden: Float32Array, mask: Float32Array): Patches {
  const size = visible.patch ** 2 * 3
  const values = visible.values.slice()
  for (let i = 0; i < mask.length; i++)
    if (mask[i] === 1) values.set(hidden.subarray(i * size, (i + 1) * size), i * size)
  return { ...visible, values }
}

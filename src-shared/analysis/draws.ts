// How sure is a reconstruction? The mean and the spread of what a decoder says of each patch under several masks.

/** What several masks of one picture came to. */
export interface Draws {
  /** Masks that were taken in. */
  readonly masks: number
  /** In how many of them each patch was hidden, `[patches]`. */
  readonly hidden: Uint32Array
  /** Mean of the predictions where the patch was hidden, pixels 0 … 1, `[patches, patch² · 3]`; NaN where it never was. */
  readonly mean: Float32Array
  /**
   * Of each patch the root of the mean over its pixels and channels of the variance (n − 1) over the masks that hid it,
   * of pixels 0 … 1; NaN where fewer than two did. `[patches]`.
   */
  readonly spread: Float32Array
  /** Mean of the patch's squared error against the picture over the masks that hid it, pixels 0 … 1; NaN where none did. */
  readonly error: Float32Array
}

export interface Drawing {
  /** Takes in the predicted pixels 0 … 1 `[patches, patch² · 3]` under one mask `[patches]`, 1 where hidden. */
  add(predicted: Float32Array, mask: ArrayLike<number>): void
  result(): Draws
}

/**
 * Gathers predictions mask by mask (Welford's running mean and variance), so that no prediction has to be kept; `target`
 * is the picture, pixels 0 … 1, `[patches, size]`. A visible patch's prediction does not count: the decoder was never
 * trained to give one.
 */
export function gatherDraws(target: Float32Array, size: number): Drawing {
  const patches = target.length / size
  const mean = new Float64Array(target.length)
  const squares = new Float64Array(target.length)
  const errors = new Float64Array(patches)
  const hidden = new Uint32Array(patches)
  let masks = 0
  return {
    add(predicted, mask) {
      masks++
      for (let i = 0; i < patches; i++) {
        if (mask[i] !== 1) continue
        const n = ++hidden[i]!
        for (let j = i * size; j < (i + 1) * size; j++) {
          const value = predicted[j]!
          const before = value - mean[j]!
          mean[j]! += before / n
          squares[j]! += before * (value - mean[j]!)
          errors[i]! += (value - target[j]!) ** 2
        }
      }
    },
    result: () => ({
      masks,
      hidden: hidden.slice(),
      mean: Float32Array.from(mean, (value, j) => (hidden[Math.floor(j / size)] ? value : NaN)),
      spread: Float32Array.from(hidden, (n, i) => {
        if (n < 2) return NaN
        let sum = 0
        for (let j = i * size; j < (i + 1) * size; j++) sum += squares[j]!
        return Math.sqrt(sum / (n - 1) / size)
      }),
      error: Float32Array.from(hidden, (n, i) => (n > 0 ? errors[i]! / n / size : NaN)),
    }),
  }
}

/** The network's input or its prediction as pixels 0 … 1, `[patches, patch² · 3]`, what lies outside cut off. */
export function asPixels(
  values: Float32Array,
  { mean, std }: { readonly mean: readonly number[]; readonly std: readonly number[] },
): Float32Array {
  return values.map((value, j) => Math.min(1, Math.max(0, value * std[j % 3]! + mean[j % 3]!)))
}

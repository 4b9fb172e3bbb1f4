// How well do straight cuts through the features tell classes apart? Logistic regression on frozen features, to its end.
import { permutation, random } from '../../src-shared/numerics/random.ts'
import { lbfgs } from './lbfgs.ts'

/** Rows with classes 0 … classes − 1. */
export interface Labelled {
  /** `[rows, width]` */
  features: Float32Array
  labels: ArrayLike<number>
}

export interface Probe {
  width: number
  classes: number
  /** `[classes, width + 1]`, the last of each row its bias; for standardised features. */
  weights: Float64Array
  mean: Float64Array
  /** 1 / standard deviation; 0 where a feature never changes. */
  scale: Float64Array
  penalty: number
}

export interface ProbeResult {
  /** Share of test rows whose class is found, 0 to 1. */
  accuracy: number
  /** Of that share, from the number of test rows: √(p(1 − p) / n). */
  standardError: number
  /** The penalty on squared weights that did best on a fifth of the training rows. */
  penalty: number
  predictions: Int32Array
}

/** Penalties on squared weights, per row, that are tried. */
const penalties = [1e-4, 1e-3, 1e-2, 1e-1]

/**
 * A linear probe: features standardised by the training rows, softmax regression with a penalty on squared weights,
 * minimised until it stands (L-BFGS over all rows, no chance in it). The penalty is chosen on every fifth of the
 * training rows in a fixed random order, then all are used. Throws RangeError for no rows or a class out of range.
 */
export function linearProbe(train: Labelled, test: Labelled, width: number, classes: number): ProbeResult {
  const penalty = choosePenalty(train, width, classes)
  const probe = fitProbe(train, width, classes, penalty)
  const predictions = predict(probe, test.features)
  const accuracy = agreement(predictions, test.labels)
  return { accuracy, standardError: standardError(accuracy, test.labels.length), penalty, predictions }
}

/** Standard error of a share found on `count` rows. */
export const standardError = (share: number, count: number): number =>
  count > 0 ? Math.sqrt((share * (1 - share)) / count) : NaN

function choosePenalty(train: Labelled, width: number, classes: number): number {
  const rows = train.labels.length
  if (rows < 20) return penalties[1]!
  const order = permutation(random(0), rows)
  const cut = Math.floor(rows / 5)
  const checked = pick(train, width, order.subarray(0, cut))
  const learned = pick(train, width, order.subarray(cut))
  let best = { penalty: penalties[0]!, accuracy: -1 }
  for (const penalty of penalties) {
    const probe = fitProbe(learned, width, classes, penalty)
    const accuracy = agreement(predict(probe, checked.features), checked.labels)
    // Of equals the stronger penalty: the smaller weights.
    if (accuracy >= best.accuracy) best = { penalty, accuracy }
  }
  return best.penalty
}

function pick({ features, labels }: Labelled, width: number, rows: Uint32Array): Labelled {
  const some = new Float32Array(rows.length * width)
  rows.forEach((row, i) => some.set(features.subarray(row * width, (row + 1) * width), i * width))
  return { features: some, labels: Array.from(rows, (row) => labels[row]!) }
}

/** Softmax regression on standardised features with `penalty` / 2 times the squared weights (biases are free). */
export function fitProbe(
  { features, labels }: Labelled,
  width: number,
  classes: number,
  penalty: number,
): Probe {
  const rows = labels.length
  if (rows === 0 || features.length !== rows * width)
    throw new RangeError(`${features.length} values are no ${rows} rows of ${width}`)
  for (let i = 0; i < rows; i++)
    if (!(labels[i]! >= 0 && labels[i]! < classes))
      throw new RangeError(`class ${labels[i]} is outside 0 to ${classes - 1}`)
  const { mean, scale } = moments(features, width)
  const standard = standardised(features, width, mean, scale)
  const start = new Float64Array(classes * (width + 1))
  const weights = lbfgs(start, (at, gradient) =>
    softmaxLoss(standard, labels, width, classes, penalty, at, gradient),
  )
  return { width, classes, weights, mean, scale, penalty }
}

/** The class that each row `[rows, width]` is most likely of. */
export function predict({ width, classes, weights, mean, scale }: Probe, features: Float32Array): Int32Array {
  const standard = standardised(features, width, mean, scale)
  const logits = new Float64Array(classes)
  return Int32Array.from({ length: standard.length / width }, (_, row) => {
    scoresOf(standard, row * width, width, classes, weights, logits)
    return logits.indexOf(Math.max(...logits))
  })
}

function agreement(predictions: Int32Array, labels: ArrayLike<number>): number {
  let right = 0
  for (let i = 0; i < predictions.length; i++) if (predictions[i] === labels[i]) right++
  return right / predictions.length
}

function moments(features: Float32Array, width: number): { mean: Float64Array; scale: Float64Array } {
  const rows = features.length / width
  const mean = new Float64Array(width)
  const scale = new Float64Array(width)
  for (let i = 0, t = 0; i < features.length; i++, t = t + 1 === width ? 0 : t + 1)
    mean[t]! += features[i]! / rows
  for (let i = 0, t = 0; i < features.length; i++, t = t + 1 === width ? 0 : t + 1)
    scale[t]! += (features[i]! - mean[t]!) ** 2 / rows
  for (let t = 0; t < width; t++) scale[t] = scale[t]! > 1e-12 ? 1 / Math.sqrt(scale[t]!) : 0
  return { mean, scale }
}

function standardised(
  features: Float32Array,
  width: number,
  mean: Float64Array,
  scale: Float64Array,
): Float32Array {
  const out = new Float32Array(features.length)
  for (let i = 0, t = 0; i < features.length; i++, t = t + 1 === width ? 0 : t + 1)
    out[i] = (features[i]! - mean[t]!) * scale[t]!
  return out
}

function scoresOf(
  rows: Float32Array,
  from: number,
  width: number,
  classes: number,
  weights: Float64Array,
  into: Float64Array,
): void {
  for (let c = 0; c < classes; c++) {
    const start = c * (width + 1)
    let sum = weights[start + width]!
    for (let t = 0; t < width; t++) sum += weights[start + t]! * rows[from + t]!
    into[c] = sum
  }
}

/** Mean cross-entropy in nats plus the penalty; its gradient goes into `gradient`. */
function softmaxLoss(
  rows: Float32Array,
  labels: ArrayLike<number>,
  width: number,
  classes: number,
  penalty: number,
  weights: Float64Array,
  gradient: Float64Array,
): number {
  const count = labels.length
  const logits = new Float64Array(classes)
  gradient.fill(0)
  let loss = 0
  for (let i = 0; i < count; i++) {
    const from = i * width
    scoresOf(rows, from, width, classes, weights, logits)
    let most = -Infinity
    for (let c = 0; c < classes; c++) if (logits[c]! > most) most = logits[c]!
    const own = logits[labels[i]!]!
    let sum = 0
    for (let c = 0; c < classes; c++) sum += logits[c] = Math.exp(logits[c]! - most)
    loss += Math.log(sum) + most - own
    for (let c = 0; c < classes; c++) {
      const share = (logits[c]! / sum - (c === labels[i] ? 1 : 0)) / count
      const start = c * (width + 1)
      for (let t = 0; t < width; t++) gradient[start + t]! += share * rows[from + t]!
      gradient[start + width]! += share
    }
  }
  let squares = 0
  for (let c = 0; c < classes; c++)
    for (let t = c * (width + 1); t < c * (width + 1) + width; t++) {
      squares += weights[t]! ** 2
      gradient[t]! += penalty * weights[t]!
    }
  return loss / count + (penalty / 2) * squares
}

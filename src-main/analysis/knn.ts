// Which class do a picture's nearest neighbours vote for? The weighted k-NN classifier of the original DINO.
import { normalised, nearestRows } from '../../src-shared/analysis/nearest.ts'

export interface KnnOptions {
  /** Neighbours that vote. */
  k: number
  /** T: a neighbour of cosine s votes with weight exp(s / T). */
  temperature: number
}
export const defaultKnn: KnnOptions = { k: 20, temperature: 0.07 }

export interface KnnResult {
  /** The class with the most votes, `[tests]`. */
  predictions: Int32Array
  /** Votes per class, `[tests, classes]`. */
  votes: Float64Array
  /** Indices of the neighbours among the training rows, nearest first, `[tests, k]`. */
  neighbours: Int32Array
  /** Percent of tests whose class is first, and among the first five; null without test labels. */
  top1: number | null
  top5: number | null
}

/**
 * Weighted k-NN (facebookresearch/dino, eval_knn.knn_classifier): cosine similarity, weights exp(s / T), votes added
 * per class; equal votes go to the lower class. `train` is `[rows, width]` with classes 0 … classes − 1, `test`
 * `[tests, width]`. k is cut to the rows there are. Throws RangeError.
 */
export function knnClassify(
  train: { features: Float32Array; labels: ArrayLike<number> },
  test: { features: Float32Array; labels?: ArrayLike<number> },
  width: number,
  classes: number,
  { k, temperature }: KnnOptions = defaultKnn,
): KnnResult {
  const rows = train.labels.length
  const tests = test.features.length / width
  if (train.features.length !== rows * width || !Number.isInteger(tests) || rows === 0)
    throw new RangeError(
      `${train.features.length} and ${test.features.length} values are no rows of ${width}`,
    )
  if (!(k >= 1) || !(temperature > 0))
    throw new RangeError(`no vote of ${k} neighbours at T = ${temperature}`)
  const voters = Math.min(Math.floor(k), rows)
  const { indices, cosines } = nearestRows(
    normalised(train.features, width),
    normalised(test.features, width),
    width,
    voters,
  )
  const votes = new Float64Array(tests * classes)
  const predictions = new Int32Array(tests)
  let first = 0
  let amongFive = 0
  for (let i = 0; i < tests; i++) {
    for (let j = i * voters; j < (i + 1) * voters; j++) {
      const label = train.labels[indices[j]!]!
      if (!(label >= 0 && label < classes))
        throw new RangeError(`class ${label} is outside 0 to ${classes - 1}`)
      votes[i * classes + label]! += Math.exp(cosines[j]! / temperature)
    }
    const own = votes.subarray(i * classes, (i + 1) * classes)
    const ranking = Array.from(own.keys()).sort((a, b) => own[b]! - own[a]! || a - b)
    predictions[i] = ranking[0]!
    const truth = test.labels?.[i]
    if (truth === ranking[0]) first++
    if (truth !== undefined && ranking.slice(0, Math.min(5, voters)).includes(truth)) amongFive++
  }
  const percent = (count: number) => (test.labels ? (100 * count) / tests : null)
  return { predictions, votes, neighbours: indices, top1: percent(first), top5: percent(amongFive) }
}

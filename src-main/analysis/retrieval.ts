// Does asking with a picture bring pictures of its class? Mean average precision, and the first k answers.
import { normalised } from '../../src-shared/analysis/nearest.ts'
import type { Labelled } from './linearProbe.ts'

export interface Retrieval {
  /** Mean over queries of the average precision over the whole ranking, 0 to 1. */
  meanAveragePrecision: number
  /** Share of the first k answers that are of the query's class. */
  precisionAtK: number
  /** Share of queries whose first answer is of their class. */
  first: number
}

/**
 * Ranks all `gallery` rows for each of `queries` by cosine, equal ones by index. Queries whose class is not in the
 * gallery are left out. Rows are `[rows, width]`.
 */
export function retrieval(gallery: Labelled, queries: Labelled, width: number, k: number): Retrieval {
  const rows = normalised(gallery.features, width)
  const asked = normalised(queries.features, width)
  const count = gallery.labels.length
  const cosines = new Float32Array(count)
  const order = new Uint32Array(count)
  let [precision, atK, first, counted] = [0, 0, 0, 0]
  for (let q = 0; q < queries.labels.length; q++) {
    for (let i = 0; i < count; i++) {
      let sum = 0
      for (let t = 0; t < width; t++) sum += asked[q * width + t]! * rows[i * width + t]!
      cosines[i] = sum
      order[i] = i
    }
    order.sort((a, b) => cosines[b]! - cosines[a]! || a - b)
    const label = queries.labels[q]!
    let [found, sum, early] = [0, 0, 0]
    for (let place = 0; place < count; place++) {
      if (gallery.labels[order[place]!] !== label) continue
      found++
      sum += found / (place + 1)
      if (place < k) early++
    }
    if (found === 0) continue
    counted++
    precision += sum / found
    atK += early / Math.min(k, count)
    first += gallery.labels[order[0]!] === label ? 1 : 0
  }
  const mean = (total: number): number => (counted > 0 ? total / counted : NaN)
  return { meanAveragePrecision: mean(precision), precisionAtK: mean(atK), first: mean(first) }
}

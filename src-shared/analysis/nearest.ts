// Which vectors point the same way? Cosines of one patch with all others, and the nearest of many.
import type { PatchTokens } from './parts.ts'

/** Rows `[rows, width]` scaled to length 1, a copy; rows of zeros stay. */
export function normalised(data: Float32Array, width: number): Float32Array {
  const out = new Float32Array(data.length)
  for (let start = 0; start < data.length; start += width) {
    let sum = 0
    for (let t = start; t < start + width; t++) sum += data[t]! * data[t]!
    const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0
    for (let t = start; t < start + width; t++) out[t] = data[t]! * scale
  }
  return out
}

/** Cosine of `query` `[width]` with each of `tokens` `[patches, width]`: the map of what looks like one patch. */
export function cosineMap(tokens: Float32Array, query: Float32Array): Float32Array {
  const width = query.length
  const cosines = new Float32Array(tokens.length / width)
  let own = 0
  for (let t = 0; t < width; t++) own += query[t]! * query[t]!
  for (let i = 0; i < cosines.length; i++) {
    let along = 0
    let length = 0
    for (let t = 0; t < width; t++) {
      const value = tokens[i * width + t]!
      along += value * query[t]!
      length += value * value
    }
    const scale = Math.sqrt(own * length)
    cosines[i] = scale > 0 ? along / scale : 0
  }
  return cosines
}

/**
 * The `count` nearest of `rows` `[rows, width]` for each of `queries` `[queries, width]`, both of length 1 per row:
 * indices and cosines `[queries, count]`, nearest first, equal ones by index.
 */
export function nearestRows(
  rows: Float32Array,
  queries: Float32Array,
  width: number,
  count: number,
): { indices: Int32Array; cosines: Float32Array } {
  const total = rows.length / width
  const asked = queries.length / width
  const indices = new Int32Array(asked * count).fill(-1)
  const cosines = new Float32Array(asked * count).fill(-Infinity)
  // A block of rows stays in the processor's cache while all queries meet it.
  const block = Math.max(1, Math.floor(65536 / width))
  for (let from = 0; from < total; from += block) {
    const to = Math.min(total, from + block)
    for (let i = 0; i < asked; i++) {
      const start = i * count
      const end = start + count
      for (let j = from; j < to; j++) {
        let cosine = 0
        for (let t = 0; t < width; t++) cosine += queries[i * width + t]! * rows[j * width + t]!
        cosine = Math.fround(cosine)
        if (!(cosine > cosines[end - 1]!)) continue
        let place = end - 1
        for (; place > start && cosine > cosines[place - 1]!; place--) {
          cosines[place] = cosines[place - 1]!
          indices[place] = indices[place - 1]!
        }
        cosines[place] = cosine
        indices[place] = j
      }
    }
  }
  return { indices, cosines }
}

export interface PatchMatch {
  /** Which of the pictures. */
  picture: number
  row: number
  column: number
  cosine: number
}

/** The `count` patches of all pictures that look most like `query` `[width]`, nearest first; `perPicture` at most from each. */
export function nearestPatches(
  pictures: readonly PatchTokens[],
  query: Float32Array,
  count: number,
  perPicture: number = count,
): PatchMatch[] {
  const matches = pictures.flatMap(({ tokens, grid }, picture) => {
    const cosines = cosineMap(tokens, query)
    const order = Array.from(cosines.keys()).sort((a, b) => cosines[b]! - cosines[a]! || a - b)
    return order.slice(0, perPicture).map((patch) => ({
      picture,
      row: Math.floor(patch / grid[1]),
      column: patch % grid[1],
      cosine: cosines[patch]!,
    }))
  })
  return matches.sort((a, b) => b.cosine - a.cosine).slice(0, count)
}

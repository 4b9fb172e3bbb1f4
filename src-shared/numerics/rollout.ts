// Through all layers, which input tokens does the output read? Attention rollout.
import { eachAttentionRow, type AttentionShape } from './attention.ts'

/**
 * Attention rollout (Abnar and Zuidema 2020, section 3): per layer the mean over heads, A' = (A + I) / 2,
 * multiplied from the first layer to the last; the row of token `query`, or the mean of all rows where
 * `query` is null (a network without [CLS]). `[tokens]`, summing to 1. Layers come first to last.
 *
 * One row is carried from the last layer back to the first, a vector times A' each, so no `[tokens, tokens]` is kept;
 * the rows of A' need no further normalisation, as softmax rows sum to 1. `onLayer` is told of each layer done.
 */
export function rollout(
  layers: readonly { q: Float32Array; k: Float32Array }[],
  shape: AttentionShape,
  query: number | null,
  onLayer?: (done: number) => void,
): Float32Array {
  let row = new Float64Array(shape.tokens)
  if (query === null) row.fill(1 / shape.tokens)
  else if (query >= 0 && query < shape.tokens) row[query] = 1
  else throw new RangeError(`token ${query} is outside 0 to ${shape.tokens - 1}`)

  for (let layer = layers.length - 1; layer >= 0; layer--) {
    const { q, k } = layers[layer]!
    const before = row
    const after = before.map((weight) => weight / 2)
    // In the last layer only the query's own row counts; zero rows are not computed.
    const queries = Array.from(before.keys()).filter((i) => before[i] !== 0)
    for (let head = 0; head < shape.heads; head++)
      eachAttentionRow(
        q,
        k,
        shape,
        head,
        (i, attention) => {
          const weight = before[i]! / (2 * shape.heads)
          for (let j = 0; j < attention.length; j++) after[j]! += weight * attention[j]!
        },
        queries,
      )
    row = after
    onLayer?.(layers.length - layer)
  }
  return Float32Array.from(row)
}

// What does a video need of each frame? One pass: patch tokens of one layer, and where [CLS] looks in another.
import {
  firstPatch,
  layoutFor,
  patchCount,
  tokenCount,
  type TokenLayout,
} from '../../../src-shared/domain/tokenLayout.ts'
import {
  attentionRows,
  eachAttentionRow,
  type AttentionShape,
} from '../../../src-shared/numerics/attention.ts'
import { resolveLayer } from '../../analysis/look.ts'
import { loadModel } from '../models.ts'
import { finalNorm } from '../norm.ts'
import { runForward } from '../programs.ts'
import type { Task } from '../task.ts'

export const frame: Task<'frame'> = async ({ model, place, images, layer, attentionLayer }) => {
  const loaded = loadModel(model)
  const { spec, weights } = loaded
  const layout = layoutFor(spec, images.width, images.height)
  const at = resolveLayer(layer, spec.depth)
  const looking = resolveLayer(attentionLayer, spec.depth)
  const last = at === spec.depth - 1
  const [patches, q, k] = [last ? 'tokens' : `layers.${at}`, `q.${looking}`, `k.${looking}`]
  const outputs = await runForward(loaded, place, images, [patches, q, k])
  const tokens = outputs[patches]!
  if (!last) finalNorm(spec, layout, weights, tokens)
  const shape = { tokens: tokenCount(layout), width: spec.width, heads: spec.heads }
  return {
    tokens: tokens.slice(firstPatch(layout) * spec.width),
    rows: patchRows(outputs[q]!, outputs[k]!, shape, layout),
  }
}

/**
 * Each head's attention on the patches, `[heads, patches]`: the row of [CLS], or the mean of all rows where there is no
 * [CLS]. What goes to [CLS] and registers is left out, so that a row sums to 1 at most.
 */
export function patchRows(
  q: Float32Array,
  k: Float32Array,
  shape: AttentionShape,
  layout: TokenLayout,
): Float32Array {
  const { tokens, heads } = shape
  const rows = layout.cls ? attentionRows(q, k, shape, 0) : meanRows(q, k, shape)
  const patches = patchCount(layout)
  const found = new Float32Array(heads * patches)
  for (let head = 0; head < heads; head++)
    found.set(rows.subarray(head * tokens + firstPatch(layout), (head + 1) * tokens), head * patches)
  return found
}

function meanRows(q: Float32Array, k: Float32Array, shape: AttentionShape): Float32Array {
  const { tokens, heads } = shape
  const mean = new Float32Array(heads * tokens)
  for (let head = 0; head < heads; head++)
    eachAttentionRow(q, k, shape, head, (_, row) => {
      for (let i = 0; i < tokens; i++) mean[head * tokens + i]! += row[i]! / tokens
    })
  return mean
}

// What does a network make of pictures, as measuring wants it? Vectors from its tokens, and where it attends.
import { layoutFor, firstPatch, tokenCount } from '../../../src-shared/domain/tokenLayout.ts'
import type { TokenLayout } from '../../../src-shared/domain/tokenLayout.ts'
import { attentionRows, meanAttentionRow } from '../../../src-shared/numerics/attention.ts'
import type { EmbedToken } from '../../../src-shared/protocol/calls/measure.ts'
import { resolveLayer } from '../../analysis/look.ts'
import { randomModel } from '../../networks/initialise.ts'
import { loadModel } from '../models.ts'
import type { LoadedModel } from '../models.ts'
import { finalNorm } from '../norm.ts'
import { runForward } from '../programs.ts'
import type { ModelAt, Task } from '../task.ts'

export const encode: Task<'encode'> = async ({
  model,
  place,
  images,
  layer,
  token,
  attention,
  untrained,
}) => {
  const loaded = untrained === null ? loadModel(model) : untrainedModel(model, untrained)
  const { spec, weights } = loaded
  const layout = layoutFor(spec, images.width, images.height)
  const at = resolveLayer(layer, spec.depth)
  const last = at === spec.depth - 1
  const wanted = token === null ? [] : [last ? 'tokens' : `layers.${at}`]
  const outputs = await runForward(loaded, place, images, [
    ...wanted,
    ...(attention ? [`q.${at}`, `k.${at}`] : []),
  ])
  let rows: Float32Array | null = null
  if (token !== null) {
    const tokens = outputs[wanted[0]!]!
    if (!last) finalNorm(spec, layout, weights, tokens)
    rows = chosen(tokens, images.batch, spec.width, layout, token)
  }
  const shape = { tokens: tokenCount(layout), width: spec.width, heads: spec.heads }
  return {
    rows,
    attention: attention
      ? patchAttention(outputs[`q.${at}`]!, outputs[`k.${at}`]!, images.batch, shape, layout)
      : null,
  }
}

let random: { of: LoadedModel; seed: number; model: LoadedModel } | null = null

/** The same network with random weights, as training would begin with them. */
function untrainedModel(model: ModelAt, seed: number): LoadedModel {
  const of = loadModel(model)
  if (random?.of !== of || random.seed !== seed)
    random = {
      of,
      seed,
      model: { ...of, key: `${of.key} untrained ${seed}`, weights: randomModel(of.spec, seed) },
    }
  return random.model
}

/** Vectors of `tokens` `[batch, count, width]`: `[batch, columns]`, or for patches `[batch, patches, width]`. */
function chosen(
  tokens: Float32Array,
  batch: number,
  width: number,
  layout: TokenLayout,
  token: EmbedToken,
): Float32Array {
  const [first, count] = [firstPatch(layout), tokenCount(layout)]
  if (token === 'patches') {
    const size = (count - first) * width
    const out = new Float32Array(batch * size)
    for (let b = 0; b < batch; b++)
      out.set(tokens.subarray((b * count + first) * width, (b + 1) * count * width), b * size)
    return out
  }
  const columns = token === 'cls+mean' ? 2 * width : width
  const out = new Float32Array(batch * columns)
  for (let b = 0; b < batch; b++) {
    const start = b * count * width
    if (token !== 'mean') out.set(tokens.subarray(start, start + width), b * columns)
    if (token === 'cls') continue
    const mean = out.subarray((b + 1) * columns - width, (b + 1) * columns)
    for (let c = 0; c < width; c++) {
      let sum = 0
      for (let t = first; t < count; t++) sum += tokens[start + t * width + c]!
      mean[c] = sum / (count - first)
    }
  }
  return out
}

/** Attention of [CLS], or the mean of all tokens where there is none, to the patches: `[batch, heads, patches]`. */
function patchAttention(
  q: Float32Array,
  k: Float32Array,
  batch: number,
  shape: { tokens: number; width: number; heads: number },
  layout: TokenLayout,
): Float32Array {
  const { tokens, width, heads } = shape
  const first = firstPatch(layout)
  const patches = tokens - first
  const out = new Float32Array(batch * heads * patches)
  const rows = new Float32Array(heads * tokens)
  for (let b = 0; b < batch; b++) {
    const [from, to] = [b * tokens * width, (b + 1) * tokens * width]
    const [queries, keys] = [q.subarray(from, to), k.subarray(from, to)]
    if (layout.cls) attentionRows(queries, keys, shape, 0, rows)
    else
      for (let head = 0; head < heads; head++)
        meanAttentionRow(queries, keys, shape, head, rows.subarray(head * tokens, (head + 1) * tokens))
    for (let head = 0; head < heads; head++)
      out.set(rows.subarray(head * tokens + first, (head + 1) * tokens), (b * heads + head) * patches)
  }
  return out
}

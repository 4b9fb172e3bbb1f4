// What does the window need to draw any attention row at once? Every layer's queries and keys, one after the other.
import { layoutFor, tokenCount } from '../../../src-shared/domain/tokenLayout.ts'
import { rolloutRow } from '../../analysis/attentionSums.ts'
import { loadModel } from '../models.ts'
import { runForward } from '../programs.ts'
import type { LookItem, Task } from '../task.ts'

export const look: Task<'look'> = async ({ model, place, images }, context) => {
  const loaded = loadModel(model)
  const { spec } = loaded
  const layout = layoutFor(spec, images.width, images.height)
  const tokens = tokenCount(layout)
  const layers = Array.from({ length: spec.depth }, (_, i) => i)
  const wanted = [
    ...layers.flatMap((i) => [`q.${i}`, `k.${i}`, `layers.${i}`]),
    'tokens',
    ...(spec.classes === null ? [] : ['logits']),
  ]
  const since = performance.now()
  const outputs = await runForward(loaded, place, images, wanted)
  const say = (item: LookItem): void => {
    context.stopIfCancelled()
    context.item(item, [])
  }
  say({ kind: 'pass', device: place.device, seconds: (performance.now() - since) / 1000 })
  const pairs = layers.map((i) => ({ q: outputs[`q.${i}`]!, k: outputs[`k.${i}`]! }))
  // The layers go ahead, so that the window can draw while the rollout is made of them here.
  for (const layer of layers.toReversed()) {
    const { q, k } = pairs[layer]!
    say({ kind: 'layer', layer, q, k, norms: rowNorms(outputs[`layers.${layer}`]!, tokens) })
  }
  const shape = { tokens, width: spec.width, heads: spec.heads }
  const query = layout.cls ? 0 : null
  return {
    rollout: await rolloutRow(pairs, shape, query, place, () => context.stopIfCancelled()),
    norms: rowNorms(outputs.tokens!, tokens),
    logits: outputs.logits ?? null,
  }
}

/** Euclidean norm of each row of `[rows, width]`. */
function rowNorms(values: Float32Array, rows: number): Float32Array {
  const width = values.length / rows
  return Float32Array.from({ length: rows }, (_, row) => {
    let sum = 0
    for (let i = row * width; i < (row + 1) * width; i++) sum += values[i]! ** 2
    return Math.sqrt(sum)
  })
}

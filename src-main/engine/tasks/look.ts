// What does the window need to draw any attention row at once? Every layer's queries and keys, one after the other.
import { firstPatch, layoutFor, tokenCount } from '../../../src-shared/domain/tokenLayout.ts'
import { rolloutRow } from '../../analysis/attentionSums.ts'
import { loadModel } from '../models.ts'
import { runForward } from '../programs.ts'
import type { Task } from '../task.ts'

export const look: Task<'look'> = async ({ model, place, images }, context) => {
  const loaded = loadModel(model)
  const { spec } = loaded
  const layout = layoutFor(spec, images.width, images.height)
  const layers = Array.from({ length: spec.depth }, (_, i) => i)
  const wanted = layers.flatMap((i) => [`q.${i}`, `k.${i}`])
  const outputs = await runForward(loaded, place, images, wanted)
  const shape = { tokens: tokenCount(layout), width: spec.width, heads: spec.heads }
  const pairs = layers.map((i) => ({ q: outputs[`q.${i}`]!, k: outputs[`k.${i}`]! }))
  // The layers go ahead, so that the window can draw while the rollout is made of them here.
  pairs.forEach(({ q, k }, layer) => {
    context.stopIfCancelled()
    context.item({ layer, q, k }, [])
  })
  const query = layout.cls ? 0 : null
  const row = await rolloutRow(pairs, shape, query, place, () => context.stopIfCancelled())
  return { rollout: row.slice(firstPatch(layout)) }
}

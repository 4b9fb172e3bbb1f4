// Where does a layer look? Maps of every picture from its queries and keys, with their measures.
import { layoutFor, tokenCount } from '../../../src-shared/domain/tokenLayout.ts'
import { combineHeads } from '../../../src-shared/numerics/attention.ts'
import { look, resolveLayer } from '../../analysis/look.ts'
import { loadModel } from '../models.ts'
import { runForward } from '../programs.ts'
import type { AttentionIn, AttentionOut, Task } from '../task.ts'

export const attention: Task<'attention'> = async (request, context) => {
  const { model, place, images, head, query, mass } = request
  const loaded = loadModel(model)
  const { spec } = loaded
  const layer = resolveLayer(request.layer, spec.depth)
  const layout = layoutFor(spec, images.width, images.height)
  // Rollout reads every layer up to the one that is looked at; a map reads its own alone.
  const layers = request.rollout ? Array.from({ length: layer + 1 }, (_, i) => i) : [layer]
  const wanted = layers.flatMap((i) => [`q.${i}`, `k.${i}`])
  const outputs = await runForward(loaded, place, images, wanted)

  const size = tokenCount(layout) * spec.width
  const pictures: AttentionOut['pictures'] = []
  for (let b = 0; b < images.batch; b++) {
    context.stopIfCancelled()
    const of = (name: string): Float32Array => outputs[name]!.subarray(b * size, (b + 1) * size)
    const seen = {
      layers: layers.map((i) => ({ q: of(`q.${i}`), k: of(`k.${i}`) })),
      heads: spec.heads,
      layout,
      patch: spec.patch,
    }
    const options = { layer: -1, head, query, mass, rollout: request.rollout }
    const { maps, matrices } = await look(seen, options, place)
    pictures.push({
      maps: maps.map((map) => ({ ...map, layer })),
      matrices: matrices && chosenMatrices(matrices, head, spec.heads),
    })
  }
  return { layer, pictures }
}

/** Of whole matrices `[heads, tokens, tokens]` the head that was asked for, or what was made of all. */
function chosenMatrices(all: Float32Array, head: AttentionIn['head'], heads: number): Float32Array {
  if (head === 'all') return all
  const size = all.length / heads
  return typeof head === 'number' ? all.slice(head * size, (head + 1) * size) : combineHeads(all, heads, head)
}

// What tokens does a model make of pictures? Those of one layer, after the final norm or before it.
import { layoutFor } from '../../../src-shared/domain/tokenLayout.ts'
import { resolveLayer } from '../../analysis/look.ts'
import { loadModel } from '../models.ts'
import { finalNorm } from '../norm.ts'
import { runForward } from '../programs.ts'
import type { Task } from '../task.ts'

export const features: Task<'features'> = async ({ model, place, images, layer, norm }) => {
  const loaded = loadModel(model)
  const { spec, weights } = loaded
  const at = resolveLayer(layer, spec.depth)
  const last = at === spec.depth - 1
  const wanted = !last ? `layers.${at}` : norm ? 'tokens' : 'preNorm'
  const outputs = await runForward(loaded, place, images, [wanted])
  const tokens = outputs[wanted]!
  if (norm && !last) finalNorm(spec, layoutFor(spec, images.width, images.height), weights, tokens)
  return { tokens }
}

// Answers `estimate`: what one forward pass would need, from the spec and the sizes alone.
import { layoutFor, tokenCount } from '../../../src-shared/domain/tokenLayout.ts'
import { forwardBytes, forwardOperations } from '../estimate.ts'
import type { Job } from '../job.ts'

export const estimate: Job<'estimate'> =
  () =>
  async ({ spec, picture, size, fit }) => {
    const { fittedSize } = await import('../../datasets/fit.ts')
    const input = fittedSize(picture, spec, { fit, size })
    const layout = layoutFor(spec, input.width, input.height)
    const wanted = Array.from({ length: spec.depth }, (_, i) => [`q.${i}`, `k.${i}`, `layers.${i}`]).flat()
    return {
      input,
      tokens: tokenCount(layout),
      bytes: forwardBytes(spec, layout, 1, wanted),
      free: process.availableMemory(),
      operations: forwardOperations(spec, layout),
    }
  }

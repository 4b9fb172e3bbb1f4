// Answers `patchTokens`: what a model makes of the patches of pictures, streamed picture by picture.
import { defaultPartsLayer } from '../../../src-shared/domain/partsLayer.ts'
import { firstPatch, layoutFor } from '../../../src-shared/domain/tokenLayout.ts'
import { resolveLayer } from '../../analysis/look.ts'
import { inputBatches } from '../inputs.ts'
import type { Job } from '../job.ts'
import { secondsSince, startComputing } from './computing.ts'
import { identify, isOneColour } from './partsFiles.ts'

export const patchTokens: Job<'patchTokens'> = (tools) => async (request, context) => {
  const since = performance.now()
  const computing = startComputing(tools, request, context)
  const { spec: awaitedSpec, ready, notice } = computing
  const { pictures: sources, size, fit } = request
  const total = sources.length
  let index = 0
  for await (const batch of inputBatches({ kind: 'pictures', sources, size, fit }, awaitedSpec, notice)) {
    const spec = await awaitedSpec
    await ready
    const { images, pictures } = batch
    const { picture, region } = pictures[0]!
    const layer = resolveLayer(request.layer ?? defaultPartsLayer(spec), spec.depth)
    const input = { width: images.width, height: images.height }
    const layout = layoutFor(spec, input.width, input.height)
    context.event({ kind: 'progress', what: 'tokens', done: index, total })
    const { tokens } = await computing.run('features', { images, layer, norm: true }, { movable: true })
    await context.item({
      index,
      layout,
      input,
      area: region,
      identity: identify(picture),
      layer,
      depth: spec.depth,
      width: spec.width,
      tokens: tokens.slice(firstPatch(layout) * spec.width),
      oneColour: isOneColour(picture),
    })
    index++
  }
  context.event({ kind: 'progress', what: 'tokens', done: total, total })
  return { device: await computing.device(), seconds: secondsSince(since) }
}

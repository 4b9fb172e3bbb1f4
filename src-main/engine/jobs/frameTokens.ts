// Answers `frameTokens`: what a model makes of one frame of a video, whose pixels came with the call.
import { defaultPartsLayer } from '../../../src-shared/domain/partsLayer.ts'
import { layoutFor } from '../../../src-shared/domain/tokenLayout.ts'
import { resolveLayer } from '../../analysis/look.ts'
import { refuseHeavyForward } from '../estimate.ts'
import type { Job } from '../job.ts'
import { secondsSince, startComputing } from './computing.ts'
import { isOneColour } from './partsFiles.ts'

export const frameTokens: Job<'frameTokens'> = (tools) => async (request, context) => {
  const since = performance.now()
  const computing = startComputing(tools, request, context)
  const { fit, toTensor } = await import('../../datasets/fit.ts')
  const spec = await computing.spec
  const { picture, region, notices } = fit(request.frame, spec, {
    fit: request.fit,
    size: request.size,
    before: ({ width, height }) => refuseHeavyForward(spec, layoutFor(spec, width, height), 1, []),
  })
  for (const text of notices) computing.notice(text)
  await computing.ready
  const { width, height } = picture
  const layer = resolveLayer(request.layer ?? defaultPartsLayer(spec), spec.depth)
  const attentionLayer = resolveLayer(request.attentionLayer, spec.depth)
  const images = { batch: 1, width, height, data: toTensor(picture, spec.preprocessing) }
  const found = await computing.run('frame', { images, layer, attentionLayer }, { movable: true })
  return {
    ...found,
    layout: layoutFor(spec, width, height),
    input: { width, height },
    area: region,
    layer,
    attentionLayer,
    depth: spec.depth,
    heads: spec.heads,
    width: spec.width,
    oneColour: isOneColour(picture),
    device: await computing.device(),
    seconds: secondsSince(since),
  }
}

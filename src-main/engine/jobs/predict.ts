// Answers `predict`: how well I-JEPA's predictor says what is seen in blocks hidden from it.
import { blockPatches, contextPatches } from '../../../src-shared/domain/blocks.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import { layoutFor, patchCount } from '../../../src-shared/domain/tokenLayout.ts'
import type { Result } from '../../../src-shared/protocol/calls.ts'
import { judgePrediction, mapOfBlocks, nothingSeen, seekNearest } from '../../analysis/prediction.ts'
import type { JudgedPrediction } from '../../analysis/prediction.ts'
import { inputBatches } from '../inputs.ts'
import type { Job } from '../job.ts'
import { secondsSince, startComputing } from './computing.ts'

export const predict: Job<'predict'> = (tools) => async (request, context) => {
  const since = performance.now()
  const { event } = context
  const computing = startComputing(tools, request, context)
  const { ready, notice } = computing
  const spec = await computing.spec
  refuseWithoutPredictor(spec)
  await ready
  const layout = layoutFor(spec, spec.imageSize.width, spec.imageSize.height)
  const seen = contextPatches(layout.grid, request.context, request.targets)
  const targets = request.targets.map((target) => blockPatches(layout.grid, target))
  const input = {
    kind: 'pictures' as const,
    sources: [request.picture, ...(request.nearest > 0 ? request.among : [])],
    size: spec.imageSize,
    fit: request.fit,
  }
  const nearest = targets.map(({ length }) => nothingSeen(length, request.nearest))
  const names: string[] = []
  const areas: Result<'predict'>['areas'] = []
  let predicted: Float32Array[] = []
  let judged: JudgedPrediction[] = []
  let rgb = new Uint8Array()
  for await (const { images, pictures, done, total } of inputBatches(input, computing.spec, notice)) {
    event({ kind: 'progress', what: 'prediction', done, total })
    // The first picture is the one asked about; in the others only nearest patches are looked for.
    const blocks = done === 0 ? { context: seen, targets } : null
    const found = await computing.run('predict', { images, blocks }, { movable: true })
    if (blocks) {
      rgb = new Uint8Array(pictures[0]!.picture.rgb)
      predicted = found.predicted
      judged = targets.map((patches, i) => judgePrediction(predicted[i]!, found.wanted, patches, spec.width))
    }
    nearest.forEach((list, i) => seekNearest(list, predicted[i]!, names.length, found.wanted, spec.width))
    names.push(pictures[0]!.name)
    areas.push(pictures[0]!.region)
  }
  return {
    layout,
    input: spec.imageSize,
    rgb,
    context: seen,
    targets: judged.map((one, i) => ({ ...one, patches: targets[i]!, nearest: nearest[i]! })),
    loss: judged.reduce((sum, { loss }) => sum + loss, 0) / judged.length,
    map: mapOfBlocks(
      patchCount(layout),
      judged.map(({ cosines }, i) => ({ patches: targets[i]!, values: cosines })),
    ),
    names,
    areas,
    device: await computing.device(),
    seconds: secondsSince(since),
  }
}

function refuseWithoutPredictor({ predictor }: ModelSpec): void {
  if (predictor) return
  throw new Failure(
    'unsupported-model',
    'This network has no predictor, so it cannot say what is seen in hidden blocks.',
    'Give a checkpoint of I-JEPA’s training, which holds encoder, predictor and target_encoder.',
  )
}

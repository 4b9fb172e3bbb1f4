// Answers `rebuild`: the decoder's word on every patch of one picture of which some were hidden, mask after mask.
import { Failure } from '../../../src-shared/domain/failure.ts'
import {
  blockNoise,
  chosenNoise,
  gridNoise,
  randomNoise,
  type MaskNoise,
} from '../../../src-shared/domain/masks.ts'
import { layoutFor } from '../../../src-shared/domain/tokenLayout.ts'
import type { HiddenChoice } from '../../../src-shared/protocol/calls/studies.ts'
import { inputBatches } from '../inputs.ts'
import type { Job } from '../job.ts'
import { secondsSince, startComputing } from './computing.ts'

export const rebuild: Job<'rebuild'> = (tools) => async (request, context) => {
  const since = performance.now()
  const computing = startComputing(tools, request, context, 'decoder')
  const { picture: source, size, fit, hidden } = request
  const sources = { kind: 'pictures' as const, sources: [source], size, fit }
  const { value: batch } = await inputBatches(sources, computing.spec, computing.notice).next()
  if (!batch) throw new Error('an input of one picture had no batch')
  const spec = await computing.spec
  await computing.ready
  const { images, pictures } = batch
  const { picture, region } = pictures[0]!
  const input = { width: images.width, height: images.height }
  const layout = layoutFor(spec, input.width, input.height)
  // A mask that cannot be is told before the first is asked for.
  const masks = hidden.map((one) => noiseFor(one, layout.grid))
  // A network is compiled for one number of visible patches; where there are many, those in use are not put out for them.
  const passing = masks.some(({ kept }) => kept !== masks[0]!.kept)
  for (const [index, { noise, kept }] of masks.entries()) {
    context.event({ kind: 'progress', what: 'reconstruction', done: index, total: masks.length })
    const { prediction, mask, seconds } = await computing.run('reconstruct', {
      images,
      noise,
      kept,
      passing,
    })
    await context.item({
      index,
      layout,
      patch: spec.patch,
      input,
      area: region,
      rgb: picture.rgb,
      prediction,
      mask,
      forwardSeconds: seconds,
      normPixLoss: spec.decoder?.normPixLoss ?? null,
      mean: [...spec.preprocessing.mean],
      std: [...spec.preprocessing.std],
    })
  }
  return { device: await computing.device(), seconds: secondsSince(since) }
}

/** The mask that was asked for, on a grid. Throws Failure where it hides all or nothing, or belongs to another grid. */
export function noiseFor(hidden: HiddenChoice, grid: readonly [number, number]): MaskNoise {
  if (hidden.kind !== 'chosen') {
    if (hidden.kind === 'random') return randomNoise(grid, hidden.ratio, hidden.seed)
    return hidden.kind === 'block'
      ? blockNoise(grid, hidden.ratio, hidden.seed)
      : gridNoise(grid, hidden.ratio)
  }
  const patches = grid[0] * grid[1]
  if (hidden.hidden.length !== patches)
    throw new Failure(
      'bad-argument',
      `The painted mask has ${hidden.hidden.length} patches, and the picture has ${patches} at this size.`,
      'Paint it again, or go back to the size it was painted at.',
    )
  return chosenNoise(Float32Array.from(hidden.hidden, Number))
}

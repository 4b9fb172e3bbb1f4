// Answers `look`: one forward pass, its layers streamed to whoever draws them.
import { layoutFor } from '../../../src-shared/domain/tokenLayout.ts'
import type { Item } from '../../../src-shared/protocol/calls.ts'
import { inputBatches } from '../inputs.ts'
import type { Job } from '../job.ts'
import type { LookItem } from '../task.ts'
import { secondsSince, startComputing } from './computing.ts'

export const look: Job<'look'> = (tools) => async (request, context) => {
  const since = performance.now()
  const { event, item } = context
  const computing = startComputing(tools, request, context)
  const { spec: awaitedSpec, ready, notice } = computing
  const input = {
    kind: 'pictures' as const,
    sources: [request.picture],
    size: request.size,
    fit: request.fit,
  }
  const { value: batch } = await inputBatches(input, awaitedSpec, notice).next()
  if (!batch) throw new Error('an input of one picture had no batch')
  const spec = await awaitedSpec
  await ready
  const { images, pictures } = batch
  const { width, height } = images
  event({ kind: 'progress', what: 'look', done: 0, total: 1 })

  const said = (sent: LookItem): Item<'look'> =>
    sent.kind === 'layer'
      ? sent
      : {
          kind: 'facts',
          layout: layoutFor(spec, width, height),
          width: spec.width,
          heads: spec.heads,
          depth: spec.depth,
          input: { width, height },
          area: pictures[0]!.region,
          device: sent.device,
          seconds: sent.seconds,
        }
  // The worker sends layers as fast as it can; they leave here as fast as the window takes them.
  let sending: Promise<void> = Promise.resolve()
  const onItem = (sent: unknown): void => {
    sending = sending.then(() => item(said(sent as LookItem)))
    sending.catch(() => {})
  }
  const end = await computing.run('look', { images }, { movable: true, onItem })
  await sending
  return { ...end, device: await computing.device(), seconds: secondsSince(since) }
}

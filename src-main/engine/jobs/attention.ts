// Answers `attention`: maps of where a layer looks, as pictures over the pictures and as numbers.
import { Failure } from '../../../src-shared/domain/failure.ts'
import { queryToken } from '../../../src-shared/domain/query.ts'
import { layoutFor } from '../../../src-shared/domain/tokenLayout.ts'
import type { TokenLayout } from '../../../src-shared/domain/tokenLayout.ts'
import type { Result } from '../../../src-shared/protocol/calls.ts'
import { matricesBytes, resolveLayer } from '../../analysis/look.ts'
import { formatBytes } from '../estimate.ts'
import { inputBatches } from '../inputs.ts'
import type { Job } from '../job.ts'
import { openOutputs } from '../outputs.ts'
import { attentionFiles, writeAttention } from './attentionFiles.ts'
import { secondsSince, startComputing } from './computing.ts'
import { namedColourMap } from './drawMap.ts'

export const attention: Job<'attention'> = (tools) => async (request, context) => {
  const since = performance.now()
  const { event } = context
  const computing = startComputing(tools, request, context)
  const { spec: awaitedSpec, ready, notice } = computing
  const map = namedColourMap(request.colormap)
  const outputs = await openOutputs(request.output)
  const { head, query, mass, rollout } = request
  const items: Result<'attention'>['items'] = []
  // One picture's files are drawn and written while the next picture is computed.
  let writing: Promise<Result<'attention'>['items']> = Promise.resolve([])
  let layout: TokenLayout | null = null

  for await (const batch of inputBatches(request.input, awaitedSpec, notice)) {
    const spec = await awaitedSpec
    await ready
    const { images, done, total } = batch
    const layer = resolveLayer(request.layer, spec.depth)
    if (typeof head === 'number') refuseHead(head, spec.heads)
    layout = layoutFor(spec, images.width, images.height)
    queryToken(layout, query)
    if (query.kind === 'all') sayMatrixSize(layout, spec.heads, images.batch, notice)
    const files = attentionFiles(request, batch, layer, spec.heads)
    await outputs.claim(files.all)

    event({ kind: 'progress', what: 'attention', done, total })
    const question = { images, layer, head, query, mass, rollout }
    const found = await computing.run('attention', question, { movable: true })
    items.push(...(await writing))
    const drawing = { map, opacity: request.opacity, query, model: request.model.name }
    writing = writeAttention(batch, layout, found, { files, drawing, outputs })
    writing.catch(() => {})
  }
  items.push(...(await writing))
  event({ kind: 'progress', what: 'attention', done: items.length, total: items.length })
  return {
    layout: layout!,
    items,
    device: await computing.device(),
    seconds: secondsSince(since),
  }
}

/** Refused before anything is computed. */
function refuseHead(head: number, heads: number): void {
  if (head < heads) return
  throw new Failure(
    'bad-argument',
    `Head ${head} does not exist: this network has ${heads} heads, 0 to ${heads - 1}.`,
    'Ask for a head that is there, or mean, max, all.',
  )
}

function sayMatrixSize(
  layout: TokenLayout,
  heads: number,
  batch: number,
  notice: (text: string) => void,
): void {
  const bytes = batch * matricesBytes(layout, heads)
  const free = process.availableMemory()
  const size = `Whole attention matrices of ${heads} heads over ${layout.grid.join(' × ')} patches`
  // Once as they are made, once as the bytes of their file; no file is written over 2 GiB at once.
  if (2 * bytes > free || bytes >= 2 ** 31)
    throw new Failure(
      'too-large',
      `${size} are ${formatBytes(bytes)} and need twice that in memory; ${formatBytes(Math.min(free, 2 ** 32))} can be had.`,
      'Try a smaller --size, or --query cls.',
    )
  notice(`${size}: ${formatBytes(bytes)}.`)
}

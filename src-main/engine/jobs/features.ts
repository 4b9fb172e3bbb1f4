// Answers `features`: tokens of pictures as .npy files.
import { Failure } from '../../../src-shared/domain/failure.ts'
import { firstPatch, layoutFor, tokenCount } from '../../../src-shared/domain/tokenLayout.ts'
import type { TokenLayout } from '../../../src-shared/domain/tokenLayout.ts'
import { writeNpy } from '../../../src-shared/numerics/npy.ts'
import type { Request, Result } from '../../../src-shared/protocol/calls.ts'
import { inputBatches } from '../inputs.ts'
import type { Job } from '../job.ts'
import { openOutputs } from '../outputs.ts'
import { secondsSince, startComputing } from './computing.ts'

export const features: Job<'features'> = (tools) => async (request, context) => {
  const since = performance.now()
  const { event } = context
  const computing = startComputing(tools, request, context)
  const { spec: awaitedSpec, ready, notice } = computing
  const outputs = await openOutputs(request.output)
  const items: Result<'features'>['items'] = []
  let layout: TokenLayout | null = null

  for await (const { images, pictures, tensor, done, total } of inputBatches(
    request.input,
    awaitedSpec,
    notice,
  )) {
    const spec = await awaitedSpec
    await ready
    event({ kind: 'progress', what: 'features', done, total })
    layout = layoutFor(spec, images.width, images.height)
    const rows = selection(layout, request.token)
    const { name } = pictures[0]!
    const file = tensor ? 'features.npy' : `${name}.features.npy`
    await outputs.claim([file])
    const { batch } = images
    const question = { images, layer: request.layer, norm: request.norm }
    const computed = await computing.run('features', question, { movable: true })
    const data = select(computed.tokens, { batch, count: tokenCount(layout), width: spec.width }, rows)
    const tokens = rows.mean ? 1 : rows.to - rows.from
    const shape = tensor ? [batch, tokens, spec.width] : [tokens, spec.width]
    items.push({ name, npy: await outputs.write(file, writeNpy({ shape, data })), shape, grid: layout.grid })
  }
  event({ kind: 'progress', what: 'features', done: items.length, total: items.length })
  return {
    items,
    layout: layout!,
    device: await computing.device(),
    seconds: secondsSince(since),
  }
}

/** Which tokens: from the first to before the last, as they are or their mean. */
interface Rows {
  from: number
  to: number
  mean: boolean
}

function selection(layout: TokenLayout, token: Request<'features'>['token']): Rows {
  const first = firstPatch(layout)
  const end = tokenCount(layout)
  switch (token) {
    case 'all':
      return { from: 0, to: end, mean: false }
    case 'patches':
      return { from: first, to: end, mean: false }
    case 'mean':
      return { from: first, to: end, mean: true }
    case 'cls':
      if (layout.cls) return { from: 0, to: 1, mean: false }
      throw new Failure(
        'bad-argument',
        'This network has no [CLS] token.',
        'Ask for --token mean or patches.',
      )
    case 'registers':
      if (layout.registers > 0) return { from: first - layout.registers, to: first, mean: false }
      throw new Failure(
        'bad-argument',
        'This network has no registers.',
        'Ask for --token all, cls, mean or patches.',
      )
  }
}

/** The chosen tokens of `[batch, count, width]`: `[batch, chosen, width]`, or their mean `[batch, 1, width]`. */
function select(
  tokens: Float32Array,
  { batch, count, width }: { batch: number; count: number; width: number },
  { from, to, mean }: Rows,
): Float32Array {
  if (!mean && from === 0 && to === count) return tokens
  const rows = mean ? 1 : to - from
  const chosen = new Float32Array(batch * rows * width)
  for (let b = 0; b < batch; b++) {
    const seen = tokens.subarray((b * count + from) * width, (b * count + to) * width)
    if (!mean) chosen.set(seen, b * rows * width)
    else
      for (let c = 0; c < width; c++) {
        let sum = 0
        for (let i = c; i < seen.length; i += width) sum += seen[i]!
        chosen[b * width + c] = sum / (to - from)
      }
  }
  return chosen
}

// Answers `parts`: the parts of pictures in colours, all pictures together.
import { basename, dirname, resolve } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { defaultPartsLayer } from '../../../src-shared/domain/partsLayer.ts'
import { firstPatch, layoutFor, patchCount, tokenCount } from '../../../src-shared/domain/tokenLayout.ts'
import type { Request, Result } from '../../../src-shared/protocol/calls.ts'
import { resolveLayer } from '../../analysis/look.ts'
import type { PartsBasis } from '../../../src-shared/analysis/parts.ts'
import { formatBytes } from '../estimate.ts'
import { inputBatches } from '../inputs.ts'
import type { Job } from '../job.ts'
import { openOutputs } from '../outputs.ts'
import type { Outputs } from '../outputs.ts'
import type { PartsOut } from '../task.ts'
import { secondsSince, startComputing } from './computing.ts'
import {
  clusterFiles,
  identify,
  isOneColour,
  partsFiles,
  readBasis,
  writeClusters,
  writeParts,
} from './partsFiles.ts'
import type { SeenPicture } from './partsFiles.ts'

export const parts: Job<'parts'> = (tools) => async (request, context) => {
  const since = performance.now()
  const { signal, event } = context
  const computing = startComputing(tools, request, context)
  const { spec: awaitedSpec, ready, notice } = computing
  const given = request.basis === undefined ? null : await readBasis(request.basis)
  const outputs = await openOutputs(request.output)
  const writeBasis = await basisWriter(request, outputs)
  const seen: (SeenPicture & { tokens: Float32Array })[] = []
  let layer = 0
  let width = 0

  for await (const { images, pictures, done, total } of inputBatches(request.input, awaitedSpec, notice)) {
    const spec = await awaitedSpec
    await ready
    width = spec.width
    if (given) refuseOtherWidth(given, width)
    layer = resolveLayer(request.layer ?? given?.layer ?? defaultPartsLayer(spec), spec.depth)
    const layout = layoutFor(spec, images.width, images.height)
    const { batch } = images
    if (seen.length === 0) refuseTooMany(Math.max(total, batch), patchCount(layout), width, images)
    await outputs.claim(
      pictures.flatMap(({ name }) => [
        ...partsFiles(name),
        ...(request.clusters === undefined ? [] : clusterFiles(name)),
      ]),
    )
    event({ kind: 'progress', what: 'tokens', done, total })
    const { tokens } = await computing.run('features', { images, layer, norm: true }, { movable: true })
    const perPicture = tokenCount(layout) * width
    pictures.forEach(({ name, picture }, b) => {
      const patches = tokens.slice(b * perPicture + firstPatch(layout) * width, (b + 1) * perPicture)
      seen.push({ name, picture, id: identify(picture), grid: layout.grid, tokens: patches })
    })
  }
  if (seen.every(({ picture }) => isOneColour(picture)))
    throw new Failure(
      'bad-picture',
      seen.length === 1
        ? 'The picture is of one colour: there are no parts to tell apart.'
        : 'Each of the pictures is of one colour: there are no parts to tell apart.',
      'Use pictures that show something.',
    )

  event({ kind: 'progress', what: 'parts', done: 0, total: seen.length })
  const question = {
    pictures: seen.map(({ id, grid, tokens }) => ({ id, grid, tokens })),
    width,
    layer,
    basis: given,
    foreground: request.foreground,
    flip: request.flip,
    clusters:
      request.clusters === undefined ? null : { count: request.clusters, seed: request.settings.seed ?? 0 },
  }
  const move = seen.map(({ tokens }) => tokens.buffer as ArrayBuffer)
  const { basis, basisUse, painted, groups } = await tools.task('parts', question, { signal, move })
  sayBasis(basisUse, given, layer, notice)

  const items: Result<'parts'>['items'] = []
  for (const [i, picture] of seen.entries()) {
    if (signal.aborted) throw signal.reason
    const writing = { outputs, model: request.model.name, layer }
    const item = await writeParts(picture, painted[i]!, writing)
    items.push(
      groups ? { ...item, clusters: await writeClusters(picture, groups.labels[i]!, writing) } : item,
    )
    event({ kind: 'progress', what: 'parts', done: i + 1, total: seen.length })
  }
  return {
    explainedVariance: basis.explainedVariance,
    items,
    layer,
    threshold: basis.first?.threshold ?? null,
    ...(groups ? { clusters: { sizes: [...groups.sizes], cosine: groups.cosine } } : {}),
    basis: await writeBasis(basis),
    basisUse,
    device: await computing.device(),
    seconds: secondsSince(since),
  }
}

/**
 * Claims the files of the basis, and returns what writes them: `basis.json` among the results where a basis is made
 * here, and the file that was asked for. It gives the path of the last one, or of the basis that was read.
 */
async function basisWriter(
  { basis, saveBasis, output }: Request<'parts'>,
  outputs: Outputs,
): Promise<(basis: PartsBasis) => Promise<string>> {
  const targets: { outputs: Outputs; name: string }[] = []
  if (basis === undefined) targets.push({ outputs, name: 'basis.json' })
  if (saveBasis !== undefined && resolve(saveBasis) !== resolve(output.folder, 'basis.json')) {
    const beside = await openOutputs({ folder: dirname(saveBasis), force: output.force })
    targets.push({ outputs: beside, name: basename(saveBasis) })
  }
  for (const { outputs, name } of targets) await outputs.claim([name])
  return async (found) => {
    const bytes = Buffer.from(`${JSON.stringify(found)}\n`)
    let path = resolve(basis ?? '')
    for (const { outputs, name } of targets) path = await outputs.write(name, bytes)
    return path
  }
}

function refuseOtherWidth(basis: PartsBasis, width: number): void {
  if (basis.width === width) return
  throw new Failure(
    'bad-argument',
    `The basis was made from tokens of width ${basis.width}, and this network's have ${width}.`,
    'Use a basis made with the same kind of network, or leave out --basis.',
  )
}

/** All tokens are held at once, and a second time where they are joined for PCA; beside them the pictures. */
function refuseTooMany(
  pictures: number,
  patches: number,
  width: number,
  size: { width: number; height: number },
): void {
  const needed = pictures * (2 * 4 * patches * width + 3 * size.width * size.height)
  const free = process.availableMemory()
  if (needed <= free) return
  throw new Failure(
    'too-large',
    `${pictures} pictures of ${patches} patches need about ${formatBytes(needed)} of memory; ${formatBytes(free)} are free.`,
    'Give fewer pictures and colour the others by --basis, or choose a smaller --size.',
  )
}

function sayBasis(
  use: PartsOut['basisUse'],
  given: PartsBasis | null,
  layer: number,
  notice: (text: string) => void,
): void {
  if (given?.layer !== undefined && given.layer !== layer)
    notice(`The basis was made of layer ${given.layer}, and layer ${layer} is looked at.`)
  if (use === 'aligned')
    notice('These tokens are not those the basis was made of: it was turned, so that colours stay put.')
  if (use === 'unknown')
    notice(
      'None of these pictures is one the basis was made of: if the network is another one, its colours mean nothing here.',
    )
}

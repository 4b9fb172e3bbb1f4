// Answers `reconstruct`: pictures with patches hidden, and what a masked autoencoder fills in.
import { Failure } from '../../../src-shared/domain/failure.ts'
import {
  blockNoise,
  gridNoise,
  keptPatches,
  pictureNoise,
  randomNoise,
} from '../../../src-shared/domain/masks.ts'
import type { MaskNoise } from '../../../src-shared/domain/masks.ts'
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import { layoutFor, patchCount } from '../../../src-shared/domain/tokenLayout.ts'
import type { TokenLayout } from '../../../src-shared/domain/tokenLayout.ts'
import { writeNpy } from '../../../src-shared/numerics/npy.ts'
import type { Request, Result } from '../../../src-shared/protocol/calls.ts'
import { judge, mix, patchify, psnrOf, toPicture } from '../../../src-shared/analysis/reconstruct.ts'
import type { Judged, Patches } from '../../../src-shared/analysis/reconstruct.ts'
import { asPixels, gatherDraws } from '../../../src-shared/analysis/draws.ts'
import { drawFiles, writeDraws } from './drawFiles.ts'
import { inputBatches, readTensor } from '../inputs.ts'
import type { InputBatch } from '../inputs.ts'
import type { Job } from '../job.ts'
import { openOutputs } from '../outputs.ts'
import type { Outputs } from '../outputs.ts'
import type { ReconstructOut } from '../task.ts'
import { secondsSince, startComputing } from './computing.ts'

type Items = Result<'reconstruct'>['items']
const views = ['original', 'masked', 'reconstruction', 'mixed'] as const

export const reconstruct: Job<'reconstruct'> = (tools) => async (request, context) => {
  const since = performance.now()
  const { event } = context
  const computing = startComputing(tools, request, context, 'decoder')
  const { spec: awaitedSpec, ready, notice } = computing
  const outputs = await openOutputs(request.output)
  const items: Items = []
  let normalised: boolean | null = null

  for await (const batch of inputBatches(request.input, awaitedSpec, notice)) {
    const spec = await awaitedSpec
    await ready
    const { images, done, total } = batch
    event({ kind: 'progress', what: 'reconstruction', done, total })
    const layout = layoutFor(spec, images.width, images.height)
    const { noise, kept } = await noiseOf(request, layout, images.batch, items.length)
    const files = filesOf(batch)
    if (request.draws !== undefined) refuseTensor(batch)
    await outputs.claim([
      ...files.views,
      files.pred,
      files.mask,
      ...(request.draws === undefined ? [] : drawFiles(batch.pictures[0]!.name)),
    ])
    const found = await computing.run('reconstruct', { images, noise, kept })
    // What one picture suggested of the targets holds for the others too.
    const known: boolean | null = spec.decoder?.normPixLoss ?? normalised
    const judged = judgeBatch(spec, layout, batch, found, known)
    normalised = judged[0]!.normalised
    if (items.length === 0) sayTargets(spec, normalised, notice)
    const writing = { files, outputs, kept, patches: patchCount(layout) }
    const item = await writeBatch(spec, batch, found, judged, writing)
    if (request.draws === undefined) {
      items.push(item)
      continue
    }
    const masks = drawMasks(request, layout.grid, kept, items.length)
    const target = judged[0]!.target
    const drawing = gatherDraws(asPixels(target.values, spec.preprocessing), spec.patch ** 2 * 3)
    for (const [i, one] of masks.entries()) {
      event({ kind: 'progress', what: 'masks', done: i, total: masks.length })
      const said = await computing.run('reconstruct', { images, ...one })
      const { predicted } = judge(target, said.prediction, said.mask, normalised, spec.preprocessing)
      drawing.add(asPixels(predicted.values, spec.preprocessing), said.mask)
    }
    const draws = await writeDraws(batch.pictures[0]!, layout.grid, spec.patch, drawing.result(), outputs)
    items.push({ ...item, draws })
  }
  event({ kind: 'progress', what: 'reconstruction', done: items.length, total: items.length })
  return {
    items,
    ...(items.length === 1 ? { loss: items[0]!.loss } : {}),
    normalisedTargets: normalised === true,
    normalisedTargetsSource: targetsKnown(await awaitedSpec) ? 'stored' : 'guess',
    device: await computing.device(),
    seconds: secondsSince(since),
  }
}

const targetsKnown = ({ decoder }: ModelSpec): boolean => typeof decoder?.normPixLoss === 'boolean'

/** What the network predicts, whether that is known, and where the pictures show more than it predicted. */
function sayTargets(spec: ModelSpec, normalised: boolean, notice: (text: string) => void): void {
  if (!targetsKnown(spec))
    notice(
      `Whether this network predicts normalised patches is not stored: ${normalised ? 'normalised' : 'plain'} ones give the lower loss, a guess.`,
    )
  if (normalised)
    notice(
      'This network predicts each patch without its mean and variance; to draw it, those of the true patch were used.',
    )
}

function refuseTensor({ tensor }: InputBatch): void {
  if (tensor)
    throw new Failure(
      'bad-argument',
      'Mean and spread over several masks are drawn of pictures, and a tensor was given.',
      'Leave out --draws, or give a picture.',
    )
}

/** Masks for mean and spread: as many patches hidden as by the mask that was asked for, the first of them with its seed. */
function drawMasks(
  { mask, draws = 0, settings }: Request<'reconstruct'>,
  grid: readonly [number, number],
  kept: number,
  seen: number,
): MaskNoise[] {
  // The ratio whose int(patches · (1 − ratio)) is `kept`, whatever rounding does.
  const ratio = 1 - (kept + 0.5) / (grid[0] * grid[1])
  const make = mask.kind === 'block' ? blockNoise : randomNoise
  return Array.from({ length: draws }, (_, i) => make(grid, ratio, (settings.seed ?? 0) + seen + i))
}

/** The mask of a batch: the same kind for each picture, by chance a different one for each. */
async function noiseOf(
  { mask, maskRatio, settings }: Request<'reconstruct'>,
  { grid }: TokenLayout,
  batch: number,
  seen: number,
): Promise<MaskNoise> {
  const patches = grid[0] * grid[1]
  if (mask.kind === 'noise') {
    const { shape, data } = await readTensor(mask.path)
    if (data.length !== batch * patches || shape.at(-1) !== patches)
      throw new Failure(
        'bad-data',
        `${mask.path} is [${shape.join(', ')}]; one number for each patch is needed, [${batch}, ${patches}].`,
      )
    return { noise: data, kept: keptPatches(patches, maskRatio) }
  }
  const one = async (i: number): Promise<MaskNoise> => {
    const seed = (settings.seed ?? 0) + seen + i
    if (mask.kind === 'random') return randomNoise(grid, maskRatio, seed)
    if (mask.kind === 'block') return blockNoise(grid, maskRatio, seed)
    if (mask.kind === 'grid') return gridNoise(grid, maskRatio)
    const { decode } = await import('../../datasets/pictures.ts')
    const { width, height, rgb } = await decode(mask.path)
    const light = Float32Array.from(
      { length: width * height },
      (_, p) => (rgb[p * 3]! + rgb[p * 3 + 1]! + rgb[p * 3 + 2]!) / 765,
    )
    return pictureNoise(grid, light, [height, width])
  }
  const masks = await Promise.all(Array.from({ length: batch }, (_, i) => one(i)))
  const noise = new Float32Array(batch * patches)
  masks.forEach((mask, i) => noise.set(mask.noise, i * patches))
  return { noise, kept: masks[0]!.kept }
}

function filesOf({ pictures, tensor }: InputBatch) {
  const prefix = tensor ? '' : `${pictures[0]!.name}.`
  return {
    views: views.map((view) => `${prefix}${view}.png`),
    pred: `${prefix}pred.npy`,
    mask: `${prefix}mask.npy`,
  }
}

function judgeBatch(
  spec: ModelSpec,
  { grid }: TokenLayout,
  { images }: InputBatch,
  { prediction, mask }: ReconstructOut,
  normPixLoss: boolean | null,
): (Judged & { target: Patches; mask: Float32Array })[] {
  const pixels = images.data.length / images.batch
  const patches = mask.length / images.batch
  let known = normPixLoss
  return Array.from({ length: images.batch }, (_, b) => {
    const image = images.data.subarray(b * pixels, (b + 1) * pixels)
    const target = patchify(image, grid[0], grid[1], spec.patch)
    const hidden = mask.subarray(b * patches, (b + 1) * patches)
    const own = prediction.subarray(b * pixels, (b + 1) * pixels)
    const judged = judge(target, own, hidden, known, spec.preprocessing)
    known = judged.normalised
    return { ...judged, target, mask: hidden }
  })
}

interface Writing {
  files: ReturnType<typeof filesOf>
  outputs: Outputs
  kept: number
  patches: number
}

/** Writes one picture, or one tensor, whose pictures stand one below the other. */
async function writeBatch(
  spec: ModelSpec,
  { pictures, tensor, images }: InputBatch,
  { prediction, mask }: ReconstructOut,
  judged: ReturnType<typeof judgeBatch>,
  { files, outputs, kept, patches }: Writing,
): Promise<Items[number]> {
  const { encodePng } = await import('../../datasets/pictures.ts')
  // With a tensor there is always a batch axis, as the original code has it.
  const batched = tensor ? [images.batch] : []
  const perPatch = prediction.length / mask.length
  const pred = writeNpy({ shape: [...batched, patches, perPatch], data: prediction })
  const hidden = writeNpy({ shape: [...batched, patches], data: mask })
  const shown = judged.map(({ target, predicted, mask }) => {
    const grey = new Float32Array(target.values.length)
    const four = [target, mix(target, grey, mask), predicted, mix(target, predicted.values, mask)]
    return four.map((view) => toPicture(view, spec.preprocessing))
  })
  const [predFile, maskFile, ...paths] = await Promise.all([
    outputs.write(files.pred, pred),
    outputs.write(files.mask, hidden),
    ...files.views.map(async (file, i) => {
      const column = shown.map((four) => four[i]!)
      const { width } = column[0]!
      const data = Buffer.concat(column.map(({ rgb }) => rgb))
      const height = data.length / (3 * width)
      return outputs.write(
        file,
        await encodePng({ width, height, channels: 3, data }, { Software: 'Emergence' }),
      )
    }),
  ])
  const [original = '', masked = '', reconstruction = '', mixed = ''] = paths
  const mse = mean(judged.map((one) => one.mse))
  return {
    name: tensor ? 'tensor' : pictures[0]!.name,
    maskRatio: 1 - kept / patches,
    loss: mean(judged.map((one) => one.loss)),
    mse,
    psnr: psnrOf(mse),
    images: { original, masked, reconstruction, mixed },
    npy: { pred: predFile!, mask: maskFile! },
  }
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

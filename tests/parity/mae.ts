// Does our masked autoencoder compute what the original does? Masks, latents, predictions, losses and gradients.
import type { Tensor } from '@tensorflow/tfjs-core'
import { layoutFor, patchCount } from '../../src-shared/domain/tokenLayout.ts'
import {
  pixelTarget,
  randomMasking,
  reconstruct,
  reconstructInputs,
  reconstructionLoss,
} from '../../src-main/networks/decoder.ts'
import type { GoldenCase } from '../tools/goldens.ts'
import { load, type Check, type Model } from './tokens.ts'
import { compare, type Row } from './compare.ts'
import { compareGradients } from './gradients.ts'
import { feed, type Runner } from './run.ts'

export function maeChecks(golden: GoldenCase): Check[] {
  const file = golden.checkpoints.find((name) => /^(checkpoint-0\.pth|model\.safetensors)$/.test(name))
  if (file === undefined) return []
  return (golden.facts.masked_forward ?? []).map(({ mask_ratio, loss }) => ({
    file,
    label: `56x56 mask ratio ${mask_ratio}`,
    measure: (run) => measure(golden, load(golden, file), mask_ratio, loss, run),
  }))
}

async function measure(
  golden: GoldenCase,
  { spec, weights }: Model,
  maskRatio: number,
  loss: number,
  run: Runner,
): Promise<Row[]> {
  const { width, height } = golden.facts.sizes['56x56']!
  const layout = layoutFor(spec, width, height)
  const patches = patchCount(layout)
  const images = golden.read('input_56x56_b2.npy')
  const noise = golden.read(`noise_${maskRatio}.npy`)
  const masking = randomMasking(Float32Array.from(noise.data), patches, maskRatio)
  const batch = images.shape[0]!
  // hf_vit_mae stores no setting for its loss and copies mae_pix.
  const normPixLoss = spec.decoder?.normPixLoss ?? false

  const graph = reconstructInputs(spec, weights, width, height, masking.kept)
  graph.inputs['hidden'] = { shape: ['batch', patches] }
  const feeds = {
    images: feed(images.shape, images.data),
    keep: feed([batch, masking.kept], masking.keep),
    restore: feed([batch, patches], masking.restore),
    hidden: feed([batch, patches], masking.mask),
  }
  const model = (t: Record<string, Tensor>) => {
    const { latent, prediction } = reconstruct(spec, layout, t)
    const target = pixelTarget(t['images']!, spec.patch, normPixLoss)
    const pixels = pixelTarget(t['images']!, spec.patch, false)
    return { latent, prediction, pixels, loss: reconstructionLoss(prediction, target, t['hidden']!) }
  }
  const result = await run(model, graph, feeds)

  const { tolerance } = golden.facts
  const stored = (quantity: string) => golden.read(`${quantity}_${maskRatio}.npy`)
  const exact = { abs: 0, rel: 0 }
  const rows = [
    compare('mask', { shape: [batch, patches], data: masking.mask }, stored('mask'), exact),
    compare(
      'ids_restore',
      { shape: [batch, patches], data: masking.idsRestore },
      stored('ids_restore'),
      exact,
    ),
    compare('latent', result['latent']!, stored('latent'), tolerance),
    compare('prediction', result['prediction']!, stored('pred'), tolerance),
    compare('loss', result['loss']!, { shape: [], data: [loss] }, tolerance),
  ]
  if (golden.has('patchify_b2.npy'))
    rows.push(compare('patchify', result['pixels']!, golden.read('patchify_b2.npy'), tolerance))
  const gradients = `grads_${maskRatio}.npz`
  if (golden.has(gradients))
    rows.push(...(await compareGradients(golden, gradients, '', (t) => model(t).loss, graph, feeds, run)))
  return rows
}

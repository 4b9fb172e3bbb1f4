// Does our I-JEPA compute what the original does? Context, prediction, target, loss and gradients.
import type { Tensor } from '@tensorflow/tfjs-core'
import { layoutFor, patchCount } from '../../src-shared/domain/tokenLayout.ts'
import {
  encodeContext,
  predict,
  predictionLoss,
  predictionTarget,
  rowsOfMasks,
} from '../../src-main/networks/predictor.ts'
import { forward, forwardInputs } from '../../src-main/networks/vit.ts'
import type { GoldenCase } from '../tools/goldens.ts'
import { load, measureTokens, type Check, type Model } from './tokens.ts'
import { compare, type Row } from './compare.ts'
import { compareGradients } from './gradients.ts'
import { feed, type Runner } from './run.ts'

export function ijepaChecks(golden: GoldenCase): Check[] {
  const file = 'jepa-latest.pth.tar'
  if (!golden.has('masks_enc.npy') || !golden.has(file)) return []
  return [
    {
      file,
      label: '64x64 encoder',
      measure: (run) => measureTokens(golden, load(golden, file, 'encoder'), '64x64', 'encoder_', '', run),
    },
    { file, label: '64x64 prediction', measure: (run) => measure(golden, file, run) },
  ]
}

async function measure(golden: GoldenCase, file: string, run: Runner): Promise<Row[]> {
  const encoder: Model = load(golden, file, 'encoder')
  const target: Model = load(golden, file, 'target-encoder')
  const { spec } = encoder
  const layout = layoutFor(spec, 64, 64)
  const images = golden.read('input_64x64_b2.npy')
  const batch = images.shape[0]!
  const [contextMasks, targetMasks] = [golden.read('masks_enc.npy'), golden.read('masks_pred.npy')]
  const merged = (shape: readonly number[]) => [shape[0]! * shape[1]!, shape[2]!]
  const rows = ({ shape, data }: typeof contextMasks) =>
    feed(merged(shape), rowsOfMasks(Int32Array.from(data), batch, shape[2]!, patchCount(layout)))
  const patches = ({ shape, data }: typeof contextMasks) => feed(merged(shape), Int32Array.from(data))

  // The target network has another encoder; its tokens are computed first, without gradients, as in training.
  const targetGraph = forwardInputs(target.spec, target.weights, 64, 64)
  const { tokens, wanted } = await run(
    (t) => {
      const { tokens } = forward(target.spec, layout, t)
      return { tokens, wanted: predictionTarget(tokens, t['targetRows']!, batch) }
    },
    {
      ...targetGraph,
      inputs: { ...targetGraph.inputs, targetRows: { shape: merged(targetMasks.shape), dtype: 'int32' } },
    },
    { images: feed(images.shape, images.data), targetRows: rows(targetMasks) },
  )

  const graph = forwardInputs(spec, encoder.weights, 64, 64)
  const predictor = [...encoder.weights].filter(([name]) => name.startsWith('predictor.'))
  const feeds = {
    images: feed(images.shape, images.data),
    contextRows: rows(contextMasks),
    contextPatches: patches(contextMasks),
    targetPatches: patches(targetMasks),
    wanted: wanted!,
  }
  const inputs = Object.fromEntries(
    Object.entries(feeds).map(([name, { shape, dtype }]) => [
      name,
      { shape, dtype: dtype === 'int32' ? dtype : 'float32' },
    ]),
  ) as typeof graph.inputs
  const model = (t: Record<string, Tensor>) => {
    const context = encodeContext(spec, layout, t, t['images']!, t['contextRows']!)
    const prediction = predict(spec, t, context, t['contextPatches']!, t['targetPatches']!, batch)
    return { context, prediction, loss: predictionLoss(prediction, t['wanted']!) }
  }
  const all = { constants: new Map([...graph.constants, ...predictor]), inputs }
  const result = await run(model, all, feeds)

  const { tolerance, loss } = golden.facts
  const measured = [
    compare('target encoder', tokens!, golden.read('target_full_b2.npy'), tolerance),
    compare('target', wanted!, golden.read('target_masked_layernorm.npy'), tolerance),
    compare('context', result['context']!, golden.read('context_tokens.npy'), tolerance),
    compare('prediction', result['prediction']!, golden.read('pred.npy'), tolerance),
    compare('loss', result['loss']!, { shape: [], data: [loss?.value ?? NaN] }, tolerance),
  ]
  if (golden.has('grads.npz'))
    measured.push(
      ...(await compareGradients(golden, 'grads.npz', 'encoder.', (t) => model(t).loss, all, feeds, run)),
    )
  return measured
}

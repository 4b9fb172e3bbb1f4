// What does I-JEPA's predictor say of hidden blocks, and what does the target encoder see there? Tokens of both.
import { layoutFor } from '../../../src-shared/domain/tokenLayout.ts'
import { targetTokens } from '../../analysis/prediction.ts'
import { compile } from '../../compute/compile.ts'
import type { InputSpecs, ModelFunction } from '../../compute/program.ts'
import { encodeContext, predict as predictor } from '../../networks/predictor.ts'
import { forwardInputs } from '../../networks/vit.ts'
import { refuseHeavyForward } from '../estimate.ts'
import { inspectModel, loadModel } from '../models.ts'
import type { LoadedModel } from '../models.ts'
import { cachedProgram, runForward } from '../programs.ts'
import type { ModelAt, PredictIn, Task } from '../task.ts'

export const predict: Task<'predict'> = async ({ model, place, images, blocks }) => {
  const names = inspectModel(model).networks.map(({ name }) => name)
  const named = (name: string): ModelAt =>
    names.includes(name) ? { ...model, overrides: { ...model.overrides, network: name } } : model
  const target = loadModel(named('target-encoder'))
  const { tokens } = await runForward(target, place, images, ['tokens'])
  const wanted = targetTokens(tokens!, target.spec.width)
  return {
    wanted,
    predicted: blocks ? await predictBlocks(loadModel(named('encoder')), place, images, blocks) : [],
  }
}

/** The predictor's tokens `[hidden, width]` of each target of one picture. */
async function predictBlocks(
  { key: modelKey, spec, weights }: LoadedModel,
  place: PredictIn['place'],
  images: PredictIn['images'],
  { context, targets }: NonNullable<PredictIn['blocks']>,
): Promise<Float32Array[]> {
  const { width, height } = images
  const layout = layoutFor(spec, width, height)
  refuseHeavyForward(spec, layout, 1, [])
  const key = JSON.stringify([
    'predict',
    modelKey,
    context.length,
    targets.map(({ length }) => length),
    place,
  ])
  const int32 = (count: number) => ({ shape: [1, count], dtype: 'int32' as const })
  const program = await cachedProgram(key, () => {
    const graph = forwardInputs(spec, weights, width, height)
    const inputs: InputSpecs = {
      images: { shape: [1, 3, height, width] },
      context: int32(context.length),
      ...Object.fromEntries(targets.map(({ length }, i) => [`target.${i}`, int32(length)])),
    }
    const constants = new Map([
      ...graph.constants,
      ...[...weights].filter(([name]) => name.startsWith('predictor.')),
    ])
    const network: ModelFunction = (t) => {
      const rows = t['context']!
      const seen = encodeContext(spec, layout, t, t['images']!, rows)
      // One target after the other, as each is predicted from the context alone.
      const said = targets.map((_, i) => [`said.${i}`, predictor(spec, t, seen, rows, t[`target.${i}`]!, 1)])
      return Object.fromEntries(said) as ReturnType<ModelFunction>
    }
    return compile(network, inputs, constants, place)
  })
  const feed = (data: Int32Array) => ({ dtype: 'int32' as const, shape: [1, data.length], data })
  const wanted = targets.map((_, i) => `said.${i}`)
  const values = await program.run(
    {
      images: { dtype: 'float32', shape: [1, 3, height, width], data: images.data },
      context: feed(context),
      ...Object.fromEntries(targets.map((target, i) => [`target.${i}`, feed(target)])),
    },
    wanted,
  )
  return wanted.map((name) => values[name]!.data as Float32Array)
}

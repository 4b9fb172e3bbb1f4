// What is seen in Prediction, in words with the numbers on show.
import { number } from '../../state/format.ts'
import { strings } from '../../state/strings.ts'
import { foundItself, meanOf } from './judged.ts'
import type { PredictModel } from './predict.svelte.ts'
import { nearestCount } from './settings.ts'

const s = strings.explain.predict
const w = strings.predict

/** How well the predictor did, in one sentence; empty while nothing was said. */
export function findingOf({ targets, result }: Pick<PredictModel, 'targets' | 'result'>): string {
  if (!result) return ''
  const [here, elsewhere] = means(targets)
  return w.finding(number(here, 2), number(elsewhere, 2), number(result.loss, 3))
}

const means = (targets: PredictModel['targets']): readonly [number, number] => [
  meanOf(targets.map(({ cosine }) => cosine)),
  meanOf(targets.map(({ elsewhere }) => elsewhere)),
]

export function explainPredict(model: PredictModel) {
  const { result, targets, neighbours } = model
  const plain = { how: s.how, trap: s.trap, paper: s.paper }
  if (!result) return { what: [s.nothing], tries: [], ...plain }
  const hidden = new Set(result.targets.flatMap(({ patches }) => [...patches])).size
  const [here, elsewhere] = means(targets)
  return {
    what: [
      s.what(result.context.length, hidden),
      s.map(here, elsewhere),
      s.loss(result.loss),
      ...(neighbours ? [s.nearest(foundItself(neighbours.result.targets, nearestCount))] : []),
      s.no,
    ],
    tries: [
      { text: s.tryNew, run: () => model.resample() },
      { text: s.tryAdd, run: () => model.addTarget() },
    ],
    ...plain,
  }
}

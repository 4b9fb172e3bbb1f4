// What do methods share whose only network learns by its own loss? Its state, its step, its schedules.
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { weightShapes } from '../networks/initialise.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import type { Weights } from '../../src-shared/domain/weights.ts'
import { fillUniform, random } from '../../src-shared/numerics/random.ts'
import type { Arrays, Metrics, Moment, Shapes, Tensors, Training, ViewRecipe } from './method.ts'
import {
  adamW,
  adamWFeeds,
  clipped,
  given,
  gradients,
  ofRole,
  rateFeeds,
  totalNorm,
  zeroMoments,
} from './optimiser.ts'
import type { optimiserSettings } from './optimiser.ts'
import { firstWeights, keepMasks, keepShape } from './backbone.ts'
import type { Values } from './settings.ts'

/** What tells one such method from another. */
export interface SingleNetwork {
  spec: ModelSpec
  views: readonly ViewRecipe[]
  /** Linear layers beside the network, by name: outputs and inputs. */
  heads: Readonly<Record<string, readonly [outputs: number, inputs: number]>>
  /** Inputs beside views and schedules, and their numbers. */
  inputs: Shapes
  feeds(moment: Moment): Arrays
  /** The loss of these weights; `features` `[rows, width]` and other outputs are to look at. */
  loss(weights: Tensors, t: Tensors): { loss: Scalar; features: Tensor; outputs: Record<string, Tensor> }
  /** Outputs of the loss that `metrics` wants. */
  watched: readonly string[]
  metrics(outputs: Arrays): Metrics
  /** What else makes another graph. */
  graph: string
}

type Optimising = Values<typeof optimiserSettings> & { drop_path_rate: number }

/** A training whose state is `model.*` with its moments. */
export function trainSingle(s: Optimising, own: SingleNetwork): Training {
  const { spec, views } = own
  const batch = s.batch_size
  const shapes = weightShapes(spec)
  const network = [...shapes.keys()]
  for (const [name, [outputs, inputs]] of Object.entries(own.heads))
    shapes.set(`${name}.weight`, [outputs, inputs]).set(`${name}.bias`, [outputs])
  const parameters = [...shapes.keys()]
  const keeps = s.drop_path_rate > 0 ? views : []

  return {
    spec,
    batch,
    views,
    parameters,
    inputs: {
      ...{ lr: [1], wd: [1], corrections: [2] },
      ...own.inputs,
      ...Object.fromEntries(keeps.map(({ name, count }) => [`keep.${name}`, keepShape(spec, count * batch)])),
    },
    graph: JSON.stringify([spec, own.heads, views, batch, s.drop_path_rate > 0, s.clip_grad, own.graph]),
    initial: (seed) => {
      const weights = withHeads(firstWeights(spec, seed), own.heads, seed)
      const model = Array.from(weights, ([name, weight]) => [`model.${name}`, weight] as const)
      return new Map([...model, ...zeroMoments(weights)])
    },
    step: (t) => {
      const rates = { lr: given(t, 'lr'), wd: given(t, 'wd'), corrections: given(t, 'corrections') }
      let seen: { features: Tensor; outputs: Record<string, Tensor> } | null = null
      const { value, grads } = gradients(ofRole(t, 'model', parameters), (weights) => {
        const { loss, ...rest } = own.loss(weights, t)
        seen = rest
        return loss
      })
      const { features, outputs } = seen!
      const clip = clipped(grads, s.clip_grad)
      return {
        state: adamW(t, 'model', clip.grads, () => rates),
        outputs: { ...outputs, loss: value, features, grad_norms: clip.norms },
      }
    },
    feeds: (moment) => ({
      ...rateFeeds(s, moment.step, moment),
      ...adamWFeeds(moment.step + 1),
      ...own.feeds(moment),
      ...Object.fromEntries(
        keeps.map(({ name, count }) => [
          `keep.${name}`,
          keepMasks(spec, count * batch, s.drop_path_rate, moment.random.split(`keep ${name}`)),
        ]),
      ),
    }),
    watched: ['grad_norms', 'features', ...own.watched],
    targets: null,
    metrics: (outputs, fed) => ({
      ...own.metrics(outputs),
      grad_norm: outputs['grad_norms'] ? totalNorm(parameters, outputs['grad_norms']) : null,
      lr: fed['lr']?.[0] ?? null,
      wd: fed['wd']?.[0] ?? null,
    }),
    weights: (state) =>
      new Map(network.map((name) => [name, { shape: shapes.get(name)!, data: state(`model.${name}`) }])),
  }
}

/** Layers beside the network as PyTorch makes them: uniform up to 1/√inputs, biases 0. */
function withHeads(weights: Weights, heads: SingleNetwork['heads'], seed: number): Weights {
  for (const [name, [outputs, inputs]] of Object.entries(heads)) {
    const bound = 1 / Math.sqrt(inputs)
    const data = fillUniform(random(seed).split(name), new Float32Array(outputs * inputs), -bound, bound)
    weights.set(`${name}.weight`, { shape: [outputs, inputs], data })
    weights.set(`${name}.bias`, { shape: [outputs], data: new Float32Array(outputs) })
  }
  return weights
}

// What does one step eat and leave? A method's graph with its feeds; its outputs checked and measured.
import { Failure } from '../../src-shared/domain/failure.ts'
import type { DeviceId } from '../../src-shared/domain/device.ts'
import type { Weights } from '../../src-shared/domain/weights.ts'
import { random } from '../../src-shared/numerics/random.ts'
import type { TensorValue } from '../compute/program.ts'
import { compileStep, type StepProgram } from '../compute/step.ts'
import type { Arrays, Course, Metrics, Training } from '../methods/method.ts'
import { normalisedStd, rankMe } from './diagnostics.ts'

/** A batch as the loader gives it. */
export interface Batch {
  labels: Int32Array
  views: Record<string, Float32Array>
}

/** Where steps run. */
export interface Place {
  device: DeviceId
  threads?: number | undefined
}

/** A training's step as a program that goes on from `state`, whose arrays become its own. */
export function compiled(
  training: Training,
  state: Weights,
  { device, threads }: Place,
): Promise<StepProgram> {
  const shapes = {
    ...training.inputs,
    ...Object.fromEntries(
      training.views.map(({ name, side, count }) => [name, [count * training.batch, 3, side, side]]),
    ),
  }
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, { shape: [...shape] }]),
  )
  return compileStep((t) => training.step(t), inputs, state, {
    device,
    takes: true,
    ...(threads === undefined ? {} : { threads }),
  })
}

export function feedsOf(
  training: Training,
  batch: Batch,
  { step, course }: { step: number; course: Course },
  seed: number,
): { values: Record<string, TensorValue>; arrays: Arrays } {
  const own = random(seed).split('steps').split(step)
  const arrays = training.feeds({ step, random: own, labels: batch.labels, ...course })
  const values: Record<string, TensorValue> = {}
  for (const [name, shape] of Object.entries(training.inputs))
    values[name] = { dtype: 'float32', shape: [...shape], data: arrays[name]! }
  for (const { name, side, count } of training.views)
    values[name] = {
      dtype: 'float32',
      shape: [count * training.batch, 3, side, side],
      data: batch.views[name]!,
    }
  return { values, arrays }
}

export const arraysOf = (values: Record<string, TensorValue>): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(values).map(([name, { data }]) => [name, data as Float32Array]))

export function featureMetrics(features: Float32Array, width: number): Metrics {
  return {
    std: normalisedStd(features, width),
    healthy_std: 1 / Math.sqrt(width),
    rank: rankMe(features, width),
  }
}

/** Throws Failure where a step's loss or a gradient is no number any more, with the name of the first. */
export function refuseNaN(outputs: Arrays, training: Training, step: number): void {
  const loss = outputs['loss']?.[0] ?? NaN
  const norms = outputs['grad_norms'] ?? new Float32Array()
  const at = norms.findIndex((norm) => !Number.isFinite(norm))
  if (Number.isFinite(loss) && at < 0) return
  const where = Number.isFinite(loss)
    ? `The gradient of ${training.parameters[at]}`
    : `The loss${at < 0 ? '' : `, and with it the gradient of ${training.parameters[at]},`}`
  throw new Failure(
    'bad-data',
    `${where} is no finite number at step ${step}.`,
    'Go on from the last checkpoint with a lower lr, or with a lower clip_grad.',
  )
}

// How do weights follow their gradients? Clipping, AdamW and moving averages, as operations of the step's graph.
import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { Weights } from '../../src-shared/domain/weights.ts'
import type { Course, Tensors } from './method.ts'
import { cosineSchedule } from './schedules.ts'
import { integer, number } from './settings.ts'

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8]

/** Tensors of one role: `teacher.` + each name. Throws RangeError with the name where one is missing. */
export function ofRole(t: Tensors, role: string, names: readonly string[]): Record<string, Tensor> {
  return Object.fromEntries(names.map((name) => [name, given(t, `${role}.${name}`)]))
}

/** The tensor of that name. Throws RangeError where there is none. */
export function given(t: Tensors, name: string): Tensor {
  const tensor = t[name]
  if (tensor === undefined) throw new RangeError(`the step lacks ${name}`)
  return tensor
}

/** A loss and its gradient in each parameter, by name. */
export function gradients(
  parameters: Record<string, Tensor>,
  loss: (parameters: Record<string, Tensor>) => Scalar,
): { value: Scalar; grads: Record<string, Tensor> } {
  const names = Object.keys(parameters)
  const { value, grads } = tf.valueAndGrads((...tensors: Tensor[]) =>
    loss(Object.fromEntries(names.map((name, i) => [name, tensors[i] as Tensor]))),
  )(Object.values(parameters))
  return { value, grads: Object.fromEntries(names.map((name, i) => [name, grads[i] as Tensor])) }
}

/** What the original stores as one tensor counts as one: the position table, with its row for [CLS]. */
const clipGroup = (name: string) => name.replace(/^position\..*/, 'position')

/**
 * Each parameter's gradient at norm `clip` at most, 0 for no limit; norms before that, one per parameter
 * (dino, utils.clip_gradients).
 */
export function clipped(
  grads: Record<string, Tensor>,
  clip: number,
): { grads: Record<string, Tensor>; norms: Tensor } {
  const groups = new Map<string, Tensor[]>()
  for (const [name, gradient] of Object.entries(grads)) {
    const group = clipGroup(name)
    groups.set(group, [...(groups.get(group) ?? []), tf.sum(tf.square(gradient))])
  }
  const norms = new Map(Array.from(groups, ([name, squares]) => [name, tf.sqrt(tf.addN(squares))]))
  const normOf = (name: string) => norms.get(clipGroup(name)) as Tensor
  const shrunk = (name: string, gradient: Tensor) =>
    clip > 0 ? tf.mul(gradient, tf.minimum(tf.div(clip, tf.add(normOf(name), 1e-6)), 1)) : gradient
  return {
    grads: Object.fromEntries(Object.entries(grads).map(([name, one]) => [name, shrunk(name, one)])),
    norms: tf.stack(Object.keys(grads).map(normOf)),
  }
}

/** Length of all gradients together, from the norms of `clipped`, whose groups count once. */
export function totalNorm(names: readonly string[], norms: Float32Array): number {
  const seen = new Set<string>()
  let sum = 0
  names.forEach((name, i) => {
    if (!seen.has(clipGroup(name))) sum += (norms[i] ?? 0) ** 2
    seen.add(clipGroup(name))
  })
  return Math.sqrt(sum)
}

/** Biases and the gains of norms do not decay (dino, utils.get_params_groups: biases, and all of one axis). */
const decays = (name: string) => !/(\.bias|norm\d?\.weight|\.scale[12])$/.test(name)

/** The step's numbers for `adamW`, by the names of its inputs; `updates`: of these parameters, this one included. */
export function adamWFeeds(updates: number, prefix = ''): Record<string, Float32Array> {
  const correction = (beta: number) => (updates < 1 ? 1 : 1 - beta ** updates)
  return { [`${prefix}corrections`]: Float32Array.of(correction(beta1), correction(beta2)) }
}

/** Rates of one step, each `[1]`. */
export interface Rates {
  lr: Tensor
  wd: Tensor
  /** 1 − β₁ᵗ and 1 − β₂ᵗ, `[2]`. */
  corrections: Tensor
}

/**
 * AdamW (Loshchilov and Hutter 2019): the state `first.*`, `second.*` and `role.*` after one step. Where `moves` (`[1]`)
 * is 0 a parameter stays as it is, moments included.
 */
export function adamW(
  t: Tensors,
  role: string,
  grads: Record<string, Tensor>,
  rates: (name: string) => Rates & { moves?: Tensor },
): Record<string, Tensor> {
  const next: Record<string, Tensor> = {}
  for (const [name, gradient] of Object.entries(grads)) {
    const { lr, wd, corrections, moves } = rates(name)
    const [correction1, correction2] = tf.split(corrections, 2) as [Tensor, Tensor]
    const before = given(t, `${role}.${name}`)
    const first = tf.add(tf.mul(given(t, `first.${name}`), beta1), tf.mul(gradient, 1 - beta1))
    const second = tf.add(tf.mul(given(t, `second.${name}`), beta2), tf.mul(tf.square(gradient), 1 - beta2))
    const direction = tf.div(
      tf.div(first, correction1),
      tf.add(tf.sqrt(tf.div(second, correction2)), epsilon),
    )
    const decayed = decays(name) ? tf.mul(before, tf.sub(1, tf.mul(lr, wd))) : before
    const after = tf.sub(decayed, tf.mul(direction, lr))
    const unless = (tensor: Tensor, old: Tensor) =>
      moves === undefined ? tensor : tf.where(tf.greater(tf.mul(tf.onesLike(old), moves), 0), tensor, old)
    next[`first.${name}`] = unless(first, given(t, `first.${name}`))
    next[`second.${name}`] = unless(second, given(t, `second.${name}`))
    next[`${role}.${name}`] = unless(after, before)
  }
  return next
}

/** AdamW's moments before the first step: zeros for each weight. */
export function zeroMoments(weights: Weights): Weights {
  return new Map(
    Array.from(weights).flatMap(([name, { shape, data }]) =>
      ['first', 'second'].map(
        (moment) => [`${moment}.${name}`, { shape, data: new Float32Array(data.length) }] as const,
      ),
    ),
  )
}

/** Moving average: momentum · old + (1 − momentum) · new. */
export function average(old: Tensor, fresh: Tensor, momentum: Tensor | number): Tensor {
  return tf.add(tf.mul(old, momentum), tf.mul(fresh, tf.sub(1, momentum)))
}

/** Settings of AdamW and its schedules, by DINO's names. */
export const optimiserSettings = {
  batch_size: integer('optimiser', 64, 'Pictures of one step.', { min: 1 }),
  lr: number(
    'optimiser',
    0.0005,
    'Highest learning rate, for a batch of 256 pictures; scaled with the batch.',
    {
      min: 0,
      live: true,
    },
  ),
  min_lr: number('schedule', 1e-6, 'Learning rate at the end.', { min: 0, live: true }),
  warmup_epochs: number('schedule', 10, 'Epochs over which the learning rate rises from 0.', {
    min: 0,
    live: true,
  }),
  weight_decay: number('optimiser', 0.04, 'Weight decay at the beginning.', { min: 0, live: true }),
  weight_decay_end: number('schedule', 0.4, 'Weight decay at the end.', { min: 0, live: true }),
  clip_grad: number('optimiser', 3, 'Longest gradient of a parameter; 0: no limit.', { min: 0 }),
  epochs: number('schedule', 100, 'Epochs of the whole run; the schedules are made for it.', { min: 0.001 }),
}

/** Learning rate and weight decay of a step, from the settings above. */
export function rateFeeds(
  s: {
    [N in 'lr' | 'min_lr' | 'batch_size' | 'warmup_epochs' | 'weight_decay' | 'weight_decay_end']: number
  },
  step: number,
  course: Course,
): { lr: Float32Array; wd: Float32Array } {
  // Linear scaling (Goyal et al. 2017), as the original does it.
  const peak = (s.lr * s.batch_size) / 256
  return {
    lr: Float32Array.of(cosineSchedule(peak, s.min_lr, step, course, s.warmup_epochs)),
    wd: Float32Array.of(cosineSchedule(s.weight_decay, s.weight_decay_end, step, course)),
  }
}

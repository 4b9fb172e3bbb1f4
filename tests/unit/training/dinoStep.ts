// What is one step of DINO? Student and teacher on several crops, cross-entropy, clipping, AdamW, and moving averages
// of weights and centre (Caron et al. 2021, algorithm 1; dino, main_dino.train_one_epoch), written for the tests.
import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { Constants, InputSpecs, TensorValue } from '../../../src-main/compute/program.ts'
import type { StepFunction } from '../../../src-main/compute/step.ts'
import { projectionHead, weightNorm } from '../../../src-main/networks/head.ts'
import { randomModel } from '../../../src-main/networks/initialise.ts'
import { plainSpec } from '../../../src-main/networks/presets.ts'
import { resampleTable } from '../../../src-main/networks/resample.ts'
import { clsOf, forward } from '../../../src-main/networks/vit.ts'
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import { layoutFor } from '../../../src-shared/domain/tokenLayout.ts'
import type { Weights } from '../../../src-shared/domain/weights.ts'
import { fillNormal, random } from '../../../src-shared/numerics/random.ts'

/** Sizes in pixels and channels; every picture gives two global and `locals` local crops. */
export interface DinoSetting {
  width: number
  depth: number
  heads: number
  patch: number
  global: number
  local: number
  locals: number
  batch: number
  hidden: number
  bottleneck: number
  /** K. */
  prototypes: number
}

const studentTemp = 0.1
const teacherTemp = 0.04
const centreMomentum = 0.9
const clipGrad = 3
const [beta1, beta2, eps] = [0.9, 0.999, 1e-8]
// The rate of a step in the warm-up. At the full rate, what AdamW makes of gradients that are rounding alone comes back
// as gradients of other weights.
const [learningRate, weightDecay, teacherMomentum] = [5e-5, 0.04, 0.996]

/** A step for `compileStep`: its function, inputs and first state, and the feeds of the step counted from 0. */
export interface DinoStep {
  step: StepFunction
  inputs: InputSpecs
  state: Constants
  feeds(count: number): Record<string, TensorValue>
}

/** The whole DINO step of a setting, with random weights and crops, the same for the same seed. */
export function dinoStep(setting: DinoSetting, seed: number): DinoStep {
  const { global, local, locals, batch, hidden, bottleneck, prototypes } = setting
  const spec: ModelSpec = {
    ...plainSpec({ ...setting, imageSize: global }),
    projectionHead: { layers: 3, hidden, bottleneck, prototypes },
  }
  const start = randomModel(spec, seed)
  // As after some training: differences are measured against each tensor's largest number, which is no zero then.
  for (const [name, { data }] of start)
    if (name.endsWith('.bias')) fillNormal(random(seed).split(name), data, 0, 0.02)
  const names = [...start.keys()]
  const inputs = {
    global: { shape: [2 * batch, 3, global, global] },
    local: { shape: [locals * batch, 3, local, local] },
    biasCorrection: { shape: [2] },
  }
  const loss = lossOf(spec, setting)
  return {
    inputs,
    state: firstState(start, prototypes),
    step: (t) => {
      const of = (role: string) =>
        Object.fromEntries(names.map((name) => [name, given(t, `${role}.${name}`)]))
      const teacher = logitsOf(spec, of('teacher'), given(t, 'global'))
      const centre = given(t, 'centre')
      const targets = tf.softmax(tf.div(tf.sub(teacher, centre), teacherTemp))
      const student = of('student')
      const { value, grads } = tf.valueAndGrads((...weights: Tensor[]) =>
        loss(Object.fromEntries(names.map((name, i) => [name, weights[i] as Tensor])), t, targets),
      )(Object.values(student))
      const next: Record<string, Tensor> = {
        centre: tf.add(tf.mul(centre, centreMomentum), tf.mul(tf.mean(teacher, 0, true), 1 - centreMomentum)),
      }
      names.forEach((name, i) => Object.assign(next, update(t, name, clipped(grads[i] as Tensor))))
      return { state: next, outputs: { loss: value } }
    },
    feeds: (count) => {
      const source = random(seed).split(`crops ${count}`)
      const crops = ({ shape }: { shape: number[] }): TensorValue => {
        const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
        return { dtype: 'float32', shape, data: fillNormal(source, data) }
      }
      const corrections = Float32Array.of(1 - beta1 ** (count + 1), 1 - beta2 ** (count + 1))
      return {
        global: crops(inputs.global),
        local: crops(inputs.local),
        biasCorrection: { dtype: 'float32', shape: [2], data: corrections },
      }
    },
  }
}

function given(t: Record<string, Tensor>, name: string): Tensor {
  const tensor = t[name]
  if (tensor === undefined) throw new RangeError(`the step lacks ${name}`)
  return tensor
}

/** Student and teacher alike, AdamW's moments at zero, the centre `[1, K]` at zero. */
function firstState(start: Weights, prototypes: number): Constants {
  const zeros = (shape: readonly number[], size: number) => ({ shape, data: new Float32Array(size) })
  const state = new Map<string, { shape: readonly number[]; data: Float32Array }>()
  for (const [name, weight] of start) {
    state.set(`student.${name}`, weight).set(`teacher.${name}`, weight)
    for (const moment of ['first', 'second'])
      state.set(`${moment}.${name}`, zeros(weight.shape, weight.data.length))
  }
  return state.set('centre', zeros([1, prototypes], prototypes))
}

/** Prototype logits `[crops, K]` of crops `[crops, 3, side, side]`; positions are resampled to their grid. */
function logitsOf(spec: ModelSpec, weights: Record<string, Tensor>, images: Tensor): Tensor {
  const side = images.shape[2] as number
  const t = {
    ...weights,
    images,
    'position.patches': positionsAt(spec, given(weights, 'position.patches'), side),
    // The stored tensor is the prototypes' direction; their length stays 1 (norm_last_layer).
    'projectionHead.last.weight': weightNorm(given(weights, 'projectionHead.last.weight')),
  }
  return projectionHead(spec, t, clsOf(spec, forward(spec, layoutFor(spec, side, side), t).tokens))
}

/** The position table at a grid: a product with the filter's matrix, so that its gradient flows back. */
function positionsAt(spec: ModelSpec, table: Tensor, side: number): Tensor {
  const [native, target] = [spec.imageSize.width / spec.patch, side / spec.patch]
  if (native === target || spec.position.kind !== 'learned') return table
  const count = native ** 2
  const identity = Float32Array.from({ length: count ** 2 }, (_, i) => (i % (count + 1) === 0 ? 1 : 0))
  const matrix = resampleTable(spec.position.rule, identity, count, [native, native], [target, target])
  return tf.matMul(tf.tensor2d(matrix, [target ** 2, count]), table as tf.Tensor2D)
}

/** Cross-entropy of each student crop with each other crop's targets, the mean over all such pairs. */
function lossOf(spec: ModelSpec, { locals }: DinoSetting) {
  return (student: Record<string, Tensor>, t: Record<string, Tensor>, targets: Tensor): Scalar => {
    const logits = tf.concat([
      logitsOf(spec, student, given(t, 'global')),
      logitsOf(spec, student, given(t, 'local')),
    ])
    const logProbabilities = tf.split(tf.logSoftmax(tf.div(logits, studentTemp)), 2 + locals)
    const pairs = tf
      .split(targets, 2)
      .flatMap((target, view) =>
        logProbabilities
          .filter((_, crop) => crop !== view)
          .map((one) => tf.mean(tf.neg(tf.sum(tf.mul(target, one), -1)))),
      )
    return tf.div(tf.addN(pairs), pairs.length)
  }
}

/** Each parameter's gradient at norm 3 at most (dino, utils.clip_gradients). */
function clipped(gradient: Tensor): Tensor {
  const norm = tf.sqrt(tf.sum(tf.square(gradient)))
  return tf.mul(gradient, tf.minimum(tf.div(clipGrad, tf.add(norm, 1e-6)), 1))
}

/** One parameter after AdamW (Loshchilov and Hutter 2019), and the teacher's, which follows; biases and norms do not decay. */
function update(t: Record<string, Tensor>, name: string, gradient: Tensor): Record<string, Tensor> {
  const [correction1, correction2] = tf.split(given(t, 'biasCorrection'), 2) as [Tensor, Tensor]
  const first = tf.add(tf.mul(given(t, `first.${name}`), beta1), tf.mul(gradient, 1 - beta1))
  const second = tf.add(tf.mul(given(t, `second.${name}`), beta2), tf.mul(tf.square(gradient), 1 - beta2))
  const direction = tf.div(tf.div(first, correction1), tf.add(tf.sqrt(tf.div(second, correction2)), eps))
  const decays = !/(\.bias|norm\d?\.weight)$/.test(name)
  const decayed = tf.mul(given(t, `student.${name}`), decays ? 1 - learningRate * weightDecay : 1)
  const student = tf.sub(decayed, tf.mul(direction, learningRate))
  const teacher = tf.add(
    tf.mul(given(t, `teacher.${name}`), teacherMomentum),
    tf.mul(student, 1 - teacherMomentum),
  )
  return {
    [`first.${name}`]: first,
    [`second.${name}`]: second,
    [`student.${name}`]: student,
    [`teacher.${name}`]: teacher,
  }
}

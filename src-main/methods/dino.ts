// What is DINO? A student learns to say of every crop what its teacher, its own moving average, says of the global ones
// (Caron et al. 2021, "Emerging Properties in Self-Supervised Vision Transformers"; facebookresearch/dino, main_dino.py).
import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { projectionHead, weightNorm } from '../networks/head.ts'
import { weightShapes } from '../networks/initialise.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import type { Weights } from '../../src-shared/domain/weights.ts'
import { fillUniform, random } from '../../src-shared/numerics/random.ts'
import {
  clsFeatures,
  cropSettings,
  crops,
  firstWeights,
  keepMasks,
  keepShape,
  networkOf,
  networkSettings,
  refuseCutPatches,
} from './backbone.ts'
import { defineMethod, type Moment, type Tensors, type Training } from './method.ts'
import {
  adamW,
  adamWFeeds,
  average,
  clipped,
  given,
  gradients,
  ofRole,
  optimiserSettings,
  rateFeeds,
  totalNorm,
  zeroMoments,
} from './optimiser.ts'
import { cosineSchedule, teacherTemperature } from './schedules.ts'
import { choice, flag, integer, number, type Values } from './settings.ts'

const settings = {
  ...networkSettings,
  out_dim: integer('network', 1024, 'Prototypes K: dimensions of the head’s output.', {
    min: 2,
    max: 1 << 20,
  }),
  head_hidden_dim: integer('network', 2048, 'Width of the head’s hidden layers.', { min: 1 }),
  head_bottleneck_dim: integer('network', 256, 'Width before the prototypes.', { min: 1 }),
  norm_last_layer: flag('network', true, 'Prototypes keep the length 1.'),

  ...cropSettings,
  local_crops_number: integer('crops', 8, 'Small crops of each picture, which only the student sees.', {
    min: 0,
    max: 32,
  }),
  local_crops_size: integer('crops', 24, 'Side of a local crop in pixels.', { min: 4, max: 512 }),
  local_crops_scale_min: number('crops', 0.05, 'Smallest share of the picture in a local crop.', {
    min: 0.01,
    max: 1,
  }),
  local_crops_scale_max: number('crops', 0.4, 'Largest share of the picture in a local crop.', {
    min: 0.01,
    max: 1,
  }),
  solarization: number('crops', 0.2, 'How often the second global crop is solarised.', { min: 0, max: 1 }),

  student_temp: number('loss', 0.1, 'Temperature of the student’s softmax.', {
    min: 0.001,
    max: 10,
    live: true,
  }),
  teacher_temp: number('loss', 0.04, 'Temperature of the teacher’s softmax after its warm-up.', {
    min: 0.001,
    max: 10,
    live: true,
  }),
  warmup_teacher_temp: number('loss', 0.04, 'Temperature of the teacher’s softmax at the beginning.', {
    min: 0.001,
    max: 10,
    live: true,
  }),
  warmup_teacher_temp_epochs: integer('schedule', 0, 'Epochs of its warm-up.', { min: 0, live: true }),
  center_momentum: number('loss', 0.9, 'How slowly the centre follows the teacher’s outputs.', {
    min: 0,
    max: 1,
    live: true,
  }),
  centering: choice(
    'loss',
    'centering',
    ['centering', 'sinkhorn_knopp'],
    'How targets are kept from all falling on one prototype; sinkhorn_knopp: as DINOv2 balances them.',
    { live: true },
  ),

  ...optimiserSettings,
  momentum_teacher: number('schedule', 0.996, 'Momentum of the teacher at the beginning; it rises to 1.', {
    min: 0,
    max: 1,
    live: true,
  }),
  freeze_last_layer: integer('optimiser', 1, 'Epochs during which the prototypes stay as they are.', {
    min: 0,
  }),

  centring: flag('teaching', true, 'The centre is subtracted from the teacher’s outputs.', { live: true }),
  sharpening: flag('teaching', true, 'The teacher’s temperature is below the student’s.', { live: true }),
  ema: flag('teaching', true, 'The teacher is a moving average; off: momentum 0, a copy of the student.', {
    live: true,
  }),
  stop_gradient: flag('teaching', true, 'Nothing is learned through the targets.', { live: true }),
  local_crops: flag('teaching', true, 'The student sees local crops too.', { live: true }),
}
type DinoValues = Values<typeof settings>

/**
 * Cross-entropy of each crop with the targets of each other global crop, the mean over all such pairs, in nats
 * (dino, main_dino.DINOLoss). `student` `[crops · batch, K]` logits, crop by crop, `targets` `[2 · batch, K]`.
 */
export function dinoLoss(
  student: Tensor,
  targets: Tensor,
  studentTemp: Tensor | number,
  count: number,
): Scalar {
  const logProbabilities = tf.split(tf.logSoftmax(tf.div(student, studentTemp)), count)
  const pairs = tf
    .split(targets, 2)
    .flatMap((target, view) =>
      logProbabilities
        .filter((_, crop) => crop !== view)
        .map((one) => tf.mean(tf.neg(tf.sum(tf.mul(target, one), -1)))),
    )
  return tf.div(tf.addN(pairs), pairs.length)
}

/** Targets `[rows, K]` from the teacher's logits: centred, sharpened. */
export function centredTargets(teacher: Tensor, centre: Tensor, temperature: Tensor | number): Tensor {
  return tf.softmax(tf.div(tf.sub(teacher, centre), temperature))
}

/**
 * Targets that give every prototype the same share of the rows (Caron et al. 2020, SwAV; dinov2,
 * loss.dino_clstoken_loss.sinkhorn_knopp_teacher): rows and columns are normalised in turn.
 */
export function sinkhornKnopp(teacher: Tensor, temperature: Tensor | number, iterations = 3): Tensor {
  const [rows, prototypes] = teacher.shape as [number, number]
  let q = tf.exp(tf.div(teacher, temperature))
  q = tf.div(q, tf.sum(tf.sum(q, 1, true), 0, true))
  for (let i = 0; i < iterations; i++) {
    q = tf.div(q, tf.mul(tf.sum(q, 0, true), prototypes))
    q = tf.div(q, tf.mul(tf.sum(q, 1, true), rows))
  }
  return tf.mul(q, rows)
}

/** −Σ p ln p of each row, their mean. */
function entropyOf(targets: Tensor): Tensor {
  return tf.mean(tf.neg(tf.sum(tf.mul(targets, tf.log(tf.add(targets, 1e-20))), -1)))
}

function prepare(s: DinoValues): Training {
  const spec: ModelSpec = {
    ...networkOf(s),
    projectionHead: {
      layers: 3,
      hidden: s.head_hidden_dim,
      bottleneck: s.head_bottleneck_dim,
      prototypes: s.out_dim,
    },
  }
  const batch = s.batch_size
  const locals = s.local_crops ? s.local_crops_number : 0
  if (locals > 0) refuseCutPatches('local_crops_size', s.local_crops_size, s.patch_size)
  const views = [
    crops(s, {
      name: 'global',
      side: s.global_crops_size,
      count: 2,
      scale: [s.global_crops_scale_min, s.global_crops_scale_max],
      blur: [s.blur, 0.1 * s.blur],
      solarise: [0, s.solarization],
    }),
    crops(s, {
      name: 'local',
      side: s.local_crops_size,
      count: locals,
      scale: [s.local_crops_scale_min, s.local_crops_scale_max],
      blur: 0.5 * s.blur,
      solarise: 0,
    }),
  ].filter(({ count }) => count > 0)

  const gain = 'projectionHead.last.gain'
  const frozenFirst = /^projectionHead\.last\./
  const shapes = weightShapes(spec)
  if (!s.norm_last_layer) shapes.set(gain, [s.out_dim, 1])
  const first = (seed: number): Weights => {
    const weights = firstWeights(spec, seed)
    // The original leaves the prototypes' directions as PyTorch makes a linear layer: shorter ones turn faster.
    const last = weights.get('projectionHead.last.weight')!
    const bound = 1 / Math.sqrt(s.head_bottleneck_dim)
    fillUniform(random(seed).split('prototypes'), last.data, -bound, bound)
    if (!s.norm_last_layer)
      weights.set(gain, { shape: [s.out_dim, 1], data: new Float32Array(s.out_dim).fill(1) })
    return weights
  }
  const parameters = [...shapes.keys()]

  /** [CLS] features and prototype logits of a network, its crops of every size one after the other. */
  const network = (weights: Tensors, views: Tensor[], keep: (Tensor | undefined)[] = []) => {
    const features = tf.concat(views.map((crops, i) => clsFeatures(spec, weights, crops, keep[i])))
    const prototypes = weightNorm(given(weights, 'projectionHead.last.weight'), weights[gain] ?? null)
    return {
      features,
      logits: projectionHead(spec, { ...weights, 'projectionHead.last.weight': prototypes }, features),
    }
  }

  const step: Training['step'] = (t) => {
    const globals = given(t, 'global')
    const all = locals > 0 ? [globals, given(t, 'local')] : [globals]
    const keep = views.map(({ name }) => t[`keep.${name}`])
    const centre = tf.mul(given(t, 'centre'), given(t, 'centring'))
    const targetsOf = (logits: Tensor) =>
      s.centering === 'sinkhorn_knopp' && s.centring
        ? sinkhornKnopp(logits, given(t, 'teacher_temp'))
        : centredTargets(logits, centre, given(t, 'teacher_temp'))
    const studentLoss = (student: Tensors, targets: Tensor) =>
      dinoLoss(network(student, all, keep).logits, targets, given(t, 'student_temp'), 2 + locals)

    const teacher = network(ofRole(t, 'teacher', parameters), [globals])
    const targets = targetsOf(teacher.logits)
    const student = ofRole(t, 'student', parameters)
    const { value, grads } = s.stop_gradient
      ? gradients(student, (student) => studentLoss(student, targets))
      : throughTargets(student, ofRole(t, 'teacher', parameters), (student, teacher) =>
          studentLoss(student, targetsOf(network(teacher, [globals]).logits)),
        )

    const clippedGrads = clipped(grads, s.clip_grad)
    const rates = { lr: given(t, 'lr'), wd: given(t, 'wd') }
    const next = adamW(t, 'student', clippedGrads.grads, (name) =>
      frozenFirst.test(name)
        ? { ...rates, corrections: given(t, 'last.corrections'), moves: given(t, 'last.moves') }
        : { ...rates, corrections: given(t, 'corrections') },
    )
    for (const name of parameters)
      next[`teacher.${name}`] = average(
        given(t, `teacher.${name}`),
        next[`student.${name}`] as Tensor,
        given(t, 'momentum'),
      )
    next['centre'] = average(
      given(t, 'centre'),
      tf.mean(teacher.logits, 0, true),
      given(t, 'center_momentum'),
    )

    const outputs = {
      loss: value,
      entropy: entropyOf(targets),
      targets,
      centre_norm: tf.sqrt(tf.sum(tf.square(next['centre']))),
      features: teacher.features,
      grad_norms: clippedGrads.norms,
    }
    return { state: next, outputs }
  }

  const keepInputs = s.drop_path_rate > 0 ? views : []
  const scalars = [
    'lr',
    'wd',
    'momentum',
    'student_temp',
    'teacher_temp',
    'center_momentum',
    'centring',
    'last.moves',
  ]
  const feeds = ({ step, random, ...course }: Moment) => {
    const epoch = Math.floor(step / course.stepsPerEpoch)
    const frozenSteps = s.freeze_last_layer * course.stepsPerEpoch
    const teacherTemp = teacherTemperature(
      s.warmup_teacher_temp,
      s.teacher_temp,
      s.warmup_teacher_temp_epochs,
      epoch,
    )
    const momentum = cosineSchedule(s.momentum_teacher, 1, step, course)
    const one = (value: number) => Float32Array.of(value)
    return {
      ...rateFeeds(s, step, course),
      ...adamWFeeds(step + 1),
      ...adamWFeeds(step + 1 - frozenSteps, 'last.'),
      'last.moves': one(step < frozenSteps ? 0 : 1),
      momentum: one(s.ema ? momentum : 0),
      student_temp: one(s.student_temp),
      teacher_temp: one(s.sharpening ? teacherTemp : s.student_temp),
      center_momentum: one(s.center_momentum),
      centring: one(s.centring ? 1 : 0),
      ...Object.fromEntries(
        keepInputs.map(({ name, count }) => [
          `keep.${name}`,
          keepMasks(spec, count * batch, s.drop_path_rate, random.split(`keep ${name}`)),
        ]),
      ),
    }
  }

  return {
    spec,
    batch,
    views,
    parameters,
    inputs: {
      ...Object.fromEntries(scalars.map((name) => [name, [1]])),
      corrections: [2],
      'last.corrections': [2],
      ...Object.fromEntries(
        keepInputs.map(({ name, count }) => [`keep.${name}`, keepShape(spec, count * batch)]),
      ),
    },
    graph: JSON.stringify([
      spec,
      views.map(({ side, count }) => [side, count]),
      batch,
      s.drop_path_rate > 0,
      s.clip_grad,
      s.stop_gradient,
      s.centering === 'sinkhorn_knopp' && s.centring,
    ]),
    initial: (seed) => {
      const weights = first(seed)
      const roles = ['student', 'teacher'].flatMap((role) =>
        Array.from(weights, ([name, weight]) => [`${role}.${name}`, weight] as const),
      )
      const centre = { shape: [1, s.out_dim], data: new Float32Array(s.out_dim) }
      return new Map([...roles, ...zeroMoments(weights), ['centre', centre]])
    },
    step,
    feeds,
    watched: ['entropy', 'centre_norm', 'grad_norms', 'features', 'targets'],
    targets: { output: 'targets', prototypes: s.out_dim },
    metrics: (outputs, fed) => {
      const of = (values: Float32Array | undefined) => values?.[0] ?? null
      const [loss, entropy] = [of(outputs['loss']), of(outputs['entropy'])]
      return {
        trivial_loss: Math.log(s.out_dim),
        entropy,
        kl: loss === null || entropy === null ? null : loss - entropy,
        centre_norm: of(outputs['centre_norm']),
        grad_norm: outputs['grad_norms'] ? totalNorm(parameters, outputs['grad_norms']) : null,
        lr: of(fed['lr']),
        wd: of(fed['wd']),
        momentum: of(fed['momentum']),
        teacher_temp: of(fed['teacher_temp']),
      }
    },
    weights: (state) => {
      const own = Array.from(
        shapes,
        ([name, shape]) => [name, { shape, data: state(`teacher.${name}`) }] as const,
      )
      return folded(new Map(own), gain)
    },
  }
}

/**
 * A loss and its gradient where targets are no constants: what reaches the teacher counts as the student's own, whose
 * average the teacher is.
 */
function throughTargets(
  student: Record<string, Tensor>,
  teacher: Record<string, Tensor>,
  loss: (student: Tensors, teacher: Tensors) => Scalar,
) {
  const both = Object.fromEntries([
    ...Object.entries(student).map(([name, tensor]) => [`student.${name}`, tensor] as const),
    ...Object.entries(teacher).map(([name, tensor]) => [`teacher.${name}`, tensor] as const),
  ])
  const names = Object.keys(student)
  const { value, grads } = gradients(both, (both) =>
    loss(ofRole(both, 'student', names), ofRole(both, 'teacher', names)),
  )
  const sum = (name: string) => tf.add(grads[`student.${name}`] as Tensor, grads[`teacher.${name}`] as Tensor)
  return { value, grads: Object.fromEntries(names.map((name) => [name, sum(name)])) }
}

/** Canonical weights: the last layer's direction and gain as one. */
function folded(weights: Weights, gain: string): Weights {
  const last = weights.get('projectionHead.last.weight')!
  const [rows = 0, width = 0] = last.shape
  const gains = weights.get(gain)?.data
  const data = new Float32Array(last.data.length)
  for (let row = 0; row < rows; row++) {
    const own = last.data.subarray(row * width, (row + 1) * width)
    const scale = (gains?.[row] ?? 1) / Math.max(Math.hypot(...own), 1e-12)
    own.forEach((value, i) => (data[row * width + i] = value * scale))
  }
  const all = new Map([...weights, ['projectionHead.last.weight', { ...last, data }] as const])
  all.delete(gain)
  return all
}

const tiny = {
  epochs: 100,
  ...{ embed_dim: 96, depth: 4, num_heads: 3, patch_size: 8 },
  ...{ head_hidden_dim: 256, head_bottleneck_dim: 64, out_dim: 512 },
  ...{ global_crops_size: 48, global_crops_scale_min: 0.5 },
  ...{ local_crops_size: 24, local_crops_number: 4, local_crops_scale_min: 0.2, local_crops_scale_max: 0.6 },
  ...{ hue: 0.3, grayscale: 0.4, batch_size: 32 },
  ...{ lr: 0.008, warmup_epochs: 1, momentum_teacher: 0.99, teacher_temp: 0.02, warmup_teacher_temp: 0.02 },
}

export const dino = defineMethod({
  name: 'dino',
  title: 'DINO',
  about:
    'A student learns to say of every crop what its teacher, its own moving average, says of the global ones.',
  paper: 'Caron et al. 2021, Emerging Properties in Self-Supervised Vision Transformers',
  labels: false,
  settings,
  presets: {
    demo: { about: 'A tiny network that shows something within a minute on a laptop.', set: tiny },
    small: {
      about: 'Width 192, depth 6: an evening on a laptop.',
      set: {
        ...{ embed_dim: 192, depth: 6, num_heads: 3, patch_size: 8 },
        ...{ head_hidden_dim: 512, head_bottleneck_dim: 64, out_dim: 1024 },
        ...{ global_crops_size: 64, local_crops_size: 32, local_crops_number: 4 },
        ...{ batch_size: 32, lr: 0.004, warmup_epochs: 2, momentum_teacher: 0.99 },
        ...{ teacher_temp: 0.04, warmup_teacher_temp: 0.04 },
      },
    },
    'vit-s16': {
      about:
        'ViT-S/16 as the original trains it at home: 2 crops of 224 px and 8 of 96 px, K 65,536. For a GPU, or patience.',
      set: {
        ...{ embed_dim: 384, depth: 12, num_heads: 6, patch_size: 16, drop_path_rate: 0.1 },
        ...{ head_hidden_dim: 2048, head_bottleneck_dim: 256, out_dim: 65536 },
        ...{ global_crops_size: 224, local_crops_size: 96, local_crops_number: 8, batch_size: 8 },
        ...{ teacher_temp: 0.04, warmup_teacher_temp: 0.04, momentum_teacher: 0.996 },
      },
    },
    collapse: {
      about:
        'The smallest network that stays healthy, and collapses within a minute when a trick is taken away.',
      set: {
        ...tiny,
        ...{
          embed_dim: 48,
          depth: 3,
          num_heads: 3,
          head_hidden_dim: 96,
          head_bottleneck_dim: 48,
          out_dim: 128,
        },
        ...{ local_crops_number: 2, batch_size: 16, lr: 0.005, warmup_epochs: 2, freeze_last_layer: 0 },
        ...{ momentum_teacher: 0.96, center_momentum: 0.5 },
      },
    },
  },
  prepare,
})

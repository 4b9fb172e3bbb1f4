// One step of DINO as a function to compile, with random crops: what devices are compared by.
import type { InputSpecs, TensorValue } from '../../../src-main/compute/program.ts'
import type { StepFunction } from '../../../src-main/compute/step.ts'
import { dino } from '../../../src-main/methods/dino.ts'
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

/** A step for `compileStep`: its function, inputs and first state, and the feeds of the step counted from 0. */
export interface DinoStep {
  step: StepFunction
  inputs: InputSpecs
  state: Weights
  feeds(count: number): Record<string, TensorValue>
}

/** The whole DINO step of a setting, with random weights and crops, the same for the same seed. */
export function dinoStep(setting: DinoSetting, seed: number): DinoStep {
  const { global, local, locals, batch } = setting
  const values = dino.settings('small', {
    ...{
      embed_dim: setting.width,
      depth: setting.depth,
      num_heads: setting.heads,
      patch_size: setting.patch,
    },
    ...{ global_crops_size: global, local_crops_size: local, local_crops_number: locals, batch_size: batch },
    ...{
      head_hidden_dim: setting.hidden,
      head_bottleneck_dim: setting.bottleneck,
      out_dim: setting.prototypes,
    },
    // The rate of a step in the warm-up. At the full rate, what AdamW makes of gradients that are rounding alone comes
    // back as gradients of other weights.
    ...{ lr: (5e-5 * 256) / batch, warmup_epochs: 0, freeze_last_layer: 0, momentum_teacher: 0.996 },
  })
  const training = dino.prepare(values, 0)
  const state = training.initial(seed)
  // As after some training: differences are measured against each tensor's largest number, which is no zero then.
  for (const [name, { data }] of state) {
    const weight = /^(?:student|teacher)\.(.*\.bias)$/.exec(name)?.[1]
    if (weight !== undefined) fillNormal(random(seed).split(weight), data, 0, 0.02)
  }
  const shapes: Record<string, readonly number[]> = {
    ...training.inputs,
    ...{ global: [2 * batch, 3, global, global], local: [locals * batch, 3, local, local] },
  }
  return {
    inputs: Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape }])),
    state,
    step: (t) => training.step(t),
    feeds: (count) => {
      const source = random(seed).split(`crops ${count}`)
      const course = { totalSteps: 1e6, stepsPerEpoch: 1000 }
      const numbers = training.feeds({ step: count, random: source, labels: new Int32Array(), ...course })
      return Object.fromEntries(
        Object.entries(shapes).map(([name, shape]): [string, TensorValue] => {
          const size = shape.reduce((product, side) => product * side, 1)
          const data = numbers[name] ?? fillNormal(source, new Float32Array(size))
          return [name, { dtype: 'float32', shape: [...shape], data }]
        }),
      )
    },
  }
}

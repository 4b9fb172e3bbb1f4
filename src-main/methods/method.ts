// What is a method of training? The interface that the training loop knows; a method is one file that fills it.
import type { Tensor } from '@tensorflow/tfjs-core'
import { Failure } from '../../src-shared/domain/failure.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import type { MethodFacts, MethodSettings } from '../../src-shared/domain/run.ts'
import type { Weights } from '../../src-shared/domain/weights.ts'
import type { Random } from '../../src-shared/numerics/random.ts'
import { checkValues, complete, type Settings, type Values } from './settings.ts'

/** What is made of each picture: `count` crops of one kind, in one input of the step. */
export interface ViewRecipe {
  /** The input's name: `global`, `local`. */
  name: string
  /** Pixels. */
  side: number
  count: number
  /** Share of the picture's area, from and to. */
  scale: readonly [number, number]
  /** Width by height, from and to. */
  ratio: readonly [number, number]
  /** Probabilities, where nothing else is said. */
  flip: number
  jitter: { p: number; brightness: number; contrast: number; saturation: number; hue: number }
  greyscale: number
  /** For every crop, or crop by crop. */
  blur: number | readonly number[]
  /** Standard deviation in pixels, from and to. */
  blurSigma: readonly [number, number]
  solarise: number | readonly number[]
  mean: readonly [number, number, number]
  std: readonly [number, number, number]
}

/** How long a run is: what schedules are made of. */
export interface Course {
  totalSteps: number
  stepsPerEpoch: number
}

/** Where a run stands when a step begins. */
export interface Moment extends Course {
  /** Steps done before this one. */
  step: number
  /** For what a step draws by chance; the same for the same seed and step. */
  random: Random
  /** Of the step's pictures, −1 where there is none. */
  labels: Int32Array
}

export type Tensors = Readonly<Record<string, Tensor>>
export type Shapes = Readonly<Record<string, readonly number[]>>
export type Arrays = Readonly<Record<string, Float32Array>>
export type Metrics = Record<string, number | null>

/**
 * A method with its settings: everything a run needs. State and inputs of the step have names of their own; a name
 * like `teacher.blocks.0.norm1.weight` is the role and the canonical name of a weight.
 */
export interface Training {
  /** The network to look at and to keep: its teacher, where there is one. */
  readonly spec: ModelSpec
  /** Pictures of one step. */
  readonly batch: number
  readonly views: readonly ViewRecipe[]
  /** What a step is fed beside its views, by name: shapes of what `feeds` gives. */
  readonly inputs: Shapes
  /** Equal for two settings whose steps are the same graph: then what changed is in the feeds alone. */
  readonly graph: string
  /** The state before the first step, the same for the same seed. */
  initial(seed: number): Weights
  /**
   * One optimisation step: state, views (`[count · batch, 3, side, side]`, crop by crop), `labels` `[batch]` where the
   * method needs them, and the other inputs, by name; the next state under the same names, and outputs to look at.
   * `loss` is one of them, and `grad_norms`, one for each name of `parameters`.
   */
  step(t: Tensors): { state: Record<string, Tensor>; outputs: Record<string, Tensor> }
  /** What is trained, in the order of `grad_norms`. */
  readonly parameters: readonly string[]
  /** The numbers of a step: its place in every schedule, and what it draws by chance. */
  feeds(moment: Moment): Arrays
  /** What can be told of a step from its outputs (those named in `watched`) and feeds. */
  metrics(outputs: Arrays, feeds: Arrays): Metrics
  /** Outputs that `metrics` wants; `features` `[rows, width]` among them are measured for every method alike. */
  readonly watched: readonly string[]
  /** The teacher's targets, where the method has some: the output's name and K. */
  readonly targets: { output: string; prototypes: number } | null
  /** Canonical weights of `spec`'s network, from the state. */
  weights(state: (name: string) => Float32Array): Weights
}

/** A method as the registry lists it. */
export interface Method {
  readonly facts: MethodFacts
  /** A preset's values with `set` over them. Throws Failure `bad-argument` with what does not fit. */
  settings(preset: string, set: MethodSettings): MethodSettings
  /** The method with whole settings, for data of so many classes (0: not known). Throws Failure `bad-argument`. */
  prepare(settings: MethodSettings, classes: number): Training
}

interface Definition<S extends Settings> extends Omit<MethodFacts, 'settings' | 'presets'> {
  readonly settings: S
  readonly presets: Readonly<Record<string, { about: string; set: Partial<Values<S>> }>>
  prepare(values: Values<S>, classes: number): Training
}

/** A method from its definition: the first preset is the one that is taken where none is named. */
export function defineMethod<S extends Settings>(definition: Definition<S>): Method {
  const { settings, presets, prepare, ...about } = definition
  const valuesOf = (name: string): MethodSettings => {
    const preset = presets[name]
    if (preset === undefined)
      throw new Failure(
        'bad-argument',
        `${about.name} has no preset ${JSON.stringify(name)}.`,
        `Presets: ${Object.keys(presets).join(', ')}.`,
      )
    return complete(settings, preset.set as MethodSettings)
  }
  return {
    facts: {
      ...about,
      settings: Object.entries(settings).map(([name, { value: _, ...facts }]) => ({ name, ...facts })),
      presets: Object.entries(presets).map(([name, { about }]) => ({ name, about, values: valuesOf(name) })),
    },
    settings: (preset, set) => {
      checkValues(about.name, settings, set)
      return { ...valuesOf(preset), ...set }
    },
    prepare: (values, classes) => {
      const whole = complete(settings, values)
      checkValues(about.name, settings, whole)
      return prepare(whole as Values<S>, classes)
    },
  }
}

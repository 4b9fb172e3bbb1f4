// Which plots does a run have, and which lines stand in them? Each says what its curves are and what to measure them by.
import type { RunFacts } from '../../../src-shared/domain/run.ts'
import { number, percent, weight } from '../../state/format.ts'
import { strings } from '../../state/strings.ts'
import { power } from './axes.ts'
import { has, newest, type RunLog, type Table } from './log.ts'

const s = strings.train.plots

export interface CurveSpec {
  readonly metric: string
  readonly name: string
  /** A token of the look. */
  readonly colour: string
}
export interface ReferenceLine {
  readonly value: number
  readonly label: string
}
export interface PlotSpec {
  readonly id: string
  readonly title: string
  /** Where the numbers come from. */
  readonly rule: string
  readonly of: 'steps' | 'evaluations'
  readonly curves: readonly CurveSpec[]
  /** The axis holds 0. */
  readonly zero: boolean
  /** The axis is read in per cent. */
  readonly percent?: boolean
  /** A value as it is said. */
  words(value: number): string
  /** Metrics whose newest values stand as lines, with their labels. */
  readonly lines: readonly { readonly metric: string; readonly label: string }[]
  /** The share of the row that it takes, of 12. */
  readonly wide: number
}

const nats = (value: number): string => number(value, 3)
const share = (value: number): string => percent(value, 1)
const plain = (digits: number) => (value: number) => number(value, digits)
const small = (value: number): string =>
  Math.abs(value) < 1e-3 && value !== 0 ? power(value) : weight(value)
const one = (metric: string, name: string): readonly CurveSpec[] => [{ metric, name, colour: '--accent' }]

/** Every plot there can be, in their order. */
export const plotSpecs: readonly PlotSpec[] = [
  {
    id: 'loss',
    title: s.loss,
    rule: s.lossRule,
    of: 'steps',
    curves: one('loss', s.loss),
    zero: true,
    words: nats,
    lines: [{ metric: 'trivial_loss', label: 'ln K' }],
    wide: 8,
  },
  {
    id: 'targets',
    title: s.targets,
    rule: s.targetsRule,
    of: 'steps',
    curves: [
      { metric: 'entropy', name: s.entropy, colour: '--c2' },
      { metric: 'kl', name: s.kl, colour: '--c1' },
    ],
    zero: true,
    words: nats,
    lines: [{ metric: 'trivial_loss', label: 'ln K' }],
    wide: 4,
  },
  {
    id: 'std',
    title: s.std,
    rule: s.stdRule,
    of: 'steps',
    curves: one('std', s.std),
    zero: true,
    words: plain(4),
    lines: [{ metric: 'healthy_std', label: '1/√d' }],
    wide: 4,
  },
  {
    id: 'rank',
    title: s.rank,
    rule: s.rankRule,
    of: 'steps',
    curves: one('rank', s.rank),
    zero: true,
    words: plain(1),
    lines: [],
    wide: 4,
  },
  {
    id: 'knn',
    title: s.knn,
    rule: s.knnRule,
    of: 'evaluations',
    curves: one('knn', s.knn),
    zero: true,
    percent: true,
    words: share,
    lines: [
      { metric: 'knn_untrained', label: s.untrained },
      { metric: 'knn_pixels', label: s.pixels },
      { metric: 'chance', label: s.chance },
    ],
    wide: 4,
  },
  {
    id: 'linear',
    title: s.linear,
    rule: s.linearRule,
    of: 'evaluations',
    curves: one('linear', s.linear),
    zero: true,
    percent: true,
    words: share,
    lines: [
      { metric: 'linear_untrained', label: s.untrained },
      { metric: 'chance', label: s.chance },
    ],
    wide: 4,
  },
  {
    id: 'mass',
    title: s.mass,
    rule: s.massRule,
    of: 'evaluations',
    curves: one('mass', s.mass),
    zero: true,
    percent: true,
    words: share,
    lines: [
      { metric: 'mass_untrained', label: s.untrained },
      { metric: 'mass_fixed', label: s.fixed },
    ],
    wide: 4,
  },
  {
    id: 'jaccard',
    title: s.jaccard,
    rule: s.jaccardRule,
    of: 'evaluations',
    curves: one('jaccard', s.jaccard),
    zero: true,
    percent: true,
    words: share,
    lines: [
      { metric: 'jaccard_untrained', label: s.untrained },
      { metric: 'jaccard_fixed', label: s.fixed },
    ],
    wide: 4,
  },
  {
    id: 'prototypes',
    title: s.prototypes,
    rule: s.prototypesRule,
    of: 'steps',
    curves: [
      { metric: 'prototypes_used', name: s.used, colour: '--c2' },
      { metric: 'top_prototype', name: s.top, colour: '--c1' },
    ],
    zero: true,
    percent: true,
    words: share,
    lines: [],
    wide: 4,
  },
  {
    id: 'centre',
    title: s.centre,
    rule: s.centreRule,
    of: 'steps',
    curves: one('centre_norm', s.centre),
    zero: true,
    words: plain(3),
    lines: [],
    wide: 4,
  },
  {
    id: 'gradient',
    title: s.gradient,
    rule: s.gradientRule,
    of: 'steps',
    curves: one('grad_norm', s.gradient),
    zero: true,
    words: plain(3),
    lines: [],
    wide: 4,
  },
  {
    id: 'speed',
    title: s.speed,
    rule: s.speedRule,
    of: 'steps',
    curves: one('images_per_second', s.speed),
    zero: true,
    words: plain(0),
    lines: [],
    wide: 4,
  },
  {
    id: 'lr',
    title: 'lr',
    rule: s.lrRule,
    of: 'steps',
    curves: one('lr', 'lr'),
    zero: true,
    words: small,
    lines: [],
    wide: 3,
  },
  {
    id: 'wd',
    title: 'weight_decay',
    rule: s.wdRule,
    of: 'steps',
    curves: one('wd', 'weight_decay'),
    zero: true,
    words: small,
    lines: [],
    wide: 3,
  },
  {
    id: 'momentum',
    title: 'momentum_teacher',
    rule: s.momentumRule,
    of: 'steps',
    curves: one('momentum', 'momentum_teacher'),
    zero: false,
    words: plain(4),
    lines: [],
    wide: 3,
  },
  {
    id: 'teacher_temp',
    title: 'teacher_temp',
    rule: s.tempRule,
    of: 'steps',
    curves: one('teacher_temp', 'teacher_temp'),
    zero: true,
    words: small,
    lines: [],
    wide: 3,
  },
]

/** The plots that two runs have in common, whatever their methods. */
export const commonPlots: readonly string[] = ['knn', 'linear', 'rank', 'mass', 'std', 'jaccard']

export function tableOf(log: RunLog, spec: PlotSpec): Table {
  return spec.of === 'steps' ? log.steps : log.evaluations
}

/** The plots that a run has numbers for; before the first number those that every run begins with. */
export function plotsFor(log: RunLog): PlotSpec[] {
  if (log.steps.step.length === 0)
    return plotSpecs.filter(({ id }) => ['loss', 'std', 'rank', 'knn'].includes(id))
  return plotSpecs.filter((spec) => spec.curves.some(({ metric }) => has(tableOf(log, spec), metric)))
}

/** The reference lines of a plot, as far as their values are known. */
export function linesOf(
  log: RunLog,
  spec: PlotSpec,
  facts: Pick<RunFacts, 'classes' | 'method'> | null,
): ReferenceLine[] {
  return spec.lines.flatMap(({ metric, label }) => {
    const value = metric === 'chance' ? 1 / (facts?.classes.length ?? 0) : newest(tableOf(log, spec), metric)
    if (!Number.isFinite(value)) return []
    // Only where prototypes are guessed is the trivial loss called ln K.
    const name = metric === 'trivial_loss' && facts?.method !== 'dino' ? s.trivial : label
    return [{ value, label: name === 'ln K' ? `ln K ${number(value, 2)}` : name }]
  })
}

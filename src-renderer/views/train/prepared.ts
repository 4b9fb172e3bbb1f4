// What does a plot get of a run? Its curves, lines, flags and stretches on the clock that is chosen.
import type { RunFacts } from '../../../src-shared/domain/run.ts'
import type { Flag, Reference, Tint } from './draw.ts'
import { clockAt, collapseSpans, interventions, type Clock, type RunLog } from './log.ts'
import { linesOf, tableOf, type PlotSpec } from './plots.ts'
import { setWords } from './summary.ts'

export interface Curve {
  readonly name: string
  readonly colour: string
  readonly dashed?: boolean
  readonly x: readonly number[]
  readonly y: readonly number[]
}

const nothing: readonly number[] = []

/** The curves of one run in a plot. */
export function curvesOf(log: RunLog, spec: PlotSpec, clock: Clock): Curve[] {
  const table = tableOf(log, spec)
  return spec.curves.map(({ metric, name, colour }) => ({
    name,
    colour,
    x: table[clock],
    y: table.columns.get(metric) ?? nothing,
  }))
}

/** What a person changed, on a clock. */
export function flagsOf(log: RunLog, clock: Clock): Flag[] {
  return interventions(log).map(({ step, set }) => ({ at: clockAt(log, step, clock), label: setWords(set) }))
}

/** The stretches of collapse, on a clock; one that lasts ends with the newest step. */
export function tintsOf(log: RunLog, clock: Clock): Tint[] {
  const last = log.steps.step.at(-1) ?? 0
  return collapseSpans(log).map(({ from, to }) => ({
    from: clockAt(log, from, clock),
    to: clockAt(log, to ?? last, clock),
  }))
}

/** The lines that stand in a plot of one run. */
export function referencesOf(log: RunLog, spec: PlotSpec, facts: RunFacts | null): Reference[] {
  return linesOf(log, spec, facts)
}

// How does a run stand, in numbers and words? Its newest values beside those of a moment to compare with, and the time left.
import type { MethodSettings, RunFacts } from '../../../src-shared/domain/run.ts'
import { number } from '../../state/format.ts'
import { strings } from '../../state/strings.ts'
import { collapseSpans, goodCheckpoint, newest, valueAt, type RunLog } from './log.ts'
import { plotSpecs, tableOf } from './plots.ts'

export interface NowRow {
  readonly name: string
  readonly now: string
  readonly then: string
}

/** The moment that the newest values are compared with: before it went wrong, else the best, else the beginning. */
export function referenceStep(log: RunLog): number | null {
  const [span] = collapseSpans(log).slice(-1)
  if (span && span.to === null)
    return goodCheckpoint(log, span.from)?.step ?? Math.max(0, log.steps.step[0] ?? 0)
  const best = log.checkpoints.findLast(({ why }) => why === 'best')
  const last = log.steps.step.at(-1) ?? 0
  if (best && best.step < last) return best.step
  return log.steps.step[0] ?? null
}

/** The rows of *Now against*, for what the run has numbers for. */
export function nowRows(log: RunLog, reference: number): NowRow[] {
  return ['loss', 'targets', 'std', 'rank', 'knn', 'mass'].flatMap((id) => {
    const spec = plotSpecs.find((one) => one.id === id)!
    const table = tableOf(log, spec)
    const { metric, name } = spec.curves[0]!
    const now = newest(table, metric)
    if (Number.isNaN(now)) return []
    return [
      {
        name: id === 'targets' ? name : spec.title,
        now: spec.words(now),
        then: spec.words(valueAt(table, metric, reference)),
      },
    ]
  })
}

/** Seconds until the run ends by itself, at its present pace; null where nothing ends it or nothing is known. */
export function timeLeft(facts: RunFacts | null, log: RunLog): number | null {
  const { steps } = log
  const last = steps.step.length - 1
  if (!facts || last < 1) return null
  const ends: number[] = []
  // The pace of the last stretch: the first steps compile their graph.
  const from = Math.max(0, last - 50)
  const pace = (steps.seconds[last]! - steps.seconds[from]!) / (steps.step[last]! - steps.step[from]!)
  if (facts.until.steps !== null || facts.until.epochs !== null)
    ends.push((facts.totalSteps - steps.step[last]!) * pace)
  if (facts.until.seconds !== null) ends.push(facts.until.seconds - steps.seconds[last]!)
  const least = Math.min(...ends)
  return Number.isFinite(least) ? Math.max(0, least) : null
}

/** The last step of the axis: as planned, unless time or patience ends it before. */
export function axisEnd(facts: RunFacts | null, log: RunLog): number {
  const last = log.steps.step.at(-1) ?? 0
  if (facts?.state === 'running' || facts?.state === 'paused' || !facts) {
    // The newest point stands in the right half, and the axis grows in a few large steps.
    let end = 50
    while (end < last * 1.02) end = Math.round(end * 1.5)
    const planned =
      facts && facts.totalSteps > 0 && facts.until.seconds === null ? facts.totalSteps : Infinity
    return Math.max(1, Math.min(end, Math.max(planned, last)))
  }
  return Math.max(1, last)
}

/** `centring off`, `teacher_temp 0.07`: what was set, in few words. */
export function setWords(set: MethodSettings): string {
  return Object.entries(set)
    .map(([name, value]) =>
      typeof value === 'boolean'
        ? strings.train.switched(name, value)
        : `${name} ${typeof value === 'number' ? plainNumber(value) : value}`,
    )
    .join(', ')
}

/** A setting's number with the digits that it has. */
export function plainNumber(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential().replace('-', '−').replace('e+', 'e')
  return Number.isInteger(value)
    ? value.toLocaleString('en-GB')
    : number(value, Math.min(6, String(value).split('.')[1]?.length ?? 2))
}

/** The probabilities of the teacher's mean target by rank, greatest first. */
export function byRank(distribution: Float32Array): Float32Array {
  return distribution.slice().sort().reverse()
}

/** How many prototypes it takes, if they were used evenly: exp of the entropy of the mean target. */
export function effective(distribution: Float32Array): number {
  let entropy = 0
  for (const p of distribution) if (p > 0) entropy -= p * Math.log(p)
  return Math.exp(entropy)
}

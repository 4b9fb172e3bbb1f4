// What has a run left so far, ordered for drawing? Steps and evaluations as columns, films, checkpoints, events, targets.
//
// Records come in the order in which they arose. A run that was resumed repeats what lay after its checkpoint: a step that
// is not above the last one takes that stretch back.
import type { MethodSettings, RunRecord, RunRecordOf } from '../../../src-shared/domain/run.ts'

/** The clocks that a run has; all plots share one. */
export const clocks = ['step', 'seconds', 'pictures'] as const
export type Clock = (typeof clocks)[number]

/** Rows of numbers, one after the other in time; NaN where a metric was not there. */
export interface Table {
  readonly step: number[]
  readonly seconds: number[]
  readonly pictures: number[]
  readonly columns: Map<string, number[]>
}

/** The teacher's targets at a moment. */
export type Targets = Pick<RunRecordOf<'targets'>, 'step' | 'distribution'>

export interface RunLog {
  readonly steps: Table
  readonly evaluations: Table
  films: RunRecordOf<'film'>[]
  checkpoints: RunRecordOf<'checkpoint'>[]
  events: RunRecordOf<'event'>[]
  /** In time, far apart; the newest is the last. */
  targets: Targets[]
  /** Counts every change, so that what is drawn knows when to be drawn again. */
  version: number
}

/** Moments of the teacher's targets that are kept beside the newest. */
const mostTargets = 48
/** Steps that are kept; of more every second one goes. */
const mostSteps = 120_000

const table = (): Table => ({ step: [], seconds: [], pictures: [], columns: new Map() })

export function emptyLog(): RunLog {
  return {
    steps: table(),
    evaluations: table(),
    films: [],
    checkpoints: [],
    events: [],
    targets: [],
    version: 0,
  }
}

/** Takes records in, in their order. */
export function addRecords(log: RunLog, records: readonly RunRecord[]): void {
  for (const record of records) addRecord(log, record)
  if (records.length > 0) log.version++
}

function addRecord(log: RunLog, record: RunRecord): void {
  const { step } = record
  if (record.kind === 'step') {
    if (step <= (log.steps.step.at(-1) ?? -1)) takeBack(log, step)
    addRow(log.steps, record)
    if (log.steps.step.length > mostSteps) halve(log.steps)
  } else if (record.kind === 'evaluation') {
    // Told again after it was read from the disk: the same moment is one row.
    if (step <= (log.evaluations.step.at(-1) ?? -1)) cut(log.evaluations, step)
    addRow(log.evaluations, record)
  } else if (record.kind === 'film') {
    log.films = log.films.filter((one) => one.step < step || (one.step === step && one.pin !== record.pin))
    log.films.push(record)
  } else if (record.kind === 'checkpoint') {
    log.checkpoints = log.checkpoints.filter(
      (one) => one.step < step || (one.step === step && one.why !== record.why),
    )
    log.checkpoints.push(record)
  } else if (record.kind === 'event') {
    const told = (one: RunRecordOf<'event'>): boolean =>
      one.step === step && one.what === record.what && one.text === record.text
    if (!log.events.some(told)) log.events.push(record)
  } else if (record.kind === 'targets') {
    log.targets = log.targets.filter((one) => one.step < step)
    log.targets.push({ step, distribution: record.distribution })
    if (log.targets.length > mostTargets)
      // The newest moves all the time; of the older ones every second is enough.
      log.targets = log.targets.filter((_, i, all) => i % 2 === 0 || i === all.length - 1)
  }
}

function addRow(
  table: Table,
  { step, seconds, pictures, metrics }: RunRecordOf<'step' | 'evaluation'>,
): void {
  const row = table.step.length
  table.step.push(step)
  table.seconds.push(seconds)
  table.pictures.push(pictures)
  for (const [name, value] of Object.entries(metrics)) {
    let column = table.columns.get(name)
    if (!column) table.columns.set(name, (column = new Array<number>(row).fill(NaN)))
    column.push(value ?? NaN)
  }
  for (const column of table.columns.values()) if (column.length === row) column.push(NaN)
}

/** Forgets everything from this step on. */
function takeBack(log: RunLog, step: number): void {
  cut(log.steps, step)
  cut(log.evaluations, step)
  const before = <T extends { step: number }>(list: T[]): T[] => list.filter((one) => one.step < step)
  log.films = before(log.films)
  log.targets = before(log.targets)
  log.checkpoints = before(log.checkpoints)
  // What a person did and was told stays: it happened.
  log.events = log.events.filter((one) => one.step < step || one.what === 'resumed' || one.what === 'failed')
}

function cut(table: Table, step: number): void {
  const length = rowAt(table.step, step)
  for (const column of [table.step, table.seconds, table.pictures, ...table.columns.values()])
    column.length = length
}

function halve(table: Table): void {
  for (const column of [table.step, table.seconds, table.pictures, ...table.columns.values()]) {
    const last = column.length - 1
    let n = 0
    for (let i = last % 2; i <= last; i += 2) column[n++] = column[i]!
    column.length = n
  }
}

/** The first row whose value is not below `value`, in a column that never falls; its length where there is none. */
export function rowAt(column: readonly number[], value: number): number {
  let [low, high] = [0, column.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (column[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** The newest value of a metric that is a number; NaN where there is none. */
export function newest(table: Table, metric: string): number {
  const column = table.columns.get(metric)
  for (let i = (column?.length ?? 0) - 1; i >= 0; i--) if (!Number.isNaN(column![i]!)) return column![i]!
  return NaN
}

/** The value of a metric at the last row not after `step` where it is a number; NaN where there is none. */
export function valueAt(table: Table, metric: string, step: number): number {
  const column = table.columns.get(metric)
  for (let i = Math.min(column?.length ?? 0, rowAt(table.step, step + 1)) - 1; i >= 0; i--)
    if (!Number.isNaN(column![i]!)) return column![i]!
  return NaN
}

/** True where a metric was a number at least once. */
export function has(table: Table, metric: string): boolean {
  return !Number.isNaN(newest(table, metric))
}

/** The place of a step on a clock, between the rows where it lies between them. */
export function clockAt({ steps }: RunLog, step: number, clock: Clock): number {
  if (clock === 'step' || steps.step.length === 0) return clock === 'step' ? step : 0
  const at = Math.min(steps.step.length - 1, rowAt(steps.step, step))
  const [s1, c1] = [steps.step[at]!, steps[clock][at]!]
  if (at === 0 || s1 === step) return step < s1 && s1 > 0 ? (c1 * step) / s1 : c1
  const [s0, c0] = [steps.step[at - 1]!, steps[clock][at - 1]!]
  if (step > s1) return c1 + ((step - s1) * (c1 - c0)) / Math.max(1, s1 - s0)
  return c0 + ((step - s0) / (s1 - s0)) * (c1 - c0)
}

/** A stretch of steps during which the run was collapsed; `to` null: it still is. */
export interface Span {
  readonly from: number
  readonly to: number | null
  readonly kind: 'uniform' | 'one-dimension'
}

/** When the run was collapsed: from what was found until the targets' entropy has left that end. */
export function collapseSpans({ events, steps }: RunLog): Span[] {
  const spans: Span[] = []
  for (const { collapse } of events) {
    if (!collapse) continue
    const last = spans.at(-1)
    if (last && (last.to === null || last.to > collapse.step)) continue
    spans.push({ from: collapse.step, to: recovery(steps, collapse), kind: collapse.kind })
  }
  return spans
}

/** The first step at which the entropy of the targets is well away from the end it had collapsed to. */
function recovery(steps: Table, { step, kind }: Pick<Span, 'kind'> & { step: number }): number | null {
  const entropy = steps.columns.get('entropy')
  const most = steps.columns.get('trivial_loss')
  if (!entropy || !most) return null
  for (let i = rowAt(steps.step, step); i < entropy.length; i++) {
    const share = entropy[i]! / most[i]!
    if (kind === 'uniform' ? share < 0.95 : share > 0.2) return steps.step[i]!
  }
  return null
}

/** What a person changed, and when. */
export interface Intervention {
  readonly step: number
  readonly set: MethodSettings
}
export function interventions({ events }: RunLog): Intervention[] {
  return events.flatMap(({ what, step, set }) => (what === 'set' && set ? [{ step, set }] : []))
}

/** The last checkpoint before the run went wrong, or the best, or the newest before `step`; null where there is none. */
export function goodCheckpoint(log: RunLog, before: number): RunRecordOf<'checkpoint'> | null {
  // Collapse takes a while to be sure of: what was written in between is not good any more.
  const cause = interventions(log).findLast(({ step }) => step <= before)?.step ?? before
  return log.checkpoints.findLast(({ step }) => step <= cause) ?? null
}

// What is the lesson *Why does it not collapse?* Three runs from one seed that differ in one trick each, and what they show.
import type { MethodSettings } from '../../../src-shared/domain/run.ts'
import type { StartRun } from '../../client/lab.ts'
import { newest, valueAt, type RunLog } from './log.ts'

export const lessonKinds = ['both', 'centring', 'sharpening'] as const
export type LessonKind = (typeof lessonKinds)[number]

/** What is taken away: centring spreads the targets evenly, sharpening gathers them; each alone goes all the way. */
const without: Readonly<Record<LessonKind, MethodSettings>> = {
  both: {},
  centring: { sharpening: false },
  sharpening: { centring: false },
}

/** The run of one column: everything is the same but the trick that is missing. */
export function lessonRun(kind: LessonKind, name: string): StartRun {
  return {
    name,
    method: 'dino',
    preset: 'collapse',
    set: without[kind],
    data: { kind: 'critters', count: 512, seed: 7, difficulty: 'hard', size: 64 },
    holdOut: 0,
    until: { steps: 220, epochs: null, seconds: null },
    seed: 1,
    pins: [],
    evaluateEvery: null,
    checkpointEvery: 3600,
    targets: true,
    // Three at once: each has a share of the machine.
    threads: 1,
  }
}

export type Verdict =
  'waiting' | 'beginning' | 'spreading' | 'gathering' | 'between' | 'uniform' | 'one-dimension'

/** Shares of ln K at which the targets count as one or the other end. */
const [nearUniform, nearOne] = [0.98, 0.1]

/** How the teacher's targets stand now: at one end, on the way there, or between. */
export function verdict(log: RunLog): Verdict {
  const rows = log.steps.step.length
  if (rows === 0) return 'waiting'
  const share = newest(log.steps, 'entropy') / newest(log.steps, 'trivial_loss')
  if (share < nearOne && newest(log.steps, 'top_prototype') > 0.9) return 'one-dimension'
  if (share > nearUniform && rows > 40) return 'uniform'
  if (rows < 10) return 'beginning'
  const before =
    valueAt(log.steps, 'entropy', log.steps.step[rows - 1]! - 10) / newest(log.steps, 'trivial_loss')
  if (share - before > 0.02) return 'spreading'
  return before - share > 0.02 ? 'gathering' : 'between'
}

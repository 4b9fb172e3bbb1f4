// What can be set in Train? Read with care from what was kept.
import {
  dataSourceSchema,
  methodSettingsSchema,
  type DataSource,
  type MethodSettings,
} from '../../../src-shared/domain/run.ts'
import { lessonKinds, type LessonKind } from './lesson.ts'
import { clocks, type Clock } from './log.ts'

export const modes = ['new', 'run', 'compare', 'lesson'] as const
export type Mode = (typeof modes)[number]

/** A run that is being thought of. */
export interface Draft {
  readonly method: string
  readonly preset: string
  /** What differs from the preset. */
  readonly set: MethodSettings
  readonly data: DataSource
  /** Ends the run; null: the schedule's own end. */
  readonly minutes: number | null
  readonly seed: number
  /** Ids of pictures; null: nobody has chosen yet. */
  readonly pins: readonly string[] | null
  /** Seconds; null: none. */
  readonly evaluateEvery: number | null
}

export interface TrainSettings {
  readonly mode: Mode
  readonly run: string | null
  /** Beside which other run. */
  readonly other: string | null
  readonly clock: Clock
  /** A stretch of the clock; null: all of it. */
  readonly zoom: readonly [number, number] | null
  readonly head: number | 'mean'
  readonly draft: Draft
  /** The runs of the lesson that was started last. */
  readonly lesson: Readonly<Record<LessonKind, string>> | null
}

export const mostMinutes = 60 * 24 * 30
export const mostSeed = 2 ** 32 - 1

export const firstDraft: Draft = {
  method: 'dino',
  preset: 'demo',
  set: {},
  data: { kind: 'critters', count: 6000, seed: 1, difficulty: 'hard', size: 64 },
  minutes: 10,
  seed: 0,
  pins: null,
  evaluateEvery: 30,
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}

/** Settings from what was kept, whatever version wrote it. */
export function readTrainSettings(kept: Readonly<Record<string, unknown>>): TrainSettings {
  const { zoom, head } = kept
  return {
    mode: modes.find((mode) => mode === kept.mode) ?? 'new',
    run: text(kept.run),
    other: text(kept.other),
    clock: clocks.find((clock) => clock === kept.clock) ?? 'step',
    zoom:
      Array.isArray(zoom) && zoom.length === 2 && zoom.every(Number.isFinite) && zoom[0] < zoom[1]
        ? [Number(zoom[0]), Number(zoom[1])]
        : null,
    head: Number.isInteger(head) && Number(head) >= 0 ? Number(head) : 'mean',
    draft: readDraft(kept.draft),
    lesson: readLesson(kept.lesson),
  }
}

function readDraft(kept: unknown): Draft {
  const { method, preset, set, data, minutes, seed, pins, evaluateEvery } = record(kept)
  const source = dataSourceSchema.safeParse(data)
  const values = methodSettingsSchema.safeParse(set)
  return {
    method: text(method) ?? firstDraft.method,
    preset: text(preset) ?? firstDraft.preset,
    set: values.success ? values.data : {},
    data: source.success ? source.data : firstDraft.data,
    minutes:
      minutes === null || (typeof minutes === 'number' && minutes > 0 && minutes <= mostMinutes)
        ? minutes
        : firstDraft.minutes,
    seed: Number.isInteger(seed) && Number(seed) >= 0 && Number(seed) <= mostSeed ? Number(seed) : 0,
    pins: Array.isArray(pins)
      ? pins.filter((pin): pin is string => typeof pin === 'string').slice(0, 12)
      : null,
    evaluateEvery:
      evaluateEvery === null || (typeof evaluateEvery === 'number' && evaluateEvery > 0)
        ? evaluateEvery
        : firstDraft.evaluateEvery,
  }
}

function readLesson(kept: unknown): TrainSettings['lesson'] {
  const ids = record(kept)
  const [both, centring, sharpening] = lessonKinds.map((kind) => text(ids[kind]))
  return both && centring && sharpening ? { both, centring, sharpening } : null
}

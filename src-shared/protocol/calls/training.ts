// Calls about training: what can be trained, a run and its control, what a run left, the crops a network would get, data.
import { z } from 'zod'
import {
  dataSourceSchema,
  difficulties,
  methodFactsSchema,
  methodSettingsSchema,
  pinSchema,
  runFactsSchema,
  runRecordSchema,
} from '../../domain/run.ts'
import { outputPathSchema, pictureSourceSchema, runSettingsSchema } from './common.ts'
import type { CallSchema } from './common.ts'

const bytes = z.instanceof(Uint8Array<ArrayBufferLike>)
const folder = z.string().min(1).max(4096)
const nothing = z.object({})

/** Every method with its settings and presets. */
const methods = {
  request: nothing,
  result: z.object({ methods: z.array(methodFactsSchema) }),
  item: null,
} satisfies CallSchema

/** A new run: what to train with, on what, and for how long. */
export const newRunSchema = z.object({
  method: z.string().max(60),
  preset: z.string().max(60),
  /** What differs from the preset. */
  set: methodSettingsSchema,
  data: dataSourceSchema,
  /** Share of the pictures kept for measuring where the data has no split of its own. */
  holdOut: z.number().min(0).max(0.9),
  until: z.object({
    steps: z.int().positive().nullable(),
    epochs: z.number().positive().nullable(),
    seconds: z.number().positive().nullable(),
  }),
  seed: z.int().nonnegative(),
  /** Pictures whose attention is kept as a film. */
  pins: z.array(pictureSourceSchema).max(12),
  /** Seconds between evaluations; null: none. */
  evaluateEvery: z.number().positive().nullable(),
  /** Seconds between checkpoints. */
  checkpointEvery: z.number().positive(),
  /** Keep the teacher's mean targets with every step. */
  targets: z.boolean(),
  /** A run's checkpoint to go out from. */
  from: z.object({ folder, step: z.int() }).nullable(),
})
export type NewRun = z.infer<typeof newRunSchema>

/**
 * Trains until the run's end, a stop, or a failure; its records come as they arise. A process trains one run at a
 * time. `start` null: the run in the folder goes on exactly where its newest checkpoint stands.
 */
const train = {
  request: z.object({
    settings: runSettingsSchema,
    folder,
    start: newRunSchema.nullable(),
    /** Replaces when a resumed run ends. */
    until: newRunSchema.shape.until.optional(),
  }),
  result: runFactsSchema,
  item: runRecordSchema,
} satisfies CallSchema

export const controlActions = ['pause', 'continue', 'stop', 'checkpoint', 'set'] as const
/** Steers the run that this process trains; answered after the step that it takes effect with. */
const controlTraining = {
  request: z.object({ action: z.enum(controlActions), set: methodSettingsSchema }),
  result: runFactsSchema,
  item: null,
} satisfies CallSchema

/** A run's stored records in their order, from the `after`-th on; thinned where there are very many steps. */
const readRun = {
  request: z.object({ folder, after: z.int().nonnegative() }),
  result: z.object({
    facts: runFactsSchema,
    pins: z.array(pinSchema),
    /** Records there are; `after` of the next reading. */
    records: z.int(),
  }),
  item: runRecordSchema,
} satisfies CallSchema

/** What the networks would get of one picture: every crop of every kind of view, before and as normalised pixels are drawn. */
const previewCrops = {
  request: z.object({
    method: z.string().max(60),
    settings: methodSettingsSchema,
    picture: z.union([
      pictureSourceSchema,
      z.object({ kind: z.literal('item'), data: dataSourceSchema, index: z.int().nonnegative() }),
    ]),
    seed: z.int().nonnegative(),
  }),
  result: z.object({
    picture: pinSchema,
    crops: z.array(
      z.object({
        /** `global` or `local`. */
        view: z.string(),
        side: z.int(),
        rgb: bytes,
        /** Where it was cut, in pixels of the picture. */
        area: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
        flipped: z.boolean(),
        /** What was done to it, in words. */
        done: z.array(z.string()),
      }),
    ),
  }),
  item: null,
} satisfies CallSchema

/** What a data set holds; a few pictures of it. */
const describeData = {
  request: z.object({ data: dataSourceSchema, samples: z.int().min(0).max(64) }),
  result: z.object({
    items: z.int(),
    classes: z.array(z.object({ name: z.string(), items: z.int() })),
    splits: z.array(z.object({ name: z.string(), items: z.int() })),
    /** Pictures with part masks. */
    masks: z.boolean(),
    skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
    samples: z.array(pinSchema.extend({ label: z.string() })),
  }),
  item: null,
} satisfies CallSchema

const makeCritters = {
  request: z.object({
    count: z.int().positive().max(10_000_000),
    size: z.int().min(16).max(1024),
    seed: z.int().nonnegative(),
    difficulty: z.enum(difficulties),
    /** Part masks beside the pictures. */
    masks: z.boolean(),
    output: outputPathSchema,
    force: z.boolean(),
  }),
  result: z.object({
    rows: z.int(),
    species: z.array(z.string()),
    output: z.string(),
    seconds: z.number(),
  }),
  item: null,
} satisfies CallSchema

export const trainingCalls = {
  methods,
  train,
  controlTraining,
  readRun,
  previewCrops,
  describeData,
  makeCritters,
}

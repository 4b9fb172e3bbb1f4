// What is a training run, as everybody sees it? Its settings, how it stands, and the records it leaves, in order.
import { z } from 'zod'
import { problemSchema } from './problem.ts'

export const difficulties = ['easy', 'medium', 'hard'] as const
/** How hard critters are to tell apart. */
export type Difficulty = (typeof difficulties)[number]

/** Where pictures for training and measuring come from: a path (folder, IDX, CIFAR, `.npy`), or critters that are drawn. */
export const dataSourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('path'), path: z.string().min(1).max(4096) }),
  z.object({
    kind: z.literal('critters'),
    count: z.int().positive().max(10_000_000),
    seed: z.int().nonnegative(),
    difficulty: z.enum(difficulties),
    /** Pixels of a side. */
    size: z.int().min(16).max(1024),
  }),
])
export type DataSource = z.infer<typeof dataSourceSchema>

/** Values of a method's settings, by the names the original code gives them. */
export const methodSettingsSchema = z.record(z.string(), z.union([z.number(), z.boolean(), z.string()]))
export type MethodSettings = z.infer<typeof methodSettingsSchema>

/** One setting of a method, as much as a form needs of it. */
export const settingFactsSchema = z.object({
  name: z.string(),
  /** In words, with its unit. */
  about: z.string(),
  kind: z.enum(['number', 'integer', 'boolean', 'choice']),
  choices: z.array(z.string()),
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** What belongs together: `network`, `data`, `crops`, `loss`, `optimiser`, `schedule`, `teaching`. */
  group: z.string(),
  /** May change while a run goes on. */
  live: z.boolean(),
})
export type SettingFacts = z.infer<typeof settingFactsSchema>

/** What can be trained with: a method, what it lets one set, and its presets (each a whole set of values). */
export const methodFactsSchema = z.object({
  name: z.string(),
  title: z.string(),
  /** One sentence. */
  about: z.string(),
  paper: z.string(),
  /** Classes are needed. */
  labels: z.boolean(),
  settings: z.array(settingFactsSchema),
  presets: z.array(z.object({ name: z.string(), about: z.string(), values: methodSettingsSchema })),
})
export type MethodFacts = z.infer<typeof methodFactsSchema>

export const runStates = ['running', 'paused', 'stopped', 'finished', 'failed', 'interrupted'] as const
export type RunState = (typeof runStates)[number]

/** What is wrong with what a network learns, in the words of its alarm. */
export const collapseSchema = z.object({
  /** `uniform`: all targets are spread over every prototype; `one-dimension`: one prototype takes every picture. */
  kind: z.enum(['uniform', 'one-dimension']),
  /** The first step at which the evidence held. */
  step: z.int(),
  /** In a sentence with its numbers. */
  evidence: z.string(),
  remedy: z.string(),
  /** Settings whose change is the remedy; empty where there is none. */
  set: methodSettingsSchema,
})
export type Collapse = z.infer<typeof collapseSchema>

const floats = z.instanceof(Float32Array<ArrayBufferLike>)
const bytes = z.instanceof(Uint8Array<ArrayBufferLike>)
const at = {
  /** Optimisation steps done. */
  step: z.int(),
  /** Of training, pauses left out. */
  seconds: z.number(),
  /** Pictures seen, each once however many crops it gave. */
  pictures: z.number(),
}
const metrics = z.record(z.string(), z.number().nullable())

/**
 * What a run leaves behind, in order; a run's folder holds them all and gives them back.
 *
 * Metrics of a step: `loss`, `trivial_loss` (ln K), `entropy` of the teacher's targets and `kl` in nats, `centre_norm`,
 * `std` and `healthy_std` (1/√d), `rank` (RankMe), `prototypes_used` (share), `top_prototype` (share of targets whose
 * first it is), `information` (nats a target tells of its picture), `grad_norm`, `lr`, `wd`, `momentum`, `teacher_temp`,
 * `images_per_second`, `data_wait` (share of time).
 * Metrics of an evaluation: `knn`, `knn_untrained`, `knn_pixels`, `linear`, `linear_untrained`, `mass`,
 * `mass_untrained`, `mass_fixed`, `jaccard`, `jaccard_untrained`, `jaccard_fixed` (definitions: docs/training.md).
 * null: it does not exist here.
 */
export const runRecordSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('step'), ...at, metrics }),
  z.object({ kind: z.literal('evaluation'), ...at, metrics }),
  /** The teacher's targets, mean over the batch `[K]`, where the settings ask for it. */
  z.object({ kind: z.literal('targets'), ...at, distribution: floats }),
  /** [CLS] attention of the last layer on a pinned picture `[heads, rows, columns]`, each head's maximum 255. */
  z.object({
    kind: z.literal('film'),
    ...at,
    pin: z.int(),
    heads: z.int(),
    rows: z.int(),
    columns: z.int(),
    maps: bytes,
  }),
  /** The held-out set as the network sees it at a moment: file of `[items, width]` float32 in the run's folder. */
  z.object({ kind: z.literal('embeddings'), ...at, file: z.string(), items: z.int(), width: z.int() }),
  z.object({
    kind: z.literal('checkpoint'),
    ...at,
    /** In the run's folder; the original's names inside. */
    file: z.string(),
    why: z.enum(['time', 'best', 'asked', 'end', 'pause']),
    /** k-NN accuracy at this moment, where it is known. */
    knn: z.number().nullable(),
  }),
  z.object({
    kind: z.literal('event'),
    ...at,
    what: z.enum([
      'started',
      'resumed',
      'paused',
      'stopped',
      'finished',
      'failed',
      'set',
      'collapse',
      'skipped',
      'notice',
    ]),
    text: z.string(),
    /** What was set. */
    set: methodSettingsSchema.optional(),
    collapse: collapseSchema.optional(),
    problem: problemSchema.optional(),
  }),
])
export type RunRecord = z.infer<typeof runRecordSchema>
export type RunRecordOf<K extends RunRecord['kind']> = Extract<RunRecord, { kind: K }>

/** A picture pinned to a run, as its networks see it. */
export const pinSchema = z.object({
  name: z.string(),
  width: z.int(),
  height: z.int(),
  /** `[height, width, 3]` */
  rgb: bytes,
})
export type Pin = z.infer<typeof pinSchema>

/** A run's identity and how it stands. */
export const runFactsSchema = z.object({
  /** Folder of the run. */
  folder: z.string(),
  method: z.string(),
  preset: z.string(),
  settings: methodSettingsSchema,
  seed: z.number(),
  data: dataSourceSchema,
  /** Pictures to learn from, and held out. */
  items: z.int(),
  heldOut: z.int(),
  classes: z.array(z.string()),
  /** Ends the run: whichever comes first. */
  until: z.object({
    steps: z.int().nullable(),
    epochs: z.number().nullable(),
    seconds: z.number().nullable(),
  }),
  /** The run and step this one went out from; null for one of its own. */
  from: z.object({ folder: z.string(), step: z.int() }).nullable(),
  /** Of the whole run, as planned. */
  totalSteps: z.int(),
  stepsPerEpoch: z.int(),
  device: z.string(),
  /** ISO time. */
  created: z.string(),
  state: z.enum(runStates),
  step: z.int(),
  seconds: z.number(),
  pictures: z.number(),
  /** The newest values of each metric. */
  metrics,
  collapse: collapseSchema.nullable(),
  problem: problemSchema.nullable(),
  /** The newest checkpoint and the one of the best k-NN, in the run's folder; empty before the first. */
  checkpoint: z.string(),
  best: z.string(),
  parameters: z.number(),
})
export type RunFacts = z.infer<typeof runFactsSchema>

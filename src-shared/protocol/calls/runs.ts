// Calls of the window about training runs: what can be trained, starting, steering and following a run, what it left.
import { z } from 'zod'
import {
  dataSourceSchema,
  methodSettingsSchema,
  pinSchema,
  runFactsSchema,
  runRecordSchema,
  runStates,
} from '../../domain/run.ts'
import { problemSchema } from '../../domain/problem.ts'
import { idSchema } from '../../domain/workspace.ts'
import type { CallSchema } from './common.ts'
import { controlActions, newRunSchema, trainingCalls } from './training.ts'

const nothing = z.object({})
const name = z.string().max(400)
/** Threads of the run's process; null: as many as the settings say. */
const threads = z.int().positive().max(1024).nullable()

/** Begins a run in a process of its own; pictures and runs by their ids. An empty name gets one. */
const startRun = {
  request: newRunSchema
    .omit({ pins: true, from: true })
    .extend({ name, pins: z.array(idSchema).max(12), threads }),
  result: z.object({ id: idSchema }),
  item: null,
} satisfies CallSchema

/** A new run that goes out from a checkpoint of another: the one at `step` or the last before it, with changed settings. */
const branchRun = {
  request: z.object({ id: idSchema, step: z.int().nonnegative(), set: methodSettingsSchema, name }),
  /** `step`: of the checkpoint that was taken. */
  result: z.object({ id: idSchema, step: z.int() }),
  item: null,
} satisfies CallSchema

/** Steers a run; `continue` also resumes one whose process is gone. Answered after the step that it takes effect with. */
const controlRun = {
  request: z.object({ id: idSchema, action: z.enum(controlActions), set: methodSettingsSchema }),
  result: nothing,
  item: null,
} satisfies CallSchema

/**
 * All that is known of a run, from now until the call is cancelled: what is stored first, then what comes. A step that is
 * not above the last one begins that stretch anew: a run resumed from its checkpoint repeats what it lost. A slow window
 * gets fewer steps and loses nothing else.
 */
const followRun = {
  request: z.object({ id: idSchema }),
  result: nothing,
  item: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('state'),
      name: z.string(),
      state: z.enum(runStates),
      problem: problemSchema.nullable(),
      /** null until the run's folder has them. */
      facts: runFactsSchema.nullable(),
    }),
    z.object({ kind: z.literal('pins'), pins: z.array(pinSchema) }),
    z.object({ kind: z.literal('records'), records: z.array(runRecordSchema) }),
    /** All that was stored has been told. */
    z.object({ kind: z.literal('live') }),
  ]),
} satisfies CallSchema

const previewCropsAt = {
  request: trainingCalls.previewCrops.request.extend({
    picture: z.union([
      z.object({ kind: z.literal('picture'), id: idSchema }),
      z.object({ kind: z.literal('item'), data: dataSourceSchema, index: z.int().nonnegative() }),
    ]),
  }),
  result: trainingCalls.previewCrops.result,
  item: null,
} satisfies CallSchema

/** Adds a checkpoint of a run to the models of the workspace: the one at `step` or the last before it. */
const openRunCheckpoint = {
  request: z.object({ id: idSchema, step: z.int().nonnegative() }),
  result: z.object({ model: idSchema, step: z.int() }),
  item: null,
} satisfies CallSchema

/** The file of a checkpoint, with the original's names inside: the one at `step` or the last before it. */
const runCheckpoint = {
  request: z.object({ id: idSchema, step: z.int().nonnegative() }),
  result: z.object({ name: z.string(), bytes: z.instanceof(Uint8Array<ArrayBufferLike>) }),
  item: null,
} satisfies CallSchema

const renameRun = { request: z.object({ id: idSchema, name: name.min(1) }), result: nothing, item: null }
/** Takes a run out of the workspace, or puts it back; its folder goes when the workspace is opened the next time. */
const removeRun = { request: z.object({ id: idSchema, removed: z.boolean() }), result: nothing, item: null }

export const runCalls = {
  runMethods: trainingCalls.methods,
  runData: trainingCalls.describeData,
  previewCropsAt,
  startRun,
  branchRun,
  controlRun,
  followRun,
  openRunCheckpoint,
  runCheckpoint,
  renameRun,
  removeRun,
} satisfies Record<string, CallSchema>

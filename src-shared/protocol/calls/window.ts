// Calls of the window about the lab's work: what it looks at, its jobs, its settings, and what it says unasked.
import { z } from 'zod'
import { inspectionSchema, tensorFactsSchema } from '../../domain/checkpoint.ts'
import { engineStateSchema, jobSchema, labEventSchema, settingsSchema } from '../../domain/lab.ts'
import { tokenLayoutSchema } from '../../domain/tokenLayout.ts'
import { idSchema } from '../../domain/workspace.ts'
import { doctor } from './about.ts'
import { diff } from './files.ts'
import { fitSchema } from './common.ts'
import type { CallSchema } from './common.ts'

const nothing = z.object({})
const floats = z.instanceof(Float32Array<ArrayBufferLike>)
const size = z.object({ width: z.int(), height: z.int() })

/** What the lab says unasked, from now until the call is cancelled; what stands is said first. */
const events = { request: nothing, result: nothing, item: labEventSchema }

export const pictureSizes = ['thumb', 'stage', 'full'] as const
/** The pixels of a picture: `thumb` 64 px, `stage` at most 2,048 px on the long side, `full` all of them. */
const picture = {
  request: z.object({ id: idSchema, size: z.enum(pictureSizes) }),
  result: z.object({ type: z.string(), bytes: z.instanceof(Uint8Array<ArrayBufferLike>) }),
  item: null,
}

const modelInspection = {
  request: z.object({ model: idSchema }),
  result: inspectionSchema,
  item: null,
}

/** Reads the weights; each tensor's statistics as soon as they are known. */
const modelStats = {
  request: z.object({ model: idSchema }),
  result: nothing,
  item: tensorFactsSchema.extend({
    mean: z.number(),
    std: z.number(),
    min: z.number(),
    max: z.number(),
    histogram: z.array(z.int()),
    low: z.number(),
    high: z.number(),
  }),
}

/** How the second model's weights differ from the first's, as `diff` says it. */
const modelDiff = {
  request: z.object({ first: idSchema, second: idSchema }),
  result: diff.result.omit({ seconds: true }),
  item: null,
}

const lookRequest = z.object({
  model: idSchema,
  picture: idSchema,
  /** Longest side of the input in pixels; null: the picture's own, 1,024 at most. */
  size: z.int().positive().max(16_384).nullable(),
  fit: fitSchema,
})

/** What a forward pass would cost, said before it runs. */
const estimateLook = {
  request: lookRequest,
  result: z.object({
    input: size,
    tokens: z.int(),
    /** In the engine and in the window. */
    bytes: z.number(),
    seconds: z.number(),
    /** A sentence where it is heavy or cannot fit; empty otherwise. */
    warning: z.string(),
    possible: z.boolean(),
  }),
  item: null,
}

/** A forward pass of a model of the workspace over one of its pictures. */
const lookAt = {
  request: lookRequest,
  result: z.object({
    /** The [CLS] row of the rollout over all layers (the mean of all rows without [CLS]), `[tokens]`. */
    rollout: floats,
    /** Norm of each token after the final norm, `[tokens]`. */
    norms: floats,
    /** Raw scores of the classification head; null without one. */
    logits: floats.nullable(),
    classNames: z.array(z.string()).nullable(),
  }),
  /** The facts first, then the layers, the last one first. */
  item: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('facts'),
      layout: tokenLayoutSchema,
      input: size,
      /** The part of the upright picture that the network saw, in the picture's pixels. */
      area: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
      depth: z.int(),
      heads: z.int(),
      width: z.int(),
      device: z.string(),
      /** Of the forward pass alone. */
      seconds: z.number(),
      /** A notice, for example that the size was rounded; empty where there is nothing to say. */
      notice: z.string(),
    }),
    z.object({
      kind: z.literal('layer'),
      layer: z.int(),
      /** `[tokens, width]`, heads side by side, after rotation where the network rotates. */
      q: floats,
      k: floats,
      /** Norm of each token after this layer, `[tokens]`. */
      norms: floats,
    }),
  ]),
}

/** Sends bytes back: the link between window and lab, tried and measured. */
const echo = {
  request: z.object({ bytes: z.instanceof(Uint8Array<ArrayBufferLike>) }),
  result: z.object({ bytes: z.instanceof(Uint8Array<ArrayBufferLike>) }),
  item: null,
}

const settings = { request: nothing, result: settingsSchema, item: null }
const changeSettings = {
  request: z.object({ change: settingsSchema.partial() }),
  result: nothing,
  item: null,
}
const devices = { request: nothing, result: doctor.result.pick({ devices: true }), item: null }
const jobs = { request: nothing, result: z.object({ jobs: z.array(jobSchema) }), item: null }
const cancelJob = { request: z.object({ id: z.string() }), result: nothing, item: null }
const engineState = { request: nothing, result: engineStateSchema, item: null }
const restartEngine = { request: nothing, result: nothing, item: null }
/** Versions, devices, paths and the last errors, as text to copy. */
const diagnostics = { request: nothing, result: z.object({ text: z.string() }), item: null }

export const windowCalls = {
  events,
  picture,
  modelInspection,
  modelStats,
  modelDiff,
  estimateLook,
  lookAt,
  settings,
  changeSettings,
  devices,
  jobs,
  cancelJob,
  engineState,
  restartEngine,
  diagnostics,
  echo,
} satisfies Record<string, CallSchema>

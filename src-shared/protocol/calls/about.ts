// Calls about the lab itself: what this host can do, which devices there are, which models come with it.
import { z } from 'zod'
import { deviceSchema } from './common.ts'

/** What differs between hosts; the window asks once. */
export const capabilities = {
  request: z.object({}),
  result: z.object({
    version: z.string(),
    /** True: the window may name files of this machine; false: it uploads. */
    paths: z.boolean(),
    /** True: the host can show the system's own dialogs. */
    dialogs: z.boolean(),
    /** Bytes of one uploaded file. */
    uploadLimit: z.number(),
  }),
  item: null,
}

export const doctor = {
  request: z.object({}),
  result: z.object({
    devices: z.array(
      z.object({
        id: deviceSchema,
        available: z.boolean(),
        /** Why it is missing; empty where it is there. */
        reason: z.string(),
        /** The adapter's or processor's own name. */
        adapter: z.string(),
        software: z.boolean(),
        gflops: z.number().nullable(),
        /** The command or sentence that adds it; empty where there is nothing to do. */
        remedy: z.string(),
      }),
    ),
    versions: z.record(z.string(), z.string()),
    cores: z.int(),
    /** Bytes. */
    memory: z.object({ total: z.number(), available: z.number() }),
    /** What `auto` stands for on this machine. */
    device: deviceSchema,
    seconds: z.number(),
  }),
  item: null,
}

/** `model.json` beside a bundled model. */
export const modelCardSchema = z.object({
  name: z.string(),
  file: z.string(),
  family: z.string(),
  /** What it was trained on and how, in a few words. */
  trainedOn: z.string(),
  /** Names of the classification head's outputs. */
  labels: z.array(z.string()).optional(),
  parameters: z.int().positive(),
  licence: z.string(),
  note: z.string(),
  /** Measured figures by their protocol's name. */
  scores: z.record(z.string(), z.number()),
})
export type ModelCard = z.infer<typeof modelCardSchema>

export const models = {
  request: z.object({}),
  result: z.object({ models: z.array(modelCardSchema) }),
  item: null,
}

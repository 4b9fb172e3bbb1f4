// What does the lab tell of itself? Its jobs, its engine, a person's settings, and what it says unasked.
import { z } from 'zod'
import { problemSchema } from './problem.ts'
import { sourceSchema, workspaceSchema } from './workspace.ts'

export const jobStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const
export const jobSchema = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(jobStates),
  done: z.number(),
  /** 0 where it is not known. */
  total: z.number(),
  unit: z.string(),
  /** Seconds; null where it is not known. */
  left: z.number().nullable(),
  seconds: z.number(),
  problem: problemSchema.nullable(),
})
export type Job = z.infer<typeof jobSchema>

export const engineStateSchema = z.object({
  state: z.enum(['starting', 'ready', 'busy', 'stopped']),
  /** The device of the last pass; empty before the first. */
  device: z.string(),
  threads: z.number(),
  /** Memory of the engine's process; 0 where it is not known. */
  bytes: z.number(),
})
export type EngineState = z.infer<typeof engineStateSchema>

export const settingsSchema = z.object({
  theme: z.enum(['system', 'dark', 'light']),
  device: z.string(),
  /** 0: as many as there are cores. */
  threads: z.int().nonnegative().max(1024),
  precision: z.enum(['exact', 'fast']),
  colours: z.enum(['ember', 'cividis', 'grey']),
  /** Single letters act as shortcuts. */
  letters: z.boolean(),
  language: z.enum(['en']),
  /** The first-run screen has been seen. */
  greeted: z.boolean(),
})
/** A person's own settings: of this computer, not of a workspace. */
export type Settings = z.infer<typeof settingsSchema>

export const defaultSettings: Settings = {
  theme: 'system',
  device: 'auto',
  threads: 0,
  precision: 'exact',
  colours: 'ember',
  letters: true,
  language: 'en',
  greeted: false,
}

export const labEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('workspace'), workspace: workspaceSchema }),
  z.object({ kind: z.literal('jobs'), jobs: z.array(jobSchema) }),
  z.object({ kind: z.literal('engine'), engine: engineStateSchema }),
  z.object({ kind: z.literal('settings'), settings: settingsSchema }),
  z.object({ kind: z.literal('notice'), level: z.enum(['notice', 'alarm']), text: z.string() }),
  /** The host's menu asks the window to do something. */
  z.object({ kind: z.literal('command'), command: z.string() }),
  /** The system gave the app files to open. */
  z.object({ kind: z.literal('open'), sources: z.array(sourceSchema) }),
])
/** What the lab says unasked. */
export type LabEvent = z.infer<typeof labEventSchema>

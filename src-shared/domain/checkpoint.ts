// What was found in a checkpoint file? The facts that every view and command show of it.
import { z } from 'zod'
import { modelSpecSchema } from './modelSpec.ts'

export const tensorDtypes = [
  'float64',
  'float32',
  'float16',
  'bfloat16',
  'float8_e4m3fn',
  'float8_e5m2',
  'complex64',
  'complex128',
  'int64',
  'int32',
  'int16',
  'int8',
  'uint64',
  'uint32',
  'uint16',
  'uint8',
  'bool',
  'other',
] as const
export const tensorDtypeSchema = z.enum(tensorDtypes)
export type TensorDtype = z.infer<typeof tensorDtypeSchema>

export const containerSchema = z.object({
  /** `torch-zip`, `torch-legacy`, `safetensors`, `safetensors-sharded`, `npz`, … */
  format: z.string(),
  path: z.string(),
  files: z.array(z.object({ path: z.string(), bytes: z.number() })),
  /** Sum of the bytes of all files. */
  bytes: z.number(),
  /** What the file says of itself: safetensors metadata, epoch, stored arguments; short strings only. */
  metadata: z.record(z.string(), z.string()),
})
export type ContainerFacts = z.infer<typeof containerSchema>

export const tensorFactsSchema = z.object({
  name: z.string(),
  dtype: tensorDtypeSchema,
  shape: z.array(z.number()),
})
export type TensorFacts = z.infer<typeof tensorFactsSchema>

/** A global of a pickle that was not on the allow-list: kept as data, never called. */
export const inertSchema = z.object({
  /** `module.name` as the file spells it. */
  global: z.string(),
  /** How the file would have used it: `called`, `built`, `referred to`. */
  use: z.string(),
  count: z.int().positive(),
  /** Its first arguments, shortened, for the report. */
  arguments: z.string(),
  /** Where in the file it stands, for example `args.transform`. Empty where its result was thrown away. */
  where: z.string(),
})
export type InertFacts = z.infer<typeof inertSchema>

export const networkSummarySchema = z.object({
  /** `teacher`, `student`, `model`, `ema`, `encoder`, `target-encoder`, … */
  name: z.string(),
  tensors: z.int(),
  parameters: z.number(),
})
export type NetworkSummary = z.infer<typeof networkSummarySchema>

export const keyReportSchema = z.object({
  /** Names used as they stand, after the network's prefix. */
  matched: z.array(z.string()),
  /** Names that were translated: a stored name and the canonical weight it feeds. */
  renamed: z.array(z.object({ from: z.string(), to: z.string() })),
  missing: z.array(z.string()),
  unexpected: z.array(z.string()),
  mismatched: z.array(
    z.object({ name: z.string(), expected: z.array(z.number()), found: z.array(z.number()) }),
  ),
})
/** How a network's stored names met the names its family expects. */
export type KeyReport = z.infer<typeof keyReportSchema>

/** What a person may say against our reading of a file; each wins over what the file suggests. */
export const modelOverridesSchema = z.object({
  network: z.string().optional(),
  heads: z.int().positive().optional(),
  decoderHeads: z.int().positive().optional(),
  patch: z.int().positive().optional(),
  imageSize: z.int().positive().optional(),
  interpolation: z.enum(['dino', 'dinov2', 'dinov2-antialias', 'size', 'timm', 'huggingface']).optional(),
  allowMissing: z.boolean().optional(),
})
export type ModelOverrides = z.infer<typeof modelOverridesSchema>

export const inspectionSchema = z.object({
  container: containerSchema,
  networks: z.array(networkSummarySchema),
  /** The network that the spec and the keys speak of. */
  network: z.string(),
  spec: modelSpecSchema,
  /** Where each uncertain value of the spec comes from, for example heads: `64 per head, a guess`. */
  sources: z.record(z.string(), z.string()),
  keys: keyReportSchema,
  tensors: z.array(tensorFactsSchema),
  inert: z.array(inertSchema),
  /** Sentences a person should read: guesses made, parts ignored. */
  notices: z.array(z.string()),
})
/** Everything `inspect` says of a checkpoint. */
export type Inspection = z.infer<typeof inspectionSchema>

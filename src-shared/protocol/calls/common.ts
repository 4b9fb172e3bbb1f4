// Which words do the calls share? How to run, which model, which pictures, where results go, what comes on the way.
import { z } from 'zod'
import { modelOverridesSchema } from '../../domain/checkpoint.ts'
import { deviceIds } from '../../domain/device.ts'

export const deviceSchema = z.enum(deviceIds)

/** How to run: every call that computes takes these. */
export const runSettingsSchema = z.object({
  /** `auto`: the fastest real device. */
  device: z.enum(['auto', ...deviceIds]),
  /** `fast`: 8-bit weights where the device has them; for previews. */
  precision: z.enum(['exact', 'fast']),
  /** Threads of the plain processor; as many as there are cores where absent. */
  threads: z.int().positive().max(1024).optional(),
  seed: z.int().nonnegative().optional(),
})
export type RunSettings = z.infer<typeof runSettingsSchema>

/** A model as a person names it (a path, `hf:ORG/NAME`, a bundled model's name), and what they say of it. */
export const modelChoiceSchema = z.object({
  name: z.string().min(1).max(4096),
  overrides: modelOverridesSchema,
})
export type ModelChoice = z.infer<typeof modelChoiceSchema>

export const pictureSourceSchema = z.discriminatedUnion('kind', [
  /** A picture file, or a folder of them. */
  z.object({ kind: z.literal('path'), path: z.string().min(1).max(4096) }),
  z.object({
    kind: z.literal('bytes'),
    name: z.string().min(1).max(255),
    bytes: z.instanceof(Uint8Array<ArrayBufferLike>),
  }),
])
export type PictureSource = z.infer<typeof pictureSourceSchema>

export const fits = ['native', 'resize', 'crop', 'model'] as const
export const fitSchema = z.enum(fits)
/**
 * How a picture becomes an input. `native`: its own shape, longest side at most 1,024 px, rounded to patches.
 * `resize`: stretched to the size. `crop`: covers the size, the middle is kept. `model`: as the model was trained.
 */
export type Fit = z.infer<typeof fitSchema>

const side = z
  .int()
  .positive()
  .max(1 << 16)
/** What goes into the network: pictures, or a tensor file `[batch, 3, height, width]`, already normalised. */
export const inputSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pictures'),
    sources: z.array(pictureSourceSchema).min(1).max(100_000),
    /** In pixels; rounded to whole patches. */
    size: z.object({ width: side, height: side }).optional(),
    fit: fitSchema,
  }),
  z.object({ kind: z.literal('tensor'), path: z.string().min(1).max(4096) }),
])
export type InputChoice = z.infer<typeof inputSchema>

/** A path where results go. */
export const outputPathSchema = z.string().min(1).max(4096)

export const outputChoiceSchema = z.object({
  folder: outputPathSchema,
  /** Replace files that are there. */
  force: z.boolean(),
})
export type OutputChoice = z.infer<typeof outputChoiceSchema>

/** What every result that was computed says besides. */
export const ranSchema = z.object({
  device: deviceSchema,
  /** From the call's arrival to its result. */
  seconds: z.number(),
})

/** What comes while a call runs: how far it is, and sentences worth reading. */
export const callEventSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('progress'),
    /** What is being done, for example `attention`. */
    what: z.string(),
    done: z.number(),
    /** Null where it is not known. */
    total: z.number().nullable(),
  }),
  z.object({ kind: z.literal('notice'), text: z.string() }),
])
export type CallEvent = z.infer<typeof callEventSchema>

/** What a call is made of: what goes in, what comes out, and what its stream carries (null: no stream). */
export interface CallSchema {
  readonly request: z.ZodType
  readonly result: z.ZodType
  readonly item: z.ZodType | null
}

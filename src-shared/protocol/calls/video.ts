// Calls about one frame of a video: its pixels travel along, its patch tokens and attention rows come back.
//
// One call per frame: a window that plays asks for few at a time, other views' questions get between them, and a frame
// that nobody waits for any more is cancelled.
import { z } from 'zod'
import { tokenLayoutSchema } from '../../domain/tokenLayout.ts'
import { idSchema } from '../../domain/workspace.ts'
import { fitSchema, modelChoiceSchema, ranSchema, runSettingsSchema } from './common.ts'
import type { CallSchema } from './common.ts'

const floats = z.instanceof(Float32Array<ArrayBufferLike>)
const size = z.object({ width: z.int().positive(), height: z.int().positive() })

/** Longest side of a frame that travels, in pixels; a window draws larger ones smaller before. */
export const longestFrame = 2048
const side = z.int().positive().max(longestFrame)

const frame = z
  .object({
    width: side,
    height: side,
    /** `[height, width, 3]`, sRGB. */
    rgb: z.instanceof(Uint8Array<ArrayBufferLike>),
  })
  .refine(({ width, height, rgb }) => rgb.length === width * height * 3, 'rgb is not [height, width, 3]')

/** From 0; −1 is the last. */
const layer = z.int()
const asked = {
  frame,
  fit: fitSchema,
  /** Whose patch tokens; null: the layer that tells parts apart best. */
  layer: layer.nullable(),
  /** Whose attention. */
  attentionLayer: layer,
}

const seen = {
  layout: tokenLayoutSchema,
  input: size,
  /** The part of the frame that the network saw, in the frame's pixels. */
  area: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  /** From 0. */
  layer: z.int(),
  attentionLayer: z.int(),
  depth: z.int(),
  heads: z.int(),
  width: z.int(),
  /** The patch tokens after the network's final norm, `[patches, width]`. */
  tokens: floats,
  /** What [CLS] attends to, or the mean of all rows without [CLS]: of each head the weights on patches, `[heads, patches]`. */
  rows: floats,
  /** Every pixel is alike: there are no parts to tell apart. */
  oneColour: z.boolean(),
}

/** One frame through a model. */
export const frameTokens = {
  request: z.object({
    settings: runSettingsSchema,
    model: modelChoiceSchema,
    ...asked,
    size: size.optional(),
  }),
  result: ranSchema.extend(seen),
  item: null,
} satisfies CallSchema

export const videoCalls = {
  /** The same for a window: a model of the workspace by its id. */
  frameTokensAt: {
    request: z.object({
      model: idSchema,
      ...asked,
      /** Longest side of the input in pixels; null: the frame's own, 1,024 at most. */
      size: z.int().positive().max(16_384).nullable(),
      /** `fast`: 8-bit weights on the processor, for this frame whatever the settings say. */
      precision: z.enum(['exact', 'fast']),
    }),
    result: z.object({ ...seen, device: z.string(), seconds: z.number(), notice: z.string() }),
    item: null,
  },
} satisfies Record<string, CallSchema>

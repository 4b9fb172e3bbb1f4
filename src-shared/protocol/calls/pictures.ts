// Calls about a picture before a network sees it: how it looks small, and what looking at it would cost.
import { z } from 'zod'
import { modelSpecSchema } from '../../domain/modelSpec.ts'
import { fitSchema, pictureSourceSchema } from './common.ts'

const side = z
  .int()
  .positive()
  .max(1 << 16)
const size = z.object({ width: side, height: side })

/** A picture as a window shows it: upright, sRGB, encoded for a page. */
export const preview = {
  request: z.object({
    picture: pictureSourceSchema,
    /** The longest side in pixels, never enlarged; null: all pixels, without loss. */
    side: side.nullable(),
  }),
  result: z.object({
    type: z.enum(['image/png', 'image/jpeg']),
    bytes: z.instanceof(Uint8Array<ArrayBufferLike>),
    /** Of the whole picture, upright, in pixels. */
    width: z.int(),
    height: z.int(),
  }),
  item: null,
}

/** What one forward pass would need; nothing is read. */
export const estimate = {
  request: z.object({
    spec: modelSpecSchema,
    picture: size,
    size: size.optional(),
    fit: fitSchema,
  }),
  result: z.object({
    input: size,
    tokens: z.int(),
    /** Of the engine at its peak, beside the weights. */
    bytes: z.number(),
    /** Memory that is free for it now. */
    free: z.number(),
    /** Floating-point operations, a multiply-add counted twice. */
    operations: z.number(),
  }),
  item: null,
}

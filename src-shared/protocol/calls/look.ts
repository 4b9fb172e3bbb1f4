// Calls that look at pictures through a model: tokens, attention maps as files, and q and k for the window.
import { z } from 'zod'
import { querySchema } from '../../domain/query.ts'
import { tokenLayoutSchema } from '../../domain/tokenLayout.ts'
import {
  deviceSchema,
  inputSchema,
  modelChoiceSchema,
  outputChoiceSchema,
  pictureSourceSchema,
  fitSchema,
  ranSchema,
  runSettingsSchema,
} from './common.ts'

const computed = { settings: runSettingsSchema, model: modelChoiceSchema }
/** From 0; −1 is the last. */
const layer = z.int()
/** Rows and columns of patches. */
const { grid } = tokenLayoutSchema.shape

export const features = {
  request: z.object({
    ...computed,
    input: inputSchema,
    output: outputChoiceSchema,
    token: z.enum(['cls', 'registers', 'patches', 'mean', 'all']),
    layer,
    /** After the network's final norm. */
    norm: z.boolean(),
  }),
  result: ranSchema.extend({
    items: z.array(z.object({ name: z.string(), npy: z.string(), shape: z.array(z.int()), grid })),
    /** Of the last picture; pictures of other shapes have another `grid`. */
    layout: tokenLayoutSchema,
  }),
  item: null,
}

/** One attention map: a head's number, or what was made of all heads. */
const headName = z.union([z.int().nonnegative(), z.enum(['mean', 'max', 'rollout'])])

export const attention = {
  request: z.object({
    ...computed,
    input: inputSchema,
    output: outputChoiceSchema,
    layer,
    head: z.union([z.int().nonnegative(), z.enum(['mean', 'max', 'all'])]),
    query: querySchema,
    /** Keep only the patches that together hold this share of the attention on patches. */
    mass: z.number().gt(0).max(1).optional(),
    rollout: z.boolean(),
    /** Of the map over the picture, 0 to 1. */
    opacity: z.number().min(0).max(1),
    colormap: z.string(),
  }),
  result: ranSchema.extend({
    /** Of the last picture; pictures of other shapes have another `grid`. */
    layout: tokenLayoutSchema,
    items: z.array(
      z.object({
        name: z.string(),
        grid,
        heads: z.int(),
        maps: z.array(
          z.object({
            head: headName,
            layer: z.int(),
            png: z.string().nullable(),
            /** Nats, over all keys. */
            entropy: z.number(),
            /** Of the head: attention-weighted distance in pixels of the input, mean over patches as queries. */
            distance: z.number().nullable(),
            /** Of this query alone; null where it has no place in the picture. */
            queryDistance: z.number().nullable(),
            /** The largest weight on a patch. */
            max: z.number(),
          }),
        ),
        npy: z.string(),
        /** 1 where a patch belongs to the `mass` mask. */
        mask: z.string().optional(),
        /** Attention through all layers up to this one, `[rows, columns]`. */
        rollout: z.string().optional(),
      }),
    ),
  }),
  item: null,
}

const floats = z.instanceof(Float32Array<ArrayBufferLike>)

/** One forward pass for the window: everything from which it draws any row of any head at once. */
export const look = {
  request: z.object({
    ...computed,
    picture: pictureSourceSchema,
    size: z.object({ width: z.int().positive(), height: z.int().positive() }).optional(),
    fit: fitSchema,
  }),
  result: ranSchema.extend({
    /** The [CLS] row of attention rollout, or the mean of all rows, `[tokens]`. */
    rollout: floats,
    /** Norm of each token after the final norm, `[tokens]`. */
    norms: floats,
    /** Raw scores of the classification head; null without one. */
    logits: floats.nullable(),
  }),
  item: z.discriminatedUnion('kind', [
    /** First, as soon as the forward pass is done. */
    z.object({
      kind: z.literal('facts'),
      layout: tokenLayoutSchema,
      width: z.int(),
      heads: z.int(),
      depth: z.int(),
      /** Pixels of the input. */
      input: z.object({ width: z.int(), height: z.int() }),
      /** The part of the upright picture that the network saw, in the picture's pixels. */
      area: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
      device: deviceSchema,
      /** Of the forward pass alone. */
      seconds: z.number(),
    }),
    /** Then every layer, the last one first; `[tokens, width]`, heads side by side, after rotation. */
    z.object({
      kind: z.literal('layer'),
      layer: z.int(),
      q: floats,
      k: floats,
      /** Norm of each token after this layer, `[tokens]`. */
      norms: floats,
    }),
  ]),
}

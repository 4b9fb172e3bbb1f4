// Calls that look at pictures through a model: tokens, attention maps as files, and q and k for the window.
import { z } from 'zod'
import { querySchema } from '../../domain/query.ts'
import { tokenLayoutSchema } from '../../domain/tokenLayout.ts'
import {
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

/** One forward pass for the window: everything from which it draws any row of any head at once. */
export const look = {
  request: z.object({
    ...computed,
    picture: pictureSourceSchema,
    size: z.object({ width: z.int().positive(), height: z.int().positive() }).optional(),
    fit: fitSchema,
  }),
  result: ranSchema.extend({
    layout: tokenLayoutSchema,
    width: z.int(),
    heads: z.int(),
    depth: z.int(),
    /** Pixels of the input. */
    input: z.object({ width: z.int(), height: z.int() }),
    /** The picture as the network saw it, `[height, width, 3]`. */
    rgb: z.instanceof(Uint8Array<ArrayBufferLike>),
    /** The [CLS] row of attention rollout over the patches, or the mean of all rows. */
    rollout: z.instanceof(Float32Array<ArrayBufferLike>),
  }),
  /** The layers one by one, first to last; `[tokens, width]`, heads side by side. */
  item: z.object({
    layer: z.int(),
    q: z.instanceof(Float32Array<ArrayBufferLike>),
    k: z.instanceof(Float32Array<ArrayBufferLike>),
  }),
}

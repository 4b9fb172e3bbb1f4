// Calls behind the views that draw by themselves: patch tokens and reconstructions as numbers, never as files.
import { z } from 'zod'
import { blockSchema } from '../../domain/blocks.ts'
import { tokenLayoutSchema } from '../../domain/tokenLayout.ts'
import { idSchema } from '../../domain/workspace.ts'
import { fitSchema, modelChoiceSchema, pictureSourceSchema, ranSchema, runSettingsSchema } from './common.ts'
import type { CallSchema } from './common.ts'
import { predict } from './predict.ts'

const floats = z.instanceof(Float32Array<ArrayBufferLike>)
const bytes = z.instanceof(Uint8Array<ArrayBufferLike>)
const size = z.object({ width: z.int().positive(), height: z.int().positive() })
/** The part of the upright picture that the network saw, in the picture's pixels. */
const area = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
/** Longest side of the input in pixels; null: the picture's own, 1,024 at most. */
const longest = z.int().positive().max(16_384).nullable()

const computed = { settings: runSettingsSchema, model: modelChoiceSchema }

const patchItem = z.object({
  /** Which of the pictures, from 0. */
  index: z.int(),
  layout: tokenLayoutSchema,
  input: size,
  area,
  /** The same for the same pixels as the network saw them, whatever the network: what a basis remembers a picture by. */
  identity: z.string(),
  /** From 0. */
  layer: z.int(),
  depth: z.int(),
  width: z.int(),
  /** The patch tokens after the network's final norm, `[patches, width]`; [CLS] and registers are left out. */
  tokens: floats,
  /** Every pixel is alike: there are no parts to tell apart. */
  oneColour: z.boolean(),
})

/** Patch tokens of pictures at one layer, one item per picture in their order. */
export const patchTokens = {
  request: z.object({
    ...computed,
    pictures: z.array(pictureSourceSchema).min(1).max(10_000),
    size: size.optional(),
    fit: fitSchema,
    /** From 0; −1 is the last; null: the one that tells parts apart best. */
    layer: z.int().nullable(),
  }),
  result: ranSchema,
  item: patchItem,
} satisfies CallSchema

export const maskKinds = ['random', 'block', 'grid'] as const
/** Which patches are hidden: so many of them by a rule and a seed, or those a person chose, 1 where hidden. */
export const hiddenSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(maskKinds),
    ratio: z.number().min(0).max(1),
    seed: z
      .int()
      .nonnegative()
      .max(2 ** 32 - 1),
  }),
  z.object({ kind: z.literal('chosen'), hidden: bytes }),
])
export type HiddenChoice = z.infer<typeof hiddenSchema>

const rebuilt = z.object({
  /** Which of the masks, from 0. */
  index: z.int(),
  layout: tokenLayoutSchema,
  /** Side of a patch in pixels. */
  patch: z.int(),
  input: size,
  area,
  /** The picture as the network saw it, `[height, width, 3]`, before its pixels were normalised. */
  rgb: bytes,
  /** The decoder's raw output, `[patches, patch² · 3]`, inner order (y, x, channel). */
  prediction: floats,
  /** 1 where hidden, `[patches]`. */
  mask: floats,
  /** Of encoder and decoder alone, without reading the picture. */
  forwardSeconds: z.number(),
  /** Whether the checkpoint says that it predicts patches normalised by their own mean and variance; null: it does not say. */
  normPixLoss: z.boolean().nullable(),
  /** Of the input's channels: pixel = value · std + mean. */
  mean: z.array(z.number()).length(3),
  std: z.array(z.number()).length(3),
})

/** Masks that one call may ask for. */
const mostMasks = 64

/**
 * One picture under one mask after the other, and what a masked autoencoder's decoder says of every patch: one item per
 * mask in their order.
 */
export const rebuild = {
  request: z.object({
    ...computed,
    picture: pictureSourceSchema,
    size: size.optional(),
    fit: fitSchema,
    hidden: z.array(hiddenSchema).min(1).max(mostMasks),
  }),
  result: ranSchema,
  item: rebuilt,
} satisfies CallSchema

/** The same for a window: models and pictures of the workspace, by their ids. */
export const studyCalls = {
  patchTokensAt: {
    request: z.object({
      model: idSchema,
      pictures: z.array(idSchema).min(1).max(10_000),
      size: longest,
      fit: fitSchema,
      layer: z.int().nullable(),
    }),
    result: z.object({ device: z.string(), seconds: z.number() }),
    item: patchItem,
  },
  rebuildAt: {
    request: z.object({
      model: idSchema,
      picture: idSchema,
      size: longest,
      fit: fitSchema,
      hidden: z.array(hiddenSchema).min(1).max(mostMasks),
    }),
    result: z.object({ device: z.string(), seconds: z.number(), notice: z.string() }),
    item: rebuilt,
  },
  predictAt: {
    request: z.object({
      model: idSchema,
      picture: idSchema,
      fit: predict.request.shape.fit,
      context: blockSchema,
      targets: predict.request.shape.targets,
      among: z.array(idSchema).max(1000),
      nearest: predict.request.shape.nearest,
    }),
    result: predict.result.extend({ notice: z.string() }),
    item: null,
  },
} satisfies Record<string, CallSchema>

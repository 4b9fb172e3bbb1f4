// The call that hides parts of a picture from a masked autoencoder and asks for them back.
import { z } from 'zod'
import { inputSchema, modelChoiceSchema, outputChoiceSchema, ranSchema, runSettingsSchema } from './common.ts'

const path = z.string().min(1).max(4096)

/** Which patches are hidden. */
export const maskChoiceSchema = z.discriminatedUnion('kind', [
  /** By chance, from the seed. */
  z.object({ kind: z.literal('random') }),
  /** Rectangles at places by chance, from the seed. */
  z.object({ kind: z.literal('block') }),
  /** Evenly over the picture. */
  z.object({ kind: z.literal('grid') }),
  /** Where a picture is light. */
  z.object({ kind: z.literal('file'), path }),
  /** By numbers `[batch, patches]`: the smallest stay visible, as in MAE's random_masking. */
  z.object({ kind: z.literal('noise'), path }),
])
export type MaskChoice = z.infer<typeof maskChoiceSchema>

export const reconstruct = {
  request: z.object({
    settings: runSettingsSchema,
    model: modelChoiceSchema,
    input: inputSchema,
    output: outputChoiceSchema,
    maskRatio: z.number().min(0).max(1),
    mask: maskChoiceSchema,
    /** Mean and spread over so many masks, of the kind `block` where that is the mask, else `random`. */
    draws: z.int().min(2).max(1000).optional(),
  }),
  result: ranSchema.extend({
    items: z.array(
      z.object({
        name: z.string(),
        maskRatio: z.number(),
        /** The checkpoint's own training loss, on the hidden patches. */
        loss: z.number(),
        /** Of pixels from 0 to 1, on the hidden patches. */
        mse: z.number(),
        /** Decibels; null where nothing differs. */
        psnr: z.number().nullable(),
        images: z.object({
          original: z.string(),
          masked: z.string(),
          reconstruction: z.string(),
          mixed: z.string(),
        }),
        npy: z.object({ pred: z.string(), mask: z.string() }),
        /** What several masks came to. */
        draws: z
          .object({
            masks: z.int(),
            /** Mean over the patches that at least two masks hid; null where there are none. */
            spread: z.number().nullable(),
            images: z.object({ mean: z.string(), spread: z.string() }),
            /**
             * `mean` `[patches, patch² · 3]` of pixels 0 to 1, `spread`, `hidden` (by how many masks) and `error` (mean
             * squared) `[rows, columns]`; NaN where there is none.
             */
            npy: z.object({ mean: z.string(), spread: z.string(), hidden: z.string(), error: z.string() }),
          })
          .optional(),
      }),
    ),
    /** The first item's loss, where there is one item. */
    loss: z.number().optional(),
    /**
     * True: the network predicts patches normalised by their own mean and variance, and the pictures were drawn with
     * the mean and variance of the true patches.
     */
    normalisedTargets: z.boolean(),
    /** Whether the checkpoint or its config says so, or the lower loss suggests it. */
    normalisedTargetsSource: z.enum(['stored', 'guess']),
  }),
  item: null,
}

// The call that colours the parts of pictures: two-stage PCA over all of them together.
import { z } from 'zod'
import {
  inputSchema,
  modelChoiceSchema,
  outputChoiceSchema,
  outputPathSchema,
  ranSchema,
  runSettingsSchema,
} from './common.ts'

export const parts = {
  request: z.object({
    settings: runSettingsSchema,
    model: modelChoiceSchema,
    input: inputSchema,
    output: outputChoiceSchema,
    /** From 0; −1 is the last; absent: the basis' own, or the one that tells parts apart best. */
    layer: z.int().optional(),
    /** A threshold of the first component, 0 to 1; `auto`: Otsu's, and the border is background; `off`: all is foreground. */
    foreground: z.union([z.number().min(0).max(1), z.enum(['auto', 'off'])]),
    /** Swap foreground and background. */
    flip: z.boolean(),
    /** Groups the foreground patches of all pictures by k-means, from the seed. */
    clusters: z.int().min(2).max(12).optional(),
    /** Paint by the basis of this file instead of finding one; `foreground` and `flip` are its own then. */
    basis: outputPathSchema.optional(),
    /** Write the basis to this file too. */
    saveBasis: outputPathSchema.optional(),
  }),
  result: ranSchema.extend({
    /** Of the foreground, by component; five where there are as many. */
    explainedVariance: z.array(z.number()),
    items: z.array(
      z.object({
        name: z.string(),
        /** Share of the patches. */
        foreground: z.number(),
        /** Colours alone; the background is not painted. */
        png: z.string(),
        /** Colours over the dimmed picture. */
        overlay: z.string(),
        /** The three components from 0 to 1, background 0, `[rows, columns, 3]`. */
        npy: z.string(),
        /** 1 where a patch is foreground, `[rows, columns]`. */
        mask: z.string(),
        /** Groups in colours over the dimmed picture, and their numbers from 0, the largest first, −1 background, `[rows, columns]`. */
        clusters: z.object({ overlay: z.string(), npy: z.string() }).optional(),
      }),
    ),
    /** Patches in each group, and their mean cosine to its centre. */
    clusters: z.object({ sizes: z.array(z.int()), cosine: z.number() }).optional(),
    /** From 0. */
    layer: z.int(),
    /** Of the first component, from 0 to 1; null where every patch is foreground. */
    threshold: z.number().nullable(),
    /** The file of the basis. */
    basis: z.string(),
    /**
     * How a given basis met these tokens: they give the colours it remembers, they were turned to give them, or none of
     * the pictures is one it remembers. Null where the basis was made of these pictures.
     */
    basisUse: z.enum(['same', 'aligned', 'unknown']).nullable(),
  }),
  item: null,
}

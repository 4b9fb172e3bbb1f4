// The call that asks I-JEPA's predictor what the target encoder sees in blocks that are hidden from the context.
import { z } from 'zod'
import { blockSchema } from '../../domain/blocks.ts'
import { tokenLayoutSchema } from '../../domain/tokenLayout.ts'
import { modelChoiceSchema, pictureSourceSchema, ranSchema, runSettingsSchema } from './common.ts'

const floats = z.instanceof(Float32Array<ArrayBufferLike>)
const ints = z.instanceof(Int32Array<ArrayBufferLike>)

export const predict = {
  request: z.object({
    settings: runSettingsSchema,
    model: modelChoiceSchema,
    picture: pictureSourceSchema,
    /** How the picture becomes one of the size the network was made for; its predictor knows no other. */
    fit: z.enum(['crop', 'resize']),
    /** What the context encoder sees, less the targets. */
    context: blockSchema,
    targets: z.array(blockSchema).min(1).max(16),
    /** More pictures in which the nearest patches are looked for, beside the picture itself. */
    among: z.array(pictureSourceSchema).max(1000),
    /** How many nearest patches for each predicted one. */
    nearest: z.int().min(0).max(100),
  }),
  result: ranSchema.extend({
    layout: tokenLayoutSchema,
    /** Pixels of the input. */
    input: z.object({ width: z.int(), height: z.int() }),
    /** The picture as the network saw it, `[height, width, 3]`. */
    rgb: z.instanceof(Uint8Array<ArrayBufferLike>),
    /** Patches that the context encoder saw. */
    context: ints,
    targets: z.array(
      z.object({
        patches: ints,
        /** Cosine of prediction and target, `[patches]`. */
        cosines: floats,
        /** Mean cosine of the prediction with all other places of the picture. */
        elsewhere: floats,
        /** The training loss on this block. */
        loss: z.number(),
        /** `[patches, nearest]`, nearest first: picture 0 is the one asked about, then `among` one by one. */
        nearest: z.object({ picture: ints, patch: ints, cosine: floats }),
      }),
    ),
    /** Mean over the target blocks. */
    loss: z.number(),
    /** Cosines on the grid, mean where targets overlap, NaN outside. */
    map: floats,
    /** Names of the pictures that `nearest` speaks of, and what the network saw of each, in the picture's pixels. */
    names: z.array(z.string()),
    areas: z.array(z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })),
  }),
  item: null,
}

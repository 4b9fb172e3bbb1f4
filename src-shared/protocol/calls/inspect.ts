// Calls about what a checkpoint file holds.
import { z } from 'zod'
import { inspectionSchema, tensorFactsSchema } from '../../domain/checkpoint.ts'
import { modelChoiceSchema } from './common.ts'

export const tensorStatsSchema = z.object({
  mean: z.number().nullable(),
  std: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** Values that are not finite. */
  notFinite: z.int(),
  /** Equal bins from `min` to `max`. */
  histogram: z.array(z.int()),
})
export type TensorStats = z.infer<typeof tensorStatsSchema>

export const inspect = {
  request: z.object({
    model: modelChoiceSchema,
    /** Read the weights too, for their mean, spread and histogram. */
    stats: z.boolean(),
    /** Bins of each histogram; 16 where absent. */
    bins: z.int().positive().max(256).optional(),
  }),
  result: inspectionSchema.extend({
    tensors: z.array(tensorFactsSchema.extend({ stats: tensorStatsSchema.optional() })),
    seconds: z.number(),
  }),
  /** With `stats`: each tensor as soon as it was read. */
  item: tensorFactsSchema.extend({ stats: tensorStatsSchema.optional() }),
}

// How does an error for people travel? As its code, its sentence and its hint.
import { z } from 'zod'
import { failureCodes } from './failure.ts'

export const problemSchema = z.object({
  code: z.enum(failureCodes),
  message: z.string(),
  hint: z.string(),
})
export type Problem = z.infer<typeof problemSchema>

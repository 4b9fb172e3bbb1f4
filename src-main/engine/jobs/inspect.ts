// Answers `inspect`: what a checkpoint file holds.
import type { Job } from '../job.ts'
import { modelAt, secondsSince } from './computing.ts'

export const inspect: Job<'inspect'> =
  ({ task }) =>
  async ({ model, stats }, { signal, event }) => {
    const since = performance.now()
    const inspection = await task('inspect', { model: modelAt(model), stats }, { signal, onEvent: event })
    return { ...inspection, seconds: secondsSince(since) }
  }

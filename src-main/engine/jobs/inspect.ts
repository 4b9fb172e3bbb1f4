// Answers `inspect`: what a checkpoint file holds.
import type { Job } from '../job.ts'
import { modelAt, secondsSince } from './computing.ts'

export const inspect: Job<'inspect'> =
  ({ task }) =>
  async ({ model, stats, bins }, { signal, event, item }) => {
    const since = performance.now()
    let sending: Promise<void> = Promise.resolve()
    const onItem = (tensor: unknown): void => {
      sending = sending.then(() => item(tensor))
      sending.catch(() => {})
    }
    const request = { model: modelAt(model), stats, bins }
    const inspection = await task('inspect', request, { signal, onEvent: event, onItem })
    await sending
    return { ...inspection, seconds: secondsSince(since) }
  }

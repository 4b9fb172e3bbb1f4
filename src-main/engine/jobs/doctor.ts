// Answers `doctor`: what this machine can compute with, and what is missing.
import { availableParallelism, totalmem } from 'node:os'
import type { Job } from '../job.ts'
import { secondsSince } from './computing.ts'

export const doctor: Job<'doctor'> =
  ({ task }) =>
  async (request, { signal, event }) => {
    const since = performance.now()
    const { devices, device, versions } = await task('doctor', request, { signal, onEvent: event })
    return {
      devices,
      device,
      versions: { node: process.versions.node, platform: `${process.platform}-${process.arch}`, ...versions },
      cores: availableParallelism(),
      memory: { total: totalmem(), available: process.availableMemory() },
      seconds: secondsSince(since),
    }
  }

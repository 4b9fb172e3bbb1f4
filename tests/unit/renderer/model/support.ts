// Inspections of real checkpoints, for tests of the Model view.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  inspectionSchema,
  tensorFactsSchema,
  type Inspection,
} from '../../../../src-shared/domain/checkpoint.ts'
import { tensorStatsSchema } from '../../../../src-shared/protocol/calls/inspect.ts'
import type { TensorStats } from '../../../../src-renderer/client/lab.ts'

const folder = join(import.meta.dirname, 'fixtures')

/** Names of all inspections that are there. */
export const inspectionNames = readdirSync(folder).map((file) => file.replace('.json', ''))

const stored = (name: string): unknown => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))

/** What `emergence inspect` said of a checkpoint. */
export function inspectionOf(name: string): Inspection {
  return inspectionSchema.parse(stored(name))
}

const withStats = tensorFactsSchema.extend({ stats: tensorStatsSchema })

/** What `emergence inspect --stats` said of its tensors, as the window gets them, by name. */
export function statsOf(name: string): ReadonlyMap<string, TensorStats> {
  const { tensors } = stored(name) as { tensors: unknown[] }
  return new Map(
    tensors.map((tensor) => {
      const { stats, ...facts } = withStats.parse(tensor)
      const { mean, std, min, max, histogram } = stats
      const known = { mean: mean ?? 0, std: std ?? 0, min: min ?? 0, max: max ?? 0 }
      return [facts.name, { ...facts, ...known, histogram, low: known.min, high: known.max }]
    }),
  )
}

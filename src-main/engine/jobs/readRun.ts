// Answers `readRun`: what a run left behind, from its folder.
import type { RunRecord } from '../../../src-shared/domain/run.ts'
import { readPins, readRecords, standingOf } from '../../training/runFolder.ts'
import type { Job } from '../job.ts'

/** Steps that are read at most; of more, every n-th. */
const mostSteps = 4000

export const readRun: Job<'readRun'> =
  () =>
  async ({ folder, after }, { item }) => {
    const facts = standingOf(folder)
    const records = readRecords(folder)
    for (const record of thinned(records.slice(after))) await item(record)
    return { facts, pins: readPins(folder), records: records.length }
  }

function thinned(records: readonly RunRecord[]): readonly RunRecord[] {
  const isStep = ({ kind }: RunRecord) => kind === 'step' || kind === 'targets'
  const every = Math.ceil(records.filter(({ kind }) => kind === 'step').length / mostSteps)
  if (every <= 1) return records
  return records.filter((record) => !isStep(record) || record.step % every === 0)
}

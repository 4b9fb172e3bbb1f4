// What waits for a window that is slower than a run? Never more than it can hold: steps are thinned, the rest is kept.
import type { RunRecord } from '../../../../src-shared/domain/run.ts'

/** Records that wait at most. */
export const mostWaiting = 1024
/** Bytes of one batch, about. */
const batchBytes = 1 << 20
const batchRecords = 512

export interface RecordQueue {
  push(record: RunRecord): void
  /** The next batch in order; empty where nothing waits. */
  take(): RunRecord[]
  size(): number
}

/** An empty queue that never holds more than `limit` records. */
export function createRecordQueue(limit = mostWaiting): RecordQueue {
  let waiting: RunRecord[] = []
  return {
    push: (record) => {
      waiting.push(record)
      if (waiting.length > limit) waiting = thin(waiting, limit)
    },
    take: () => {
      let bytes = 0
      let n = 0
      while (n < waiting.length && n < batchRecords && (n === 0 || bytes < batchBytes))
        bytes += size(waiting[n++]!)
      return waiting.splice(0, n)
    },
    size: () => waiting.length,
  }
}

function size(record: RunRecord): number {
  if (record.kind === 'film') return record.maps.byteLength
  return record.kind === 'targets' ? record.distribution.byteLength : 400
}

/**
 * Fewer records that tell the same story: of the teacher's targets the newest only, of the steps every second one and the
 * newest, as often as it takes; and where all that is not enough the oldest go.
 */
export function thin(records: readonly RunRecord[], limit: number): RunRecord[] {
  const lastTargets = records.findLastIndex(({ kind }) => kind === 'targets')
  let kept = records.filter(({ kind }, i) => kind !== 'targets' || i === lastTargets)
  for (;;) {
    if (kept.length <= limit / 2) return kept
    const steps = kept.filter(({ kind }) => kind === 'step').length
    if (steps <= 2) break
    let nth = 0
    kept = kept.filter(({ kind }) => kind !== 'step' || nth++ % 2 === (steps - 1) % 2)
  }
  return kept.slice(-limit)
}

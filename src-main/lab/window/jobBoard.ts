// What is the lab working on? Every piece of work that takes a while, with its progress and a way to stop it.
import { randomUUID } from 'node:crypto'
import type { Job } from '../../../src-shared/domain/lab.ts'
import { cancelled, toFailure, toWire } from '../../../src-shared/protocol/errors.ts'

/** Finished jobs that stay in the list. */
const mostFinished = 20
/** At most this often is progress told, in milliseconds. */
const pace = 100

export interface JobHandle {
  readonly signal: AbortSignal
  progress(done: number, total: number | null): void
}

export interface JobBoard {
  list(): readonly Job[]
  /** Runs `work` as a job; it ends with the work, and `outside` cancels it too. */
  run<T>(title: string, unit: string, work: (job: JobHandle) => Promise<T>, outside?: AbortSignal): Promise<T>
  cancel(id: string): void
  cancelAll(): void
}

interface Entry {
  job: Job
  controller: AbortController
  since: number
}

/** An empty board; `onChange` is told of changes, at a pace a person can follow. */
export function createJobBoard(onChange: (jobs: readonly Job[]) => void): JobBoard {
  const entries: Entry[] = []
  let timer: NodeJS.Timeout | null = null
  const list = (): readonly Job[] => entries.map(({ job }) => job)

  function tell(): void {
    if (timer) return
    timer = setTimeout(() => {
      timer = null
      onChange(list())
    }, pace)
    timer.unref()
  }

  function update(entry: Entry, change: Partial<Job>): void {
    const seconds = (performance.now() - entry.since) / 1000
    const job = { ...entry.job, ...change, seconds }
    const share = job.total > 0 ? job.done / job.total : 0
    // Below a few per cent a guess would jump about.
    const left = job.state === 'running' && share > 0.03 ? seconds / share - seconds : null
    entry.job = { ...job, left }
    tell()
  }

  return {
    list,
    cancel: (id) => entries.find(({ job }) => job.id === id)?.controller.abort(cancelled()),
    cancelAll: () => {
      for (const { controller } of entries) controller.abort(cancelled())
    },
    run: async (title, unit, work, outside) => {
      const controller = new AbortController()
      const signal = outside ? AbortSignal.any([outside, controller.signal]) : controller.signal
      const entry: Entry = {
        job: {
          id: randomUUID(),
          title,
          unit,
          state: 'running',
          done: 0,
          total: 0,
          left: null,
          seconds: 0,
          problem: null,
        },
        controller,
        since: performance.now(),
      }
      entries.push(entry)
      const finished = entries.filter(({ job }) => job.state !== 'running')
      for (const old of finished.slice(0, Math.max(0, finished.length - mostFinished)))
        entries.splice(entries.indexOf(old), 1)
      tell()
      try {
        const result = await work({
          signal,
          progress: (done, total) => update(entry, { done, total: total ?? 0 }),
        })
        update(entry, { state: 'done', done: entry.job.total })
        return result
      } catch (thrown) {
        const failure = signal.aborted ? cancelled() : toFailure(thrown)
        if (failure.code === 'cancelled') update(entry, { state: 'cancelled' })
        else update(entry, { state: 'failed', problem: toWire(failure) })
        throw failure
      }
    },
  }
}

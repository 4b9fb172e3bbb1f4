// What does the bar say of a job? The one that matters, and its progress in words.
import type { Job } from '../client/lab.ts'
import { strings } from '../state/strings.ts'

/** The job on show: the running one that has run longest, else none. Passes under a second are not worth a line. */
export function mainJob(jobs: readonly Job[]): Job | null {
  const running = jobs.filter((job) => job.state === 'running')
  return running.sort((a, b) => b.seconds - a.seconds)[0] ?? null
}

/** `1,174 of 1,887 · 41/s · 17 s left`, as far as it is known. */
export function progressWords(job: Job): string {
  const words: string[] = []
  if (job.total > 0) words.push(`${strings.jobs.of(job.done, job.total)}${job.unit ? ` ${job.unit}` : ''}`)
  const rate = job.seconds > 1 ? job.done / job.seconds : 0
  if (rate >= 1 && job.total > 1) words.push(`${Math.round(rate)}/s`)
  if (job.left !== null && job.left >= 1) words.push(strings.jobs.left(job.left))
  return words.join(' · ')
}

/** A sentence at the start, at every quarter and at the end of the latest job that takes long; empty otherwise. */
export function milestone(jobs: readonly Job[]): string {
  const job = jobs.findLast((one) => one.seconds > 2 || one.state === 'failed')
  if (!job) return ''
  if (job.state === 'running' && job.total > 0)
    return strings.jobs.progress(job.title, Math.floor((job.done / job.total) * 4) / 4)
  return job.state === 'queued'
    ? ''
    : `${job.title}: ${job.state === 'running' ? '' : strings.jobs[job.state]}`
}

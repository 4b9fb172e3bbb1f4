// How is long work done without the window stuttering? In slices of a few milliseconds, with the page's own work between.

export interface Pace {
  /** Milliseconds of one slice. */
  readonly budget: number
  now(): number
  /** Resolves when the page had its turn. */
  turn(): Promise<void>
}

/** Lets the page draw and listen, then goes on. */
function pageTurn(): Promise<void> {
  const { scheduler } = globalThis as {
    scheduler?: { postTask?: (work: () => void, options: object) => void }
  }
  return new Promise((resolve) => {
    if (scheduler?.postTask) scheduler.postTask(resolve, { priority: 'user-visible' })
    else setTimeout(resolve, 0)
  })
}

export const pagePace: Pace = { budget: 8, now: () => performance.now(), turn: pageTurn }

/**
 * Runs the steps of a generator in slices. Resolves true at the end, false where `live` said no between two steps.
 * One step must be short: it is never cut.
 */
export async function runSliced(
  steps: Iterator<void>,
  live: () => boolean,
  pace: Pace = pagePace,
): Promise<boolean> {
  let began = pace.now()
  for (;;) {
    if (!live()) return false
    if (steps.next().done) return true
    if (pace.now() - began >= pace.budget) {
      await pace.turn()
      began = pace.now()
    }
  }
}

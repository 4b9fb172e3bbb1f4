// Which frame comes next? Steps over a video, the frames whose basis colours it, and what is worth computing now.

/** The part of a video that is looked at: every n-th frame from the first to the last, both included. */
export interface Steps {
  readonly from: number
  readonly to: number
  readonly every: number
}

/** The frames that are looked at, first to last. */
export function stepCount({ from, to, every }: Steps): number {
  return to < from ? 0 : Math.floor((to - from) / every) + 1
}

/** The step at a frame or the last one before it, kept inside. */
export function stepAt(steps: Steps, frame: number): number {
  const last = Math.max(0, stepCount(steps) - 1)
  return Math.min(last, Math.max(0, Math.floor((frame - steps.from) / steps.every)))
}

export const frameOf = ({ from, every }: Steps, step: number): number => from + step * every

/**
 * Frames spread evenly over the steps, each in the middle of its share, so that a basis sees the whole video and not its
 * beginning; fewer where there are not as many. `without`: frames that cannot be read; the next that can takes their place.
 */
export function spreadFrames(
  steps: Steps,
  count: number,
  without: (frame: number) => boolean = () => false,
): number[] {
  const total = stepCount(steps)
  const chosen = new Set<number>()
  const most = Math.min(count, total)
  for (let i = 0; i < most; i++) {
    const middle = Math.floor(((i + 0.5) * total) / most)
    for (let away = 0; away < Math.min(total, 64); away++) {
      const frame = frameOf(steps, (middle + away) % total)
      if (without(frame) || chosen.has(frame)) continue
      chosen.add(frame)
      break
    }
  }
  return [...chosen].sort((a, b) => a - b)
}

/** About five maps for a second of video: motion is seen, and a minute stays a matter of minutes. */
export function usualEvery(rate: number): number {
  return Math.max(1, Math.round(rate / 5))
}

export interface Wanted {
  readonly steps: Steps
  /** The frame on show. */
  readonly at: number
  /** Frames that something waits for, the most urgent first. */
  readonly urgent: readonly number[]
  /** Frames over all steps that basis and scale are found on. */
  readonly spread: readonly number[]
  /** How many steps past the one on show are computed before anybody asks. */
  readonly ahead: number
  /** Computed, being computed, or not to be had. */
  has(frame: number): boolean
}

/** The frame to compute next: what is waited for, what is on show, the spread, then ahead; null: enough is there. */
export function nextFrame({ steps, at, urgent, spread, ahead, has }: Wanted): number | null {
  for (const frame of [...urgent, at, ...spread]) if (!has(frame)) return frame
  const here = stepAt(steps, at)
  const last = Math.min(stepCount(steps) - 1, here + ahead)
  for (let step = here; step <= last; step++) {
    const frame = frameOf(steps, step)
    if (frame >= at && !has(frame)) return frame
  }
  return null
}

// How much can this machine draw while the map moves? Finer where frames come quickly, coarser where they do not.

/** From the finest to the coarsest: pixels of the drawing for each pixel of the screen, pictures and points shown. */
const steps = [
  { ratio: 1, pictures: 1, points: 1 },
  { ratio: 0.75, pictures: 1, points: 1 },
  { ratio: 0.6, pictures: 0.5, points: 1 },
  { ratio: 0.6, pictures: 0.5, points: 0.6 },
  { ratio: 0.6, pictures: 0.25, points: 0.3 },
  { ratio: 0.6, pictures: 0.25, points: 0.1 },
  { ratio: 0.6, pictures: 0.25, points: 0.04 },
] as const

export interface Effort {
  /** Of the screen's own pixel ratio. */
  readonly ratio: number
  /** Of the pictures that were asked for. */
  readonly pictures: number
  /** Of the points; at rest all are drawn. */
  readonly points: number
}

/** Milliseconds of a frame above which less is drawn, and below which more is tried. */
const [tooLong, short] = [48, 20]
/** Frames that are looked at before a step is taken. */
const patience = 6

export interface Governor {
  effort(): Effort
  /** Told how long each frame of a movement took, in milliseconds; true where the effort changed. */
  frame(milliseconds: number): boolean
}

export function createGovernor(): Governor {
  let step = 0
  let slow = 0
  let quick = 0
  return {
    effort: () => steps[step]!,
    frame: (milliseconds) => {
      // A tab that was away, not a slow frame.
      if (milliseconds > 5000) return false
      const far = milliseconds > 4 * tooLong
      slow = milliseconds > tooLong ? slow + (far ? 3 : 1) : Math.max(0, slow - 1)
      quick = milliseconds < short ? quick + 1 : 0
      if (slow >= patience && step < steps.length - 1) step = Math.min(steps.length - 1, step + (far ? 2 : 1))
      // Going up is tried rarely, so that it does not swing.
      else if (quick >= patience * 20 && step > 0) step--
      else return false
      slow = quick = 0
      return true
    },
  }
}

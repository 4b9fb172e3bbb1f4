// Which frames of a run does the film strip show? The first, the newest, and as many between them as there is room for.
import type { RunRecordOf } from '../../../src-shared/domain/run.ts'

export type Frame = RunRecordOf<'film'>

export interface FilmStrip {
  /** The steps on show, rising; one column each. */
  readonly steps: readonly number[]
  /** For each pin its frames, in the order of `steps`; null where it has none at that step. */
  readonly rows: readonly { readonly pin: number; readonly frames: readonly (Frame | null)[] }[]
}

/** So many of `steps`, evenly apart, the first and the last among them. */
export function spread(steps: readonly number[], columns: number): number[] {
  if (steps.length <= columns) return [...steps]
  if (columns <= 1) return steps.slice(-1)
  const picked = new Set(
    Array.from({ length: columns }, (_, i) => Math.round((i * (steps.length - 1)) / (columns - 1))),
  )
  return [...picked].map((i) => steps[i]!)
}

/** The frames to show in so many columns. */
export function filmStrip(films: readonly Frame[], pins: number, columns: number): FilmStrip {
  const steps = spread(
    [...new Set(films.map(({ step }) => step))].sort((a, b) => a - b),
    columns,
  )
  const found = new Map(films.map((frame) => [`${frame.pin} ${frame.step}`, frame]))
  return {
    steps,
    rows: Array.from({ length: pins }, (_, pin) => ({
      pin,
      frames: steps.map((step) => found.get(`${pin} ${step}`) ?? null),
    })),
  }
}

/**
 * The map of a frame, `[rows, columns]`, its maximum 1: of one head, or of the mean of all (each scaled by its own
 * maximum, as they are kept).
 */
export function frameMap({ heads, rows, columns, maps }: Frame, head: number | 'mean'): Float32Array {
  const size = rows * columns
  const map = new Float32Array(size)
  const chosen = head === 'mean' ? Array.from({ length: heads }, (_, i) => i) : [Math.min(head, heads - 1)]
  for (const one of chosen) for (let i = 0; i < size; i++) map[i]! += maps[one * size + i]!
  const most = map.reduce((a, b) => Math.max(a, b), 0)
  return most > 0 ? map.map((value) => value / most) : map
}

/** How much a frame's attention is spread: the share of patches that hold half of it. For its words. */
export function halfShare(map: Float32Array): number {
  const sorted = [...map].sort((a, b) => b - a)
  const all = sorted.reduce((a, b) => a + b, 0)
  let sum = 0
  for (const [i, value] of sorted.entries()) if ((sum += value) >= all / 2) return (i + 1) / sorted.length
  return 1
}

/** A frame as it is shown: made once for each frame and head, however often the strip is drawn. */
export function frameView(frame: Frame, head: number | 'mean'): { map: Float32Array; half: number } {
  let views = known.get(frame)
  if (!views) known.set(frame, (views = new Map()))
  let view = views.get(head)
  if (!view) {
    const map = frameMap(frame, head)
    views.set(head, (view = { map, half: halfShare(map) }))
  }
  return view
}
const known = new WeakMap<Frame, Map<number | 'mean', { map: Float32Array; half: number }>>()

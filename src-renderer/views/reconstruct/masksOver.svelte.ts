// What comes of other masks of the same picture? A few are asked for in one go, and each answer is taken in as it comes.
import { untrack } from 'svelte'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { HiddenChoice } from '../../../src-shared/protocol/calls/studies.ts'
import type { Lab, Rebuilt, RebuildRequest } from '../../client/lab.ts'

/** Masks of one picture, and how their answers are to be read. */
export interface MasksWish<W> {
  readonly request: Omit<RebuildRequest, 'hidden'>
  readonly hidden: readonly HiddenChoice[]
  /** Tells readings of one checkpoint apart. */
  readonly stamp: string
  readonly how: W
}

/**
 * Follows the masks that `wished` asks for; null: not now. What was taken in stays when the same is wished again, and is
 * gone on with. A picture must stand for `patience` ms before others are computed of it: a hand that moves on is not made
 * to wait. Call while a component is set up.
 */
export function followMasks<W, T>(
  lab: Pick<Lab, 'rebuild'>,
  wished: () => MasksWish<W> | null,
  take: (before: T | null, answer: Rebuilt, index: number, wish: MasksWish<W>) => T,
  patience: number,
) {
  let held = $state.raw<{
    readonly words: string
    readonly of: string
    readonly done: number
    readonly value: T
  } | null>(null)
  let running = $state.raw<{ readonly done: number; readonly total: number } | null>(null)
  let problem = $state.raw<Failure | null>(null)
  const words = $derived(JSON.stringify(wished()))

  $effect(() => {
    const asked = words
    problem = null
    running = null
    const wish = JSON.parse(asked) as MasksWish<W> | null
    if (!wish) return
    const before = untrack(() => (held?.words === asked ? held : null))
    const start = before?.done ?? 0
    const total = wish.hidden.length
    if (start === total) return
    const controller = new AbortController()
    const each = (answer: Rebuilt): void => {
      if (controller.signal.aborted) return
      const index = start + answer.index
      const value = take(held?.words === asked ? held.value : null, answer, index, wish)
      held = { words: asked, of: JSON.stringify(wish.request), done: index + 1, value }
      running = { done: index + 1, total }
    }
    const timer = setTimeout(() => {
      running = { done: start, total }
      lab
        .rebuild({ ...wish.request, hidden: wish.hidden.slice(start) }, each, controller.signal)
        .catch((thrown: unknown) => {
          if (!controller.signal.aborted)
            problem = thrown instanceof Failure ? thrown : new Failure('internal', String(thrown))
        })
        .finally(() => {
          if (!controller.signal.aborted) running = null
        })
    }, patience)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  })

  return {
    /**
     * What was taken in of a picture, a model and a size, as JSON of the request; of the masks that are wished where
     * `current` is true, of those before where it is not.
     */
    valueOf: (request: string): T | null => (held?.of === request ? held.value : null),
    get current() {
      return held !== null && held.words === words
    },
    get running() {
      return running
    },
    get problem() {
      return problem
    },
  }
}

// What can be set in the Model view? Read with care from what was kept.
import { fates, type Fate } from './keys.ts'
import type { Place } from './places.ts'

export const shows = ['diagram', 'tensors', 'report', 'diff'] as const
export type Show = (typeof shows)[number]

export interface ModelSettings {
  readonly model: string | null
  readonly show: Show
  /** The part of the network that filters keys and weights; null: all. */
  readonly part: Place | null
  readonly fate: Fate | null
  /** A text that names must hold. */
  readonly text: string
  /** The other checkpoint of the difference. */
  readonly second: string | null
}

/** Letters, digits, dots and the star of `blocks.*`: anything else was not written by this view. */
const placePattern = /^[A-Za-z0-9.*]{1,60}$/

/** Settings from what was kept, whatever version wrote it. */
export function readModelSettings(kept: Readonly<Record<string, unknown>>): ModelSettings {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  const part = text(kept.part)
  return {
    model: text(kept.model),
    show: shows.find((show) => show === kept.show) ?? 'diagram',
    part: part !== null && placePattern.test(part) ? part : null,
    fate: fates.find((fate) => fate === kept.fate) ?? null,
    text: (text(kept.text) ?? '').slice(0, 200),
    second: text(kept.second),
  }
}

// How are view changes undone and redone? A list of snapshots; one gesture is one step.

export interface History<T> {
  readonly past: readonly T[]
  readonly present: T
  readonly future: readonly T[]
  /** What the last change was a change of; changes of the same thing in quick succession are one step. */
  readonly key: string
  /** When it was, in milliseconds. */
  readonly at: number
}

const longest = 200
const together = 800

export function startHistory<T>(present: T): History<T> {
  return { past: [], present, future: [], key: '', at: 0 }
}

/**
 * The history after a change. Changes with the same non-empty key within 0.8 s of each other are one step.
 * A change to the very same value is none.
 */
export function record<T>(history: History<T>, present: T, key: string, now: number): History<T> {
  if (present === history.present) return history
  if (key !== '' && key === history.key && now - history.at < together && history.future.length === 0)
    return { ...history, present, at: now }
  return { past: [...history.past, history.present].slice(-longest), present, future: [], key, at: now }
}

/** Ends a gesture: the next change is a step of its own. */
export function seal<T>(history: History<T>): History<T> {
  return history.key === '' ? history : { ...history, key: '' }
}

/** Puts a value in the place of the present without making it a step, for what is no choice of a person. */
export function amend<T>(history: History<T>, present: T): History<T> {
  return { ...history, present }
}

export function undo<T>(history: History<T>): History<T> {
  const present = history.past.at(-1)
  if (present === undefined) return history
  return {
    past: history.past.slice(0, -1),
    present,
    future: [history.present, ...history.future],
    key: '',
    at: 0,
  }
}

export function redo<T>(history: History<T>): History<T> {
  const [present, ...future] = history.future
  if (present === undefined) return history
  return { past: [...history.past, history.present], present, future, key: '', at: 0 }
}

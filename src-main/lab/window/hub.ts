// How does what the lab says reach every window? Each window takes what is new when it is ready for it.
import type { LabEvent } from '../../../src-shared/domain/lab.ts'

export interface Hub {
  say(event: LabEvent): void
  /**
   * Hands events to `take`, one at a time, until the signal aborts; `first` comes before all others. A window also
   * gets what was said while no window listened.
   */
  follow(
    who: 'window' | 'host',
    first: readonly LabEvent[],
    take: (event: LabEvent) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>
}

/** What says how things stand: a slow window needs the newest one only. */
const states: ReadonlySet<LabEvent['kind']> = new Set(['workspace', 'jobs', 'engine', 'settings'])
/** Notices and wishes that wait for a window at most. */
const mostWaiting = 100

export function createHub(): Hub {
  const followers = new Set<(event: LabEvent) => void>()
  let windows = 0
  const unheard: LabEvent[] = []
  return {
    say: (event) => {
      if (windows === 0 && !states.has(event.kind)) unheard.push(event)
      if (unheard.length > mostWaiting) unheard.shift()
      for (const follower of followers) follower(event)
    },
    follow: async (who, first, take, signal) => {
      let waiting: LabEvent[] = [...first, ...(who === 'window' ? unheard.splice(0) : [])]
      if (who === 'window') windows++
      let wake = (): void => undefined
      const add = (event: LabEvent): void => {
        if (states.has(event.kind)) waiting = waiting.filter(({ kind }) => kind !== event.kind)
        waiting.push(event)
        if (waiting.length > mostWaiting) waiting.shift()
        wake()
      }
      const stop = (): void => wake()
      followers.add(add)
      signal.addEventListener('abort', stop)
      try {
        while (!signal.aborted) {
          const event = waiting.shift()
          if (event) await take(event)
          else
            await new Promise<void>((resolve) => {
              wake = resolve
            })
        }
      } finally {
        if (who === 'window') windows--
        followers.delete(add)
        signal.removeEventListener('abort', stop)
      }
    },
  }
}

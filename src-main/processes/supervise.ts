// Who keeps a process alive? It is started when first needed, again after its death, and killed when it does not obey.
import { cancelled } from '../../src-shared/protocol/errors.ts'
import type { CallOptions } from '../../src-shared/protocol/peer.ts'
import type { Link } from './link.ts'

/** How long a cancelled call may go on before its process is killed, in milliseconds. */
export const obeyWithin = 2000

export interface Supervised {
  /** Calls the process; starts it first where it does not run. Throws Failure, `engine-died` where it died on the way. */
  call(name: string, request: unknown, options?: CallOptions): Promise<unknown>
  /** Starts the process before anybody calls, so that it is warm. */
  start(): void
  /** Ends the process; a later call starts another. */
  stop(): void
  /** How often a process was started. */
  starts(): number
}

export interface SuperviseOptions {
  start: () => Link
  /** Told when a process ended that nobody stopped. */
  onDeath?: () => void
  obeyWithin?: number
  /** Calls that have more to bring to safety when they are cancelled, with their own milliseconds. */
  patientWith?: Readonly<Record<string, number>>
}

/** One process of a kind, always there when it is called. */
export function supervise({
  start,
  onDeath,
  obeyWithin: patience = obeyWithin,
  patientWith = {},
}: SuperviseOptions): Supervised {
  let link: Link | null = null
  let starts = 0

  function running(): Link {
    if (link) return link
    const started = start()
    link = started
    starts++
    void started.ended.then(() => {
      if (link !== started) return
      link = null
      onDeath?.()
    })
    return started
  }

  function end(ended: Link): void {
    if (link === ended) link = null
    ended.kill()
  }

  return {
    start: () => void running(),
    starts: () => starts,
    stop: () => {
      if (link) end(link)
    },
    call: async (name, request, options = {}) => {
      const used = running()
      const { signal } = options
      let deadline: NodeJS.Timeout | undefined
      const watch = (): void => {
        deadline = setTimeout(() => end(used), patientWith[name] ?? patience)
      }
      signal?.addEventListener('abort', watch, { once: true })
      try {
        return await used.peer.call(name, request, options)
      } catch (thrown) {
        throw signal?.aborted ? cancelled() : thrown
      } finally {
        clearTimeout(deadline)
        signal?.removeEventListener('abort', watch)
      }
    },
  }
}

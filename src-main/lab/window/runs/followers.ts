// Who watches a run? Windows, each taking what is new when it is ready for it.
import type { RunRecord } from '../../../../src-shared/domain/run.ts'
import type { Item } from '../../../../src-shared/protocol/calls.ts'
import { createRecordQueue } from './queue.ts'

export type FollowItem = Item<'followRun'>
type State = Extract<FollowItem, { kind: 'state' }>
type Pins = Extract<FollowItem, { kind: 'pins' }>

/** Between two batches, in milliseconds: as often as a screen is worth drawing. */
const pace = 50

export interface Followers {
  /** Told to everybody who watches the run. */
  record(id: string, record: RunRecord): void
  state(id: string, state: State): void
  pins(id: string, pins: Pins): void
  /**
   * Hands what comes to `take` until the signal aborts, after all that `stored` hands over; what comes meanwhile waits.
   */
  follow(
    id: string,
    stored: (take: (item: FollowItem) => Promise<void>) => Promise<void>,
    take: (item: FollowItem) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>
}

interface Follower {
  readonly queue: ReturnType<typeof createRecordQueue>
  state: State | null
  pins: Pins | null
  wake(): void
}

export function createFollowers(): Followers {
  const followers = new Map<string, Set<Follower>>()
  const each = (id: string, tell: (follower: Follower) => void): void => {
    for (const follower of followers.get(id) ?? []) {
      tell(follower)
      follower.wake()
    }
  }
  return {
    record: (id, record) => each(id, ({ queue }) => queue.push(record)),
    state: (id, state) => each(id, (follower) => (follower.state = state)),
    pins: (id, pins) => each(id, (follower) => (follower.pins = pins)),
    follow: async (id, stored, take, signal) => {
      const mine: Follower = { queue: createRecordQueue(), state: null, pins: null, wake: () => undefined }
      const all = followers.get(id) ?? new Set()
      followers.set(id, all.add(mine))
      const stop = (): void => mine.wake()
      signal.addEventListener('abort', stop)
      try {
        await stored(take)
        await take({ kind: 'live' })
        while (!signal.aborted) {
          const { state, pins } = mine
          mine.state = mine.pins = null
          const records = mine.queue.take()
          if (pins) await take(pins)
          if (records.length > 0) await take({ kind: 'records', records })
          // How it stands is told after what led there.
          if (state) await take(state)
          await new Promise((resolve) => setTimeout(resolve, pace))
          if (mine.state || mine.pins || mine.queue.size() > 0 || signal.aborted) continue
          await new Promise<void>((resolve) => {
            mine.wake = resolve
          })
        }
      } finally {
        all.delete(mine)
        if (all.size === 0) followers.delete(id)
        signal.removeEventListener('abort', stop)
      }
    },
  }
}

// What is a task? What answers a call on a thread of its own, and what it has at hand there.
import type { Item, ProjectionCallName, Request, Result } from '../../src-shared/protocol/calls.ts'
import type { CallEvent } from '../../src-shared/protocol/calls/common.ts'
import type { Products } from '../compute/products.ts'
import type { Team } from './team.ts'

/** What a task can do beside returning. */
export interface TaskContext<N extends ProjectionCallName> {
  /** Throws Failure `cancelled` where somebody asked for it. */
  stopIfCancelled(): void
  event(event: CallEvent): void
  /** True where the reader has taken what came before and a picture's time has passed. */
  frameWanted(): boolean
  item(item: Item<N>): void
  /** Matrix products on so many threads; as many as there are cores where none are named. */
  products(threads?: number): Promise<Products>
  /** Threads that share loops with this one. */
  team(threads?: number): Team
}
export type Task<N extends ProjectionCallName> = (
  request: Request<N>,
  context: TaskContext<N>,
) => Promise<Result<N>>

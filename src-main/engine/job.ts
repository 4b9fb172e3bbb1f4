// What is a job? The handler of one call on the engine's main thread, and what it has at hand.
import type { CallName } from '../../src-shared/protocol/calls.ts'
import type { Handler } from '../../src-shared/protocol/client.ts'
import type { RunTask } from './workerLink.ts'

export interface Tools {
  /** Has the worker do something. */
  task: RunTask
  /** The script of the process that tries a device. */
  probeEntry: string
}
/** A job makes the handler of its call. */
export type Job<N extends CallName> = (tools: Tools) => Handler<N>

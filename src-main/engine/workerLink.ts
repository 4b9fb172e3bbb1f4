// How does the engine's main thread speak to its worker? Tasks with numbers, a flag for cancel, memory that moves.
import { Worker, type Transferable } from 'node:worker_threads'
import { Failure } from '../../src-shared/domain/failure.ts'
import type { CallEvent } from '../../src-shared/protocol/calls/common.ts'
import { cancelled, fromWire } from '../../src-shared/protocol/errors.ts'
import type { WireError } from '../../src-shared/protocol/errors.ts'
import type { TaskName, Tasks } from './task.ts'

export interface WorkerData {
  /**
   * Shared: a message cannot reach a thread that computes, a number in shared memory can. One place for every task
   * that may wait at once: place `id % places` holds `id + 1` where that task shall stop.
   */
  cancelFlags: SharedArrayBuffer
}
const places = 256
export interface ToWorker {
  id: number
  name: TaskName
  request: unknown
}
export type FromWorker =
  | { kind: 'result'; id: number; result: unknown }
  | { kind: 'error'; id: number; error: WireError }
  | { kind: 'event'; id: number; event: CallEvent }
  | { kind: 'item'; id: number; item: unknown }

export interface TaskOptions {
  signal?: AbortSignal
  onEvent?: (event: CallEvent) => void
  onItem?: (item: unknown) => void
  /** Memory and ports that move to the worker; the sender must not use them any more. */
  move?: Transferable[]
}
export type RunTask = <N extends TaskName>(
  name: N,
  request: Tasks[N]['in'],
  options?: TaskOptions,
) => Promise<Tasks[N]['out']>

interface Pending {
  resolve(result: never): void
  reject(failure: unknown): void
  options: TaskOptions
}

/** Starts the worker; tasks run one after the other. Throws Failure through the tasks it was given. */
export function startWorker(entry: string): { run: RunTask; end(): Promise<number> } {
  const cancelFlags = new SharedArrayBuffer(4 * places)
  const flags = new Int32Array(cancelFlags)
  const worker = new Worker(entry, { workerData: { cancelFlags } satisfies WorkerData })
  const pending = new Map<number, Pending>()
  let nextId = 0

  worker.on('message', (message: FromWorker) => {
    const task = pending.get(message.id)
    if (!task) return
    if (message.kind === 'event') return task.options.onEvent?.(message.event)
    if (message.kind === 'item') return task.options.onItem?.(message.item)
    pending.delete(message.id)
    if (message.kind === 'result') task.resolve(message.result as never)
    else task.reject(fromWire(message.error))
  })
  worker.on('error', (error: Error & { code?: string }) => {
    const failure =
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? new Failure('too-large', 'The work needs more memory than there is.', 'Try a smaller --size.')
        : new Failure('internal', `The engine's worker failed: ${error.message}.`)
    for (const task of pending.values()) task.reject(failure)
    pending.clear()
    // Without its worker the engine is of no use; whoever started us starts us again.
    setTimeout(() => process.exit(1), 100)
  })

  return {
    end: () => worker.terminate(),
    run: (name, request, options = {}) => {
      const { signal } = options
      if (signal?.aborted) return Promise.reject(cancelled())
      const id = nextId++
      return new Promise((resolve, reject) => {
        const cancel = (): void => void Atomics.store(flags, id % places, id + 1)
        const settled =
          <T>(done: (value: T) => void) =>
          (value: T): void => {
            signal?.removeEventListener('abort', cancel)
            done(value)
          }
        signal?.addEventListener('abort', cancel, { once: true })
        pending.set(id, { resolve: settled(resolve), reject: settled(reject), options })
        worker.postMessage({ id, name, request } satisfies ToWorker, options.move ?? [])
      })
    },
  }
}

// How does the process speak to a thread that computes? Tasks one after the other, a flag for cancel, a pace for frames.
import { Worker } from 'node:worker_threads'
import { Failure } from '../../src-shared/domain/failure.ts'
import type { CallEvent } from '../../src-shared/protocol/calls/common.ts'
import { cancelled, fromWire, type WireError } from '../../src-shared/protocol/errors.ts'
import type { CallContext } from '../../src-shared/protocol/peer.ts'

/** Shared words: the number of the task that shall stop + 1, and whether a frame may come. */
export const [stopWord, frameWord] = [0, 1] as const
export interface LaneData {
  helper: false
  words: SharedArrayBuffer
  entry: string
}
export interface ToLane {
  id: number
  name: string
  request: unknown
}
export type FromLane =
  | { kind: 'result'; id: number; result: unknown }
  | { kind: 'error'; id: number; error: WireError }
  | { kind: 'event'; id: number; event: CallEvent }
  | { kind: 'item'; id: number; item: unknown }

/** Milliseconds from one frame to the next. */
const frameEvery = 50

export interface Lane {
  run(name: string, request: unknown, context: CallContext): Promise<unknown>
}

interface Pending {
  resolve(result: unknown): void
  reject(failure: unknown): void
  context: CallContext
}

/** Starts a thread; tasks run in the order they come. */
export function openLane(entry: string): Lane {
  const shared = new SharedArrayBuffer(8)
  const words = new Int32Array(shared)
  const worker = new Worker(entry, {
    workerData: { helper: false, words: shared, entry } satisfies LaneData,
  })
  const pending = new Map<number, Pending>()
  let next = 0
  let tail: Promise<unknown> = Promise.resolve()

  worker.on('message', (message: FromLane) => {
    const task = pending.get(message.id)
    if (!task) return
    if (message.kind === 'event') task.context.event(message.event)
    else if (message.kind === 'item') {
      const sent = performance.now()
      // The next frame may be made when this one is on its way, and not before its time.
      task.context.item(message.item).then(
        () =>
          setTimeout(
            () => Atomics.store(words, frameWord, 1),
            Math.max(0, frameEvery - (performance.now() - sent)),
          ),
        () => undefined,
      )
    } else {
      pending.delete(message.id)
      if (message.kind === 'result') task.resolve(message.result)
      else task.reject(fromWire(message.error))
    }
  })
  worker.on('error', (error: Error & { code?: string }) => {
    const failure =
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? new Failure('too-large', 'The map needs more memory than there is.', 'Take fewer rows.')
        : new Failure('internal', `The thread that makes maps failed: ${error.message}.`)
    for (const task of pending.values()) task.reject(failure)
    pending.clear()
    // Without its thread the process is of no use; whoever started it starts it again.
    setTimeout(() => process.exit(1), 100)
  })

  const start = (name: string, request: unknown, context: CallContext): Promise<unknown> => {
    if (context.signal.aborted) return Promise.reject(cancelled())
    const id = next++
    const stop = (): void => void Atomics.store(words, stopWord, id + 1)
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject, context })
      context.signal.addEventListener('abort', stop, { once: true })
      Atomics.store(words, frameWord, 1)
      worker.postMessage({ id, name, request } satisfies ToLane)
    }).finally(() => context.signal.removeEventListener('abort', stop))
  }
  return {
    run: (name, request, context) => {
      let begun = false
      const done = tail.then(() => {
        begun = true
        return start(name, request, context)
      })
      tail = done.catch(() => undefined)
      // What still waits for its turn ends at once when nobody wants it any more.
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          if (!begun) reject(cancelled())
        }
        context.signal.addEventListener('abort', leave, { once: true })
        done.then(resolve, reject).finally(() => context.signal.removeEventListener('abort', leave))
      })
    },
  }
}

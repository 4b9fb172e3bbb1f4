// What runs on the engine's second thread? The entry of the worker that owns checkpoints, weights and sessions.
//
// ONNX Runtime's run() blocks its thread: here it blocks nobody who has to answer. One task runs at a time.
import module from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { cancelled, toWire } from '../../src-shared/protocol/errors.ts'
import type { FromWorker, ToWorker, WorkerData } from './workerLink.ts'
import { tasks } from './tasks.ts'
import type { Task, TaskContext, TaskName } from './task.ts'

module.enableCompileCache?.()
const port = parentPort!
const flags = new Int32Array((workerData as WorkerData).cancelFlags)
const say = (message: FromWorker, move: ArrayBuffer[] = []): void => port.postMessage(message, move)

/** All memory of the arrays in a result, so that it moves instead of being copied. */
function memoryOf(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength)
      found.add(value.buffer)
  } else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) memoryOf(item, found)
  return found
}

async function run({ id, name, request }: ToWorker): Promise<void> {
  const context: TaskContext = {
    stopIfCancelled: () => {
      if (Atomics.load(flags, id % flags.length) === id + 1) throw cancelled()
    },
    event: (event) => say({ kind: 'event', id, event }),
    item: (item, move) => say({ kind: 'item', id, item }, move),
  }
  try {
    context.stopIfCancelled()
    const task = (await tasks[name]()) as Task<TaskName>
    const result = await task(request as never, context)
    say({ kind: 'result', id, result }, [...memoryOf(result)])
  } catch (thrown) {
    if (process.env.EMERGENCE_DEBUG) console.error(thrown)
    say({ kind: 'error', id, error: toWire(thrown) })
  }
}

let tail: Promise<void> = Promise.resolve()
port.on('message', (message: ToWorker) => {
  tail = tail.then(() => run(message))
})

// What runs on the threads of the projection process? The entry of those that do tasks, and of those that help them.
import module from 'node:module'
import { availableParallelism } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { cancelled, toWire } from '../../src-shared/protocol/errors.ts'
import type { ProjectionCallName } from '../../src-shared/protocol/calls.ts'
import type { Products } from '../compute/products.ts'
import { projectionJobs } from './jobs.ts'
import { frameWord, stopWord, type FromLane, type LaneData, type ToLane } from './lane.ts'
import type { Task, TaskContext } from './task.ts'
import { createTeam, join, type Joining, type Team } from './team.ts'

module.enableCompileCache?.()
const data = workerData as LaneData | { helper: true }
const port = parentPort!
if (data.helper) port.on('message', (joining: Joining) => void join(joining))
else doTasks(data)

/** Arrays of a message that may move instead of being copied: those that own their memory. */
function movable(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength)
      found.add(value.buffer)
  } else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) movable(item, found)
  return found
}

function doTasks({ words: shared, entry }: LaneData): void {
  const words = new Int32Array(shared)
  const say = (message: FromLane): void => port.postMessage(message, [...movable(message)])
  /** Products and teams by their number of threads; the last of each is kept. */
  let products: { threads: number; made: Promise<Products> } | null = null
  let team: Team | null = null

  const teamOf = (threads = availableParallelism()): Team => {
    if (team?.threads === threads) return team
    void team?.close()
    return (team = createTeam(threads, entry))
  }
  const productsOf = async (threads = availableParallelism()): Promise<Products> => {
    if (products?.threads !== threads) {
      await products?.made.then((old) => old.release())
      const made = import('../compute/products.ts').then(({ createProducts }) => createProducts(threads))
      products = { threads, made }
    }
    return products.made
  }

  const run = async ({ id, name, request }: ToLane): Promise<void> => {
    const context: TaskContext<ProjectionCallName> = {
      stopIfCancelled: () => {
        if (Atomics.load(words, stopWord) === id + 1) throw cancelled()
      },
      event: (event) => say({ kind: 'event', id, event }),
      frameWanted: () => Atomics.load(words, frameWord) === 1,
      item: (item) => {
        Atomics.store(words, frameWord, 0)
        say({ kind: 'item', id, item })
      },
      products: productsOf,
      team: teamOf,
    }
    try {
      context.stopIfCancelled()
      const task = (await projectionJobs[name as ProjectionCallName].load()) as Task<ProjectionCallName>
      say({ kind: 'result', id, result: await task(request as never, context as never) })
    } catch (thrown) {
      if (process.env.EMERGENCE_DEBUG) console.error(thrown)
      say({ kind: 'error', id, error: toWire(thrown) })
    }
  }
  let tail: Promise<void> = Promise.resolve()
  port.on('message', (message: ToLane) => {
    tail = tail.then(() => run(message))
  })
}

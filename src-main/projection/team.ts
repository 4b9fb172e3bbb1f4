// How do several threads share one loop? Rounds of parts that anybody may take; a round ends when all parts are done.
//
// Nothing depends on who takes which part, so results are the same with any number of threads.
import { Worker } from 'node:worker_threads'
import { kernels, type KernelName, type Kernels } from './kernels.ts'
import { sharedInts, type Part } from './shared.ts'

/** Places in the shared control words. */
const [generation, claim, done, ended, failed] = [0, 1, 2, 3, 4] as const
const words = 5
/** Numbers that a round may pass to its parts. */
const mostArguments = 8
/** Looks at the control word before a thread goes to sleep: some 10 µs. */
const patience = 1500
/** A part that takes longer is lost, in milliseconds. */
const lostAfter = 60_000

/** What a helper thread gets to join a shift. */
export interface Joining {
  kernel: KernelName
  shared: unknown
  parts: number
  control: Int32Array
  numbers: Float64Array
}

/** A loop that is being shared. */
export interface Shift {
  /** Does every part once, with these numbers, on all threads. */
  round(...numbers: readonly number[]): void
  end(): void
}

export interface Team {
  readonly threads: number
  /** `shared` holds typed arrays over shared memory; `parts` are the pieces of each round. */
  begin<N extends KernelName>(kernel: N, shared: Kernels[N], parts: number): Promise<Shift>
  close(): Promise<void>
}

/** Threads that help this one, started with the first shift. `entry` is the script they start with. */
export function createTeam(threads: number, entry: string): Team {
  const helpers: Worker[] = []
  return {
    threads,
    begin: async (kernel, shared, parts) => {
      const control = sharedInts(words)
      const numbers = new Float64Array(new SharedArrayBuffer(8 * mostArguments))
      Atomics.store(control, claim, parts)
      while (helpers.length < threads - 1) {
        const helper = new Worker(entry, { workerData: { helper: true } })
        helper.unref()
        helpers.push(helper)
      }
      const joining: Joining = { kernel, shared, parts, control, numbers }
      // More helpers than parts would only wait.
      for (const helper of helpers.slice(0, parts - 1)) helper.postMessage(joining)
      const make = (await kernels[kernel]()) as (shared: Kernels[KernelName]) => Part
      const part = make(shared)
      return {
        round: (...given) => {
          numbers.set(given)
          Atomics.store(control, done, 0)
          Atomics.store(control, claim, 0)
          Atomics.add(control, generation, 1)
          Atomics.notify(control, generation)
          takeParts(control, parts, part, numbers)
          await_(control, done, (count) => count === parts)
          if (Atomics.load(control, failed) !== 0) throw new Error(`a part of ${kernel} failed`)
        },
        end: () => {
          Atomics.store(control, ended, 1)
          Atomics.add(control, generation, 1)
          Atomics.notify(control, generation)
        },
      }
    },
    close: async () => {
      await Promise.all(helpers.splice(0).map((helper) => helper.terminate()))
    },
  }
}

/** A helper's side: takes parts round by round until the shift ends. */
export async function join({ kernel, shared, parts, control, numbers }: Joining): Promise<void> {
  const make = (await kernels[kernel]()) as (shared: unknown) => Part
  const part = make(shared)
  let seen = 0
  while (Atomics.load(control, ended) === 0) {
    takeParts(control, parts, part, numbers)
    const last = seen
    seen = await_(control, generation, (now) => now !== last)
  }
}

function takeParts(control: Int32Array, parts: number, part: Part, numbers: Float64Array): void {
  for (;;) {
    // The number of parts never changes within a shift, so that a late claim is always past the end.
    const mine = Atomics.add(control, claim, 1)
    if (mine >= parts) return
    try {
      part(mine, numbers)
    } catch (thrown) {
      Atomics.store(control, failed, 1)
      if (process.env.EMERGENCE_DEBUG) console.error(thrown)
    }
    if (Atomics.add(control, done, 1) + 1 === parts) Atomics.notify(control, done)
  }
}

/** Waits until a control word is as wanted; a moment actively, then asleep. */
function await_(control: Int32Array, place: number, wanted: (value: number) => boolean): number {
  for (let i = 0; i < patience; i++) {
    const value = Atomics.load(control, place)
    if (wanted(value)) return value
  }
  for (;;) {
    const value = Atomics.load(control, place)
    if (wanted(value)) return value
    const heard = Atomics.wait(control, place, value, lostAfter)
    if (heard === 'timed-out' && place === done) throw new Error('a thread was lost')
  }
}

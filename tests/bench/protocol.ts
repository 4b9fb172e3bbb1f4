// How does a bench talk to its contestants? Child processes that answer one request at a time, so that all of them
// can be timed in turns: what else the machine is doing then slows each of them alike.
import { spawn } from 'node:child_process'
import { cpus } from 'node:os'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

/** Time this many runs, after one that does not count. */
export interface Request {
  batch: number
  attention: boolean
  repeats: number
  /** Multiply two matrices of 1024 × 1024 numbers instead. */
  gemm?: boolean
}

export interface Reply {
  /** Milliseconds of each run. */
  times: number[]
  /** Milliseconds of processor time of each run, all threads together: what other programs do counts for little. */
  processor: number[]
  /** The first tokens' numbers, to see that all compute the same. */
  sample: number[]
}

export interface Contestant<Q = Request, A = Reply> {
  ask(request: Q): Promise<A>
  stop(): void
}

/** Starts a contestant and waits until it is ready; null where it cannot be started. */
export async function start<Q = Request, A = Reply>(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Contestant<Q, A> | null> {
  const child = spawn(command, args, {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.on('error', () => undefined)
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ready = await lines.next()
  if (ready.done === true) {
    console.log(`no ${args.join(' ')}: ${errors.trim().split('\n').at(-1) ?? ''}`)
    return null
  }
  return {
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      const line = await lines.next()
      if (line.done === true) throw new Error(`${args.join(' ')} stopped: ${errors}`)
      return JSON.parse(line.value) as A
    },
    stop() {
      child.stdin.end()
      child.kill()
    },
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Waits until other programs leave the processor alone, for as long as this; true where they do. */
export async function quiet(patienceSeconds: number): Promise<boolean> {
  const end = performance.now() + 1000 * patienceSeconds
  do {
    const before = busyTime()
    await sleep(250)
    const after = busyTime()
    if ((after.busy - before.busy) / (after.all - before.all) < 0.1) return true
  } while (performance.now() < end)
  return false
}

/** Milliseconds all cores have been busy, and have been there at all. */
function busyTime(): { busy: number; all: number } {
  const times = cpus().map(({ times }) => times)
  const idle = times.reduce((sum, core) => sum + core.idle, 0)
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0)
  return { busy: all - idle, all }
}

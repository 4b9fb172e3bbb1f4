// How is the engine? It is started, watched, started again after its death, and its state told to the windows.
import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import type { EngineState } from '../../../src-shared/domain/lab.ts'
import type { Carrier } from '../../../src-shared/protocol/client.ts'
import { toFailure } from '../../../src-shared/protocol/errors.ts'
import { entryPath } from '../../processes/entries.ts'
import { startLink, type Link } from '../../processes/link.ts'
import { supervise } from '../../processes/supervise.ts'

export interface EngineKeeper extends Carrier {
  state(): EngineState
  /** The device and threads of the last pass. */
  ran(device: string, threads: number): void
  /** Starts the engine before anybody asks, so that it is warm. */
  start(): void
  restart(): void
  stop(): void
}

/** How often the engine's memory is looked at while windows are open, in milliseconds. */
const pulse = 3000

/** Keeps an engine; `onChange` is told how it is, `onDeath` when it ended by itself. */
export function keepEngine(onChange: (state: EngineState) => void, onDeath: () => void): EngineKeeper {
  let link: Link | null = null
  let pending = 0
  let alive = false
  let state: EngineState = { state: 'stopped', device: '', threads: cpus().length, bytes: 0 }

  function update(change: Partial<EngineState>): void {
    const next = { ...state, ...change }
    if (JSON.stringify(next) === JSON.stringify(state)) return
    state = next
    onChange(state)
  }
  const settle = (): void =>
    update({ state: alive ? (pending > 0 ? 'busy' : 'ready') : pending > 0 ? 'starting' : 'stopped' })

  const supervised = supervise({
    start: () => {
      link = startLink({
        entry: entryPath('engine'),
        args: [entryPath('engine-worker'), entryPath('device-probe')],
      })
      return link
    },
    onDeath: () => {
      alive = false
      link = null
      update({ state: 'stopped', bytes: 0 })
      onDeath()
    },
  })

  const timer = setInterval(() => {
    const pid = link?.pid
    if (pid !== undefined) void memoryOf(pid).then((bytes) => update({ bytes }))
  }, pulse)
  timer.unref()

  return {
    state: () => state,
    ran: (device, threads) => update({ device, threads }),
    call: async (name, request, options) => {
      pending++
      settle()
      try {
        const result = await supervised.call(name, request, options)
        alive = true
        return result
      } catch (thrown) {
        // A refusal is an answer too.
        if (toFailure(thrown).code !== 'engine-died') alive = link !== null
        throw thrown
      } finally {
        pending--
        settle()
      }
    },
    start: () => {
      supervised.start()
      settle()
    },
    restart: () => {
      alive = false
      supervised.stop()
      supervised.start()
      settle()
    },
    stop: () => {
      clearInterval(timer)
      supervised.stop()
    },
  }
}

/** Memory of a process in bytes, where the system tells it without a program of its own; else 0. */
async function memoryOf(pid: number): Promise<number> {
  if (process.platform !== 'linux') return 0
  const text = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '')
  return Number(text.split(' ')[1] ?? 0) * 4096
}

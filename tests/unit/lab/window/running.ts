// How do the tests speak to a lab? The real process with a home of its own, and a client as a window has it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { startLab, type LabProcess } from '../../../../src-main/processes/lab.ts'
import type { LabEvent } from '../../../../src-shared/domain/lab.ts'
import { createClient, type Client } from '../../../../src-shared/protocol/client.ts'
import { createPeer, type Handlers } from '../../../../src-shared/protocol/peer.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'emergence-lab-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface RunningLab {
  readonly lab: LabProcess
  readonly client: Client
  /** Everything the lab said unasked so far. */
  readonly events: LabEvent[]
  readonly deaths: string[]
  /** Waits for an event that `fits`. */
  heard<K extends LabEvent['kind']>(
    kind: K,
    fits?: (event: Extract<LabEvent, { kind: K }>) => boolean,
  ): Promise<Extract<LabEvent, { kind: K }>>
  stop(): Promise<void>
}

/** Starts a lab on `home` with one window that listens. */
export function runLab(home: string, options: { workspace?: string; handlers?: Handlers } = {}): RunningLab {
  const deaths: string[] = []
  const lab = startLab({
    workspace: options.workspace,
    handlers: options.handlers ?? {},
    env: { EMERGENCE_HOME: home },
    onDeath: (words) => deaths.push(words),
  })
  const client = createClient(createPeer(lab.openWindow('window 1')))
  const events: LabEvent[] = []
  const waiting = new Set<() => void>()
  client
    .events(
      {},
      {
        onItem: (event) => {
          events.push(event)
          for (const look of waiting) look()
        },
      },
    )
    .catch(() => undefined)
  let stopped = false
  const stop = async (): Promise<void> => {
    if (stopped) return
    stopped = true
    await lab.stop()
  }
  undo.push(stop)
  return {
    lab,
    client,
    events,
    deaths,
    stop,
    heard: (kind, fits = () => true) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`no fitting event of kind ${kind} in 20 s`)), 20_000)
        const look = (): void => {
          const found = events.find((event) => event.kind === kind && fits(event as never))
          if (!found) return
          clearTimeout(late)
          waiting.delete(look)
          resolve(found as never)
        }
        waiting.add(look)
        look()
      }),
  }
}

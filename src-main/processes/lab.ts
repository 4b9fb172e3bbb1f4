// How does a host get a lab? It starts one, opens a channel for each window, and starts another when it dies.
import { spawn } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { Failure } from '../../src-shared/domain/failure.ts'
import { createClient, type Client } from '../../src-shared/protocol/client.ts'
import { createPeer, type Handlers } from '../../src-shared/protocol/peer.ts'
import { socketTransport, type Transport } from '../../src-shared/protocol/transport.ts'
import { channelsOver, type Channels } from './channels.ts'
import { entryPath } from './entries.ts'
import { nodeBinary } from './node.ts'

/** Bytes of the lab's last words that are kept for the report of its death. */
const lastWordsLimit = 4096
/** So many deaths in a row, each within this many milliseconds, and the lab is not started again. */
const [mostDeaths, shortLife] = [3, 10_000]

export interface LabOptions {
  /** The workspace to open; the last one where absent. */
  workspace?: string | undefined
  /** What the lab may ask of its host; each gets `{ window, request }`. */
  handlers: Handlers
  env?: Readonly<Record<string, string>>
  /** Told in words when the lab ended by itself; `again` is false where it is not started once more. */
  onDeath(words: string, again: boolean): void
}

export interface LabProcess {
  /** The lab's calls for the host itself. */
  client(): Client
  /** A channel for a window to the lab that runs now. */
  openWindow(name: string): Transport
  pid(): number | undefined
  /** Closes the workspace and ends the lab; resolves when it has ended. */
  stop(): Promise<void>
}

interface Running {
  channels: Channels
  client: Client
  pid: number | undefined
  end: () => void
  ended: Promise<void>
}

/** Starts a lab on the plain Node that ships with the app, and keeps one running. */
export function startLab(options: LabOptions): LabProcess {
  let stopping = false
  let deaths = 0
  let last = ''
  let running: Running | null = launch(options.workspace)

  function launch(workspace: string | undefined): Running {
    const since = performance.now()
    const debug = process.env.EMERGENCE_DEBUG !== undefined
    const words = [
      '--disable-warning=ExperimentalWarning',
      entryPath('lab'),
      ...(workspace ? [workspace] : []),
    ]
    const child = spawn(nodeBinary(), words, {
      stdio: ['ignore', debug ? 'inherit' : 'ignore', debug ? 'inherit' : 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      windowsHide: true,
    })
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-lastWordsLimit)
    })
    const socket = child.stdio[3] as Duplex
    const channels = channelsOver(socketTransport(socket))
    const peer = createPeer(channels.open('host'), {
      handlers: options.handlers,
      lost: () =>
        new Failure('internal', 'The lab ended before it answered.', 'It is started again by itself.'),
    })
    const ended = new Promise<void>((resolve) => {
      let over = false
      const finish = (how: string): void => {
        if (over) return
        over = true
        resolve()
        const line = said.trim().split('\n').at(-1) ?? ''
        last = `The lab ended (${how})${line ? `: ${line.slice(0, 300)}` : ''}.`
        if (stopping) return
        deaths = performance.now() - since < shortLife ? deaths + 1 : 1
        const again = deaths < mostDeaths
        running = again ? launch(undefined) : null
        options.onDeath(last, again)
      }
      child.on('error', (error) => finish(error.message))
      // 'close' comes after its last words were read.
      child.on('close', (code, signal) => finish(signal ? `signal ${signal}` : `exit code ${code}`))
    })
    return { channels, client: createClient(peer), pid: child.pid, end: () => socket.end(), ended }
  }

  const here = (): Running => {
    if (running) return running
    throw new Failure('internal', last, 'Start Emergence again; the workspace is kept.')
  }
  return {
    client: () => here().client,
    openWindow: (name) => here().channels.open(name),
    pid: () => running?.pid,
    stop: async () => {
      stopping = true
      running?.end()
      await running?.ended
    },
  }
}

// How is a process started and spoken to? A forked Node with one two-way pipe that carries the protocol's frames.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { Failure } from '../../src-shared/domain/failure.ts'
import { createPeer } from '../../src-shared/protocol/peer.ts'
import type { Handlers, Peer } from '../../src-shared/protocol/peer.ts'
import { socketTransport } from '../../src-shared/protocol/transport.ts'
import { nodeBinary } from './node.ts'

/** The pipe's place among the child's files; the child opens it as a socket. */
export const linkFd = 3
/** Bytes of the child's last words that are kept for the report of its death. */
const lastWordsLimit = 4096

export interface Link {
  readonly peer: Peer
  readonly pid: number | undefined
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>
  kill(): void
}

export interface LinkOptions {
  /** The script the process starts with. */
  entry: string
  args?: readonly string[]
  /** Called by the process, where it may call back. */
  handlers?: Handlers
  env?: Readonly<Record<string, string>>
}

/**
 * Starts a process of ours and links to it. Nothing it prints reaches our stdout; what it says on its way down is in
 * the Failure `engine-died` of the calls that were pending.
 */
export function startLink({ entry, args = [], handlers, env = {} }: LinkOptions): Link {
  const debug = process.env.EMERGENCE_DEBUG !== undefined
  const child = spawn(nodeBinary(), ['--disable-warning=ExperimentalWarning', entry, ...args], {
    stdio: ['ignore', debug ? process.stderr : 'pipe', debug ? process.stderr : 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    windowsHide: true,
  })
  const lastWords = collect(child)
  let ending = ''
  let started = true
  const ended = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      started = false
      ending = error.message
      resolve()
    })
    child.on('exit', (code, signal) => {
      ending = signal ? `signal ${signal}` : `exit code ${code}`
      // Its last words may still be on their way; somebody else may hold its pipes open for ever.
      setTimeout(resolve, 200).unref()
    })
    child.on('close', () => resolve())
  })

  const socket = socketTransport(child.stdio[linkFd] as Duplex)
  // A process that closed its pipe is of no use any more; why it did is known when it has ended.
  socket.onClose(() => child.kill('SIGKILL'))
  const peer = createPeer(
    { ...socket, onClose: (listener) => void ended.then(listener) },
    { ...(handlers ? { handlers } : {}), lost: () => deathOf(started, ending, lastWords()) },
  )
  return {
    peer,
    pid: child.pid,
    ended,
    kill: () => {
      peer.close()
      child.kill('SIGKILL')
    },
  }
}

/** Keeps the end of what a child prints. */
function collect(child: ChildProcess): () => string {
  let words = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-lastWordsLimit)
    })
    // The stream must not keep our process waiting when the work is done.
    ;(stream as unknown as { unref?: () => void } | null)?.unref?.()
  }
  return () => words
}

function deathOf(started: boolean, ending: string, lastWords: string): Failure {
  if (!started) return new Failure('engine-died', `The engine process could not be started: ${ending}.`)
  const outOfMemory =
    /heap out of memory|bad_alloc|std::length_error/i.test(lastWords) || ending === 'signal SIGKILL'
  const line = lastWords
    .trim()
    .split('\n')
    .findLast((words) => /\S/.test(words))
  return new Failure(
    'engine-died',
    `The engine process ended in the middle of the work${ending ? ` (${ending})` : ''}${
      line && !outOfMemory ? `: ${line.trim().slice(0, 200)}` : ''
    }.`,
    outOfMemory
      ? 'It ran out of memory or was killed: try a smaller --size or fewer pictures at once.'
      : 'It starts again with the next call; EMERGENCE_DEBUG=1 shows all it says.',
  )
}

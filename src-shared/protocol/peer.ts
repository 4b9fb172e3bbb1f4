// How do two sides call each other? Calls with numbers, cancel, events, and streams of items with credit.
//
// Both ends are alike: each may call and each may answer. A call ends with exactly one `result` or `error`. On the
// way there come events (progress, notices; a slow reader gets the latest progress only) and items (nothing is
// lost; the sender stops when the reader is `credit` items behind, so a slow reader never makes it grow).
import { Failure } from '../domain/failure.ts'
import { cancelled, fromWire, toFailure, toWire } from './errors.ts'
import type { CallEvent } from './calls/common.ts'
import { messageReader, messageWriter } from './message.ts'
import type { Message } from './message.ts'
import type { Transport } from './transport.ts'

/** How many items may be on their way before the reader has taken one. */
const creditWindow = 4

/** What a handler can do beside returning its result. */
export interface CallContext {
  /** Aborted when the caller cancels or is gone. */
  readonly signal: AbortSignal
  event(event: CallEvent): void
  /** Sends one item of the call's stream; resolves when the next may be made. */
  item(item: unknown): Promise<void>
}
export type AnyHandler = (request: unknown, context: CallContext) => unknown
export type Handlers = Readonly<Record<string, AnyHandler>>

export interface CallOptions {
  signal?: AbortSignal | undefined
  onEvent?: ((event: CallEvent) => void) | undefined
  /** Takes one item; the sender waits while its promises are pending. */
  onItem?: ((item: never) => void | Promise<void>) | undefined
}

export interface Peer {
  call(name: string, request: unknown, options?: CallOptions): Promise<unknown>
  /** Calls that have not ended, both ways. */
  pending(): number
  close(): void
}

export interface PeerOptions {
  handlers?: Handlers
  /** Checks a request of the other side before its handler sees it; throws Failure. For sides one does not trust. */
  check?: (name: string, request: unknown) => unknown
  /** What pending calls fail with when the other side is gone. */
  lost?: () => Failure
  /** Bytes that one message may have, all its buffers together. */
  limit?: number
}

interface Outgoing {
  resolve(result: unknown): void
  reject(failure: Failure): void
  options: CallOptions
  /** Items that are being taken; the result waits for them. */
  tail: Promise<void>
}
interface Incoming {
  controller: AbortController
  credit: number
  /** The handler's wish to send the next item. */
  waiting: (() => void)[]
}

/** One end of a connection. */
export function createPeer(transport: Transport, options: PeerOptions = {}): Peer {
  const frames = messageWriter()
  const outgoing = new Map<number, Outgoing>()
  const incoming = new Map<number, Incoming>()
  let nextCall = 0
  let closed = false

  async function post(message: Message): Promise<void> {
    for (const frame of frames(message)) {
      if (closed) return
      const room = transport.send(frame)
      if (room) await room
    }
  }

  const lost = (): Failure =>
    options.lost?.() ?? new Failure('engine-died', 'The connection ended before the answer came.')

  function leave(): void {
    if (closed) return
    closed = true
    for (const { controller, waiting } of incoming.values()) {
      controller.abort(cancelled())
      for (const wake of waiting) wake()
    }
    incoming.clear()
    const failure = outgoing.size > 0 ? lost() : null
    for (const call of outgoing.values()) call.reject(failure!)
    outgoing.clear()
  }

  function answer(call: number, name: string, request: unknown): void {
    const state: Incoming = { controller: new AbortController(), credit: creditWindow, waiting: [] }
    incoming.set(call, state)
    const { signal } = state.controller
    // Messages of one call keep their order, whatever the carrier's pace.
    let tail: Promise<void> = Promise.resolve()
    const inOrder = (message: Message): Promise<void> => (tail = tail.then(() => post(message)))
    let progress: CallEvent | null = null

    const context: CallContext = {
      signal,
      event: (event) => {
        if (event.kind !== 'progress') return void inOrder({ kind: 'event', call, body: event })
        const scheduled = progress !== null
        progress = event
        if (scheduled) return
        tail = tail.then(async () => {
          const latest = progress
          progress = null
          await post({ kind: 'event', call, body: latest })
        })
      },
      item: async (item) => {
        while (state.credit <= 0 && !signal.aborted)
          await new Promise<void>((wake) => state.waiting.push(wake))
        if (signal.aborted) throw cancelled()
        state.credit--
        await inOrder({ kind: 'item', call, body: item })
      },
    }
    const run = async (): Promise<unknown> => {
      const handler = Object.hasOwn(options.handlers ?? {}, name) ? options.handlers?.[name] : undefined
      if (!handler) throw new Failure('bad-argument', `There is no call named "${name.slice(0, 60)}".`)
      return handler(options.check ? options.check(name, request) : request, context)
    }
    void run()
      .then(
        (body) => inOrder({ kind: 'result', call, body }),
        (thrown: unknown) => {
          if (!(thrown instanceof Failure) && !signal.aborted) debug(thrown)
          return inOrder({ kind: 'error', call, body: toWire(signal.aborted ? cancelled() : thrown) })
        },
      )
      // A result that cannot travel (too large, say) is an answer too.
      .catch((thrown: unknown) => post({ kind: 'error', call, body: toWire(thrown) }))
      .finally(() => incoming.delete(call))
  }

  /** Takes one item after the other, in the order they came. */
  function take(call: number, mine: Outgoing, item: unknown): void {
    mine.tail = mine.tail.then(async () => {
      if (!outgoing.has(call)) return
      await mine.options.onItem?.(item as never)
      await post({ kind: 'credit', call, body: 1 })
    })
    mine.tail.catch((thrown: unknown) => {
      if (!outgoing.delete(call)) return
      mine.reject(toFailure(thrown))
      void post({ kind: 'cancel', call, body: null })
    })
  }

  function receive({ kind, call, name, body }: Message): void {
    if (kind === 'call') {
      if (incoming.has(call)) throw new Failure('internal', 'A call came twice.')
      return answer(call, name ?? '', body)
    }
    const mine = outgoing.get(call)
    const theirs = incoming.get(call)
    if (kind === 'cancel') {
      theirs?.controller.abort(cancelled())
      for (const wake of theirs?.waiting.splice(0) ?? []) wake()
    } else if (kind === 'credit') {
      if (!theirs) return
      theirs.credit = Math.min(creditWindow, theirs.credit + 1)
      theirs.waiting.shift()?.()
    } else if (kind === 'event') mine?.options.onEvent?.(body as CallEvent)
    else if (!mine) return
    else if (kind === 'item') take(call, mine, body)
    else if (kind === 'error') {
      outgoing.delete(call)
      mine.reject(fromWire(body))
    } else {
      const resolve = (): void => {
        if (outgoing.delete(call)) mine.resolve(body)
      }
      mine.tail.then(resolve, () => {})
    }
  }

  const read = messageReader(receive, options.limit)
  transport.onBytes((bytes) => {
    if (closed) return
    try {
      read(bytes)
    } catch {
      // The other side does not keep to the protocol: nothing it says can be believed any more.
      transport.close()
      leave()
    }
  })
  transport.onClose(leave)

  return {
    call: (name, request, callOptions = {}) => {
      if (closed) return Promise.reject(lost())
      const { signal } = callOptions
      if (signal?.aborted) return Promise.reject(cancelled())
      const call = nextCall++
      return new Promise((resolve, reject) => {
        const cancel = (): void => void post({ kind: 'cancel', call, body: null })
        const settle =
          <T>(done: (value: T) => void) =>
          (value: T): void => {
            signal?.removeEventListener('abort', cancel)
            done(value)
          }
        outgoing.set(call, {
          resolve: settle(resolve),
          reject: settle(reject),
          options: callOptions,
          tail: Promise.resolve(),
        })
        signal?.addEventListener('abort', cancel, { once: true })
        post({ kind: 'call', call, name, body: request }).catch((thrown: unknown) => {
          outgoing.get(call)?.reject(toFailure(thrown))
          outgoing.delete(call)
        })
      })
    },
    pending: () => outgoing.size + incoming.size,
    close: () => {
      transport.close()
      leave()
    },
  }
}

/** Where a fault of ours happened is worth a stack, but only to those who look for it. */
function debug(thrown: unknown): void {
  const { process } = globalThis as { process?: { env: Record<string, string | undefined> } }
  if (process?.env.EMERGENCE_DEBUG) console.error(thrown)
}

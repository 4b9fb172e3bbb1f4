// Which forward passes does the window hold? Each picture under each model once, as it arrives; the oldest make room.
import { Failure } from '../../src-shared/domain/failure.ts'
import type { Lab, LookEnd, LookFacts, LookLayer, LookRequest } from '../client/lab.ts'

export interface Look {
  readonly key: string
  readonly request: LookRequest
  state: 'running' | 'done' | 'failed' | 'stopped'
  facts: LookFacts | null
  /** One place per layer, filled as they arrive. */
  layers: (LookLayer | null)[]
  arrived: number
  end: LookEnd | null
  problem: Failure | null
  /** Counts changes, so that a reader can tell whether it has seen the latest. */
  version: number
}

export interface Looks {
  /** The look for a request; its forward pass starts where it is new. `stamp` tells readings of one file apart. */
  get(request: LookRequest, stamp: string): Look
  /** The look for a request if it is held. */
  held(request: LookRequest, stamp: string): Look | null
  /** Calls back at every change. A running look that nobody watches any more is stopped. */
  watch(look: Look, listener: () => void): () => void
  /** Runs a failed or stopped look again. */
  retry(look: Look): void
  /** Bytes of all q, k and rows held. */
  bytes(): number
}

export function lookKey(request: LookRequest, stamp: string): string {
  return JSON.stringify([request.model, stamp, request.picture, request.size, request.fit])
}

function bytesOf(look: Look): number {
  return look.layers.reduce((sum, layer) => sum + (layer ? layer.q.byteLength + layer.k.byteLength : 0), 0)
}

/** Holds looks up to `budget` bytes; those being watched stay whatever they weigh. */
export function createLooks(lab: Pick<Lab, 'look'>, budget: number): Looks {
  const looks = new Map<string, Look>()
  const watchers = new Map<Look, Set<() => void>>()
  const running = new Map<Look, AbortController>()

  const told = (look: Look): void => {
    look.version++
    for (const listener of watchers.get(look) ?? []) listener()
  }

  function makeRoom(): void {
    let held = [...looks.values()].reduce((sum, look) => sum + bytesOf(look), 0)
    for (const look of [...looks.values()]) {
      if (held <= budget) return
      if (watchers.get(look)?.size || running.has(look)) continue
      held -= bytesOf(look)
      looks.delete(look.key)
    }
  }

  function start(look: Look): void {
    const controller = new AbortController()
    running.set(look, controller)
    Object.assign(look, { state: 'running', facts: null, layers: [], arrived: 0, end: null, problem: null })
    const live = (): boolean => running.get(look) === controller
    lab
      .look(
        look.request,
        {
          facts: (facts) => {
            if (!live()) return
            look.facts = facts
            look.layers = Array.from({ length: facts.depth }, () => null)
            told(look)
          },
          layer: (layer) => {
            if (!live()) return
            if (!look.layers[layer.layer]) look.arrived++
            look.layers[layer.layer] = layer
            told(look)
          },
          end: (end) => {
            if (!live()) return
            look.end = end
            told(look)
          },
        },
        controller.signal,
      )
      .then(
        () => {
          if (!live()) return
          running.delete(look)
          look.state = 'done'
          makeRoom()
          told(look)
        },
        (thrown: unknown) => {
          if (!live()) return
          running.delete(look)
          const problem = thrown instanceof Failure ? thrown : new Failure('internal', String(thrown))
          look.state = problem.code === 'cancelled' ? 'stopped' : 'failed'
          look.problem = problem
          told(look)
        },
      )
  }

  return {
    get(request, stamp) {
      const key = lookKey(request, stamp)
      const there = looks.get(key)
      if (there) {
        // Used again: last to make room.
        looks.delete(key)
        looks.set(key, there)
        if (there.state === 'stopped') start(there)
        return there
      }
      const look: Look = {
        key,
        request,
        state: 'running',
        facts: null,
        layers: [],
        arrived: 0,
        end: null,
        problem: null,
        version: 0,
      }
      looks.set(key, look)
      start(look)
      return look
    },
    held: (request, stamp) => looks.get(lookKey(request, stamp)) ?? null,
    watch(look, listener) {
      const listeners = watchers.get(look) ?? new Set()
      watchers.set(look, listeners)
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        watchers.delete(look)
        // The next view may watch it in the same turn; only then is it left alone.
        setTimeout(() => {
          if (watchers.has(look) || !running.has(look)) return
          running.get(look)!.abort()
          running.delete(look)
          look.state = 'stopped'
          looks.delete(look.key)
        }, 0)
      }
    },
    retry(look) {
      running.get(look)?.abort()
      looks.set(look.key, look)
      start(look)
      told(look)
    },
    bytes: () => [...looks.values()].reduce((sum, look) => sum + bytesOf(look), 0),
  }
}

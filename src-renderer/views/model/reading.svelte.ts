// What is known of a checkpoint, and of its weights once they were read? Kept while the window lives, for every tab.
import type { Inspection } from '../../../src-shared/domain/checkpoint.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { ModelDiff, ModelRow, TensorStats } from '../../client/lab.ts'
import type { Session } from '../../state/session.svelte.ts'
import { strings } from '../../state/strings.ts'

/** One checkpoint as it is read now: another file, network or override is another reading. */
export type Reading = ReturnType<typeof createReading>
/** The difference of two readings. */
export type Comparison = ReturnType<typeof createComparison>

/** Files up to this size are read without asking: about a tenth of a second. */
const readAtOnce = 120e6
/** The page follows a reading this often, in milliseconds; small tensors come by the hundred. */
const pause = 100
/** Readings that are held; the oldest make room. */
const most = 12

interface Held {
  readonly readings: Map<string, Reading>
  readonly comparisons: Map<string, Comparison>
}
const held = new WeakMap<Session, Held>()

function heldBy(session: Session): Held {
  const there = held.get(session)
  if (there) return there
  const made: Held = { readings: new Map(), comparisons: new Map() }
  held.set(session, made)
  return made
}

/** Tells readings of one row apart. */
export function stampOf(row: ModelRow): string {
  return JSON.stringify([row.id, row.network, row.overrides, row.path, row.bytes])
}

const asFailure = (thrown: unknown): Failure =>
  thrown instanceof Failure ? thrown : new Failure('internal', strings.failure.internal, String(thrown))

function keep<T>(map: Map<string, T>, key: string, make: () => T): T {
  const there = map.get(key)
  if (there) return there
  const made = make()
  map.set(key, made)
  for (const old of [...map.keys()].slice(0, Math.max(0, map.size - most))) map.delete(old)
  return made
}

/** The reading of a model; its index is asked for where it is new. */
export function readingOf(session: Session, row: ModelRow): Reading {
  return keep(heldBy(session).readings, stampOf(row), () => createReading(session, row.id))
}

/** The comparison of two models; nothing is read until it is run. */
export function comparisonOf(session: Session, first: ModelRow, second: ModelRow): Comparison {
  const key = `${stampOf(first)} ${stampOf(second)}`
  return keep(heldBy(session).comparisons, key, () => createComparison(session, first.id, second.id))
}

function createReading(session: Session, id: string) {
  let inspection: Inspection | null = $state.raw(null)
  let failure: Failure | null = $state.raw(null)
  let stats: ReadonlyMap<string, TensorStats> = $state.raw(new Map())
  let progress: { done: number; total: number } | null = $state.raw(null)
  let whole = $state(false)
  let controller: AbortController | null = null

  async function readIndex(): Promise<void> {
    failure = null
    try {
      inspection = await session.lab.inspection(id)
      if (inspection.container.bytes <= readAtOnce) void readWeights()
    } catch (thrown) {
      failure = asFailure(thrown)
    }
  }
  void readIndex()

  async function readWeights(): Promise<void> {
    if (!inspection || progress || whole) return
    const { signal } = (controller = new AbortController())
    const total = inspection.tensors.length
    const found = new Map<string, TensorStats>()
    let told = performance.now()
    progress = { done: 0, total }
    try {
      await session.lab.tensorStats(
        id,
        (one) => {
          found.set(one.name, one)
          if (performance.now() - told < pause) return
          told = performance.now()
          stats = new Map(found)
          progress = { done: found.size, total }
        },
        signal,
      )
      whole = true
    } catch (thrown) {
      session.report(thrown)
    } finally {
      stats = found
      progress = null
      controller = null
    }
  }

  return {
    readIndex: () => void readIndex(),
    readWeights: () => void readWeights(),
    stop: () => controller?.abort(),
    get inspection() {
      return inspection
    },
    get failure() {
      return failure
    },
    /** Statistics by stored name, as far as they were read. */
    get stats() {
      return stats
    },
    get progress() {
      return progress
    },
  }
}

function createComparison(session: Session, first: string, second: string) {
  let diff: ModelDiff | null = $state.raw(null)
  let failure: Failure | null = $state.raw(null)
  let running = $state(false)
  let controller: AbortController | null = null

  async function run(): Promise<void> {
    if (running) return
    running = true
    failure = null
    controller = new AbortController()
    try {
      diff = await session.lab.diff(first, second, controller.signal)
    } catch (thrown) {
      const problem = asFailure(thrown)
      if (problem.code !== 'cancelled') failure = problem
    } finally {
      running = false
      controller = null
    }
  }
  return {
    run: () => void run(),
    stop: () => controller?.abort(),
    get diff() {
      return diff
    },
    get failure() {
      return failure
    },
    get running() {
      return running
    },
  }
}

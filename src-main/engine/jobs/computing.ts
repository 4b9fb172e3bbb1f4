// What do all jobs that look at pictures share? The model prepared while pictures are decoded, progress, the clock.
import type { DeviceId } from '../../../src-shared/domain/device.ts'
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import type { ModelChoice, RunSettings } from '../../../src-shared/protocol/calls/common.ts'
import type { CallContext } from '../../../src-shared/protocol/peer.ts'
import type { Tools } from '../job.ts'
import type { ModelAt, Need, Place, Prepared } from '../task.ts'

/** A model as the worker knows it: the lab has turned its name into a path. */
export const modelAt = ({ name, overrides }: ModelChoice): ModelAt => ({ path: name, overrides })

export const placeOf = ({ device, threads, precision }: RunSettings): Place => ({
  device,
  threads,
  precision,
})

/** Seconds since `since`, in milliseconds of performance.now(). */
export const secondsSince = (since: number): number => Math.round(performance.now() - since) / 1000

export interface Computing {
  model: ModelAt
  place: Place
  /** Arrives while the first picture is being decoded. */
  prepared: Promise<Prepared>
  spec: Promise<ModelSpec>
  /** Resolves when the weights are read: from here on only the work itself can fail. */
  ready: Promise<void>
  notice(text: string): void
}

/** Starts reading the model on the worker, and hands on what a person should know of it. */
export function startComputing(
  { task }: Tools,
  request: { model: ModelChoice; settings: RunSettings },
  { signal, event }: CallContext,
  needs: Need = null,
): Computing {
  const model = modelAt(request.model)
  const place = placeOf(request.settings)
  const notice = (text: string): void => event({ kind: 'notice', text })
  const prepared = task('prepare', { model, place, needs }, { signal })
  const loading = task('load', { model }, { signal })
  const spec = prepared.then(({ spec }) => spec)
  // What is odd about a model is worth reading once it is known to run at all.
  const ready = Promise.all([prepared, loading]).then(([{ notices }]) => {
    for (const text of notices) notice(text)
    if (place.precision === 'fast')
      notice('This device computes exactly; --precision fast changes nothing yet.')
  })
  // Each is awaited in its time; until then a failure must not count as unhandled.
  for (const promise of [spec, ready]) promise.catch(() => {})
  return { model, place, prepared, spec, ready, notice }
}

/** The device that a finished job names: where it ran, or where it would have. */
export async function deviceOf({ prepared }: Computing, ran: DeviceId | null): Promise<DeviceId> {
  return ran ?? (await prepared).device
}

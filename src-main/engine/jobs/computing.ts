// What do all jobs that look at pictures share? The model read while pictures are decoded, the device, the clock.
import type { DeviceId } from '../../../src-shared/domain/device.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import type { ModelChoice, RunSettings } from '../../../src-shared/protocol/calls/common.ts'
import type { CallContext } from '../../../src-shared/protocol/peer.ts'
import type { Tools } from '../job.ts'
import type { ModelAt, Need, Place, RunName, Tasks } from '../task.ts'

/** A model as the worker knows it: the lab has turned its name into a path. */
export const modelAt = ({ name, overrides }: ModelChoice): ModelAt => ({ path: name, overrides })

/** Seconds since `since`, in milliseconds of performance.now(). */
export const secondsSince = (since: number): number => Math.round(performance.now() - since) / 1000

export interface RunOptions {
  /** The pictures' numbers are not needed here afterwards, and may move instead of being copied. */
  movable?: boolean
  onItem?: (item: unknown) => void
}

export interface Computing {
  /** Arrives while the first picture is being decoded. */
  spec: Promise<ModelSpec>
  /** Resolves when the weights are read: from here on only the work itself can fail. */
  ready: Promise<void>
  notice(text: string): void
  /** Has the worker run the model. Where `auto` chose a device that fails, the processor takes over. */
  run<N extends RunName>(
    name: N,
    question: Omit<Tasks[N]['in'], 'model' | 'place'>,
    options?: RunOptions,
  ): Promise<Tasks[N]['out']>
  /** Where it runs. */
  device(): Promise<DeviceId>
}

/** Starts reading the model on the worker, and hands on what a person should know of it. */
export function startComputing(
  { task, probeEntry }: Tools,
  request: { model: ModelChoice; settings: RunSettings },
  { signal, event }: CallContext,
  needs: Need = null,
): Computing {
  const model = modelAt(request.model)
  const { device: asked, precision, threads } = request.settings
  const notice = (text: string): void => event({ kind: 'notice', text })
  const prepared = task('prepare', { model, needs }, { signal })
  const loading = task('load', { model }, { signal })
  let device = asked === 'auto' ? chooseDevice(probeEntry, notice) : Promise.resolve(asked)
  const spec = prepared.then(({ spec }) => spec)
  // What is odd about a model is worth reading once it is known to run at all.
  const ready = Promise.all([prepared, loading, device]).then(([{ notices }, , chosen]) => {
    for (const text of notices) notice(text)
    if (precision === 'fast' && chosen !== 'cpu')
      notice(`Only the processor computes in 8 bits; ${chosen} computes exactly.`)
  })
  // Each is awaited in its time; until then a failure must not count as unhandled.
  for (const promise of [spec, ready]) promise.catch(() => {})

  const run: Computing['run'] = async (name, question, { movable = false, onItem } = {}) => {
    const chosen = await device
    const mayChange = asked === 'auto' && chosen !== 'cpu'
    const on = (device: DeviceId) => {
      const place: Place = { device, precision, ...(threads === undefined ? {} : { threads }) }
      const whole = { ...question, model, place } as unknown as Tasks[typeof name]['in']
      const move = movable && !mayChange ? [question.images.data.buffer as ArrayBuffer] : []
      return task(name, whole, { signal, move, ...(onItem ? { onItem } : {}) })
    }
    try {
      return await on(chosen)
    } catch (failure) {
      if (!(failure instanceof Failure) || failure.code !== 'device-failed') throw failure
      const said = await explained(failure, chosen)
      if (!mayChange) throw said
      notice(`${said.message} The processor takes over.`)
      device = Promise.resolve('cpu')
      return on('cpu')
    }
  }
  return { spec, ready, notice, run, device: () => device }
}

async function chooseDevice(probeEntry: string, notice: (text: string) => void): Promise<DeviceId> {
  const { autoDevice } = await import('../devices.ts')
  const probe = async () => (await import('../../compute/devices/devices.ts')).probeDevices(probeEntry)
  return autoDevice(probe, notice)
}

/** A device's failure as a person can use it: what is missing, what adds it, what else there is. */
async function explained(failure: Failure, device: DeviceId): Promise<Failure> {
  if (device === 'cpu') return failure
  const { whyMissing } = await import('../../compute/devices/devices.ts')
  const { nvidiaIsThere } = await import('../../compute/devices/adapters.ts')
  const platform = `${process.platform}-${process.arch}`
  const { reason, remedy } = whyMissing(device, failure.message, { platform, nvidia: nvidiaIsThere() })
  const adds = remedy ? `To add it: ${remedy.replace(/\.$/, '')}. ` : ''
  return new Failure(
    'device-failed',
    `The network does not run on ${device}: ${reason.replace(/\s+/g, ' ').slice(0, 300)}`,
    `${adds}Until then use --device cpu; emergence doctor lists what there is.`,
  )
}

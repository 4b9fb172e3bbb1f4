// Answers `train` and `controlTraining`: one run in this process, its records as they arise, steered between two steps.
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { DeviceId } from '../../../src-shared/domain/device.ts'
import type { MethodSettings, RunFacts, RunRecord } from '../../../src-shared/domain/run.ts'
import { fromWire } from '../../../src-shared/protocol/errors.ts'
import { autoDevice } from '../devices.ts'
import type { Job, Tools } from '../job.ts'
import type { FromRun, ToRun } from '../task.ts'

/** Records on their way; beyond that steps are left out, which the run's folder keeps all the same. */
const mostOnTheWay = 256

interface Steering {
  ask(action: ToRun['action'], set?: MethodSettings): Promise<RunFacts>
  end(): void
}

/** The run that this process trains. */
let steering: Steering | null = null

function steer(port: MessagePort): Steering {
  const waiting = new Map<number, { resolve(facts: RunFacts): void; reject(failure: Failure): void }>()
  let nextId = 0
  port.on('message', ({ id, facts, error }: FromRun) => {
    const asked = waiting.get(id)
    waiting.delete(id)
    if (error) asked?.reject(fromWire(error))
    else asked?.resolve(facts)
  })
  return {
    ask: (action, set = {}) =>
      new Promise((resolve, reject) => {
        const id = nextId++
        waiting.set(id, { resolve, reject })
        port.postMessage({ id, action, set } satisfies ToRun)
      }),
    end: () => {
      port.close()
      for (const { reject } of waiting.values())
        reject(new Failure('bad-argument', 'The run ended before that could take effect.'))
    },
  }
}

export const train: Job<'train'> =
  (tools) =>
  async ({ settings, folder, start, until }, { signal, item, event }) => {
    if (steering)
      throw new Failure('bad-argument', 'This process trains a run already.', 'Start another process.')
    const { port1, port2 } = new MessageChannel()
    const own = (steering = steer(port1))
    // Whoever ordered the run goes away: it is kept, and can be resumed.
    const leave = (): void => void own.ask('leave').catch(() => undefined)
    signal.addEventListener('abort', leave)
    let sending: Promise<void> = Promise.resolve()
    let onTheWay = 0
    const onItem = (sent: unknown): void => {
      const record = sent as RunRecord
      const canWait = record.kind === 'step' || record.kind === 'targets'
      if (signal.aborted || (canWait && onTheWay > mostOnTheWay)) return
      onTheWay++
      sending = sending
        .then(() => item(record))
        .catch(() => undefined)
        .finally(() => onTheWay--)
    }
    try {
      const device = await deviceFor(tools, settings.device, (text) => event({ kind: 'notice', text }))
      const place = { device, ...(settings.threads === undefined ? {} : { threads: settings.threads }) }
      const request = { place, folder, start, until: until ?? null, steering: port2 }
      const facts = await tools.task('train', request, { onItem, move: [port2] })
      await sending
      return facts
    } finally {
      signal.removeEventListener('abort', leave)
      own.end()
      steering = null
    }
  }

export const controlTraining: Job<'controlTraining'> =
  () =>
  async ({ action, set }) => {
    if (!steering) throw new Failure('bad-argument', 'This process trains no run.')
    return steering.ask(action, set)
  }

/** The state of a step travels to a device and back: only CUDA is worth that where nobody names one. */
async function deviceFor(
  { probeEntry }: Tools,
  asked: DeviceId | 'auto',
  notice: (text: string) => void,
): Promise<DeviceId> {
  if (asked !== 'auto') return asked
  const probe = async () => (await import('../../compute/devices/devices.ts')).probeDevices(probeEntry)
  return (await autoDevice(probe, notice)) === 'cuda' ? 'cuda' : 'cpu'
}

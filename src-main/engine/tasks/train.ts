// Trains a run on the worker: the loop with everything that looks at the network, files under the original's names, steering.
import { exportNetwork } from '../../checkpoints/export/export.ts'
import { controlQueue } from '../../training/control.ts'
import { trainRun } from '../../training/run.ts'
import type { RunFacts } from '../../../src-shared/domain/run.ts'
import { toWire } from '../../../src-shared/protocol/errors.ts'
import type { FromRun, Task, ToRun } from '../task.ts'
import { createObserver } from '../training/observer.ts'

export const train: Task<'train'> = async ({ place, folder, start, until, steering }, { item }) => {
  const control = controlQueue()
  let facts: RunFacts | null = null
  const say = (message: FromRun): void => steering.postMessage(message)
  steering.on('message', ({ id, action, set }: ToRun) =>
    control.push({
      ...{ action, set },
      done: () => say({ id, facts: facts!, error: null }),
      failed: (thrown) => say({ id, facts: null, error: toWire(thrown) }),
    }),
  )
  try {
    return await trainRun(folder, start, until, {
      place,
      control,
      say: (record) => item(record, []),
      changed: (now) => (facts = now),
      observer: (order, data, split, spec) => createObserver(order, data, split, spec, place),
      exportTo: (path, { spec, weights }) =>
        void exportNetwork(
          { spec, weights, asTeacher: true },
          { format: 'original', dtype: 'f32', path, under: 'student' },
        ),
    })
  } finally {
    steering.close()
  }
}

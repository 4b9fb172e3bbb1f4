// Who finds the basis of a video and paints its frames? A thread of its own, so that playing never waits for PCA.
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { Answer, Order } from './workerLink.ts'
import { createFrameWork } from './work.ts'

const work = createFrameWork()

addEventListener('message', ({ data: order }: MessageEvent<Order>) => {
  try {
    answer({ id: order.id, value: obey(order) })
  } catch (thrown) {
    const { code, message, hint } =
      thrown instanceof Failure
        ? thrown
        : new Failure('internal', thrown instanceof Error ? thrown.message : String(thrown))
    answer({ id: order.id, problem: { code, message, hint } })
  }
})

function obey(order: Order): unknown {
  switch (order.kind) {
    case 'add':
      return work.add(order.key, order.tokens)
    case 'drop':
      return work.drop(order.keys)
    case 'fit':
      return work.fit(order.wish)
    case 'paint':
      return work.paint(order.key, order.basis)
  }
}

function answer(message: Answer): void {
  postMessage(message)
}

// Who does the work of Parts? A thread of its own, so that the page never waits for PCA over many pictures.
import { Failure } from '../../../src-shared/domain/failure.ts'
import { createWork } from './work.ts'
import type { Answer, Order } from './workerLink.ts'

const work = createWork()

addEventListener('message', ({ data: order }: MessageEvent<Order>) => {
  try {
    const value = obey(order)
    answer({ id: order.id, value })
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
      return void work.add(order.key, order.tokens)
    case 'drop':
      return void work.drop(order.keys)
    case 'fit':
      return work.fit(order.wish)
    case 'cluster':
      return work.cluster(order.wish)
    case 'keep':
      return void work.keep(order.tab, order.basis)
    case 'remember':
      return work.remember(order.basis, order.keys)
    case 'match':
      return work.match(order.first, order.second, order.foreground)
    case 'similar':
      return work.similar(order.from, order.patch, order.keys)
  }
}

function answer(message: Answer): void {
  postMessage(message)
}

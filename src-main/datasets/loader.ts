// How does training get its batches? Threads decode and cut ahead of it; batch n depends on the seed and n alone.
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { Failure } from '../../src-shared/domain/failure.ts'
import { permutation, random } from '../../src-shared/numerics/random.ts'
import type { ViewRecipe } from './augment.ts'
import { counter, cropNumbers, firstTake, largestBatch, viewOffsets } from './loaderMemory.ts'
import type { FillSlot, FromLoader, LoaderWork, Slot } from './loaderMemory.ts'
import { cacheMemory } from './pictureCache.ts'
import type { PictureSet, Skipped } from './pictureSet.ts'

export interface LoaderOptions {
  data: PictureSet
  /** Which items to learn from. */
  items: Int32Array
  /** Pictures of a batch. */
  batch: number
  recipes: readonly ViewRecipe[]
  seed: number
  /** Threads; half the cores where absent. */
  workers?: number
  /** The number of the first batch: where a run goes on. */
  from?: number
  /** Batches that are prepared ahead. */
  ahead?: number
  /** Bytes of decoded pictures that stay in memory; 512 MB, or a quarter of what is free, where absent. */
  cacheBytes?: number
  /** Pixels that the shorter side of a picture must have: the network's patch. */
  least?: number
}

export interface Batch {
  /** From 0, over all epochs. */
  number: number
  epoch: number
  /** `[batch]`, as the data set counts them. */
  items: Int32Array
  /** `[batch]`; −1 where the data has no classes. */
  labels: Int32Array
  /** By the view's name `[count · batch, 3, side, side]`: the first crop of every picture, then the second, … */
  views: Record<string, Float32Array>
}

export interface Loader {
  batchesPerEpoch: number
  /**
   * The next batch. Its numbers stay as they are until the following call of `next`. Throws Failure `bad-data` where
   * no picture can be read.
   */
  next(): Promise<Batch>
  /** Seconds in all that `next` had to wait for pictures. */
  waited(): number
  /** Pictures that could not be used so far; others were taken in their places. */
  skipped(): readonly Skipped[]
  /** Ends the threads. A batch that somebody waits for is never answered. */
  close(): Promise<void>
}

const megabyte = 2 ** 20

/** Starts loading. Throws Failure `bad-data` for fewer pictures than one batch. */
export function startLoader(options: LoaderOptions): Loader {
  const { data, items, batch, recipes, seed, from = 0, ahead = 2, least = 1 } = options
  const batchesPerEpoch = Math.floor(items.length / batch)
  refuseTooFew(items.length, batch)

  const { offsets, total } = viewOffsets(recipes, batch)
  const slots: Slot[] = Array.from({ length: ahead + 1 }, () => ({
    views: new SharedArrayBuffer(total * 4),
    items: new SharedArrayBuffer(batch * 4),
    counters: new SharedArrayBuffer(3 * 4),
  }))
  const bytes = options.cacheBytes ?? Math.min(512 * megabyte, process.availableMemory() / 4)
  const work: LoaderWork = {
    plan: data.plan,
    items,
    batch,
    recipes,
    seed,
    slots,
    cache: cacheMemory(data.items, bytes),
    least,
  }
  const count = options.workers ?? Math.max(1, Math.min(8, Math.floor(availableParallelism() / 2)))
  const workers = Array.from({ length: count }, () => new Worker(workerEntry(), { workerData: work }))

  const skipped = new Map<number, Skipped>()
  let wake: (() => void) | null = null
  let broken: Failure | null = null
  let closed = false
  for (const worker of workers) {
    worker.on('message', (message: FromLoader) => {
      if (message.kind === 'skipped') skipped.set(message.item, message.skipped)
      else wake?.()
    })
    worker.on('error', (error: Error) => {
      broken = new Failure('internal', `A thread that loads pictures failed: ${error.message}.`)
      wake?.()
    })
    worker.on('exit', () => {
      if (closed) return
      broken ??= new Failure('internal', 'A thread that loads pictures ended by itself.')
      wake?.()
    })
  }

  let order = { epoch: -1, places: new Uint32Array(0) as Uint32Array }
  function placesOf(number: number): Uint32Array {
    const epoch = Math.floor(number / batchesPerEpoch)
    if (order.epoch !== epoch)
      order = { epoch, places: permutation(random(seed).split('epoch').split(epoch), items.length) }
    const start = (number % batchesPerEpoch) * batch
    return order.places.slice(start, start + batch)
  }

  let waited = 0
  let following = from
  let asked = from
  function ask(): void {
    const slot = asked % slots.length
    const counters = new Int32Array(slots[slot]!.counters)
    counters.fill(0)
    Atomics.store(counters, counter.taken, firstTake(asked))
    const message: FillSlot = { slot, number: asked, places: placesOf(asked) }
    for (const worker of workers) worker.postMessage(message)
    asked++
  }
  const isDone = (slot: Slot): boolean => Atomics.load(new Int32Array(slot.counters), counter.done) >= batch
  for (let i = 0; i < ahead; i++) ask()

  return {
    batchesPerEpoch,
    next: async () => {
      // The batch before is done with: its place is the next to be filled.
      ask()
      const number = following++
      const slot = slots[number % slots.length]!
      if (!isDone(slot)) {
        const since = performance.now()
        while (!isDone(slot) && !broken) await new Promise<void>((resolve) => (wake = resolve))
        wake = null
        waited += (performance.now() - since) / 1000
      }
      if (!isDone(slot)) throw broken!
      if (new Int32Array(slot.counters)[counter.failed]! > 0) throw noneReadable([...skipped.values()])
      const used = new Int32Array(slot.items).slice()
      const numbers = new Float32Array(slot.views)
      const views = recipes.map((recipe, view): [string, Float32Array] => {
        const start = offsets[view]!
        return [recipe.name, numbers.subarray(start, start + recipe.count * batch * cropNumbers(recipe))]
      })
      return {
        number,
        epoch: Math.floor(number / batchesPerEpoch),
        items: used,
        labels: used.map((item) => data.label(item) ?? -1),
        views: Object.fromEntries(views),
      }
    },
    waited: () => waited,
    skipped: () => [...skipped].sort(([a], [b]) => a - b).map(([, one]) => one),
    close: async () => {
      closed = true
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

function refuseTooFew(pictures: number, batch: number): void {
  if (pictures === 1)
    throw new Failure(
      'bad-data',
      'There is one picture to learn from, and one picture has nothing to be told apart from.',
      'Name a folder with many pictures.',
    )
  if (batch > largestBatch)
    throw new Failure('bad-argument', `A batch of ${batch} pictures is more than ${largestBatch}.`)
  if (pictures < batch)
    throw new Failure(
      'bad-data',
      `A batch of ${batch} is larger than the data: there are ${pictures} pictures to learn from.`,
      pictures > 0 ? `Set batch_size to ${pictures} or less, or add pictures.` : 'Add pictures.',
    )
}

function noneReadable(skipped: readonly Skipped[]): Failure {
  const [first] = skipped
  const reason = first?.reason.replace(/\.$/, '') ?? ''
  const example = first ? `: ${reason.includes(first.name) ? '' : `${first.name}: `}${reason}` : ''
  return new Failure('bad-data', `None of the pictures can be used${example}.`, 'Name another folder.')
}

/** The script of a thread: the source beside this file, or the bundle's own piece. */
function workerEntry(): string {
  const here = fileURLToPath(import.meta.url)
  if (here.endsWith('.ts')) return join(dirname(here), 'loaderWorker.ts')
  const beside = join(dirname(here), 'loader-worker.js')
  return existsSync(beside) ? beside : join(dirname(dirname(here)), 'loader-worker.js')
}

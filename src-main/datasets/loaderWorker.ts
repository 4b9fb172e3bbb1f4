// What does a loading thread do? The entry of the threads that decode pictures and cut crops, batch after batch.
import { parentPort, workerData } from 'node:worker_threads'
import { random } from '../../src-shared/numerics/random.ts'
import { augment, enoughOf } from './augment.ts'
import { counter, cropNumbers, takePicture, viewOffsets } from './loaderMemory.ts'
import type { FillSlot, FromLoader, LoaderWork } from './loaderMemory.ts'
import { pictureCache } from './pictureCache.ts'
import { openReader } from './reader.ts'
import type { RgbPicture } from './reader.ts'

const port = parentPort!
const { plan, items, batch, recipes, seed, slots, cache, least } = workerData as LoaderWork
const reader = openReader(plan)
const kept = pictureCache(cache)
const enough = enoughOf(recipes)
const { offsets } = viewOffsets(recipes, batch)
const streams = random(seed).split('crops')
/** Items that could not be read: they are not tried again. */
const bad = new Set<number>()
// The threads share the work between pictures; more threads within one would only be in each other's way.
if (plan.kind === 'pictures') (await import('./pictures.ts')).oneThreadEach()

const tell = (message: FromLoader): void => port.postMessage(message)

async function read(item: number): Promise<RgbPicture | null> {
  if (bad.has(item)) return null
  const known = kept.get(item)
  if (known) return known
  try {
    const picture = await reader.read(item, enough)
    const { width, height } = picture
    if (Math.min(width, height) < least)
      throw new Error(`it is ${width} × ${height} px, smaller than one patch of ${least} × ${least} px`)
    kept.put(item, picture)
    return picture
  } catch (error) {
    bad.add(item)
    const reason = error instanceof Error ? error.message : String(error)
    const name = plan.kind === 'pictures' ? plan.files[item]! : String(item)
    tell({ kind: 'skipped', item, skipped: { name, reason } })
    return null
  }
}

/** The picture at a place of `items`; where it cannot be read the next one that can, so that chance has no part in it. */
async function readNear(place: number): Promise<{ item: number; picture: RgbPicture } | null> {
  for (let step = 0; step < items.length; step++) {
    const item = items[(place + step) % items.length]!
    const picture = await read(item)
    if (picture) return { item, picture }
  }
  return null
}

async function fill({ slot, number, places }: FillSlot): Promise<void> {
  const { views, items: used, counters } = slots[slot]!
  const numbers = new Float32Array(views)
  const usedItems = new Int32Array(used)
  const counts = new Int32Array(counters)
  const take = () => {
    const at = takePicture(counts, number, batch)
    return at === null ? null : { at, picture: readNear(places[at]!) }
  }
  // While one picture is cut, the next is being decoded.
  let next = take()
  while (next) {
    const { at, picture } = next
    next = take()
    const found = await picture
    if (found) {
      usedItems[at] = found.item
      const stream = streams.split(number).split(at)
      recipes.forEach((recipe, view) => {
        for (let crop = 0; crop < recipe.count; crop++) {
          const offset = offsets[view]! + (crop * batch + at) * cropNumbers(recipe)
          augment(found.picture, recipe, crop, stream.split(recipe.name).split(crop), numbers, offset)
        }
      })
    } else Atomics.add(counts, counter.failed, 1)
    if (Atomics.add(counts, counter.done, 1) === batch - 1) tell({ kind: 'filled', slot })
  }
}

let tail: Promise<void> = Promise.resolve()
port.on('message', (work: FillSlot) => {
  tail = tail.then(() => fill(work))
})

// Answers `listData` and `dataPictures`: what is in a data set, and how its items look.
import { Failure } from '../../../src-shared/domain/failure.ts'
import { openSet, shrinkTo } from '../dataSets.ts'
import type { Job } from '../job.ts'

/** Items of one piece of a listing. */
const piece = 20_000

export const listData: Job<'listData'> =
  () =>
  async ({ data }, { item, signal }) => {
    const set = await openSet(data, true)
    for (let from = 0; from < set.items; from += piece) {
      signal.throwIfAborted()
      const count = Math.min(piece, set.items - from)
      await item({
        names: Array.from({ length: count }, (_, i) => set.id(from + i)),
        labels: Int32Array.from({ length: count }, (_, i) => set.label(from + i)),
      })
    }
    const { name, hash, items, classes, splits, skipped } = set
    return { name, hash, items, classes: [...classes], splits: [...splits], skipped: [...skipped] }
  }

/** Pictures that are decoded at the same time; sharp has threads of its own. */
const atOnce = 4

export const dataPictures: Job<'dataPictures'> =
  () =>
  async ({ data, items, side }, { item: send, signal }) => {
    const [set, { smallPicture }] = await Promise.all([openSet(data), import('../../datasets/preview.ts')])
    const one = async (item: number): Promise<void> => {
      if (item < 0 || item >= set.items) return
      try {
        const picture = await smallPicture(
          await set.read(item, side === null ? undefined : shrinkTo(side)),
          side,
        )
        await send({ item, ...picture })
      } catch (thrown) {
        // One that cannot be read has no small picture; the others have.
        if (!(thrown instanceof Failure) || items.length === 1) throw thrown
      }
    }
    let next = 0
    const work = async (): Promise<void> => {
      while (next < items.length) {
        signal.throwIfAborted()
        await one(items[next++]!)
      }
    }
    await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work))
    return {}
  }

// How do items look small? Asked for together, kept while there is room, as bitmaps for the map and as addresses for lists.
import type { MapCalls } from '../../client/lab.ts'

/** Items of one question: they arrive one by one, and a later question need not wait long. */
const atOnce = 48
/** Bytes of JPEGs that are kept. */
const budget = 96e6

interface Kept {
  readonly blob: Blob
  address: string | null
}

export interface ItemPictures {
  /** Small pictures of items, longest side about `side`; one that cannot be had is left out. */
  bitmaps(dataSet: string, items: readonly number[], side: number): Promise<ReadonlyMap<number, ImageBitmap>>
  /** An address of an item's small picture, for an `img`; null where there is none. */
  address(dataSet: string, item: number, side: number): Promise<string | null>
  /** An item's small picture as it came. */
  blob(dataSet: string, item: number, side: number): Promise<Blob | null>
  forget(): void
}

export function createItemPictures(calls: Pick<MapCalls, 'itemPictures'>): ItemPictures {
  const kept = new Map<string, Kept>()
  const asked = new Map<string, { resolve: (blob: Blob | null) => void; promise: Promise<Blob | null> }>()
  const waiting = new Map<string, number[]>()
  let bytes = 0
  let scheduled = false

  function keep(key: string, blob: Blob): void {
    kept.set(key, { blob, address: null })
    bytes += blob.size
    for (const [oldest, one] of kept) {
      if (bytes <= budget) break
      kept.delete(oldest)
      bytes -= one.blob.size
      if (one.address) URL.revokeObjectURL(one.address)
    }
  }

  async function ask(group: string, items: readonly number[]): Promise<void> {
    const [dataSet = '', side = '64'] = group.split(' ')
    const left = new Set(items)
    const settle = (item: number, blob: Blob | null): void => {
      const key = `${group} ${item}`
      asked.get(key)?.resolve(blob)
      asked.delete(key)
      left.delete(item)
    }
    try {
      await calls.itemPictures(
        { dataSet, items: Int32Array.from(items), side: Number(side) },
        {
          onItem: ({ item, type, bytes: picture }) => {
            const blob = new Blob([picture as Uint8Array<ArrayBuffer>], { type })
            keep(`${group} ${item}`, blob)
            settle(item, blob)
          },
        },
      )
    } catch {
      // An item whose picture cannot be had stays a point; what is wrong with the data set is said elsewhere.
    }
    for (const item of [...left]) settle(item, null)
  }

  function flush(): void {
    scheduled = false
    for (const [group, items] of waiting) {
      waiting.delete(group)
      for (let i = 0; i < items.length; i += atOnce) void ask(group, items.slice(i, i + atOnce))
    }
  }

  function one(dataSet: string, item: number, side: number): Promise<Blob | null> {
    const group = `${dataSet} ${side}`
    const key = `${group} ${item}`
    const known = kept.get(key)
    if (known) {
      kept.delete(key)
      kept.set(key, known)
      return Promise.resolve(known.blob)
    }
    const before = asked.get(key)
    if (before) return before.promise
    let resolve = (_: Blob | null): void => undefined
    const promise = new Promise<Blob | null>((done) => (resolve = done))
    asked.set(key, { resolve, promise })
    waiting.set(group, [...(waiting.get(group) ?? []), item])
    if (!scheduled) {
      scheduled = true
      queueMicrotask(flush)
    }
    return promise
  }

  return {
    bitmaps: async (dataSet, items, side) => {
      const found = await Promise.all(
        items.map(async (item) => {
          const blob = await one(dataSet, item, side)
          return blob ? ([item, await createImageBitmap(blob)] as const) : null
        }),
      )
      return new Map(found.filter((pair) => pair !== null))
    },
    address: async (dataSet, item, side) => {
      const blob = await one(dataSet, item, side)
      if (!blob) return null
      const entry = kept.get(`${dataSet} ${side} ${item}`)
      if (!entry) return null
      entry.address ??= URL.createObjectURL(blob)
      return entry.address
    },
    blob: one,
    forget: () => {
      for (const { address } of kept.values()) if (address) URL.revokeObjectURL(address)
      kept.clear()
      bytes = 0
    },
  }
}

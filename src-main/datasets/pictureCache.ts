// Which decoded pictures stay in memory, for every thread that loads? The first that fit a bound; each is written once.
import type { RgbPicture } from './reader.ts'

/** Memory that threads share: one row of four numbers for each item, and the pixels one after the other. */
export interface CacheMemory {
  /** `[items, 4]`: state, width, height, first byte / 16. The last number after all rows: the next free place / 16. */
  index: SharedArrayBuffer
  pixels: SharedArrayBuffer
}
const [empty, writing, ready, tooLarge] = [0, 1, 2, 3]
/** Places are counted in these many bytes, so that 32 bits reach far enough. */
const grain = 16

/** Memory for `items` pictures in at most `bytes`; the system hands it out as it fills. */
export function cacheMemory(items: number, bytes: number): CacheMemory {
  return {
    index: new SharedArrayBuffer((items * 4 + 1) * 4),
    pixels: new SharedArrayBuffer(Math.max(grain, Math.floor(bytes / grain) * grain)),
  }
}

export interface PictureCache {
  /** The pixels of item `i`, in memory that must not be changed; null where they are not kept. */
  get(i: number): RgbPicture | null
  /** Keeps a copy where there is room. */
  put(i: number, picture: RgbPicture): void
}

/** A thread's view of the cache. */
export function pictureCache({ index, pixels }: CacheMemory): PictureCache {
  const rows = new Int32Array(index)
  const free = rows.length - 1
  const places = pixels.byteLength / grain
  return {
    get: (i) => {
      if (Atomics.load(rows, i * 4) !== ready) return null
      const [width, height, place] = rows.subarray(i * 4 + 1, i * 4 + 4) as unknown as [
        number,
        number,
        number,
      ]
      return { width, height, rgb: new Uint8Array(pixels, place * grain, width * height * 3) }
    },
    put: (i, { width, height, rgb }) => {
      if (Atomics.compareExchange(rows, i * 4, empty, writing) !== empty) return
      const needed = Math.ceil(rgb.length / grain)
      const place = takePlace(rows, free, needed, places)
      if (place === null) {
        Atomics.store(rows, i * 4, tooLarge)
        return
      }
      new Uint8Array(pixels, place * grain, rgb.length).set(rgb)
      rows.set([width, height, place], i * 4 + 1)
      Atomics.store(rows, i * 4, ready)
    },
  }
}

/** Takes `needed` of the places that are left, whoever else takes some at the same time; null where too few are. */
function takePlace(rows: Int32Array, free: number, needed: number, places: number): number | null {
  for (;;) {
    const place = Atomics.load(rows, free)
    if (place + needed > places) return null
    if (Atomics.compareExchange(rows, free, place, place + needed) === place) return place
  }
}

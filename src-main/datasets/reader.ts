// How does one item of a data set become pixels? From a plain description of where they lie, which a thread can be sent.
import { closeSync, openSync, readSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../src-shared/domain/failure.ts'
import type { Difficulty } from '../../src-shared/domain/run.ts'
import { drawCritter } from './critters/draw.ts'
import type { Shrink } from './pictures.ts'

/** Pixels of one item, upright, sRGB. */
export interface RgbPicture {
  width: number
  height: number
  /** `[height, width, 3]` */
  rgb: Uint8Array
}

/** How numbers of a record become bytes of a picture. */
export interface RecordLayout {
  width: number
  height: number
  channels: 1 | 3
  /** `planes`: all red, then all green, then all blue (CIFAR, PyTorch); `pixels`: red, green, blue of each pixel. */
  order: 'planes' | 'pixels'
  /** `unit`: float32 from 0 to 1. */
  numbers: 'bytes' | 'unit'
  /** Bytes from one record to the next, and from a record's start to its pixels. */
  stride: number
  skip: number
}

/** Where records lie: in memory that threads share, or in files from an offset on, one after the other. */
export type RecordStore =
  | { kind: 'memory'; bytes: SharedArrayBuffer }
  | { kind: 'files'; files: { path: string; offset: number; items: number }[] }

/** Everything that is needed to read any item; survives `postMessage`. */
export type ReaderPlan =
  | { kind: 'pictures'; folder: string; files: readonly string[] }
  | { kind: 'records'; store: RecordStore; layout: RecordLayout }
  | { kind: 'critters'; seed: number; difficulty: Difficulty; size: number }

export interface Reader {
  /**
   * Pixels of item `i`. Where `shrink` is given it is asked with the stored size, and a JPEG is decoded at that part of
   * it (1, 1/2, 1/4 or 1/8), which is several times faster. Throws Failure `unreadable-file`, `bad-picture`.
   */
  read(i: number, shrink?: Shrink): Promise<RgbPicture>
  /** The bytes that item `i` is made from, for telling whether it changed. */
  bytes(i: number): Promise<Uint8Array>
  close(): void
}

export function openReader(plan: ReaderPlan): Reader {
  switch (plan.kind) {
    case 'pictures':
      return pictureReader(plan.folder, plan.files)
    case 'records':
      return recordReader(plan.store, plan.layout)
    case 'critters': {
      const { seed, difficulty, size } = plan
      return {
        read: (i) => Promise.resolve(drawCritter({ seed, difficulty, size, index: i, masks: false })),
        bytes: (i) => Promise.resolve(new TextEncoder().encode(`critter ${seed} ${difficulty} ${size} ${i}`)),
        close: () => {},
      }
    }
  }
}

function pictureReader(folder: string, files: readonly string[]): Reader {
  return {
    read: async (i, shrink) => {
      // Loaded with the first picture: who draws critters does without the decoder.
      const { decode } = await import('./pictures.ts')
      const { width, height, rgb } = await decode(join(folder, files[i]!), files[i]!, shrink)
      return { width, height, rgb }
    },
    bytes: (i) => readFile(join(folder, files[i]!)),
    close: () => {},
  }
}

function recordReader(store: RecordStore, layout: RecordLayout): Reader {
  const open = new Map<string, number>()
  const record = new Uint8Array(layout.stride)

  function load(i: number): Uint8Array {
    if (store.kind === 'memory')
      return new Uint8Array(store.bytes, i * layout.stride, layout.stride).slice(layout.skip)
    let from = i
    for (const { path, offset, items } of store.files) {
      if (from >= items) {
        from -= items
        continue
      }
      const file = open.get(path) ?? openSync(path, 'r')
      open.set(path, file)
      const got = readSync(file, record, 0, layout.stride, offset + from * layout.stride)
      if (got < layout.stride)
        throw new Failure('bad-picture', `Picture ${i} is cut off: ${path} has become shorter.`)
      return record.slice(layout.skip)
    }
    throw new RangeError(`there is no record ${i}`)
  }

  return {
    read: (i) =>
      new Promise((resolve) =>
        resolve({ width: layout.width, height: layout.height, rgb: toRgb(load(i), layout) }),
      ),
    bytes: (i) => new Promise((resolve) => resolve(load(i))),
    close: () => {
      for (const file of open.values()) closeSync(file)
      open.clear()
    },
  }
}

/** A record's numbers as `[height, width, 3]` bytes; grey fills all three. */
function toRgb(raw: Uint8Array, { width, height, channels, order, numbers }: RecordLayout): Uint8Array {
  const pixels = width * height
  const values =
    numbers === 'bytes'
      ? raw
      : Uint8ClampedArray.from(
          new Float32Array(raw.buffer, raw.byteOffset, pixels * channels),
          (v) => v * 255,
        )
  if (channels === 3 && order === 'pixels')
    return new Uint8Array(values.buffer, values.byteOffset, pixels * 3)
  const rgb = new Uint8Array(pixels * 3)
  const plane = channels === 3 ? pixels : 0
  for (let p = 0; p < pixels; p++) {
    rgb[p * 3] = values[p]!
    rgb[p * 3 + 1] = values[plane + p]!
    rgb[p * 3 + 2] = values[2 * plane + p]!
  }
  return rgb
}

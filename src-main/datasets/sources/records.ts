// A data set whose pictures are records of equal length: what IDX, CIFAR and .npy files have in common.
import { createHash } from 'node:crypto'
import { openReader } from '../reader.ts'
import type { RecordLayout, RecordStore } from '../reader.ts'
import type { PictureSet } from '../pictureSet.ts'

export interface Records {
  name: string
  items: number
  store: RecordStore
  layout: RecordLayout
  /** `[items]`, or null. */
  labels: ArrayLike<number> | null
  classes: readonly string[] | null
  splits: PictureSet['splits']
}

/** The data set of these records. */
export function recordSet({ name, items, store, layout, labels, classes, splits }: Records): PictureSet {
  const plan = { kind: 'records', store, layout } as const
  const reader = openReader(plan)
  const hash = createHash('sha256')
  const { width, height, channels } = layout
  hash.update(JSON.stringify([name, items, width, height, channels, classes]))
  if (labels) hash.update(Int32Array.from(labels))
  return {
    name,
    hash: hash.digest('hex'),
    items,
    classes,
    label: (i) => labels?.[i] ?? null,
    id: (i) => String(i),
    read: reader.read,
    bytes: reader.bytes,
    splits,
    skipped: [],
    plan,
    close: reader.close,
  }
}

/** Names 0, 1, … for as many classes as the labels use. */
export function numberedClasses(labels: ArrayLike<number>): string[] {
  let most = -1
  for (let i = 0; i < labels.length; i++) most = Math.max(most, labels[i]!)
  return Array.from({ length: most + 1 }, (_, i) => String(i))
}

/** The numbers from `from` on, `count` of them. */
export const range = (from: number, count: number): Int32Array =>
  Int32Array.from({ length: count }, (_, i) => from + i)

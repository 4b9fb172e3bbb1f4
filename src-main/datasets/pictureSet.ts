// What is a data set to those who use it? Pictures by number, with classes, splits and masks where there are any.
import type { Shrink } from './pictures.ts'
import type { ReaderPlan, RgbPicture } from './reader.ts'

/** What of a picture is the animal, and which of its parts. */
export interface Masks {
  width: number
  height: number
  /** `[height, width]`, 1 on the animal. */
  foreground: Uint8Array
  /** `[height, width]`, an index into `partNames`; 0 is the background. */
  parts: Uint8Array
  /** `background` first. */
  partNames: readonly string[]
}

/** A picture that cannot be used, and why. */
export interface Skipped {
  name: string
  reason: string
}

export interface PictureSet {
  name: string
  /** Tells this data set from others: changes with its names, sizes and classes. */
  hash: string
  items: number
  /** null where the data says nothing of classes. */
  classes: readonly string[] | null
  /** Class of item `i`; null without classes. */
  label(i: number): number | null
  /** What item `i` is called: a file below the folder, or its number. */
  id(i: number): string
  /** Throws Failure for a picture that cannot be read. */
  read(i: number, shrink?: Shrink): Promise<RgbPicture>
  /** The bytes an item is made from, for telling whether it changed. */
  bytes(i: number): Promise<Uint8Array>
  /** Absent where there are none. */
  masks?: (i: number) => Promise<Masks>
  /** Named splits that the data brings along; empty where it has none. */
  splits: readonly { name: string; items: Int32Array }[]
  /** What was left out when it was opened. */
  skipped: readonly Skipped[]
  /** How a thread reads the items. */
  plan: ReaderPlan
  close(): void
}

// What can be set in Video? Read with care from what was kept.
import type { Fit } from '../../client/lab.ts'
import { fits } from '../inspect/settings.ts'
import { colourings, type Colouring } from '../parts/settings.ts'
import type { Foreground } from '../parts/work.ts'
import { bases, type BasisKind } from './work.ts'

export const shows = ['picture', 'attention', 'parts'] as const
export const precisions = ['exact', 'fast'] as const
export const spreads = [4, 8, 16, 32] as const
export const everies = [1, 2, 3, 5, 10, 25, 50, 100, 250] as const

/** Which video this tab is about. The window cannot read a file again by itself after it was closed. */
export interface KeptVideo {
  /** Under which it is held while the window lives. */
  readonly id: string
  readonly name: string
  /** Where it lies; empty where the host does not say. */
  readonly path: string
  readonly files: number
}

export interface VideoSettings {
  readonly model: string | null
  readonly video: KeptVideo | null
  readonly show: (typeof shows)[number]
  /** The frame on show. */
  readonly at: number
  /** Null: about five steps for a second of video. */
  readonly every: number | null
  readonly from: number
  /** Null: to the end. */
  readonly to: number | null
  /** Longest side of the input in pixels; null: the frame's own, 1,024 at most. */
  readonly size: number | null
  readonly fit: Fit
  readonly precision: (typeof precisions)[number]
  /** From 0; null: the last. */
  readonly attentionLayer: number | null
  readonly head: number | 'mean' | 'max'
  readonly opacity: number
  /** One scale for all frames, the highest weight of the frames of the basis; else each frame's own. */
  readonly scale: 'all' | 'frame'
  /** From 0; null: the layer that tells parts apart best. */
  readonly layer: number | null
  readonly colouring: Colouring
  readonly foreground: Foreground
  readonly flip: boolean
  readonly basis: BasisKind
  /** How many frames the common basis is found on. */
  readonly spread: number
}

/** 28 × 16 patches of 16 px of a wide frame: parts show, and a step takes a fraction of a second. */
export const startSize = 448

const whole = (value: unknown, least: number): number | null =>
  Number.isInteger(value) && Number(value) >= least ? Number(value) : null
const one = <T>(values: readonly T[], value: unknown, otherwise: T): T =>
  values.find((known) => known === value) ?? otherwise

/** Settings from what was kept, whatever version wrote it. */
export function readVideoSettings(kept: Readonly<Record<string, unknown>>): VideoSettings {
  const { foreground, opacity } = kept
  return {
    model: typeof kept.model === 'string' ? kept.model : null,
    video: readVideo(kept.video),
    show: one(shows, kept.show, 'parts'),
    at: whole(kept.at, 0) ?? 0,
    every: whole(kept.every, 1),
    from: whole(kept.from, 0) ?? 0,
    to: whole(kept.to, 0),
    size: kept.size === null ? null : (whole(kept.size, 1) ?? startSize),
    fit: one(fits, kept.fit, 'native'),
    precision: one(precisions, kept.precision, 'exact'),
    attentionLayer: whole(kept.attentionLayer, 0),
    head: kept.head === 'max' ? 'max' : (whole(kept.head, 0) ?? 'mean'),
    opacity: typeof opacity === 'number' && opacity >= 0 && opacity <= 1 ? opacity : 0.9,
    scale: one(['all', 'frame'], kept.scale, 'all'),
    layer: whole(kept.layer, 0),
    colouring: one(colourings, kept.colouring, 'rgb'),
    foreground:
      foreground === 'off'
        ? 'off'
        : typeof foreground === 'number' && foreground >= 0 && foreground <= 1
          ? foreground
          : 'auto',
    flip: kept.flip === true,
    basis: one(bases, kept.basis, 'one'),
    spread: one(spreads, kept.spread, 8),
  }
}

function readVideo(kept: unknown): KeptVideo | null {
  const { id, name, path, files } = (kept ?? {}) as Record<string, unknown>
  if (typeof id !== 'string' || typeof name !== 'string') return null
  return { id, name, path: typeof path === 'string' ? path : '', files: whole(files, 1) ?? 1 }
}

/** The change that shows another video from its beginning; what was set of the old one's frames goes. */
export const showing = (video: KeptVideo): Readonly<Record<string, unknown>> => ({
  video,
  at: 0,
  from: 0,
  to: null,
  every: null,
})

// What can be set in Correspondence? Read with care from what was kept.
import type { Fit } from '../../client/lab.ts'
import { fits } from '../inspect/settings.ts'

export const tools = ['ask', 'keypoint'] as const
export type Tool = (typeof tools)[number]
/** 0 is the left picture, 1 the right one. */
export type SideIndex = 0 | 1

/** A point of one of the pictures, as shares of what the network saw of it. */
export interface SidePoint {
  readonly side: SideIndex
  readonly x: number
  readonly y: number
}

export interface CorrespondenceSettings {
  readonly model: string | null
  readonly left: string | null
  readonly right: string | null
  /** From 0; null: the layer that tells parts apart best. */
  readonly layer: number | null
  /** Longest side of the input in pixels; null: the picture's own, 1,024 at most. */
  readonly size: number | null
  readonly fit: Fit
  /** Only patches of the foreground take part. */
  readonly foreground: boolean
  /** Cosine from which a pair is drawn. */
  readonly least: number
  /** So many pairs at most, the most similar ones. */
  readonly most: number
  readonly tool: Tool
  /** What is like the asked patch, as heat over the other picture. */
  readonly heat: boolean
  /** The patch that is asked. */
  readonly pin: SidePoint | null
  readonly keypoints: readonly SidePoint[]
}

/** 28 × 19 patches of 16 px of a photo: enough to tell an ear from an eye, and matched in well under 0.1 s. */
export const startSize = 448
export const startMost = 60
export const mostPairs = 400
export const mostKeypoints = 30

const share = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

function readPoint(kept: unknown): SidePoint | null {
  const { side, x, y } = (kept ?? {}) as Record<string, unknown>
  return (side === 0 || side === 1) && share(x) && share(y) ? { side, x, y } : null
}

/** Settings from what was kept, whatever version wrote it. */
export function readCorrespondenceSettings(kept: Readonly<Record<string, unknown>>): CorrespondenceSettings {
  const { size, layer, least, most } = kept
  const keypoints = Array.isArray(kept.keypoints) ? (kept.keypoints as unknown[]) : []
  return {
    model: text(kept.model),
    left: text(kept.left),
    right: text(kept.right),
    layer: Number.isInteger(layer) && Number(layer) >= 0 ? Number(layer) : null,
    size: size === null ? null : Number.isInteger(size) && Number(size) > 0 ? Number(size) : startSize,
    fit: fits.find((fit) => fit === kept.fit) ?? 'native',
    foreground: kept.foreground === true,
    least: typeof least === 'number' && least >= -1 && least <= 1 ? least : 0,
    most: Number.isInteger(most) && Number(most) >= 1 ? Math.min(mostPairs, Number(most)) : startMost,
    tool: tools.find((tool) => tool === kept.tool) ?? 'ask',
    heat: kept.heat !== false,
    pin: readPoint(kept.pin),
    keypoints: keypoints.flatMap((point) => readPoint(point) ?? []).slice(0, mostKeypoints),
  }
}

// What can be set in Reconstruct? Read with care from what was kept.
import type { Fit } from '../../client/lab.ts'
import { fits } from '../inspect/settings.ts'
import { mostBrush } from './brush.ts'

export const masks = ['random', 'block', 'grid', 'brush'] as const
export type MaskKind = (typeof masks)[number]
/** What stands beside the four pictures. */
export const besides = ['error', 'spread'] as const
/** How many masks mean and spread are taken over. */
export const drawCounts = [4, 8, 16, 32, 64] as const
/** `auto`: what the checkpoint says, else the lower loss. */
export const targetChoices = ['auto', 'plain', 'normalised'] as const

/** A mask painted by hand: a digit per patch of one grid, 1 where hidden. */
export interface Painted {
  readonly grid: readonly [number, number]
  readonly hidden: string
}

export interface ReconstructSettings {
  readonly model: string | null
  readonly picture: string | null
  readonly size: number | null
  readonly fit: Fit
  readonly mask: MaskKind
  readonly ratio: number
  readonly seed: number
  readonly painted: Painted | null
  readonly targets: (typeof targetChoices)[number]
  /** Draw normalised predictions with the true patches' own mean and variance. */
  readonly undo: boolean
  /** Outline the patches that the encoder saw. */
  readonly outline: boolean
  /** Patches along a side of the brush. */
  readonly brush: number
  readonly beside: (typeof besides)[number]
  /** Masks for mean and spread. */
  readonly draws: number
  /** Of the error and of the spread over the picture, 0 to 1. */
  readonly opacity: number
  /** Show the picture with 50 to 95 % hidden. */
  readonly strip: boolean
  /** The patch that is looked at, as a point of what the network saw, in shares. */
  readonly patch: { readonly x: number; readonly y: number } | null
}

export const leastRatio = 0.05
export const mostRatio = 0.95
export const mostSeed = 2 ** 32 - 1

const share = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Settings from what was kept, whatever version wrote it. */
export function readReconstructSettings(kept: Readonly<Record<string, unknown>>): ReconstructSettings {
  const { ratio, seed, size, brush } = kept
  const { x, y } = (kept.patch ?? {}) as Record<string, unknown>
  return {
    model: text(kept.model),
    picture: text(kept.picture),
    size: Number.isInteger(size) && Number(size) > 0 ? Number(size) : null,
    fit: fits.find((fit) => fit === kept.fit) ?? 'model',
    mask: masks.find((mask) => mask === kept.mask) ?? 'random',
    ratio: typeof ratio === 'number' && ratio >= leastRatio && ratio <= mostRatio ? ratio : 0.75,
    seed: Number.isInteger(seed) && Number(seed) >= 0 && Number(seed) <= mostSeed ? Number(seed) : 0,
    painted: readPainted(kept.painted),
    targets: targetChoices.find((one) => one === kept.targets) ?? 'auto',
    undo: kept.undo !== false,
    outline: kept.outline === true,
    brush: Number.isInteger(brush) && Number(brush) >= 1 && Number(brush) <= mostBrush ? Number(brush) : 1,
    beside: besides.find((one) => one === kept.beside) ?? 'error',
    draws: drawCounts.find((one) => one === kept.draws) ?? 8,
    opacity: share(kept.opacity) ? kept.opacity : 1,
    strip: kept.strip !== false,
    patch: share(x) && share(y) ? { x, y } : null,
  }
}

function readPainted(kept: unknown): Painted | null {
  const { grid, hidden } = (kept ?? {}) as Record<string, unknown>
  if (!Array.isArray(grid) || typeof hidden !== 'string' || !/^[01]+$/.test(hidden)) return null
  const [rows, columns] = grid.map(Number)
  return rows && columns && rows * columns === hidden.length ? { grid: [rows, columns], hidden } : null
}

/** The digits of a mask `[patches]`. */
export const digits = (mask: ArrayLike<number>): string =>
  Array.from(mask, (bit) => (bit ? '1' : '0')).join('')
export const bits = (text: string): Uint8Array => Uint8Array.from(text, Number)

/** 1 for all but the `kept` patches with the smallest numbers; equal ones by place, as the network's masking has it. */
export function hiddenOf(noise: Float32Array, kept: number): Uint8Array {
  const order = Array.from(noise, (_, i) => i).sort((a, b) => noise[a]! - noise[b]! || a - b)
  const mask = new Uint8Array(noise.length).fill(1)
  for (const i of order.slice(0, kept)) mask[i] = 0
  return mask
}

// What can be set in Registers & norms? Read with care from what was kept.
import type { Fit } from '../../client/lab.ts'
import { fits } from '../inspect/settings.ts'
import { rules, type Rule } from './norms.ts'

/** What lies over the picture: norms, or what [CLS] or a register reads. */
export type Shown = 'norms' | 'cls' | number

export interface RegistersSettings {
  /** The model, and the one beside it. */
  readonly first: string | null
  readonly second: string | null
  readonly picture: string | null
  /** From 0; null: after the last norm of whatever model is shown; −1: before it. */
  readonly layer: number | null
  readonly rule: Rule
  /** The length that `fixed` draws the line at. */
  readonly limit: number
  readonly shown: Shown
  readonly rings: boolean
  readonly log: boolean
  /** One scale for both models. */
  readonly shared: boolean
  readonly opacity: number
  /** A patch followed through the layers, as a point of the picture in shares. */
  readonly patch: { readonly x: number; readonly y: number } | null
  readonly size: number | null
  readonly fit: Fit
}

/** Outliers need patches to stand among: 448 px gives 28 × 19 of 16 px. */
export const startSize = 448
/** Where the paper draws the line by eye for DINOv2 ViT-g (Darcet et al. 2024, section 2.1). */
export const paperLimit = 150

const share = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Settings from what was kept, whatever version wrote it. */
export function readRegistersSettings(kept: Readonly<Record<string, unknown>>): RegistersSettings {
  const { size, layer, limit, shown, opacity } = kept
  const { x, y } = (kept.patch ?? {}) as Record<string, unknown>
  return {
    first: text(kept.first),
    second: text(kept.second),
    picture: text(kept.picture),
    layer: layer === null ? null : Number.isInteger(layer) ? Math.max(-1, Number(layer)) : -1,
    rule: rules.find((rule) => rule === kept.rule) ?? 'mad',
    limit: typeof limit === 'number' && Number.isFinite(limit) && limit > 0 ? limit : paperLimit,
    shown: shown === 'cls' ? shown : Number.isInteger(shown) && Number(shown) >= 0 ? Number(shown) : 'norms',
    rings: kept.rings !== false,
    log: kept.log !== false,
    shared: kept.shared === true,
    opacity: share(opacity) ? opacity : 0.9,
    patch: share(x) && share(y) ? { x, y } : null,
    size: size === null ? null : Number.isInteger(size) && Number(size) > 0 ? Number(size) : startSize,
    fit: fits.find((fit) => fit === kept.fit) ?? 'native',
  }
}

/** The column of a model of `depth` layers: its layers from 0, then `depth` for what is after the last norm. */
export function columnIn(layer: number | null, depth: number): number {
  if (layer === null) return depth
  return layer < 0 || layer >= depth ? depth - 1 : layer
}

/** The setting for a column; the last layer is kept as −1, so that it is the last of a deeper model too. */
export function layerFor(column: number, depth: number): number | null {
  if (column >= depth) return null
  return column === depth - 1 ? -1 : column
}

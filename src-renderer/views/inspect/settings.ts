// What can be set in Inspect? Read with care from what was kept, and changed by small rules.
import { mapNames, type MapName } from '../../../src-shared/colour/maps.ts'
import type { Fit } from '../../client/lab.ts'
import type { HeadChoice } from '../../state/field.ts'
import { readQuery, type Query } from '../../state/query.ts'
import type { Overlay } from '../../canvas/scene.ts'
import type { SheetScale } from '../../canvas/sheetPaint.ts'
import type { LinkedView } from '../../canvas/viewport.ts'

export const overlays = ['heat', 'spotlight', 'contour', 'off'] as const
export const scales = ['each', 'layer', 'all'] as const
export const shownMaps = ['attention', 'rollout', 'norms'] as const
export const fits = ['native', 'resize', 'crop', 'model'] as const
export type ShownMap = (typeof shownMaps)[number]
export type PlainMap = Exclude<MapName, 'tide'>
/** The maps for values that have no sign. */
export const plainMaps = mapNames.filter((name): name is PlainMap => name !== 'tide')

export interface InspectSettings {
  readonly model: string | null
  readonly picture: string | null
  /** From 0; −1 is the last of whatever model is shown. */
  readonly layer: number
  readonly head: HeadChoice
  readonly query: Query
  readonly shown: ShownMap
  readonly overlay: Overlay
  readonly opacity: number
  /** The share whose smallest set of patches is outlined; 1 outlines nothing. */
  readonly mass: number
  /** Null: as the settings of the whole window say. */
  readonly colours: PlainMap | null
  readonly smooth: boolean
  readonly rings: boolean
  readonly scale: SheetScale
  /** Longest side of the input; null: the picture's own. */
  readonly size: number | null
  readonly fit: Fit
  readonly view: LinkedView | null
}

export const inspectDefaults: InspectSettings = {
  model: null,
  picture: null,
  layer: -1,
  head: 0,
  query: { kind: 'cls' },
  shown: 'attention',
  overlay: 'heat',
  opacity: 0.9,
  mass: 0.6,
  colours: null,
  smooth: false,
  rings: false,
  scale: 'each',
  size: null,
  fit: 'native',
  view: null,
}

const oneOf = <T extends string>(value: unknown, choices: readonly T[], otherwise: T): T =>
  choices.find((choice) => choice === value) ?? otherwise
const between = (value: unknown, low: number, high: number, otherwise: number): number =>
  typeof value === 'number' && value >= low && value <= high ? value : otherwise
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Where the stage was, from what was kept; null (fitting) where it cannot be understood. */
export function readView(kept: unknown): LinkedView | null {
  const { x, y, zoom } = (kept ?? {}) as Record<string, unknown>
  const finite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
  return finite(x) && finite(y) && finite(zoom) && zoom > 0 ? { x, y, zoom } : null
}

/** Settings from what was kept, whatever version wrote it. */
export function readInspectSettings(kept: Readonly<Record<string, unknown>>): InspectSettings {
  const d = inspectDefaults
  const head = kept.head
  return {
    model: text(kept.model),
    picture: text(kept.picture),
    layer: Number.isInteger(kept.layer) ? Math.max(-1, Number(kept.layer)) : d.layer,
    head:
      head === 'mean' || head === 'max'
        ? head
        : Number.isInteger(head) && Number(head) >= 0
          ? Number(head)
          : d.head,
    query: readQuery(kept.query),
    shown: oneOf(kept.shown, shownMaps, d.shown),
    overlay: oneOf(kept.overlay, overlays, d.overlay),
    opacity: between(kept.opacity, 0, 1, d.opacity),
    mass: between(kept.mass, 0, 1, d.mass),
    colours: plainMaps.find((name) => name === kept.colours) ?? null,
    smooth: kept.smooth === true,
    rings: kept.rings === true,
    scale: oneOf(kept.scale, scales, d.scale),
    size: Number.isInteger(kept.size) && Number(kept.size) > 0 ? Number(kept.size) : null,
    fit: oneOf(kept.fit, fits, d.fit),
    view: readView(kept.view),
  }
}

/**
 * The layer to begin with: the last, where self-supervised models keep what they found. A classifier's last layers
 * read for the class alone, so its maps say most two thirds in.
 */
export function firstLayer(spec: { readonly classes: number | null; readonly depth: number } | null): number {
  return spec?.classes ? Math.round(0.6 * (spec.depth - 1)) : -1
}

/** The layer in a model of `depth` layers: −1 and whatever is too deep are the last. */
export function layerIn(layer: number, depth: number): number {
  return layer < 0 || layer >= depth ? depth - 1 : layer
}

/** The head in a layer of `heads` heads. */
export function headIn(head: HeadChoice, heads: number): HeadChoice {
  return typeof head === 'number' ? Math.min(heads - 1, head) : head
}

/** The next of a list, around its end. */
export function nextOf<T>(choices: readonly T[], now: T): T {
  return choices[(choices.indexOf(now) + 1) % choices.length]!
}

/** Input sizes to offer: the model's own and its multiples, as multiples of the patch; the present one too. */
export function sizesFor(native: number, patch: number, now: number | null): number[] {
  const whole = (size: number): number => Math.max(patch, Math.round(size / patch) * patch)
  const sizes = [native, 336, 448, 672, 896, 1024].map(whole)
  if (now !== null) sizes.push(now)
  return [...new Set(sizes)].sort((a, b) => a - b)
}

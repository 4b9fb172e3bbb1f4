// What can be set in Compare? Read with care from what was kept.
import type { Overlay } from '../../canvas/scene.ts'
import type { LinkedView } from '../../canvas/viewport.ts'
import type { Fit } from '../../client/lab.ts'
import type { HeadChoice } from '../../state/field.ts'
import { readQuery, type Query } from '../../state/query.ts'
import { firstLayer, layerIn, readInspectSettings, readView, type PlainMap } from '../inspect/settings.ts'

export const layouts = ['side', 'slider', 'blink'] as const
export type CompareLayout = (typeof layouts)[number]
export const mostSides = 4
export const letters = ['A', 'B', 'C', 'D'] as const
export const shownMaps = ['attention', 'rollout'] as const

/** One column: a model, and which of its maps. The same model may stand twice. */
export interface Side {
  readonly model: string
  /** From 0; −1 is the last; null: the one to begin with in such a model. */
  readonly layer: number | null
  readonly head: HeadChoice
}

export interface CompareSettings {
  readonly sides: readonly Side[]
  readonly picture: string | null
  /** A patch is a point of the picture here, as shares of its width and height: models may see different parts of it. */
  readonly query: Query
  readonly shown: (typeof shownMaps)[number]
  readonly layout: CompareLayout
  readonly scale: 'each' | 'shared'
  /** A step to another layer moves all sides to the same share of their depth. */
  readonly together: boolean
  readonly overlay: Overlay
  readonly opacity: number
  /** The share whose smallest set of patches counts for the overlap, and is outlined where `outline`. */
  readonly mass: number
  readonly outline: boolean
  readonly colours: PlainMap | null
  readonly size: number | null
  readonly fit: Fit
  readonly view: LinkedView | null
  /** Where the slider stands, as a share of the width. */
  readonly divide: number
  /** Which one blink shows. */
  readonly front: number
}

/** A side as it begins: the layer that says most, all heads together. */
export function freshSide(model: string): Side {
  return { model, layer: null, head: 'mean' }
}

/**
 * Settings from what was kept, whatever version wrote it. A list of `models` beside the sides is what the shell puts
 * in: those models, each as it stood where it stood already.
 */
export function readCompareSettings(kept: Readonly<Record<string, unknown>>): CompareSettings {
  // What both views have is read by the same rules.
  const shared = readInspectSettings(kept)
  const sides = (Array.isArray(kept.sides) ? (kept.sides as unknown[]) : []).flatMap(readSide)
  const models = Array.isArray(kept.models)
    ? kept.models.filter((id): id is string => typeof id === 'string')
    : null
  const divide = kept.divide
  const front = kept.front
  return {
    sides: (models ? sidesFor(models, sides) : sides).slice(0, mostSides),
    picture: shared.picture,
    query: readQuery(kept.query),
    shown: kept.shown === 'rollout' ? 'rollout' : 'attention',
    layout: layouts.find((layout) => layout === kept.layout) ?? 'side',
    scale: kept.scale === 'shared' ? 'shared' : 'each',
    together: kept.together === true,
    overlay: shared.overlay,
    opacity: shared.opacity,
    mass: shared.mass,
    outline: kept.outline === true,
    colours: shared.colours,
    size: shared.size,
    fit: shared.fit,
    view: readView(kept.view),
    divide: typeof divide === 'number' && divide >= 0 && divide <= 1 ? divide : 0.5,
    front: Number.isInteger(front) && Number(front) >= 0 && Number(front) < mostSides ? Number(front) : 0,
  }
}

function readSide(kept: unknown): Side[] {
  const { model, layer, head } = (kept ?? {}) as Record<string, unknown>
  if (typeof model !== 'string') return []
  return [
    {
      model,
      layer: Number.isInteger(layer) ? Math.max(-1, Number(layer)) : null,
      head: head === 'max' ? head : Number.isInteger(head) && Number(head) >= 0 ? Number(head) : 'mean',
    },
  ]
}

/** Sides for a list of models; those that stand already keep their layer and head. */
export function sidesFor(models: readonly string[], sides: readonly Side[]): Side[] {
  const rest = [...sides]
  return models.map((model) => {
    const at = rest.findIndex((side) => side.model === model)
    return at < 0 ? freshSide(model) : rest.splice(at, 1)[0]!
  })
}

/** What a new tab compares: what it was asked to, else two models, else two layers of the only one. */
export function startSides(
  asked: readonly string[],
  usable: readonly { readonly id: string; readonly depth: number }[],
): Side[] {
  const models = [...new Set([...asked, ...usable.map(({ id }) => id)])].slice(0, Math.max(2, asked.length))
  const [only] = models
  if (models.length !== 1 || only === undefined) return models.map(freshSide)
  const depth = usable.find(({ id }) => id === only)?.depth ?? 2
  return [
    { ...freshSide(only), layer: Math.floor((depth - 1) / 3) },
    { ...freshSide(only), layer: depth - 1 },
  ]
}

/** The layer that a side shows in a network of `depth` layers. */
export function layerOf(
  side: Side,
  spec: { readonly classes: number | null; readonly depth: number } | null,
  depth: number,
): number {
  return layerIn(side.layer ?? firstLayer(spec), depth)
}

/** The layer of another network at the same share of its depth. */
export function layerAlong(layer: number, depth: number, otherDepth: number): number {
  return depth <= 1 ? otherDepth - 1 : Math.round((layer / (depth - 1)) * (otherDepth - 1))
}

// What can be set on the map? Read with care from what was kept.
import type { EmbedToken } from '../../../src-shared/domain/dataSet.ts'
import type { MapSettings } from '../../../src-shared/domain/map.ts'

export const embedTokens: readonly EmbedToken[] = ['cls', 'mean', 'cls+mean', 'patches']
export const methods: readonly MapSettings['method'][] = ['umap', 'tsne', 'pca']
export const metrics: readonly MapSettings['metric'][] = ['cosine', 'euclidean']

/** UMAP in three dimensions with the settings of umap-learn. */
export const startProjection: MapSettings = {
  method: 'umap',
  dims: 3,
  metric: 'cosine',
  neighbours: 15,
  minDist: 0.1,
  perplexity: 30,
  epochs: null,
  seed: 0,
}

export const tools = ['pointer', 'lasso', 'box', 'orbit', 'pan'] as const
export type Tool = (typeof tools)[number]

/** What colours the points: one colour, classes, labels, a measure, or a column of the data set by its name. */
export type Colouring = string
export const fixedColourings = ['class', 'label', 'one', 'split', 'agreement', 'axis', 'change'] as const

export interface MapViewSettings {
  /** The map on show; null: one is to be made of what follows. */
  readonly map: string | null
  readonly dataSet: string | null
  /** null: the data set's own numbers. */
  readonly model: string | null
  readonly token: EmbedToken
  readonly layer: number
  readonly projection: MapSettings
  readonly tool: Tool
  readonly colour: Colouring
  /** Classes that are hidden, by name. */
  readonly hidden: readonly string[]
  /** The split that is shown; empty: all. */
  readonly split: string
  readonly search: string
  /** Pixels across; null: what suits so many points. */
  readonly pointSize: number | null
  /** A column of numbers that sizes the points; empty: all alike. */
  readonly sizeBy: string
  readonly thumbnails: number
  /** Longest side in pixels. */
  readonly thumbSide: number
  readonly axes: boolean
  /** Names of the classes on the map. */
  readonly names: boolean
  readonly point: number | null
  /** The map beside this one. */
  readonly compare: string | null
  /** The run whose moments are the timeline. */
  readonly run: string | null
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const maybe = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const within = (value: unknown, low: number, high: number): number | null =>
  typeof value === 'number' && value >= low && value <= high ? value : null

export const mostThumbnails = 240

/** Settings from what was kept, whatever version wrote it. */
export function readMapViewSettings(kept: Readonly<Record<string, unknown>>): MapViewSettings {
  const layer = within(kept.layer, -1, 200)
  const point = within(kept.point, 0, 1e9)
  return {
    map: maybe(kept.map),
    dataSet: maybe(kept.dataSet),
    model: maybe(kept.model),
    token: embedTokens.find((token) => token === kept.token) ?? 'cls',
    layer: layer !== null && Number.isInteger(layer) ? layer : -1,
    projection: readProjection(kept.projection),
    tool: tools.find((tool) => tool === kept.tool) ?? 'pointer',
    colour: text(kept.colour) || 'class',
    hidden: Array.isArray(kept.hidden)
      ? kept.hidden.filter((name): name is string => typeof name === 'string')
      : [],
    split: text(kept.split),
    search: text(kept.search),
    pointSize: within(kept.pointSize, 1, 16),
    sizeBy: text(kept.sizeBy),
    thumbnails: Math.round(within(kept.thumbnails, 0, mostThumbnails) ?? 60),
    thumbSide: within(kept.thumbSide, 16, 160) ?? 40,
    axes: kept.axes === true,
    names: kept.names === true,
    point: point !== null && Number.isInteger(point) ? point : null,
    compare: maybe(kept.compare),
    run: maybe(kept.run),
  }
}

function readProjection(kept: unknown): MapSettings {
  const { method, dims, metric, neighbours, minDist, perplexity, epochs, seed } = (kept ?? {}) as Record<
    string,
    unknown
  >
  const whole = (value: unknown, low: number, high: number): number | null => {
    const number = within(value, low, high)
    return number === null ? null : Math.round(number)
  }
  return {
    method: methods.find((one) => one === method) ?? startProjection.method,
    dims: dims === 2 ? 2 : 3,
    metric: metrics.find((one) => one === metric) ?? startProjection.metric,
    neighbours: whole(neighbours, 2, 500) ?? startProjection.neighbours,
    minDist: within(minDist, 0, 1) ?? startProjection.minDist,
    perplexity: within(perplexity, 2, 500) ?? startProjection.perplexity,
    epochs: whole(epochs, 0, 100_000),
    seed: whole(seed, 0, 2 ** 32 - 1) ?? 0,
  }
}

/** What a map depends on, as words that are equal for equal maps. */
export function sameMaking(a: MapSettings, b: MapSettings): boolean {
  const relevant = ({ method, dims, metric, neighbours, minDist, perplexity, epochs, seed }: MapSettings) =>
    JSON.stringify([
      method,
      dims,
      ...(method === 'pca' ? [] : [metric, seed, epochs]),
      ...(method === 'umap' ? [neighbours, minDist] : method === 'tsne' ? [perplexity] : []),
    ])
  return relevant(a) === relevant(b)
}

/** Pixels across a point that suit so many of them. */
export function usualPointSize(points: number): number {
  return points > 300_000 ? 1.5 : points > 50_000 ? 2 : points > 10_000 ? 3 : points > 2500 ? 4 : 6
}

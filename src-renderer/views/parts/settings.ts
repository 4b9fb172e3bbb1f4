// What can be set in Parts? Read with care from what was kept.
import type { Fit } from '../../client/lab.ts'
import { fits } from '../inspect/settings.ts'
import type { Foreground } from './work.ts'

export const shows = ['picture', 'over', 'parts'] as const
/** What patches are painted by: the components of PCA, groups of k-means, or foreground against background. */
export const paints = ['parts', 'clusters', 'foreground'] as const
export const [fewestClusters, mostClusters] = [2, 12]
export const colourings = ['rgb', 'oklab', '1', '2', '3'] as const
export type Colouring = (typeof colourings)[number]

/** A patch that was clicked: its picture, and its place as shares of what the network saw. */
export interface Part {
  readonly picture: string
  readonly x: number
  readonly y: number
}

export interface PartsSettings {
  readonly model: string | null
  readonly pictures: readonly string[]
  /** From 0; null: the layer that tells parts apart best. */
  readonly layer: number | null
  /** Longest side of the input in pixels; null: the picture's own, 1,024 at most. */
  readonly size: number | null
  readonly fit: Fit
  readonly foreground: Foreground
  readonly flip: boolean
  /** Colours that run the other way: red, green, blue. */
  readonly flips: readonly [boolean, boolean, boolean]
  readonly hold: boolean
  readonly show: (typeof shows)[number]
  readonly paint: (typeof paints)[number]
  readonly colouring: Colouring
  /** Groups of k-means. */
  readonly clusters: number
  /** The one group that is shown; null: all. */
  readonly group: number | null
  readonly part: Part | null
  /** Cosine from which a patch is outlined; null: one that half of the pictures reach. */
  readonly similarity: number | null
}

/** 42 × 28 patches of 16 px of a photo: parts show, and a picture takes well under a second on most machines. */
export const startSize = 672
/** Pictures of a tab that was not told which. */
export const startCount = 8
/**
 * Pictures of a tab that was not told which: part colours say most about things of one kind, so the first of those whose
 * names differ in a number alone (Shoes 1, Shoes 2, …), where there are three or more; else the first ones.
 */
export function firstPictures(
  rows: readonly { readonly id: string; readonly name: string }[],
  among: string | undefined,
): string[] {
  const stem = (name: string): string =>
    name
      .replace(/\.[a-z0-9]{2,5}$/i, '')
      .replace(/[\s_-]*\d+$/, '')
      .toLowerCase()
  const sets = new Map<string, string[]>()
  for (const { id, name } of rows) sets.set(stem(name), [...(sets.get(stem(name)) ?? []), id])
  const own = [...sets.values()].find((ids) => among !== undefined && ids.includes(among)) ?? []
  const largest = [...sets.values()].reduce((most, ids) => (ids.length > most.length ? ids : most), [])
  const alike = among === undefined ? largest : own
  const ids = alike.length >= 3 ? alike : rows.map(({ id }) => id)
  return [...new Set([...(among === undefined ? [] : [among]), ...ids])].slice(0, startCount)
}

/** The mark of a picture that the shell put in, beside the list that the view itself keeps. */
export const added = (picture: string): string => `also ${picture}`

const share = (value: unknown, otherwise: number, low = 0): number =>
  typeof value === 'number' && value >= low && value <= 1 ? value : otherwise
const layerOf = (value: unknown): number | null =>
  Number.isInteger(value) && Number(value) >= 0 ? Number(value) : null

/** Settings from what was kept, whatever version wrote it. */
export function readPartsSettings(kept: Readonly<Record<string, unknown>>): PartsSettings {
  const listed = Array.isArray(kept.pictures)
    ? kept.pictures.filter((id): id is string => typeof id === 'string')
    : []
  const put = Object.keys(kept).filter((key) => key.startsWith(added('')) && kept[key] === true)
  const flips = Array.isArray(kept.flips) ? kept.flips : []
  const { foreground, size, clusters } = kept
  return {
    model: typeof kept.model === 'string' ? kept.model : null,
    pictures: [...new Set([...listed, ...put.map((key) => key.slice(added('').length))])],
    layer: layerOf(kept.layer),
    size: size === null ? null : Number.isInteger(size) && Number(size) > 0 ? Number(size) : startSize,
    fit: fits.find((fit) => fit === kept.fit) ?? 'native',
    foreground:
      foreground === 'off' ? 'off' : typeof foreground === 'number' ? share(foreground, 0.5) : 'auto',
    flip: kept.flip === true,
    flips: [flips[0] === true, flips[1] === true, flips[2] === true],
    hold: kept.hold === true,
    show: shows.find((show) => show === kept.show) ?? 'over',
    paint: paints.find((one) => one === kept.paint) ?? 'parts',
    clusters:
      Number.isInteger(clusters) && Number(clusters) >= fewestClusters && Number(clusters) <= mostClusters
        ? Number(clusters)
        : 6,
    group: layerOf(kept.group),
    colouring: colourings.find((one) => one === kept.colouring) ?? 'rgb',
    part: readPart(kept.part),
    similarity: typeof kept.similarity === 'number' ? share(kept.similarity, 0.6, -1) : null,
  }
}

function readPart(kept: unknown): Part | null {
  const { picture, x, y } = (kept ?? {}) as Record<string, unknown>
  const inside = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1
  return typeof picture === 'string' && inside(x) && inside(y) ? { picture, x, y } : null
}

/** The change that shows these pictures and no others; what the shell put in is settled with it. */
export function showing(
  kept: Readonly<Record<string, unknown>>,
  pictures: readonly string[],
): Readonly<Record<string, unknown>> {
  const put = Object.keys(kept).filter((key) => key.startsWith(added('')))
  return { pictures: [...pictures], ...Object.fromEntries(put.map((key) => [key, null])) }
}

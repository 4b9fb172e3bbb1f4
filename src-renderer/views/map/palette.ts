// Which colour and mark does each point get, and what does the legend say? Classes by their size, measures by a ramp.
import { classLook } from '../../../src-shared/colour/classes.ts'
import { stepOf } from '../../../src-shared/colour/maps.ts'
import type { Rgb } from '../../../src-shared/colour/oklab.ts'
import { ramp, type Theme } from '../../canvas/ramps.ts'
import { codeOf, hollow, states } from './scene/shaders.ts'

/** One line of the legend. */
export interface LegendEntry {
  readonly name: string
  readonly count: number
  readonly colour: Rgb
  /** Its number among the marks; `hollow` is added where only the outline is drawn. */
  readonly mark: number
  /** ●, ■, … */
  readonly sign: string
  readonly hollow: boolean
}

/** What colours the points: a kind for each, or a number for each. */
export type Paint =
  | {
      readonly kind: 'classes'
      readonly entries: readonly LegendEntry[]
      /** Entry of each point. */
      readonly of: Int32Array
    }
  | {
      readonly kind: 'values'
      readonly values: Float32Array
      readonly low: number
      readonly high: number
      readonly signed: boolean
    }
  | { readonly kind: 'one' }

/** Classes that have a colour of their own; with more, the largest but one have, and the rest are *others*. */
const mostClasses = 12

/**
 * Kinds as they are drawn: `kinds` of each point by number, −1 without one. Colours go by the order of the names, so that
 * they stay where the counts change; only where there are more than twelve do the largest come first.
 */
export function classPaint(
  names: readonly string[],
  kinds: ArrayLike<number>,
  theme: Theme,
  words: { readonly others: string; readonly none: string },
): Paint {
  const counts = new Array<number>(names.length).fill(0)
  let without = 0
  for (let i = 0; i < kinds.length; i++) {
    const kind = kinds[i]!
    if (kind >= 0 && kind < names.length) counts[kind]!++
    else without++
  }
  const inUse = names.map((_, i) => i).filter((i) => counts[i]! > 0)
  const many = inUse.length > mostClasses
  const own = many
    ? [...inUse].sort((a, b) => counts[b]! - counts[a]! || a - b).slice(0, mostClasses - 1)
    : inUse
  const entryOf = new Int32Array(names.length).fill(own.length)
  for (const [entry, kind] of own.entries()) entryOf[kind] = entry
  const entry = (name: string, index: number, count: number): LegendEntry => {
    const { colour, mark, hollow: outlined } = classLook(index, theme)
    return { name, count, colour, mark: (index % 6) + (outlined ? hollow : 0), sign: mark, hollow: outlined }
  }
  const entries = own.map((kind, index) => entry(names[kind]!, index, counts[kind]!))
  const rest = many ? inUse.reduce((sum, kind) => (own.includes(kind) ? sum : sum + counts[kind]!), 0) : 0
  const grey = (name: string, count: number): LegendEntry => ({
    ...entry(name, 99, count),
    mark: 0,
    sign: '●',
  })
  if (rest > 0) entries.push(grey(words.others, rest))
  const none = entries.length
  if (without > 0) entries.push(grey(words.none, without))
  const of = new Int32Array(kinds.length)
  for (let i = 0; i < kinds.length; i++) {
    const kind = kinds[i]!
    of[i] = kind >= 0 && kind < names.length ? Math.min(entryOf[kind]!, none) : none
  }
  return { kind: 'classes', entries, of }
}

/** Numbers as they are drawn, between their 1st and 99th percentile. */
export function valuePaint(values: Float32Array, signed = false): Paint {
  const step = Math.max(1, Math.floor(values.length / 50_000))
  const seen: number[] = []
  for (let i = 0; i < values.length; i += step) if (Number.isFinite(values[i])) seen.push(values[i]!)
  seen.sort((a, b) => a - b)
  const at = (share: number): number => seen[Math.round(share * (seen.length - 1))] ?? 0
  const [low, high] = [at(0.01), at(0.99)]
  if (!signed) return { kind: 'values', values, low, high: high > low ? high : low + 1, signed }
  const limit = Math.max(Math.abs(low), Math.abs(high)) || 1
  return { kind: 'values', values, low: -limit, high: limit, signed }
}

export interface LookOptions {
  readonly theme: Theme
  readonly paint: Paint
  readonly count: number
  /** False: the point is not shown. */
  readonly visible: (point: number) => boolean
  /** 1 for points that are selected; null: nothing is. */
  readonly selected: Uint8Array | null
  /** False: drawn quietly; null: all stand out. */
  readonly strong: ((point: number) => boolean) | null
}

const grey: Rgb = [120, 126, 132]

/** `[points, 4]` bytes: colours and codes, as the scene takes them. */
export function looksOf({ theme, paint, count, visible, selected, strong }: LookOptions): Uint8Array {
  const out = new Uint8Array(count * 4)
  const table = paint.kind === 'values' ? ramp(paint.signed ? 'tide' : 'ember', theme) : null
  const one: Rgb = theme === 'dark' ? [139, 218, 254] : [27, 75, 169]
  for (let i = 0; i < count; i++) {
    let colour: ArrayLike<number> = one
    let at = 0
    let mark = 0
    if (paint.kind === 'classes') {
      const entry = paint.entries[paint.of[i]!]
      colour = entry?.colour ?? grey
      mark = entry?.mark ?? 0
    } else if (paint.kind === 'values') {
      const value = paint.values[i]!
      if (Number.isFinite(value)) {
        colour = table!.table
        const share = paint.signed ? value : value - paint.low
        // The lowest fifth of the ramp is too near to the surround to be seen.
        const step = stepOf(table!, share, paint.signed ? paint.high : paint.high - paint.low)
        at = (paint.signed ? step : 52 + Math.round(step * 0.796)) * 3
      } else colour = grey
    }
    const state = !visible(i)
      ? states.hidden
      : selected && selected[i] === 1
        ? states.selected
        : strong && !strong(i)
          ? states.quiet
          : states.plain
    out[i * 4] = colour[at]!
    out[i * 4 + 1] = colour[at + 1]!
    out[i * 4 + 2] = colour[at + 2]!
    out[i * 4 + 3] = codeOf(mark, state)
  }
  return out
}

/** Words as kinds: their names in order, and the kind of each. */
export function kindsOf(values: readonly string[]): { names: string[]; kinds: Int32Array } {
  const names = [...new Set(values)]
    .filter((name) => name !== '')
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const place = new Map(names.map((name, i) => [name, i]))
  return { names, kinds: Int32Array.from(values, (value) => place.get(value) ?? -1) }
}

/** `#rrggbb`. */
export const cssColour = ([r, g, b]: ArrayLike<number> & Iterable<number>): string =>
  `#${[r!, g!, b!].map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`

// What became of every stored tensor? The key report as one list of rows in the network's order, filtered and counted.
import type { Inspection, KeyReport } from '../../../src-shared/domain/checkpoint.ts'
import { comparePlaces, isWithin, placeOf, type Place } from './places.ts'

export const fates = ['matched', 'renamed', 'missing', 'unexpected', 'mismatched'] as const
export type Fate = (typeof fates)[number]

export interface KeyRow {
  readonly name: string
  readonly fate: Fate
  /** The canonical weight it feeds, where its name was translated; empty otherwise. */
  readonly becomes: string
  /** The shape that was expected, where another was found. */
  readonly expected: readonly number[] | null
  /** Empty for what is missing. */
  readonly shape: readonly number[]
  readonly dtype: string
  readonly place: Place
  readonly parameters: number
}

const product = (shape: readonly number[]): number => shape.reduce((all, side) => all * side, 1)

/** All tensors of the network and all that are missing from it, in the order of a forward pass. */
export function keyRows({ keys, tensors, spec }: Pick<Inspection, 'keys' | 'tensors' | 'spec'>): KeyRow[] {
  const reported = reportOf(keys)
  const rows = tensors.map(({ name, shape, dtype }): KeyRow => {
    const { fate, becomes, expected, short } = reported(name)
    const place = placeOf(becomes || short, spec)
    return { name, fate, becomes, expected, shape, dtype, place, parameters: product(shape) }
  })
  for (const name of keys.missing)
    rows.push({
      name,
      fate: 'missing',
      becomes: '',
      expected: null,
      shape: [],
      dtype: '',
      place: placeOf(name, spec),
      parameters: 0,
    })
  return rows
    .map((row, order) => ({ row, order }))
    .sort((a, b) => comparePlaces(a.row.place, b.row.place) || a.order - b.order)
    .map(({ row }) => row)
}

/** Finds what the report says of a stored name. It names some tensors without the network's prefix. */
function reportOf(keys: KeyReport) {
  const renamed = new Map(keys.renamed.map(({ from, to }) => [from, to]))
  const wrong = new Map(keys.mismatched.map((one) => [one.name, one.expected]))
  const unexpected = new Set(keys.unexpected)
  const known = new Set([...keys.matched, ...renamed.keys(), ...wrong.keys(), ...unexpected])
  const shortOf = (stored: string): string => {
    if (known.has(stored)) return stored
    for (let at = stored.search(/[./]/); at >= 0;) {
      const rest = stored.slice(at + 1)
      if (known.has(rest)) return rest
      const next = rest.search(/[./]/)
      at = next < 0 ? -1 : at + 1 + next
    }
    return stored
  }
  return (stored: string) => {
    const short = shortOf(stored)
    const expected = wrong.get(short) ?? null
    const becomes = renamed.get(short) ?? ''
    const isKnown = known.has(short) && !unexpected.has(short)
    const fate: Fate = expected ? 'mismatched' : becomes ? 'renamed' : isKnown ? 'matched' : 'unexpected'
    return { short, expected, becomes, fate }
  }
}

export function countFates(rows: readonly KeyRow[]): Record<Fate, number> {
  const counts: Record<Fate, number> = { matched: 0, renamed: 0, missing: 0, unexpected: 0, mismatched: 0 }
  for (const { fate } of rows) counts[fate]++
  return counts
}

/** The rows in a place, of a fate, whose name or canonical name holds a text; null takes all. */
export function filterRows(
  rows: readonly KeyRow[],
  place: Place | null,
  fate: Fate | null,
  text: string,
): readonly KeyRow[] {
  const wanted = text.trim().toLowerCase()
  return rows.filter(
    (row) =>
      (place === null || isWithin(row.place, place)) &&
      (fate === null || row.fate === fate) &&
      (wanted === '' || `${row.name} ${row.becomes}`.toLowerCase().includes(wanted)),
  )
}

export interface PlaceCount {
  readonly place: Place
  readonly tensors: number
  readonly parameters: number
  /** What blocks are made of, over all of them; empty elsewhere. */
  readonly pieces: readonly PlaceCount[]
}

/** Tensors and parameters of every section, in the order of the way through the network. */
export function countPlaces(rows: readonly KeyRow[]): PlaceCount[] {
  const stored = rows.filter(({ fate }) => fate !== 'missing')
  const sectionOf = ({ place }: KeyRow): Place => place.split('.')[0]!
  return grouped(stored, sectionOf).map((section) => {
    const inside = stored.filter((row) => sectionOf(row) === section.place)
    if (section.place === 'blocks')
      return { ...section, pieces: grouped(inside, ({ place }) => place.replace(/\.\d+(?=\.|$)/, '.*')) }
    if (section.place === 'decoder' || section.place === 'predictor')
      return { ...section, pieces: grouped(inside, ({ place }) => place.split('.').slice(0, 2).join('.')) }
    return section
  })
}

function grouped(rows: readonly KeyRow[], by: (row: KeyRow) => Place): PlaceCount[] {
  const counts = new Map<Place, PlaceCount>()
  for (const row of rows) {
    const place = by(row)
    const { tensors, parameters } = counts.get(place) ?? { tensors: 0, parameters: 0 }
    counts.set(place, { place, tensors: tensors + 1, parameters: parameters + row.parameters, pieces: [] })
  }
  return [...counts.values()].sort((a, b) => comparePlaces(a.place, b.place))
}

/** Parameters of all tensors in a place. */
export function parametersIn(rows: readonly KeyRow[], place: Place): number {
  return rows.reduce((sum, row) => sum + (isWithin(row.place, place) ? row.parameters : 0), 0)
}

/** Which of `total` rows of `height` pixels stand in a place `room` pixels high, scrolled to `top`, and some around. */
export function visibleRows(
  total: number,
  height: number,
  top: number,
  room: number,
): { readonly from: number; readonly to: number } {
  const spare = 8
  const from = Math.max(0, Math.min(total, Math.floor(top / height)) - spare)
  return { from, to: Math.min(total, Math.ceil((top + room) / height) + spare) }
}

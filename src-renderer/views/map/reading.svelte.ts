// What has been read of the map on show? Its items, its positions, the groups of its items: asked for once, kept while it is the same.
import { untrack } from 'svelte'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { ItemGroup, MapRow } from '../../../src-shared/domain/dataSet.ts'
import type { Result } from '../../../src-shared/protocol/calls.ts'
import type { MapCalls } from '../../client/lab.ts'

export type Items = Result<'dataSetItems'>
export type ReadMap = Result<'readMap'>

/** What a wish asks for again only where its words changed. Call while a component is set up. */
export function follow<T>(words: () => string, ask: (words: string) => Promise<T>) {
  let value = $state.raw<T | null>(null)
  let of = $state('')
  let problem = $state.raw<Failure | null>(null)
  let tries = $state(0)
  $effect(() => {
    void tries
    const wanted = words()
    problem = null
    if (wanted === '') {
      value = null
      of = ''
      return
    }
    let current = true
    ask(wanted).then(
      (found) => {
        if (!current) return
        value = found
        of = wanted
      },
      (thrown: unknown) => {
        if (!current) return
        value = null
        problem = thrown instanceof Failure ? thrown : new Failure('internal', String(thrown))
      },
    )
    return () => {
      current = false
    }
  })
  return {
    /** What was asked for last; of an earlier wish until the new one is answered. */
    get value() {
      return value
    },
    get of() {
      return of
    },
    get problem() {
      return problem
    },
    again() {
      tries = untrack(() => tries) + 1
    },
  }
}

/** Words that change whenever the map's file does. */
export const mapWords = (row: MapRow | null): string =>
  row ? JSON.stringify([row.id, row.settings, row.epochs, row.seconds, row.rows]) : ''

/** Follows the map `row`, its items and their groups. */
export function readMapping(
  calls: MapCalls,
  wish: {
    row: () => MapRow | null
    dataSet: () => { id: string; hash: string } | null
    groupsAt: () => string
  },
) {
  const map = follow(
    () => mapWords(wish.row()),
    (words) => calls.readMap({ id: (JSON.parse(words) as [string])[0] }),
  )
  const items = follow(
    () => {
      const dataSet = wish.dataSet()
      return dataSet ? `${dataSet.id} ${dataSet.hash}` : ''
    },
    (words) => calls.dataSetItems({ id: words.split(' ')[0]! }),
  )
  const groups = follow<readonly ItemGroup[]>(
    () => {
      const dataSet = wish.dataSet()
      return dataSet ? `${dataSet.id} ${wish.groupsAt()}` : ''
    },
    async (words) => (await calls.itemGroups({ dataSet: words.split(' ')[0]! })).groups,
  )
  return { map, items, groups }
}

/** Numbers about each point that the window asks for when they are wanted. */
export interface Measures {
  /** Share of the ten nearest that have its class, `[points]`. */
  readonly agreement: Float32Array | null
  readonly axis: Float32Array | null
  readonly change: Float32Array | null
}

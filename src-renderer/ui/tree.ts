// Where does a key lead in the workspace tree? Pure rules over its visible rows.
import type { IconName } from './icons.ts'

export interface TreeRow {
  readonly id: string
  readonly label: string
  readonly meta: string
  readonly icon?: IconName
  /** Address of a thumbnail. */
  readonly image?: string
  readonly selected: boolean
  /** Why the row cannot be used; empty where it can. */
  readonly problem: string
}
export interface TreeGroup {
  readonly id: string
  readonly label: string
  /** What stands there while the group has no rows. */
  readonly empty: string
  readonly rows: readonly TreeRow[]
  readonly open: boolean
  /** Name of the button that adds to the group; empty without one. */
  readonly add: string
}

/** One focusable place: a group's own line or a row of it. */
export interface TreePlace {
  readonly group: string
  readonly row: string | null
}

/** All places from top to bottom, folded rows left out. */
export function places(groups: readonly TreeGroup[]): TreePlace[] {
  return groups.flatMap((group) => [
    { group: group.id, row: null },
    ...(group.open ? group.rows.map((row) => ({ group: group.id, row: row.id })) : []),
  ])
}

export function samePlace(a: TreePlace | null, b: TreePlace | null): boolean {
  return a !== null && b !== null && a.group === b.group && a.row === b.row
}

export type TreeMove =
  | { readonly kind: 'go'; readonly to: TreePlace }
  | { readonly kind: 'fold'; readonly group: string; readonly open: boolean }
  | null

/** What an arrow, Home, End or a first letter does from `at`. */
export function treeMove(groups: readonly TreeGroup[], at: TreePlace, key: string): TreeMove {
  const all = places(groups)
  const index = all.findIndex((place) => samePlace(place, at))
  const group = groups.find(({ id }) => id === at.group)
  const go = (to: TreePlace | undefined): TreeMove => (to ? { kind: 'go', to } : null)
  switch (key) {
    case 'ArrowDown':
      return go(all[index + 1])
    case 'ArrowUp':
      return go(all[index - 1])
    case 'Home':
      return go(all[0])
    case 'End':
      return go(all.at(-1))
    case 'ArrowRight':
      if (at.row !== null || !group) return null
      return group.open ? go(all[index + 1]) : { kind: 'fold', group: group.id, open: true }
    case 'ArrowLeft':
      if (at.row !== null) return go({ group: at.group, row: null })
      return group?.open ? { kind: 'fold', group: group.id, open: false } : null
    default: {
      if (key.length !== 1 || !/\S/.test(key)) return null
      const name = (place: TreePlace): string => {
        const of = groups.find(({ id }) => id === place.group)
        return (place.row === null ? of?.label : of?.rows.find(({ id }) => id === place.row)?.label) ?? ''
      }
      const turned = [...all.slice(index + 1), ...all.slice(0, index + 1)]
      return go(turned.find((place) => name(place).toLowerCase().startsWith(key.toLowerCase())))
    }
  }
}

// Which token is asked? A query as a person chooses it, and the token it means in one layout.
import {
  clsIndex,
  firstPatch,
  patchIndex,
  registerIndex,
  type TokenLayout,
} from '../../src-shared/domain/tokenLayout.ts'

/** A patch is kept as a point of the input, as shares of its width and height: the same place at every size. */
export type Query =
  | { readonly kind: 'cls' }
  | { readonly kind: 'register'; readonly index: number }
  | { readonly kind: 'patch'; readonly x: number; readonly y: number }

export interface Place {
  readonly row: number
  readonly column: number
}

/** The patch that holds a point. */
export function placeAt(layout: TokenLayout, x: number, y: number): Place {
  const [rows, columns] = layout.grid
  const at = (share: number, of: number): number => Math.min(of - 1, Math.max(0, Math.floor(share * of)))
  return { row: at(y, rows), column: at(x, columns) }
}

/** The query that means a patch: its centre. */
export function patchQuery(layout: TokenLayout, { row, column }: Place): Query {
  const [rows, columns] = layout.grid
  return { kind: 'patch', x: (column + 0.5) / columns, y: (row + 0.5) / rows }
}

/** The patch one step away, held at the edges. */
export function stepPatch(layout: TokenLayout, query: Query, rows: number, columns: number): Query {
  const from = query.kind === 'patch' ? query : { x: 0.5, y: 0.5 }
  const { row, column } = placeAt(layout, from.x, from.y)
  const [height, width] = layout.grid
  const clamp = (value: number, of: number): number => Math.min(of - 1, Math.max(0, value))
  return patchQuery(layout, { row: clamp(row + rows, height), column: clamp(column + columns, width) })
}

/** What a query comes to in one network: a token, or the mean over all tokens where it has none of that kind. */
export type Asked =
  | { readonly kind: 'cls'; readonly token: number }
  | { readonly kind: 'register'; readonly token: number; readonly index: number }
  | { readonly kind: 'patch'; readonly token: number; readonly place: Place }
  | { readonly kind: 'mean' }

export function resolveQuery(layout: TokenLayout, query: Query): Asked {
  if (query.kind === 'patch') {
    const place = placeAt(layout, query.x, query.y)
    return { kind: 'patch', token: patchIndex(layout, place.row, place.column), place }
  }
  if (query.kind === 'register' && layout.registers > 0) {
    const index = Math.min(layout.registers - 1, query.index)
    return { kind: 'register', token: registerIndex(layout, index), index }
  }
  return layout.cls ? { kind: 'cls', token: clsIndex(layout) } : { kind: 'mean' }
}

/** The next kind of query that the network has: [CLS] (or the mean), patch, each register. */
export function nextQuery(layout: TokenLayout, query: Query): Query {
  if (query.kind === 'cls') return patchQuery(layout, placeAt(layout, 0.5, 0.5))
  if (query.kind === 'patch' && layout.registers > 0) return { kind: 'register', index: 0 }
  if (query.kind === 'register' && query.index + 1 < layout.registers)
    return { kind: 'register', index: query.index + 1 }
  return { kind: 'cls' }
}

/** A query from what was kept; [CLS] where it cannot be understood. */
export function readQuery(kept: unknown): Query {
  const { kind, x, y, index } = (kept ?? {}) as Record<string, unknown>
  const share = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1
  if (kind === 'patch' && share(x) && share(y)) return { kind, x, y }
  if (kind === 'register' && Number.isInteger(index) && Number(index) >= 0)
    return { kind, index: Number(index) }
  return { kind: 'cls' }
}

/** The spelling of the command line: `cls`, `register:2`, `patch:15,21`, `mean`. */
export function spellQuery(asked: Asked): string {
  if (asked.kind === 'patch') return `patch:${asked.place.row},${asked.place.column}`
  if (asked.kind === 'register') return `register:${asked.index}`
  return asked.kind
}

/** How many tokens stand before the first patch; a short name for readers of rows. */
export const patchesFrom = firstPatch

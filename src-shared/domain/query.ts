// Whose attention is looked at? The query's words (`cls`, `register:2`, `patch:4,7`, `mean`, `all`) and its token.
import { z } from 'zod'
import { Failure } from './failure.ts'
import { clsIndex, patchIndex, registerIndex, type TokenLayout } from './tokenLayout.ts'

export const querySchema = z.discriminatedUnion('kind', [
  /** [CLS], or the mean over all queries where the network has none. */
  z.object({ kind: z.literal('auto') }),
  z.object({ kind: z.literal('cls') }),
  z.object({ kind: z.literal('register'), index: z.int().nonnegative() }),
  z.object({ kind: z.literal('patch'), row: z.int().nonnegative(), column: z.int().nonnegative() }),
  /** The mean of all tokens' rows. */
  z.object({ kind: z.literal('mean') }),
  /** Whole matrices, `[heads, tokens, tokens]`. */
  z.object({ kind: z.literal('all') }),
])
export type Query = z.infer<typeof querySchema>

/** The query that words name: `auto`, `cls`, `register:K`, `patch:Y,X` (row, column), `mean`, `all`. Throws Failure `bad-argument`. */
export function parseQuery(words: string): Query {
  const text = words.trim().toLowerCase()
  if (text === 'auto' || text === 'cls' || text === 'mean' || text === 'all') return { kind: text }
  const register = /^register:(\d{1,6})$/.exec(text)
  if (register) return { kind: 'register', index: Number(register[1]) }
  const patch = /^patch:(\d{1,6}),\s*(\d{1,6})$/.exec(text)
  if (patch) return { kind: 'patch', row: Number(patch[1]), column: Number(patch[2]) }
  throw new Failure(
    'bad-argument',
    `The query ${JSON.stringify(words.slice(0, 60))} is none of cls, register:K, patch:Y,X, mean, all.`,
    'Patches and registers count from 0: patch:0,0 is the one at the top left.',
  )
}

/** The words that `parseQuery` reads. */
export function formatQuery(query: Query): string {
  if (query.kind === 'register') return `register:${query.index}`
  if (query.kind === 'patch') return `patch:${query.row},${query.column}`
  return query.kind
}

/**
 * The index of the token that a query means; null where it means the mean of all rows.
 * For `all` it is the row whose map is shown beside the matrices: that of `auto`.
 * Throws Failure `bad-argument` where this network or picture has no such token.
 */
export function queryToken(layout: TokenLayout, query: Query): number | null {
  const { cls, registers, grid } = layout
  switch (query.kind) {
    case 'mean':
      return null
    case 'auto':
    case 'all':
      return cls ? clsIndex(layout) : null
    case 'cls':
      if (cls) return clsIndex(layout)
      throw new Failure(
        'bad-argument',
        'This network has no [CLS] token.',
        'Ask for mean or patch:Y,X instead.',
      )
    case 'register':
      if (query.index < registers) return registerIndex(layout, query.index)
      throw new Failure(
        'bad-argument',
        registers === 0
          ? 'This network has no registers.'
          : `Register ${query.index} does not exist: this network has ${registers}, counted from 0.`,
        'Ask for cls, mean or patch:Y,X instead.',
      )
    case 'patch':
      if (query.row < grid[0] && query.column < grid[1]) return patchIndex(layout, query.row, query.column)
      throw new Failure(
        'bad-argument',
        `Patch ${query.row},${query.column} lies outside: this picture has ${grid[0]} rows and ${grid[1]} columns of patches, counted from 0.`,
        `The last one is patch:${grid[0] - 1},${grid[1] - 1}.`,
      )
  }
}

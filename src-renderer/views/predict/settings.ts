// What can be set in Prediction? Read with care from what was kept.
import type { Block, SampledBlocks } from '../../../src-shared/domain/blocks.ts'

export const predictFits = ['crop', 'resize'] as const
export type PredictFit = (typeof predictFits)[number]

/** Blocks that a person chose, on one grid. */
export interface ChosenBlocks extends SampledBlocks {
  readonly grid: readonly [number, number]
}

export interface PredictSettings {
  readonly model: string | null
  readonly picture: string | null
  readonly fit: PredictFit
  /** Of the sampled blocks, while nobody chose any. */
  readonly seed: number
  /** Null: as the seed has them. */
  readonly blocks: ChosenBlocks | null
  /** A target's number from 0; −1: the context. */
  readonly selected: number
  /** A predicted patch, as a point of what the network saw, in shares. */
  readonly patch: { readonly x: number; readonly y: number } | null
  /** Look for the nearest patches of other pictures too. */
  readonly search: boolean
  /** Where they are looked for; null: in the first pictures of the workspace. */
  readonly among: readonly string[] | null
}

export const mostTargets = 16
export const mostSeed = 2 ** 32 - 1
/** Pictures to look in, where nobody said which: each costs a forward pass. */
export const startAmong = 6
/** Nearest patches for each predicted one. */
export const nearestCount = 4

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const share = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1

/** Settings from what was kept, whatever version wrote it. */
export function readPredictSettings(kept: Readonly<Record<string, unknown>>): PredictSettings {
  const { seed, selected, among } = kept
  const { x, y } = (kept.patch ?? {}) as Record<string, unknown>
  return {
    model: text(kept.model),
    picture: text(kept.picture),
    fit: predictFits.find((fit) => fit === kept.fit) ?? 'crop',
    seed: Number.isInteger(seed) && Number(seed) >= 0 && Number(seed) <= mostSeed ? Number(seed) : 0,
    blocks: readBlocks(kept.blocks),
    selected:
      Number.isInteger(selected) && Number(selected) >= -1 && Number(selected) < mostTargets
        ? Number(selected)
        : 0,
    patch: share(x) && share(y) ? { x, y } : null,
    search: kept.search !== false,
    among: Array.isArray(among) ? among.filter((id): id is string => typeof id === 'string') : null,
  }
}

function readBlocks(kept: unknown): ChosenBlocks | null {
  const { grid, context, targets } = (kept ?? {}) as Record<string, unknown>
  if (!Array.isArray(grid) || !Array.isArray(targets) || targets.length === 0 || targets.length > mostTargets)
    return null
  const [rows, columns] = grid.map(Number)
  const own = rows && columns ? ([rows, columns] as const) : null
  if (!own) return null
  const all = [context, ...(targets as unknown[])].map((block) => readBlock(block, own))
  const [first, ...rest] = all
  return first && rest.every((block): block is Block => block !== null)
    ? { grid: own, context: first, targets: rest }
    : null
}

function readBlock(kept: unknown, grid: readonly [number, number]): Block | null {
  const { row, column, rows, columns } = (kept ?? {}) as Record<string, unknown>
  const whole = (value: unknown): value is number => Number.isInteger(value)
  if (!whole(row) || !whole(column) || !whole(rows) || !whole(columns)) return null
  const inside =
    row >= 0 &&
    column >= 0 &&
    rows >= 1 &&
    columns >= 1 &&
    row + rows <= grid[0] &&
    column + columns <= grid[1]
  return inside ? { row, column, rows, columns } : null
}

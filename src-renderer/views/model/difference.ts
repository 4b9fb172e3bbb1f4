// How do two checkpoints differ, seen by part? The changed weights with their places, most changed first, and by block.
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import type { ModelDiff, TensorChange } from '../../client/lab.ts'
import { blockOf, placeOf, roleOf, type Place, type Role } from './places.ts'

export interface ChangeRow {
  readonly name: string
  readonly place: Place
  /** Infinite where the first is all zero, or a difference is no number. */
  readonly relative: number
  readonly meanAbs: number
  readonly maxAbs: number
}

/** Every weight that both have, the most changed first; equal changes in the network's order. */
export function changedRows({ tensors }: ModelDiff, spec: ModelSpec): ChangeRow[] {
  // What is no finite number travels as null; it is the largest change there is.
  const known = (value: number | null): number => value ?? Infinity
  return tensors
    .map(({ name, relative, meanAbs, maxAbs }: TensorChange): ChangeRow => ({
      name,
      place: placeOf(name, spec),
      relative: known(relative),
      meanAbs: known(meanAbs),
      maxAbs: known(maxAbs),
    }))
    .sort((a, b) => (a.relative === b.relative ? 0 : b.relative - a.relative))
}

/** The relative change of the four matrices of every block of the encoder. */
export function blockChanges(rows: readonly ChangeRow[]): (Partial<Record<Role, number>> | undefined)[] {
  const blocks: Partial<Record<Role, number>>[] = []
  for (const { name, place, relative } of rows) {
    const block = blockOf(place)
    // A canonical name says by itself that it is a matrix.
    const role = name.endsWith('.weight') ? roleOf(name, place, [1, 1]) : null
    if (block?.section === 'blocks' && role) (blocks[block.index] ??= {})[role] = relative
  }
  return blocks
}

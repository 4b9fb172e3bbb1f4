// How do two checkpoints differ, seen by part? The changed weights with their places, most changed first, and by block.
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import type { ModelDiff, TensorChange } from '../../client/lab.ts'
import { blockOf, placeOf, roleOf, type Place, type Role } from './places.ts'

export interface ChangeRow extends TensorChange {
  readonly place: Place
}

/** Every weight that both have, the most changed first; equal changes in the network's order. */
export function changedRows({ tensors }: ModelDiff, spec: ModelSpec): ChangeRow[] {
  const size = ({ relative }: TensorChange): number => (Number.isNaN(relative) ? Infinity : relative)
  return tensors
    .map((change) => ({ ...change, place: placeOf(change.name, spec) }))
    .sort((a, b) => {
      const [left, right] = [size(a), size(b)]
      return left === right ? 0 : right - left
    })
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

// Which weights changed between two checkpoints of one architecture, and by how much?
import type { Inspection, ModelOverrides } from '../../src-shared/domain/checkpoint.ts'
import { Failure } from '../../src-shared/domain/failure.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import type { Weight, Weights } from '../../src-shared/domain/weights.ts'
import type { OpenedCheckpoint } from './open.ts'

/** How far one weight moved from the first checkpoint to the second. */
export interface WeightChange {
  /** Canonical name. */
  readonly name: string
  /** Mean and largest absolute difference. */
  readonly meanAbs: number
  readonly maxAbs: number
  /** ‖second − first‖ / ‖first‖, Euclidean; 0 for equal weights, infinite where only the first is all zero. */
  readonly relative: number
}

export interface CheckpointDiff {
  /** In the order of a forward pass. */
  readonly tensors: WeightChange[]
  /** Canonical names that the other has not, or has in another shape. */
  readonly onlyInFirst: string[]
  readonly onlyInSecond: string[]
}

/** Compares one network of two checkpoints by canonical weights, so that their formats may differ. Throws Failure. */
export function diffCheckpoints(
  first: OpenedCheckpoint,
  second: OpenedCheckpoint,
  overrides: { first: ModelOverrides; second: ModelOverrides },
): CheckpointDiff {
  const [one, other] = [first.inspect(overrides.first), second.inspect(overrides.second)]
  refuseUnlike(one.spec, other.spec)
  return diffWeights(
    first.load(withHeads(overrides.first, one)).weights,
    second.load(withHeads(overrides.second, other)).weights,
  )
}

/** Weights are the same for any number of heads: where nothing tells it, the stand-in will do. */
function withHeads(overrides: ModelOverrides, { spec, sources }: Inspection): ModelOverrides {
  return sources['heads']?.startsWith('unknown') ? { ...overrides, heads: spec.heads } : overrides
}

/** Compares weights name by name. */
export function diffWeights(first: Weights, second: Weights): CheckpointDiff {
  const isShared = (name: string) => {
    const [a, b] = [first.get(name), second.get(name)]
    return a !== undefined && b !== undefined && a.shape.join() === b.shape.join()
  }
  return {
    tensors: [...first]
      .filter(([name]) => isShared(name))
      .map(([name, weight]) => ({ name, ...changeOf(weight, second.get(name) as Weight) })),
    onlyInFirst: [...first.keys()].filter((name) => !isShared(name)),
    onlyInSecond: [...second.keys()].filter((name) => !isShared(name)),
  }
}

function changeOf({ data: a }: Weight, { data: b }: Weight): Omit<WeightChange, 'name'> {
  let [sum, largest, squares, length] = [0, 0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((b[i] as number) - (a[i] as number))
    sum += difference
    // NaN is larger than anything, or a broken weight would pass unseen.
    largest = difference > largest || Number.isNaN(difference) ? difference : largest
    squares += difference ** 2
    length += (a[i] as number) ** 2
  }
  const relative = squares === 0 ? 0 : Math.sqrt(squares / length)
  return { meanAbs: a.length === 0 ? 0 : sum / a.length, maxAbs: largest, relative }
}

/** What two networks must share for a comparison to mean anything. */
function refuseUnlike(first: ModelSpec, second: ModelSpec): void {
  const words = (spec: ModelSpec) =>
    `width ${spec.width}, depth ${spec.depth}, patch ${spec.patch}, ${spec.ffn.kind} of ${spec.ffn.hidden}`
  if (words(first) !== words(second))
    throw new Failure(
      'bad-argument',
      `The two checkpoints have different architectures (${words(first)}; ${words(second)}).`,
      'Compare two checkpoints of one architecture.',
    )
}

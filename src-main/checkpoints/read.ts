// How do stored tensors become a network's weights? Each piece of the plan is read once and made canonical.
import { Failure } from '../../src-shared/domain/failure.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import type { Weights } from '../../src-shared/domain/weights.ts'
import { countOf } from './canonical.ts'
import { contextFor, shortList, type Plan } from './keyReport.ts'
import type { Piece } from './match.ts'

/** More numbers than any one weight of a published ViT has. */
const mostFilled = 2 ** 30

/** What reading needs besides the plan. */
export interface ReadingContext {
  readonly file: string
  readonly spec: ModelSpec
  /** Base of rotary periods that are computed, not stored. */
  readonly ropeBase: number
  /** Fill what is missing with zeros, gains of norms with ones, instead of refusing. */
  readonly allowMissing: boolean
}

/**
 * Reads every weight of a network as float32, in canonical order. Throws Failure `missing-weights` where weights are
 * missing or have the wrong shape (unless allowed), and `unsupported-model` where the file has parts that would change
 * the result and that no family here has.
 */
export function readWeights(plan: Plan, context: ReadingContext): Weights {
  refuseStrange(plan, context.file)
  if (!context.allowMissing) refuseMissing(plan, context.file)
  const read = new Map<Piece, Map<string, Float32Array>>()
  const weights: Weights = new Map()
  for (const [canonical, shape] of plan.shapes) {
    const piece = plan.readable.get(canonical)
    if (piece !== undefined && !read.has(piece)) read.set(piece, readPiece(piece, plan, context.spec))
    const data = (piece && read.get(piece)?.get(canonical)) ?? substitute(canonical, shape, plan, context)
    if (data.length !== countOf(shape))
      throw new Failure(
        'damaged-file',
        `${context.file}: ${canonical} came out with ${data.length} numbers, not ${countOf(shape)}.`,
      )
    weights.set(canonical, { shape, data })
  }
  return weights
}

function readPiece(piece: Piece, plan: Plan, spec: ModelSpec): Map<string, Float32Array> {
  const stored = piece.sources.map((source) => source?.tensor.read() ?? null)
  const values = piece.rule.conversion.read(stored, contextFor(piece, spec, plan.shapes))
  const named = new Map<string, Float32Array>()
  piece.canonical.forEach((name, i) => {
    const value = values[i]
    if (value !== undefined && value !== null) named.set(name, value)
  })
  return named
}

function substitute(
  canonical: string,
  shape: readonly number[],
  plan: Plan,
  { spec, ropeBase, file }: ReadingContext,
): Float32Array {
  if (countOf(shape) > mostFilled)
    throw new Failure(
      'too-large',
      `${file} lacks ${canonical}, and filling [${shape.join(', ')}] would fill the memory.`,
    )
  if (canonical === 'rope.periods' && plan.implied.has(canonical)) return ropePeriods(spec, ropeBase)
  const isGain = /(norm\d?|clsNorm)\.weight$|\.scale[12]$/i.test(canonical)
  return new Float32Array(countOf(shape)).fill(isGain ? 1 : 0)
}

/** Periods base^(4k / head width), k from 0 to head width / 4 (transformers, DINOv3ViTRopePositionEmbedding). */
export function ropePeriods(spec: Pick<ModelSpec, 'width' | 'heads'>, base: number): Float32Array {
  const headWidth = spec.width / spec.heads
  return Float32Array.from({ length: headWidth / 4 }, (_, k) => base ** ((4 * k) / headWidth))
}

function refuseStrange({ strange }: Plan, file: string): void {
  if (strange.length === 0) return
  throw new Failure(
    'unsupported-model',
    `${file} has parts that none of the known families has (${shortList(strange.map(({ name }) => name))}), so its results would be wrong.`,
  )
}

function refuseMissing({ report }: Plan, file: string): void {
  const { missing, mismatched } = report
  if (missing.length + mismatched.length === 0) return
  const counted = (count: number) => (count === 1 ? 'one weight' : `${count} weights`)
  const shapes = mismatched.map(
    ({ name, expected, found }) => `${name} [${found.join(', ')}], expected [${expected.join(', ')}]`,
  )
  const parts = [
    ...(missing.length > 0
      ? [`lacks ${counted(missing.length)} that its architecture needs (${shortList(missing)})`]
      : []),
    ...(shapes.length > 0
      ? [`has ${counted(shapes.length)} of the wrong shape (${shortList(shapes, 1)})`]
      : []),
  ]
  throw new Failure(
    'missing-weights',
    `${file} ${parts.join(' and ')}.`,
    'Allow missing weights (--allow-missing) to fill them with zeros, gains of norms with ones.',
  )
}

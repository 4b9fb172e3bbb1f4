// How does a whole data set go through a network? Batch by batch, the next being read while one is computed.
import { Failure } from '../../src-shared/domain/failure.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import { layoutFor } from '../../src-shared/domain/tokenLayout.ts'
import type { TokenLayout } from '../../src-shared/domain/tokenLayout.ts'
import type { Request } from '../../src-shared/protocol/calls.ts'
import type { EmbedToken } from '../../src-shared/protocol/calls/measure.ts'
import { cancelled } from '../../src-shared/protocol/errors.ts'
import { fit, toTensor } from '../datasets/fit.ts'
import type { Fitted } from '../datasets/fit.ts'
import type { PictureSet, Skipped } from '../datasets/pictureSet.ts'
import type { RgbPicture } from '../datasets/reader.ts'
import { forwardBytes, refuseHeavyForward } from './estimate.ts'
import type { Computing } from './jobs/computing.ts'
import type { EncodeWish, Images } from './task.ts'

/** Pictures of one pass at most; more make it no faster on a processor. */
const largestBatch = 16
/** Bytes of a pass at most, where more than one picture goes into it. */
const batchBytes = 1 << 30

/** One picture that went in. */
export interface Seen {
  item: number
  /** As it was read. */
  picture: RgbPicture
  /** What of it the network saw, in its own pixels. */
  region: Fitted['region']
}

/** How pictures become inputs: all of one size. */
export type InputShape = Pick<Request<'embed'>, 'size' | 'fit'>

export interface EncodedBatch {
  seen: Seen[]
  /** `[batch, columns]`, or `[batch, patches, width]`. */
  rows: Float32Array
  /** `[batch, heads, patches]`; empty where it was not wanted. */
  attention: Float32Array
}

/** The tokens of every picture, which all get the same size. Throws Failure for a size below one patch. */
export function layoutAt(spec: ModelSpec, size: number | null): TokenLayout {
  const side = Math.floor((size ?? spec.preprocessing.crop) / spec.patch) * spec.patch
  if (side < spec.patch)
    throw new Failure(
      'bad-argument',
      `A size of ${size ?? spec.preprocessing.crop} px is smaller than one patch of ${spec.patch} px.`,
      `Ask for at least ${spec.patch} px.`,
    )
  return layoutFor(spec, side, side)
}

/** The token that is taken where nobody says it. Throws Failure for [CLS] of a network without one. */
export function tokenOf(spec: ModelSpec, asked: EmbedToken | null): EmbedToken {
  if (asked === null) return spec.cls ? 'cls' : 'mean'
  if (!spec.cls && asked.startsWith('cls'))
    throw new Failure('bad-argument', 'This network has no [CLS] token.', 'Ask for --token mean or patches.')
  return asked
}

/**
 * Sends `items` of a data set through a network, in their order. Pictures that cannot be used are added to `skipped`
 * and left out. `known` items do not go through it. Throws Failure, `cancelled` where `signal` says so.
 */
export async function* encodeItems(
  computing: Computing,
  data: PictureSet,
  items: ArrayLike<number>,
  shape: InputShape,
  wish: EncodeWish,
  skipped: Skipped[],
  signal: AbortSignal,
): AsyncGenerator<EncodedBatch> {
  const spec = await computing.spec
  const layout = layoutAt(spec, shape.size)
  refuseHeavyForward(spec, layout, 1, [])
  const most = Math.floor(batchBytes / forwardBytes(spec, layout, 1, []))
  const count = Math.max(1, Math.min(largestBatch, most))
  const all = Array.from(items)
  const start = (from: number) => {
    const reading = readBatch(data, all.slice(from, from + count), spec, layout, shape)
    // It is awaited in its time; until then a failure must not count as unhandled.
    reading.catch(() => {})
    return reading
  }
  let reading = start(0)
  await computing.ready
  for (let from = 0; from < all.length; from += count) {
    if (signal.aborted) throw cancelled()
    const batch = await reading
    reading = start(from + count)
    skipped.push(...batch.skipped)
    if (batch.seen.length === 0) continue
    const { rows, attention } = await computing.run(
      'encode',
      { images: batch.images, ...wish },
      { movable: true },
    )
    yield { seen: batch.seen, rows: rows ?? new Float32Array(0), attention: attention ?? new Float32Array(0) }
  }
}

async function readBatch(
  data: PictureSet,
  items: readonly number[],
  spec: ModelSpec,
  { grid }: TokenLayout,
  { size, fit: how }: InputShape,
): Promise<{ seen: Seen[]; images: Images; skipped: Skipped[] }> {
  const [height, width] = [grid[0] * spec.patch, grid[1] * spec.patch]
  const numbers = 3 * height * width
  const tensor = new Float32Array(items.length * numbers)
  const seen: Seen[] = []
  const skipped: Skipped[] = []
  const box = size === null ? undefined : { width: size, height: size }
  const found = await Promise.all(
    items.map((item) =>
      data.read(item).then(
        (picture) => ({ item, picture }),
        (failure: unknown) => ({ item, failure }),
      ),
    ),
  )
  for (const one of found)
    try {
      if ('failure' in one) throw one.failure
      const fitted = fit(one.picture, spec, { fit: how, size: box })
      toTensor(fitted.picture, spec.preprocessing, tensor, seen.length * numbers)
      seen.push({ item: one.item, picture: one.picture, region: fitted.region })
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure
      skipped.push({ name: data.id(one.item), reason: failure.message })
    }
  const used = seen.length === items.length ? tensor : tensor.slice(0, seen.length * numbers)
  return { seen, images: { batch: seen.length, height, width, data: used }, skipped }
}

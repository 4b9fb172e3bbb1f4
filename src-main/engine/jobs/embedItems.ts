// Answers `embedItems`: vectors of a data set's items, batch by batch; what is there already is not computed again.
import { createHash } from 'node:crypto'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { EmbedToken } from '../../../src-shared/domain/dataSet.ts'
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import {
  firstPatch,
  layoutFor,
  tokenCount,
  type TokenLayout,
} from '../../../src-shared/domain/tokenLayout.ts'
import { itemHashBytes } from '../../../src-shared/protocol/calls/dataSets.ts'
import type { Picture } from '../../datasets/pictures.ts'
import { openSet, type OpenSet } from '../dataSets.ts'
import { forwardBytes, refuseHeavyForward } from '../estimate.ts'
import type { Job } from '../job.ts'
import { secondsSince, startComputing } from './computing.ts'

/** Pictures of one pass at most; more make it no faster on a processor. */
const largestBatch = 16
/** Bytes of a pass at most, where the memory allows more. */
const batchBytes = 1 << 30

export const embedItems: Job<'embedItems'> = (tools) => async (request, context) => {
  const since = performance.now()
  const { data, items, choice, size, known } = request
  const computing = startComputing(tools, request, context)
  const set = await openSet(data)
  const spec = await computing.spec
  const layout = layoutOf(spec, size)
  const pick = picker(choice.token, layout, spec)
  refuseHeavyForward(spec, layout, 1, [])
  const batch = Math.max(
    1,
    Math.min(largestBatch, Math.floor(batchBytes / forwardBytes(spec, layout, 1, []))),
  )
  const places = known ? placesOf(known) : null
  const skipped: { item: number; reason: string }[] = []
  await computing.ready
  /** The next batch is read while the network sees this one. */
  let reading = read(set, items.subarray(0, batch), spec, size, places)
  for (let from = 0; from < items.length; from += batch) {
    context.signal.throwIfAborted()
    const mine = items.slice(from, from + batch)
    const found = await reading
    reading = read(set, items.subarray(from + batch, from + 2 * batch), spec, size, places)
    reading.catch(() => undefined)
    context.event({ kind: 'progress', what: 'embedding', done: from, total: items.length })
    const fresh = found.filter(({ same }) => same < 0)
    const seen = fresh.flatMap(({ pixels }) => pixels ?? [])
    const vectors = new Float32Array(fresh.length * pick.perItem * pick.columns).fill(NaN)
    if (seen.length > 0) {
      const images = stack(seen, layout, spec)
      const question = { images, layer: choice.layer, norm: true }
      const { tokens } = await computing.run('features', question, { movable: true })
      let row = 0
      for (const [i, { pixels }] of fresh.entries()) if (pixels) pick.into(vectors, i, tokens, row++)
    }
    for (const [i, { failure }] of found.entries())
      if (failure) skipped.push({ item: mine[i]!, reason: failure })
    await context.item({
      items: mine,
      hashes: Buffer.concat(found.map(({ hash }) => hash)),
      perItem: pick.perItem,
      columns: pick.columns,
      same: Int32Array.from(found, ({ same }) => same),
      vectors,
    })
  }
  context.event({ kind: 'progress', what: 'embedding', done: items.length, total: items.length })
  return {
    columns: pick.columns,
    perItem: pick.perItem,
    skipped,
    device: await computing.device(),
    seconds: secondsSince(since),
  }
}

/** The tokens that every picture becomes: all get the same size. */
function layoutOf(spec: ModelSpec, size: number | null): TokenLayout {
  const side = Math.max(1, Math.floor((size ?? spec.preprocessing.crop) / spec.patch)) * spec.patch
  return layoutFor(spec, side, side)
}

interface Found {
  readonly hash: Uint8Array
  /** Where its vectors are known; −1: nowhere. */
  readonly same: number
  /** As the network sees it; null where it cannot be read or is known. */
  readonly pixels: Float32Array | null
  readonly failure: string
}

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')

function placesOf(known: Uint8Array): Map<string, number> {
  const places = new Map<string, number>()
  for (let at = 0; at + itemHashBytes <= known.length; at += itemHashBytes) {
    const hash = known.subarray(at, at + itemHashBytes)
    // Zeros stand for an item that could not be read: it is tried again.
    if (hash.some((byte) => byte !== 0)) places.set(hex(hash), at / itemHashBytes)
  }
  return places
}

async function read(
  set: OpenSet,
  items: Int32Array,
  spec: ModelSpec,
  size: number | null,
  places: Map<string, number> | null,
): Promise<Found[]> {
  const { fit, toTensor } = await import('../../datasets/fit.ts')
  const square = size === null ? undefined : { width: size, height: size }
  return Promise.all(
    Array.from(items, async (item): Promise<Found> => {
      try {
        const hash = createHash('sha256')
          .update(await set.bytes(item))
          .digest()
          .subarray(0, itemHashBytes)
        const same = places?.get(hex(hash)) ?? -1
        if (same >= 0) return { hash, same, pixels: null, failure: '' }
        const { picture } = fit((await set.read(item)) as Picture, spec, { fit: 'model', size: square })
        return { hash, same, pixels: toTensor(picture, spec.preprocessing), failure: '' }
      } catch (thrown) {
        if (!(thrown instanceof Failure)) throw thrown
        return { hash: new Uint8Array(itemHashBytes), same: -1, pixels: null, failure: thrown.message }
      }
    }),
  )
}

/** Pictures of one size as `[batch, 3, height, width]`. */
function stack(seen: readonly Float32Array[], { grid: [rows, columns] }: TokenLayout, { patch }: ModelSpec) {
  const [first] = seen
  const data = new Float32Array(seen.length * first!.length)
  for (const [i, pixels] of seen.entries()) data.set(pixels, i * first!.length)
  return { batch: seen.length, height: rows * patch, width: columns * patch, data }
}

interface Picker {
  readonly perItem: number
  readonly columns: number
  /** Puts the vectors of picture `row` of the batch into `vectors`, as item `item`. */
  into(vectors: Float32Array, item: number, tokens: Float32Array, row: number): void
}

/** How vectors are taken from tokens. Throws Failure where the network has no [CLS]. */
function picker(token: EmbedToken, layout: TokenLayout, { width }: ModelSpec): Picker {
  const [first, count] = [firstPatch(layout), tokenCount(layout)]
  if (!layout.cls && token.startsWith('cls'))
    throw new Failure(
      'bad-argument',
      'This network has no [CLS] token.',
      'Embed by the mean of the patches instead.',
    )
  const cls = (to: Float32Array, at: number, tokens: Float32Array, row: number): void =>
    to.set(tokens.subarray(row * count * width, (row * count + 1) * width), at)
  const mean = (to: Float32Array, at: number, tokens: Float32Array, row: number): void => {
    for (let c = 0; c < width; c++) {
      let sum = 0
      for (let t = first; t < count; t++) sum += tokens[(row * count + t) * width + c]!
      to[at + c] = sum / (count - first)
    }
  }
  switch (token) {
    case 'cls':
      return {
        perItem: 1,
        columns: width,
        into: (to, item, tokens, row) => cls(to, item * width, tokens, row),
      }
    case 'mean':
      return {
        perItem: 1,
        columns: width,
        into: (to, item, tokens, row) => mean(to, item * width, tokens, row),
      }
    case 'cls+mean':
      return {
        perItem: 1,
        columns: 2 * width,
        into: (to, item, tokens, row) => {
          cls(to, item * 2 * width, tokens, row)
          mean(to, (item * 2 + 1) * width, tokens, row)
        },
      }
    case 'patches': {
      const numbers = (count - first) * width
      return {
        perItem: count - first,
        columns: width,
        into: (to, item, tokens, row) =>
          to.set(tokens.subarray((row * count + first) * width, (row + 1) * count * width), item * numbers),
      }
    }
  }
}

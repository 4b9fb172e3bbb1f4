// Answers `embed`: a vector of each picture of a data set as files; what is known of a picture's bytes is taken over.
import { createHash } from 'node:crypto'
import { patchCount } from '../../../src-shared/domain/tokenLayout.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { EmbedToken } from '../../../src-shared/protocol/calls/measure.ts'
import type { Request } from '../../../src-shared/protocol/calls.ts'
import { cancelled } from '../../../src-shared/protocol/errors.ts'
import type { PictureSet, Skipped } from '../../datasets/pictureSet.ts'
import { openData } from '../../datasets/source.ts'
import { factsFile, fingerprintOf, openCache } from '../embeddingCache.ts'
import type { EmbeddingCache } from '../embeddingCache.ts'
import { encodeItems, layoutAt, tokenOf } from '../encoding.ts'
import { formatBytes } from '../estimate.ts'
import type { Job } from '../job.ts'
import { openOutputs } from '../outputs.ts'
import { aboutAsCsv, asCsv, asNpy, asParquet, asTensorBoard } from '../tables/write.ts'
import type { NamedRows } from '../tables/write.ts'
import { modelAt, secondsSince, startComputing } from './computing.ts'

/** Goes up when the same model makes other vectors of the same pictures. */
const version = 1
/** Pictures whose bytes are looked at together. */
const lookedAt = 64

export const embed: Job<'embed'> = (tools) => async (request, context) => {
  const since = performance.now()
  const { event, signal } = context
  const data = await openData(request.data)
  try {
    const computing = startComputing(tools, request, context)
    const outputs = await openOutputs(request.output)
    const beside = request.format === 'npy' ? [] : [`embeddings.${request.format}`]
    if (request.format === 'tsv') beside.push('metadata.tsv')
    await outputs.claim(['embeddings.npy', 'items.csv', ...beside])
    const spec = await computing.spec
    const token = tokenOf(spec, request.token)
    const layout = layoutAt(spec, request.size)
    const columns = token === 'cls+mean' ? 2 * spec.width : spec.width
    const perItem = token === 'patches' ? patchCount(layout) : 1
    refuseTooMany(data.items, perItem, columns)

    const { hash } = await tools.task('modelHash', { model: modelAt(request.model) }, { signal })
    const key = keyOf(request, hash, token, layout.grid)
    const cache = await openCache(outputs.folder, key, perItem * columns)
    const skipped: Skipped[] = [...data.skipped]
    const fingerprints = await fingerprintAll(data, signal, (done) =>
      event({ kind: 'progress', what: 'reading', done, total: data.items }),
    )
    const missing = firstOfEach(fingerprints).filter((item) => !cache.get(fingerprints[item]!))
    let computed = 0
    const wish = { layer: request.layer, token, attention: false, untrained: null }
    for await (const batch of encodeItems(computing, data, missing, request, wish, skipped, signal)) {
      const size = perItem * columns
      await cache.add(
        batch.seen.map(({ item }, i) => ({
          fingerprint: fingerprints[item]!,
          numbers: batch.rows.slice(i * size, (i + 1) * size),
        })),
      )
      computed += batch.seen.length
      event({ kind: 'progress', what: 'embedding', done: computed, total: missing.length })
    }
    const items = fingerprints.flatMap((fingerprint, item) => (cache.get(fingerprint) ? [item] : []))
    if (items.length === 0)
      throw new Failure('bad-data', `None of the pictures can be used: ${skipped[0]?.reason ?? ''}`.trim())
    const table = tableOf(data, items, fingerprints, cache, { perItem, columns, grid: layout.grid })
    await outputs.write('embeddings.npy', asNpy(table))
    await outputs.write('items.csv', aboutAsCsv(table))
    if (request.format === 'csv') await outputs.write('embeddings.csv', asCsv(table))
    if (request.format === 'tsv') {
      const { tensors, metadata } = asTensorBoard(table)
      await outputs.write('embeddings.tsv', tensors)
      await outputs.write('metadata.tsv', metadata)
    }
    if (request.format === 'parquet') await outputs.write('embeddings.parquet', await asParquet(table))
    const facts = { key, columns, perItem, fingerprints: items.map((item) => fingerprints[item]!) }
    await outputs.write(
      factsFile,
      Buffer.from(JSON.stringify({ ...describe(request, data, hash, token), ...facts })),
    )
    await cache.finish()
    return {
      rows: table.rows,
      columns,
      computed,
      skipped,
      output: outputs.folder,
      device: await computing.device(),
      seconds: secondsSince(since),
    }
  } finally {
    data.close()
  }
}

/** Everything that the numbers depend on beside a picture's bytes, as 64 characters. */
function keyOf(
  { layer, settings, fit }: Request<'embed'>,
  model: string,
  token: EmbedToken,
  grid: readonly [number, number],
): string {
  const words = { version, model, layer, token, grid, fit, precision: settings.precision }
  return createHash('sha256').update(JSON.stringify(words)).digest('hex')
}

/** What a person may want to know of the files later. */
function describe({ model, layer }: Request<'embed'>, data: PictureSet, hash: string, token: EmbedToken) {
  return { model: model.name, modelHash: hash, layer, token, data: data.name, dataHash: data.hash }
}

function refuseTooMany(items: number, perItem: number, columns: number): void {
  // Once as they come, once as the file's bytes.
  const needed = items * perItem * columns * 4 * 2
  const free = process.availableMemory()
  if (needed > free)
    throw new Failure(
      'too-large',
      `${items} pictures make ${items * perItem} rows of ${columns} numbers, which need ${formatBytes(needed)} of memory; ${formatBytes(free)} are free.`,
      'Embed fewer pictures, or take --token cls or mean.',
    )
}

/** The fingerprint of every picture; empty where its bytes cannot be read. */
async function fingerprintAll(
  data: PictureSet,
  signal: AbortSignal,
  progress: (done: number) => void,
): Promise<string[]> {
  const fingerprints: string[] = []
  for (let from = 0; from < data.items; from += lookedAt) {
    if (signal.aborted) throw cancelled()
    progress(from)
    const count = Math.min(lookedAt, data.items - from)
    const some = Array.from({ length: count }, (_, i) =>
      data.bytes(from + i).then(fingerprintOf, () => `unread ${from + i}`),
    )
    fingerprints.push(...(await Promise.all(some)))
  }
  return fingerprints
}

/** The first item of each fingerprint: the same picture under two names is computed once. */
function firstOfEach(fingerprints: readonly string[]): number[] {
  const met = new Set<string>()
  return fingerprints.flatMap((fingerprint, item) => {
    if (met.has(fingerprint)) return []
    met.add(fingerprint)
    return [item]
  })
}

function tableOf(
  data: PictureSet,
  items: readonly number[],
  fingerprints: readonly string[],
  cache: EmbeddingCache,
  { perItem, columns, grid }: { perItem: number; columns: number; grid: readonly [number, number] },
): NamedRows {
  const size = perItem * columns
  const numbers = new Float32Array(items.length * size)
  items.forEach((item, i) => numbers.set(cache.get(fingerprints[item]!)!, i * size))
  const split = new Map<number, string>()
  for (const { name, items: own } of data.splits) for (const item of own) split.set(item, name)
  const each = <T>(of: (item: number, patch: number) => T): T[] =>
    items.flatMap((item) => Array.from({ length: perItem }, (_, patch) => of(item, patch)))
  // A patch is called after its picture, row and column.
  const called = (item: number, patch: number): string =>
    perItem > 1 ? `${data.id(item)}:${Math.floor(patch / grid[1])},${patch % grid[1]}` : data.id(item)
  const rows = items.length * perItem
  return {
    rows,
    columns,
    data: numbers,
    about: [
      { name: 'row', values: Array.from({ length: rows }, (_, row) => row) },
      { name: 'id', values: each(called) },
      ...(data.classes
        ? [{ name: 'class', values: each((item) => data.classes![data.label(item)!] ?? '') }]
        : []),
      ...(data.splits.length > 0 ? [{ name: 'split', values: each((item) => split.get(item) ?? '') }] : []),
    ],
  }
}

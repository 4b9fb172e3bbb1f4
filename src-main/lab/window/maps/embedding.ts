// Where do the vectors of a data set come from? Those that are there, those of its whole, or the engine, piece by piece.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import type { EmbeddingChoice } from '../../../../src-shared/domain/dataSet.ts'
import { Failure } from '../../../../src-shared/domain/failure.ts'
import { npyHeader } from '../../../../src-shared/numerics/npy.ts'
import { itemHashBytes } from '../../../../src-shared/protocol/calls/dataSets.ts'
import { storeFile } from '../../workspace/blobs.ts'
import { filePath, type StoredDataSet } from '../../workspace/dataSets.ts'
import {
  addPiece,
  beginEmbedding,
  embeddingsOf,
  endEmbedding,
  findEmbedding,
  piecesOf,
  type StoredEmbedding,
} from '../../workspace/embeddings.ts'
import type { StoredModel } from '../../workspace/models.ts'
import { choice as modelChoice } from '../handlers/looking.ts'
import type { WindowLab } from '../parts.ts'
import { choiceOf, dataSetIn } from './origins.ts'

/** Vectors are kept after so many items or milliseconds: what a crash can cost. */
const [pieceItems, piecePause] = [512, 5000]

export interface EmbedWish {
  readonly dataSet: StoredDataSet
  readonly model: StoredModel
  readonly choice: EmbeddingChoice
}

/** Says how vectors are made: the same words, the same vectors. */
function keyOf({ model, choice }: EmbedWish): string {
  const file =
    model.kept === 'path' ? [model.path, model.bytes, model.modified] : [model.kept, model.blob ?? model.path]
  return JSON.stringify({ file, overrides: model.overrides, ...choice })
}

/** The vectors that are wanted, whole. Throws Failure; what was computed before is kept and not computed again. */
export async function ensureEmbedding(
  lab: WindowLab,
  wish: EmbedWish,
  signal: AbortSignal,
  onProgress: (done: number, of: number) => void,
): Promise<StoredEmbedding> {
  const { dataSet } = wish
  const workspace = lab.document.writable()
  const key = keyOf(wish)
  const all = embeddingsOf(workspace, dataSet.id, key)
  const whole = all.find((one) => one.vectors !== null && one.data_hash === dataSet.hash)
  if (whole) return whole
  if (dataSet.origin.kind === 'part') return partOf(lab, wish, key, signal, onProgress)
  const { choice: data, items: numbers } = await choiceOf(lab, dataSet)
  if (!data)
    throw new Failure(
      'bad-argument',
      `${dataSet.name} has no pictures that a model could see.`,
      'Map its own numbers, or add the folder of its pictures.',
    )
  const begun = all.find((one) => one.vectors === null && one.data_hash === dataSet.hash)
  const id =
    begun?.id ??
    beginEmbedding(workspace, { dataSet: dataSet.id, dataHash: dataSet.hash, key, items: dataSet.items })
  const done = piecesOf(workspace, id).reduce((sum, piece) => sum + piece.items.length, 0)
  const older = await openOlder(lab, all.find((one) => one.vectors !== null && one.hashes !== null) ?? null)
  try {
    const rest = Int32Array.from({ length: dataSet.items - done }, (_, i) => done + i)
    await embedRest(lab, wish, { id, data, rest, numbers, older }, signal, (more) =>
      onProgress(done + more, dataSet.items),
    )
  } finally {
    await older?.close()
  }
  return joinPieces(lab, id)
}

/** Vectors of an earlier state of the data set, by the hashes of their items. */
interface Older {
  readonly known: Uint8Array
  /** Numbers of one item `[perItem, columns]`. */
  read(at: number): Promise<Float32Array>
  close(): Promise<void>
}

async function openOlder(lab: WindowLab, embedding: StoredEmbedding | null): Promise<Older | null> {
  if (!embedding?.vectors || !embedding.hashes) return null
  const workspace = lab.document.readable()
  const [known, file] = await Promise.all([
    readFile(filePath(workspace, embedding.hashes)),
    open(filePath(workspace, embedding.vectors), 'r'),
  ])
  const numbers = embedding.per_item * embedding.columns
  const { size } = await file.stat()
  const start = size - embedding.items * numbers * 4
  return {
    known: new Uint8Array(known),
    read: async (at) => {
      const vectors = new Float32Array(numbers)
      await file.read(new Uint8Array(vectors.buffer), 0, numbers * 4, start + at * numbers * 4)
      return vectors
    },
    close: () => file.close(),
  }
}

interface Work {
  readonly id: string
  readonly data: Parameters<WindowLab['calls']['embedItems']>[0]['data']
  readonly rest: Int32Array
  /** What the engine calls the items; null: the same. */
  readonly numbers: Int32Array | null
  readonly older: Older | null
}

async function embedRest(
  lab: WindowLab,
  { model, choice }: EmbedWish,
  { id, data, rest, numbers, older }: Work,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<void> {
  if (rest.length === 0) return
  const workspace = lab.document.writable()
  let held: { hashes: Uint8Array; vectors: Float32Array }[] = []
  let [kept, waiting, columns, perItem] = [0, 0, 0, 1]
  let since = performance.now()
  const keep = async (): Promise<void> => {
    if (waiting === 0) return
    const items = rest.slice(kept, kept + waiting)
    const blob = await storeFile(
      workspace,
      held.map(({ vectors }) => bytesOf(vectors)),
      '.f32',
    )
    const hashes = Buffer.concat(held.map((one) => one.hashes))
    addPiece(workspace, id, { items, hashes, blob, columns, perItem })
    kept += waiting
    waiting = 0
    held = []
    since = performance.now()
  }
  try {
    const result = await lab.calls.embedItems(
      {
        settings: lab.runSettings(),
        model: await modelChoice(lab, model),
        data,
        items: numbers ? rest.map((item) => numbers[item]!) : rest,
        choice,
        size: null,
        known: older?.known ?? null,
      },
      {
        signal,
        onItem: async (piece) => {
          columns = piece.columns
          perItem = piece.perItem
          held.push({ hashes: piece.hashes, vectors: await whole(piece, older) })
          waiting += piece.items.length
          onProgress(kept + waiting)
          if (waiting >= pieceItems || performance.now() - since > piecePause) await keep()
        },
      },
    )
    lab.engine.ran(result.device, lab.runSettings().threads ?? 0)
  } finally {
    // Also what came before a cancel or a failure is kept.
    await keep()
  }
}

/** The vectors of a piece with those that were there before in their places. */
async function whole(
  piece: { same: Int32Array; vectors: Float32Array; columns: number; perItem: number },
  older: Older | null,
): Promise<Float32Array> {
  if (!older || piece.same.every((at) => at < 0)) return piece.vectors
  const numbers = piece.perItem * piece.columns
  const out = new Float32Array(piece.same.length * numbers)
  let fresh = 0
  for (const [i, at] of piece.same.entries())
    if (at < 0) out.set(piece.vectors.subarray(fresh++ * numbers, fresh * numbers), i * numbers)
    else out.set(await older.read(at), i * numbers)
  return out
}

const bytesOf = (numbers: Float32Array): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)

/** Makes one file of the pieces. */
async function joinPieces(lab: WindowLab, id: string): Promise<StoredEmbedding> {
  const workspace = lab.document.writable()
  const embedding = findEmbedding(workspace, id)!
  const pieces = piecesOf(workspace, id)
  const { columns, per_item: perItem } = embedding
  const rows = pieces.reduce((sum, { items }) => sum + items.length, 0) * perItem
  async function* content(): AsyncGenerator<Uint8Array> {
    yield npyHeader({ shape: [rows, columns], data: new Float32Array(0) })
    for (const { vectors } of pieces)
      yield* createReadStream(filePath(workspace, vectors)) as AsyncIterable<Uint8Array>
  }
  const vectors = await storeFile(workspace, content(), '.npy')
  const hashes = await storeFile(
    workspace,
    pieces.map((piece) => piece.hashes),
    '.hashes',
  )
  endEmbedding(workspace, id, { vectors, hashes, columns, perItem })
  return findEmbedding(workspace, id)!
}

/** The rows of a part, taken from its whole. */
async function partOf(
  lab: WindowLab,
  wish: EmbedWish,
  key: string,
  signal: AbortSignal,
  onProgress: (done: number, of: number) => void,
): Promise<StoredEmbedding> {
  const { dataSet } = wish
  const { origin } = dataSet
  if (origin.kind !== 'part') throw new Failure('internal', 'This data set is no part of another.')
  const whole = await ensureEmbedding(
    lab,
    { ...wish, dataSet: dataSetIn(lab, origin.of) },
    signal,
    onProgress,
  )
  const source = await openOlder(lab, whole)
  const workspace = lab.document.writable()
  const { columns, per_item: perItem } = whole
  try {
    async function* content(): AsyncGenerator<Uint8Array> {
      yield npyHeader({ shape: [dataSet.items * perItem, columns], data: new Float32Array(0) })
      for (const item of (origin as { items: number[] }).items) yield bytesOf(await source!.read(item))
    }
    const vectors = await storeFile(workspace, content(), '.npy')
    const picked = origin.items.map((item) =>
      source!.known.subarray(item * itemHashBytes, (item + 1) * itemHashBytes),
    )
    const hashes = await storeFile(workspace, picked, '.hashes')
    const id = beginEmbedding(workspace, {
      dataSet: dataSet.id,
      dataHash: dataSet.hash,
      key,
      items: dataSet.items,
    })
    endEmbedding(workspace, id, { vectors, hashes, columns, perItem })
    return findEmbedding(workspace, id)!
  } finally {
    await source?.close()
  }
}

/** SHA-256 of some bytes, in hexadecimal. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

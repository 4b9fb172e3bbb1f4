// What goes into the network? Pictures decoded and fitted while the model is being read, or a tensor as it stands.
import { readFile } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { Failure } from '../../src-shared/domain/failure.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import { layoutFor } from '../../src-shared/domain/tokenLayout.ts'
import { NpyError, readNpy, toFloat32 } from '../../src-shared/numerics/npy.ts'
import type { InputChoice, PictureSource } from '../../src-shared/protocol/calls/common.ts'
import type { Fitted } from '../datasets/fit.ts'
import type { Picture } from '../datasets/pictures.ts'
import { refuseHeavyForward } from './estimate.ts'
import type { Images } from './task.ts'

/** One batch on its way into the network. */
export interface InputBatch {
  images: Images
  /** One for each of the batch: what its files are called, how it looks as the network sees it, and what of it that is. */
  pictures: { name: string; picture: Picture; region: Fitted['region'] }[]
  /** How far this is, for progress. */
  done: number
  total: number
  /** True for a tensor file, whose results are not named after a picture. */
  tensor: boolean
}

interface Source {
  name: string
  /** Found in a folder, not named by the person: one that cannot be read is passed over. */
  found: boolean
  decode(): Promise<Picture>
}

/**
 * The inputs one after the other. Decoding begins at once, the network's spec is awaited only for fitting; while one
 * is computed the next is decoded. Throws Failure.
 */
export async function* inputBatches(
  input: InputChoice,
  awaited: Promise<ModelSpec>,
  notice: (text: string) => void,
): AsyncGenerator<InputBatch> {
  // Whoever asks first for the spec hears of its failure; until then it must not count as unhandled.
  awaited.catch(() => {})
  if (input.kind === 'tensor') {
    yield await tensorBatch(input.path, awaited)
    return
  }
  const [sources, { fit, toTensor }] = await Promise.all([
    listSources(input.sources),
    import('../datasets/fit.ts'),
  ])
  const start = (i: number): Promise<Picture> | null => {
    const decoding = sources[i]?.decode() ?? null
    decoding?.catch(() => {})
    return decoding
  }
  let decoding = start(0)
  let seen = 0
  let lastFailure: unknown = null
  for (const [i, { name, found }] of sources.entries()) {
    // A model that cannot be read is told before a picture that cannot.
    const spec = await awaited
    const fitted = await decoding!
      .then((picture) => fit(picture, spec, { fit: input.fit, size: input.size, before: refuse(spec) }))
      .catch((failure: unknown) => {
        if (!found || !(failure instanceof Failure) || failure.code !== 'bad-picture')
          throw sources.length > 1 ? named(name, failure) : failure
        lastFailure = failure
        notice(`${name} is passed over: ${failure.message}`)
        return null
      })
    decoding = start(i + 1)
    if (!fitted) continue
    const { picture, notices, region } = fitted
    for (const text of notices) notice(sources.length > 1 ? `${name}: ${text}` : text)
    const images: Images = {
      batch: 1,
      width: picture.width,
      height: picture.height,
      data: toTensor(picture, spec.preprocessing),
    }
    seen++
    yield { images, pictures: [{ name, picture, region }], done: i, total: sources.length, tensor: false }
  }
  if (seen === 0 && lastFailure) throw lastFailure
}

/** Refuses a size whose forward pass cannot fit, before gigabytes of pixels are computed for it. */
const refuse =
  (spec: ModelSpec) =>
  ({ width, height }: { width: number; height: number }): void =>
    refuseHeavyForward(spec, layoutFor(spec, width, height), 1, [])

/** A failure that says which of several pictures it speaks of. */
function named(name: string, failure: unknown): unknown {
  if (!(failure instanceof Failure) || failure.message.includes(name)) return failure
  return new Failure(failure.code, `${name}: ${failure.message}`, failure.hint)
}

/** Every picture that the sources mean, in their order, with names of their own. */
async function listSources(sources: readonly PictureSource[]): Promise<Source[]> {
  const [{ decode }, { listPictures, uniqueNames }] = await Promise.all([
    import('../datasets/pictures.ts'),
    import('../datasets/listPictures.ts'),
  ])
  const lists = await Promise.all(
    sources.map(async (source): Promise<Source[]> => {
      if (source.kind === 'bytes')
        return [{ name: source.name, found: false, decode: () => decode(source.bytes, source.name) }]
      const listed = await listPictures([source.path])
      return listed.map(({ path }) => ({
        name: basename(path, extname(path)),
        found: resolve(path) !== resolve(source.path),
        decode: () => decode(path),
      }))
    }),
  )
  const all = lists.flat()
  const names = uniqueNames(all.map(({ name }) => name))
  return all.map((source, i) => ({ ...source, name: names[i]! }))
}

/** A tensor file `[batch, 3, height, width]`, already normalised. Throws Failure `bad-data`. */
async function tensorBatch(path: string, awaited: Promise<ModelSpec>): Promise<InputBatch> {
  const array = await readTensor(path)
  const { patch, preprocessing } = await awaited
  const [batch = 0, channels, height = 0, width = 0] = array.shape
  const shown = `[${array.shape.join(', ')}]`
  if (array.shape.length !== 4 || channels !== 3 || batch < 1)
    throw new Failure('bad-data', `${path} is ${shown}; [batch, 3, height, width] is needed.`)
  if (width < patch || height < patch || width % patch !== 0 || height % patch !== 0)
    throw new Failure(
      'bad-data',
      `${path} is ${width} × ${height} px; both sides must be multiples of this network's patch of ${patch} px.`,
    )
  const { fromTensor } = await import('../datasets/fit.ts')
  const one = 3 * height * width
  const pictures = Array.from({ length: batch }, (_, b) => ({
    name: batch === 1 ? 'tensor' : `tensor-${b}`,
    picture: fromTensor(array.data.subarray(b * one, (b + 1) * one), { width, height }, preprocessing),
    region: { x: 0, y: 0, width, height },
  }))
  return { images: { batch, height, width, data: array.data }, pictures, done: 0, total: 1, tensor: true }
}

/** Numbers of a `.npy` file as float32. Throws Failure `unreadable-file` or `bad-data`. */
export async function readTensor(path: string): Promise<{ shape: number[]; data: Float32Array }> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : (error.code ?? 'it may not be read')
    throw new Failure('unreadable-file', `${path} could not be read: ${why}.`)
  })
  try {
    const array = readNpy(bytes)
    return { shape: array.shape, data: toFloat32(array) }
  } catch (error) {
    if (!(error instanceof NpyError)) throw error
    throw new Failure('bad-data', `${path} is no array that can be used: ${error.message}.`)
  }
}

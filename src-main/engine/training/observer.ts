// How good is a network while it trains? k-NN and linear probe on held-out pictures, attention on animals, the film.
import { knnClassify } from '../../analysis/knn.ts'
import { fitProbe, predict } from '../../analysis/linearProbe.ts'
import { decode } from '../../datasets/pictures.ts'
import { listPictures } from '../../datasets/listPictures.ts'
import type { PictureSet } from '../../datasets/pictureSet.ts'
import { resize } from '../../datasets/resize.ts'
import type { Metrics } from '../../methods/method.ts'
import type { Observer, Split } from '../../training/run.ts'
import type { Place } from '../../training/stepping.ts'
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import type { Pin } from '../../../src-shared/domain/run.ts'
import type { NewRun } from '../../../src-shared/protocol/calls/training.ts'
import { coverageMeter } from './coverage.ts'
import { createEncoder } from './encoder.ts'
import { sampleOf, squared, type Sample } from './heldOut.ts'

/** Pictures that are measured, and pictures whose classes vote, at most. */
const [mostHeld, mostBank] = [400, 1200]
/** Pictures whose film is kept where nobody pins any. */
const ownPins = 4
/** On squared weights of the linear probe, per row. */
const probePenalty = 1e-2
/** Side at which raw pixels are compared. */
const pixelSide = 24

/** The observer of a run: what it measures on is drawn once, from the run's seed. */
export async function createObserver(
  order: NewRun,
  data: PictureSet,
  split: Split,
  spec: ModelSpec,
  place: Place,
): Promise<Observer> {
  const side = spec.imageSize.width
  const encoder = await createEncoder(spec, side, place)
  const filmSide = 2 * side <= 256 ? 2 * side : side
  const film = await createEncoder(spec, filmSide, place)
  const pins = await pinsOf(order, data, split, filmSide)
  const filmed = new Uint8Array(pins.length * 3 * filmSide * filmSide)
  pins.forEach(({ rgb }, i) => filmed.set(rgb, i * 3 * filmSide * filmSide))

  const measured = order.evaluateEvery !== null && split.held.length > 0
  const held = measured ? await sampleOf(data, split.held, mostHeld, side, order.seed) : null
  const bank = measured ? await sampleOf(data, split.train, mostBank, side, order.seed) : null
  const classes = data.classes?.length ?? 0
  const coverage =
    held?.masks && bank?.masks ? coverageMeter(held.masks, bank.masks.slice(0, 400), encoder.grid) : null
  const still: Metrics = {
    ...(held && bank && classes > 1 ? { knn_pixels: pixelKnn(held, bank, side, classes) } : {}),
    ...(coverage ? { mass_fixed: coverage.fixed.mass, jaccard_fixed: coverage.fixed.jaccard } : {}),
  }

  return {
    pins,
    evaluate: async (network) => {
      if (!held || !bank) return { metrics: {}, embeddings: null }
      const { features, attention } = await encoder.run(network, held.pictures)
      const metrics: Metrics = { ...still }
      if (classes > 1) {
        const known = await encoder.run(network, bank.pictures)
        metrics['knn'] = knnShare(known.features, bank, features, held, spec.width, classes)
        metrics['linear'] = probeShare(known.features, bank, features, held, spec.width, classes)
      }
      if (coverage) Object.assign(metrics, coverage.measure(attention, spec.heads))
      return { metrics, embeddings: features }
    },
    film: async (network) => {
      if (pins.length === 0) return []
      const { attention } = await film.run(network, filmed)
      const [rows, columns] = film.grid
      const size = spec.heads * rows * columns
      return pins.map((_, pin) => ({
        ...{ pin, heads: spec.heads, rows, columns },
        maps: asBytes(attention.subarray(pin * size, (pin + 1) * size), spec.heads),
      }))
    },
    close: async () => {
      await encoder.release()
      await film.release()
    },
  }
}

/** Share of held-out pictures whose nearest neighbours vote for their class (k = 20, T = 0.07). */
function knnShare(
  known: Float32Array,
  bank: Sample,
  features: Float32Array,
  held: Sample,
  width: number,
  classes: number,
): number {
  const train = { features: known, labels: bank.labels }
  const { top1 } = knnClassify(train, { features, labels: held.labels }, width, classes)
  return (top1 ?? 0) / 100
}

/** Share of held-out pictures whose class a linear probe finds; its penalty is fixed, to keep it quick. */
function probeShare(
  known: Float32Array,
  bank: Sample,
  features: Float32Array,
  held: Sample,
  width: number,
  classes: number,
): number {
  const probe = fitProbe({ features: known, labels: bank.labels }, width, classes, probePenalty)
  const predictions = predict(probe, features)
  const right = predictions.reduce((count, one, i) => count + (one === held.labels[i] ? 1 : 0), 0)
  return right / Math.max(1, held.labels.length)
}

/** k-NN of raw pixels, at a size that keeps it quick. */
function pixelKnn(held: Sample, bank: Sample, side: number, classes: number): number {
  const width = 3 * pixelSide * pixelSide
  const small = ({ pictures, items }: Sample): Float32Array => {
    const out = new Float32Array(items.length * width)
    items.forEach((_, i) => {
      const rgb = pictures.subarray(i * 3 * side * side, (i + 1) * 3 * side * side)
      const to = { width: pixelSide, height: pixelSide }
      const little = resize({ width: side, height: side, rgb }, to, 'bilinear').rgb
      // From the middle grey, so that a cosine tells pictures apart.
      little.forEach((value, p) => (out[i * width + p] = value / 127.5 - 1))
    })
    return out
  }
  return knnShare(small(bank), bank, small(held), held, width, classes)
}

/** Each head's map with its maximum at 255. */
function asBytes(maps: Float32Array, heads: number): Uint8Array {
  const size = maps.length / heads
  const bytes = new Uint8Array(maps.length)
  for (let head = 0; head < heads; head++) {
    const own = maps.subarray(head * size, (head + 1) * size)
    const most = Math.max(...own, 1e-12)
    own.forEach((value, i) => (bytes[head * size + i] = Math.round((255 * value) / most)))
  }
  return bytes
}

/** The pinned pictures as the network sees them; where nobody pins any, some held-out ones. */
async function pinsOf(order: NewRun, data: PictureSet, split: Split, side: number): Promise<Pin[]> {
  const pin = (name: string, picture: Parameters<typeof squared>[0]): Pin => ({
    ...{ name, width: side, height: side },
    rgb: squared(picture, side),
  })
  const pins: Pin[] = []
  for (const source of order.pins) {
    if (source.kind === 'bytes') pins.push(pin(source.name, await decode(source.bytes, source.name)))
    else
      for (const { name, path } of await listPictures([source.path])) pins.push(pin(name, await decode(path)))
  }
  if (pins.length > 0) return pins
  const items = split.held.length > 0 ? split.held : split.train
  for (const item of items.subarray(0, ownPins)) {
    const picture = await data.read(item).catch(() => null)
    if (picture) pins.push(pin(data.id(item), picture))
  }
  return pins
}

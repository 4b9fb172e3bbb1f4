// What does --precision fast cost in accuracy, and what does it save? A model on photos, in 8 bits and exactly.
//
//   npm run bench -- fast --pictures FOLDER [--model FILE] [--batch 16] [--attention 64] [--threads 2] [--most N]
//
// FOLDER holds train/CLASS/ and test/CLASS/ with photos. `--attention`: how many photos' attention is compared, all
// layers of each. `--most` takes so many photos of each half only, evenly spread. The two precisions take turns, batch
// by batch, so that what else the machine does slows both alike.
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { knnClassify } from '../../src-main/analysis/knn.ts'
import { openCheckpoint } from '../../src-main/checkpoints/open.ts'
import { compile } from '../../src-main/compute/compile.ts'
import { fit, toTensor } from '../../src-main/datasets/fit.ts'
import { looksLikePicture, naturalOrder } from '../../src-main/datasets/listPictures.ts'
import { decode } from '../../src-main/datasets/pictures.ts'
import { forward, forwardInputs, forwardOutputs } from '../../src-main/networks/vit.ts'
import { layoutFor, tokenCount } from '../../src-shared/domain/tokenLayout.ts'
import { quantile } from '../../src-shared/numerics/measures.ts'
import { median } from './protocol.ts'

/** `fast` is offered for models whose k-NN predictions agree on at least this share of the photos. */
const leastAgreement = 0.98

const root = resolve(import.meta.dirname, '../..')
const { values: settings } = parseArgs({
  options: {
    pictures: { type: 'string' },
    model: { type: 'string', default: join(root, 'resources/models/deit-tiny/model.fp16.safetensors') },
    batch: { type: 'string', default: '16' },
    attention: { type: 'string', default: '64' },
    threads: { type: 'string', default: String(availableParallelism()) },
    most: { type: 'string', default: 'Infinity' },
  },
})
if (settings.pictures === undefined) throw new RangeError('--pictures FOLDER is missing')
// npm runs scripts in the package's folder; paths are meant from where the person stands.
const given = (path: string) => resolve(process.env['INIT_CWD'] ?? '.', path)
const folder = given(settings.pictures)

const precisions = ['exact', 'fast'] as const
type Precision = (typeof precisions)[number]
type Each<T> = Record<Precision, T>
const each = <T>(make: (precision: Precision) => T): Each<T> => ({ exact: make('exact'), fast: make('fast') })

const checkpoint = openCheckpoint(given(settings.model))
const { spec, weights } = checkpoint.load({})
checkpoint.close()
const side = spec.preprocessing.crop
const layout = layoutFor(spec, side, side)
const { constants, inputs } = forwardInputs(spec, weights, side, side)
const programs = {
  exact: await program('exact'),
  fast: await program('fast'),
}

function program(precision: Precision) {
  const threads = Number(settings.threads)
  const options = { device: 'cpu', precision, threads } as const
  return compile((t) => forwardOutputs(forward(spec, layout, t)), inputs, constants, options)
}

interface Photo {
  path: string
  label: number
}

/** The photos of one half, at most `--most` of them. */
function photosIn(half: string, classes: readonly string[]): Photo[] {
  const all = classes.flatMap((name, label) =>
    readdirSync(join(folder, half, name))
      .filter(looksLikePicture)
      .sort(naturalOrder)
      .map((file) => ({ path: join(folder, half, name, file), label })),
  )
  return spread(all, Number(settings.most))
}

/** At most `count` of a list, evenly spread. */
function spread<T>(all: readonly T[], count: number): T[] {
  if (count >= all.length) return [...all]
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)] as T)
}

function* batches<T>(all: readonly T[]): Generator<T[]> {
  const size = Number(settings.batch)
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size)
}

async function readImages(photos: readonly Photo[]) {
  const data = new Float32Array(photos.length * 3 * side * side)
  for (const [i, { path }] of photos.entries())
    toTensor(
      fit(await decode(path), spec, { fit: 'model' }).picture,
      spec.preprocessing,
      data,
      i * 3 * side * side,
    )
  return { images: { dtype: 'float32' as const, shape: [photos.length, 3, side, side], data } }
}

/** Row cosines of two tables `[rows, width]`. */
function cosines(a: Float32Array, b: Float32Array, width: number): Float64Array {
  return Float64Array.from({ length: a.length / width }, (_, row) => {
    let [ab, aa, bb] = [0, 0, 0]
    for (let i = row * width; i < (row + 1) * width; i++) {
      const [x, y] = [a[i] as number, b[i] as number]
      ab += x * y
      aa += x * x
      bb += y * y
    }
    return ab / Math.sqrt(aa * bb)
  })
}

function largestAt(values: Float32Array): number {
  return values.reduce((best, value, i) => (value > (values[best] as number) ? i : best), 0)
}

interface Half {
  photos: Photo[]
  /** [CLS] `[photos, width]`. */
  features: Each<Float32Array>
}

const clsCosines: number[] = []
const patchCosines: number[] = []
const clock = each((): number[] => [])
const processor = each((): number[] => [])
let sameLogits = 0

/** All photos of one half through both precisions, in turns. */
async function measureHalf(photos: Photo[]): Promise<Half> {
  const tokens = tokenCount(layout)
  const features = each(() => new Float32Array(photos.length * spec.width))
  const wanted = spec.classes === null ? ['tokens'] : ['tokens', 'logits']
  let done = 0
  for (const batch of batches(photos)) {
    const feeds = await readImages(batch)
    const results = each((): Record<string, Float32Array> => ({}))
    for (const precision of done % 2 === 0 ? precisions : precisions.toReversed()) {
      const [start, used] = [performance.now(), process.cpuUsage()]
      const result = await programs[precision].run(feeds, wanted)
      clock[precision].push(performance.now() - start)
      const { user, system } = process.cpuUsage(used)
      processor[precision].push((user + system) / 1000)
      for (const name of wanted) results[precision][name] = result[name]?.data as Float32Array
    }
    const [ours, theirs] = [results.fast['tokens'] as Float32Array, results.exact['tokens'] as Float32Array]
    cosines(ours, theirs, spec.width).forEach((cosine, row) =>
      (row % tokens === 0 ? clsCosines : patchCosines).push(cosine),
    )
    for (const [i] of batch.entries()) {
      for (const precision of precisions) {
        const at = i * tokens * spec.width
        const cls = (results[precision]['tokens'] as Float32Array).subarray(at, at + spec.width)
        features[precision].set(cls, (done + i) * spec.width)
      }
      const first = each((precision) => {
        const classes = spec.classes ?? 0
        return largestAt(
          results[precision]['logits']?.subarray(i * classes, (i + 1) * classes) ?? new Float32Array(),
        )
      })
      if (first.exact === first.fast) sameLogits++
    }
    done += batch.length
  }
  return { photos, features }
}

/** Largest and mean |fast − exact| of the attention of every layer. */
async function attentionError(photos: Photo[]): Promise<{ largest: number; mean: number }> {
  const wanted = Array.from({ length: spec.depth }, (_, layer) => `attention.${layer}`)
  let [largest, sum, count] = [0, 0, 0]
  for (const batch of batches(photos)) {
    const feeds = await readImages(batch)
    const exact = await programs.exact.run(feeds, wanted)
    const fast = await programs.fast.run(feeds, wanted)
    for (const name of wanted) {
      const [a, b] = [exact[name]?.data as Float32Array, fast[name]?.data as Float32Array]
      for (let i = 0; i < a.length; i++) {
        const error = Math.abs((a[i] as number) - (b[i] as number))
        if (error > largest) largest = error
        sum += error
      }
      count += a.length
    }
  }
  return { largest, mean: sum / count }
}

function vote(train: Half, test: Half, precision: Precision, classes: number) {
  const labelled = ({ photos, features }: Half) => ({
    features: features[precision],
    labels: photos.map(({ label }) => label),
  })
  return knnClassify(labelled(train), labelled(test), spec.width, classes)
}

const classes = readdirSync(join(folder, 'train')).sort(naturalOrder)
const train = await measureHalf(photosIn('train', classes))
const test = await measureHalf(photosIn('test', classes))
const attention = await attentionError(spread(test.photos, Number(settings.attention)))
const knn = each((precision) => vote(train, test, precision, classes.length))
const same = knn.exact.predictions.filter((label, i) => label === knn.fast.predictions[i]).length
const agreement = same / test.photos.length

const photos = train.photos.length + test.photos.length
const ratios = (times: Each<number[]>) => times.fast.map((fast, i) => fast / (times.exact[i] as number))
const percent = (share: number) => `${(100 * share).toFixed(2)} %`
const cosine = (values: readonly number[]) =>
  `median ${quantile(values, 0.5).toFixed(5)}, lowest in a hundred ${quantile(values, 0.01).toFixed(5)}, ` +
  `worst ${quantile(values, 0).toFixed(5)}`
const perPhoto = (times: readonly number[]) => (median(times) / Number(settings.batch)).toFixed(1)
console.log(`${photos} photos (${test.photos.length} of them tests) at ${side} px, batches of ${settings.batch}
cosine of [CLS]: ${cosine(clsCosines)}
cosine of patches: ${cosine(patchCosines)}
attention, ${settings.attention} photos, every layer: largest error ${attention.largest.toFixed(4)}, mean ${attention.mean.toExponential(2)}
first class of the logits agrees: ${spec.classes === null ? 'no classes' : percent(sameLogits / photos)}
k-NN (k = 20, T = 0.07): exact ${knn.exact.top1?.toFixed(2)} %, fast ${knn.fast.top1?.toFixed(2)} %, predictions agree ${percent(agreement)}
time, fast / exact, paired: ${median(ratios(clock)).toFixed(3)} (milliseconds a photo: exact ${perPhoto(clock.exact)}, fast ${perPhoto(clock.fast)})
processor time, fast / exact, paired: ${median(ratios(processor)).toFixed(3)}
${agreement >= leastAgreement ? 'offered' : 'NOT to be offered'}: the agreement is ${agreement >= leastAgreement ? 'at least' : 'below'} ${leastAgreement}`)
if (agreement < leastAgreement) process.exitCode = 1

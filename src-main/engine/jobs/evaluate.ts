// Answers `evaluate`: features of a data set by one protocol, beside what raw pixels and an untrained network reach.
import { Failure } from '../../../src-shared/domain/failure.ts'
import { permutation, random } from '../../../src-shared/numerics/random.ts'
import type { Request, Result } from '../../../src-shared/protocol/calls.ts'
import type { Scores } from '../../../src-shared/protocol/calls/measure.ts'
import type { PictureSet, Skipped } from '../../datasets/pictureSet.ts'
import { holdOut, openData } from '../../datasets/source.ts'
import { encodeItems, tokenOf } from '../encoding.ts'
import type { Job, Tools } from '../job.ts'
import { pixelFeatures, pixelNumbers } from '../plainFeatures.ts'
import type { ScoreIn } from '../task.ts'
import { secondsSince, startComputing } from './computing.ts'
import type { Evaluation, Found } from './evaluation.ts'
import { evaluateParts, evaluateSegments } from './evaluateMasks.ts'

type Asked = Request<'evaluate'>

export const evaluate: Job<'evaluate'> = (tools) => async (request, context) => {
  const since = performance.now()
  const { event, signal } = context
  const data = await openData(request.data)
  try {
    const { train, test } = splitOf(data, request)
    const computing = startComputing(tools, request, context)
    await computing.spec
    const skipped = new Map<string, Skipped>(data.skipped.map((one) => [one.name, one]))
    const evaluation: Evaluation = {
      ...{ request, data, train, test, computing },
      encode: async function* (items, wish, what) {
        const missed: Skipped[] = []
        let done = 0
        for await (const batch of encodeItems(computing, data, items, request, wish, missed, signal)) {
          yield batch
          done += batch.seen.length
          event({ kind: 'progress', what, done, total: items.length })
        }
        for (const one of missed) skipped.set(one.name, one)
      },
    }
    const { scores, baselines } = await measured(tools, evaluation, signal)
    return {
      protocol: request.protocol,
      scores,
      baselines,
      items: { train: train.length, test: test.length },
      skipped: [...skipped.values()],
      device: await computing.device(),
      seconds: secondsSince(since),
    } satisfies Result<'evaluate'>
  } finally {
    data.close()
  }
}

function measured(tools: Tools, evaluation: Evaluation, signal: AbortSignal): Promise<Found> {
  switch (evaluation.request.protocol) {
    case 'segment':
      return evaluateSegments(evaluation)
    case 'parts':
      return evaluateParts(evaluation)
    case 'knn':
    case 'linear':
    case 'cluster':
    case 'retrieval':
      return evaluateClasses(tools, evaluation, evaluation.request.protocol, signal)
  }
}

/** Items to learn from and to test on. Throws Failure where there are none of one. */
function splitOf(
  data: PictureSet,
  { split, holdOut: share, most, settings }: Asked,
): { train: Int32Array; test: Int32Array } {
  const seed = settings.seed ?? 0
  const names = data.splits.map(({ name }) => name)
  let parts: { train: Int32Array; held: Int32Array }
  if (split === null) parts = holdOut(data, share, seed)
  else {
    const own = data.splits.find(({ name }) => name === split)?.items
    if (!own)
      throw new Failure(
        'bad-argument',
        `${data.name} has no split "${split}".`,
        names.length > 0 ? `Its splits: ${names.join(', ')}.` : 'It has none: leave --split out.',
      )
    const others = data.splits.filter(({ name }) => name !== split && (name === 'train' || split === 'train'))
    parts = { train: Int32Array.from(others.flatMap(({ items }) => [...items])), held: own }
  }
  const cut = (items: Int32Array, count: number): Int32Array => {
    const order = permutation(random(seed).split('some'), items.length).subarray(0, count)
    return Int32Array.from(order, (place) => items[place]!).sort()
  }
  const total = parts.train.length + parts.held.length
  const keep = most === null ? 1 : Math.min(1, most / total)
  const train = cut(parts.train, Math.max(1, Math.round(parts.train.length * keep)))
  const test = cut(parts.held, Math.max(1, Math.round(parts.held.length * keep)))
  if (train.length === 0 || test.length === 0)
    throw new Failure(
      'bad-data',
      `${data.name} has ${data.items} ${data.items === 1 ? 'picture' : 'pictures'}: ${train.length} to learn from and ${test.length} to test on are too few.`,
      'Add pictures, or choose another --split.',
    )
  return { train, test }
}

/** Features with their classes, as scoring wants them. */
interface Features {
  train: ScoreIn['train']
  test: ScoreIn['test']
  width: number
}

async function evaluateClasses(
  tools: Tools,
  { request, data, train, test, encode, computing }: Evaluation,
  protocol: ScoreIn['protocol'],
  signal: AbortSignal,
): Promise<Found> {
  const classes = data.classes?.length ?? 0
  if (classes < 2)
    throw new Failure(
      'bad-data',
      `${data.name} has ${classes === 1 ? 'one class' : 'no classes'}, and --protocol ${protocol} needs some to tell apart.`,
      'Sort the pictures into class folders.',
    )
  const token = tokenOf(await computing.spec, request.token)
  if (token === 'patches')
    throw new Failure(
      'bad-argument',
      `--protocol ${protocol} takes one vector for each picture.`,
      'Use --token cls, mean or cls+mean.',
    )
  const seed = request.settings.seed ?? 0
  const wantsPixels = request.baselines.includes('pixels')
  const pixels = new Map<number, Float32Array>()
  const through = async (untrained: number | null): Promise<Features> => {
    const wish = { layer: request.layer, token, attention: false, untrained }
    const what = untrained === null ? 'features' : 'untrained'
    const collect = async (items: Int32Array, name: string) => {
      const rows: Float32Array[] = []
      const labels: number[] = []
      for await (const batch of encode(items, wish, `${what}, ${name}`)) {
        rows.push(batch.rows)
        for (const { item, picture } of batch.seen) {
          labels.push(data.label(item)!)
          if (wantsPixels && untrained === null) pixels.set(item, pixelFeatures(picture))
        }
      }
      if (labels.length === 0)
        throw new Failure(
          'bad-data',
          `None of the pictures to ${name === 'train' ? 'learn from' : 'test on'} can be used.`,
        )
      return { features: joined(rows), labels: Int32Array.from(labels) }
    }
    const known = await collect(train, 'train')
    const asked = await collect(test, 'test')
    return { train: known, test: asked, width: asked.features.length / asked.labels.length }
  }
  const score = (features: Features): Promise<Scores> => {
    const { k, temperature } = request
    return tools.task('score', { protocol, ...features, classes, k, temperature, seed }, { signal })
  }
  const own = await through(null)
  const scores = await score(own)
  const baselines: Found['baselines'] = { chance: chanceOf(own, classes, protocol) }
  if (wantsPixels) {
    const rowsOf = (items: Int32Array) =>
      joined(Array.from(items, (item) => pixels.get(item)).filter((row) => row !== undefined))
    baselines['pixels'] = await score({
      train: { ...own.train, features: rowsOf(train) },
      test: { ...own.test, features: rowsOf(test) },
      width: pixelNumbers,
    })
  }
  if (request.baselines.includes('untrained')) baselines['untrained'] = await score(await through(seed))
  return { scores, baselines }
}

/** What one gets without looking: always the commonest class; or, for rankings and groups, by chance. */
function chanceOf({ train, test }: Features, classes: number, protocol: ScoreIn['protocol']): Scores {
  const shares = (labels: Int32Array): number[] => {
    const counts = new Array<number>(classes).fill(0)
    for (const label of labels) counts[label]!++
    return counts.map((count) => count / labels.length)
  }
  const [known, asked] = [shares(train.labels), shares(test.labels)]
  if (protocol === 'cluster')
    return { nmi: 0, ari: 0, purity: Math.max(...shares(Int32Array.from([...train.labels, ...test.labels]))) }
  if (protocol === 'retrieval') {
    const met = known.reduce((sum, share, c) => sum + share * asked[c]!, 0)
    return { meanAveragePrecision: met, precisionAtK: met, first: met }
  }
  return { accuracy: asked[known.indexOf(Math.max(...known))]! }
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

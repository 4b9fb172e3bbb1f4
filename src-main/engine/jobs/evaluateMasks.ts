// Does a network know where the animal is, and which part is which? Attention and patches against true masks.
import { Failure } from '../../../src-shared/domain/failure.ts'
import { patchCount } from '../../../src-shared/domain/tokenLayout.ts'
import { partScore, type PartPatches } from '../../analysis/partScore.ts'
import type { Masks } from '../../datasets/pictureSet.ts'
import { layoutAt } from '../encoding.ts'
import type { Seen } from '../encoding.ts'
import { coverageMeter } from '../training/coverage.ts'
import type { Evaluation, Found } from './evaluation.ts'

/** Masks that the fixed map is made of, and pictures whose patches are known and asked for, at most. */
const [mostFixed, mostKnown, mostAsked] = [400, 400, 200]
/** Share of a patch that must be animal for it to count as one of its parts. */
const leastAnimal = 0.5

/** Attention against foregrounds: Jaccard of the 60 % mass mask, and the share of attention on the animal. */
export async function evaluateSegments(evaluation: Evaluation): Promise<Found> {
  const { request, train, test, encode, computing } = evaluation
  const masksOf = maskReader(evaluation)
  const spec = await computing.spec
  const { grid } = layoutAt(spec, request.size)
  const through = async (untrained: number | null) => {
    const masks: Masks[] = []
    const maps: Float32Array[] = []
    const wish = { layer: request.layer, token: null, attention: true, untrained }
    const what = untrained === null ? 'attention' : 'attention, untrained'
    for await (const { seen, attention } of encode(test, wish, what)) {
      for (const one of seen) masks.push(await masksOf(one))
      maps.push(attention)
    }
    if (masks.length === 0) throw new Failure('bad-data', 'None of the pictures to test on can be used.')
    return { masks, attention: maps }
  }
  const own = await through(null)
  const others: Masks[] = []
  for (const item of train.subarray(0, mostFixed)) {
    const masks = await masksOf({ item, region: null })
    others.push(masks)
  }
  const meter = coverageMeter(own.masks, others, grid)
  const measure = (maps: readonly Float32Array[]) => {
    const size = spec.heads * patchCount(layoutAt(spec, request.size))
    const all = new Float32Array(own.masks.length * size)
    let at = 0
    for (const map of maps) {
      all.set(map, at)
      at += map.length
    }
    return { ...meter.measure(all, spec.heads) }
  }
  const baselines: Found['baselines'] = { fixed: { ...meter.fixed } }
  if (request.baselines.includes('untrained'))
    baselines['untrained'] = measure((await through(request.settings.seed ?? 0)).attention)
  return { scores: measure(own.attention), baselines }
}

/** The part of each patch on the animal, by the nearest patch of other pictures over three components. */
export async function evaluateParts(evaluation: Evaluation): Promise<Found> {
  const { request, train, test, encode, computing } = evaluation
  const masksOf = maskReader(evaluation)
  const spec = await computing.spec
  const { grid } = layoutAt(spec, request.size)
  const through = async (untrained: number | null) => {
    const wish = { layer: request.layer, token: 'patches', attention: false, untrained } as const
    const collect = async (items: Int32Array, what: string): Promise<PartPatches[]> => {
      const pictures: PartPatches[] = []
      for await (const { seen, rows } of encode(items, wish, what)) {
        const size = rows.length / seen.length
        for (const [i, one] of seen.entries())
          pictures.push(
            onAnimal(rows.subarray(i * size, (i + 1) * size), await masksOf(one), grid, spec.width),
          )
      }
      return pictures
    }
    const suffix = untrained === null ? '' : ', untrained'
    const known = await collect(train.subarray(0, mostKnown), `known parts${suffix}`)
    const asked = await collect(test.subarray(0, mostAsked), `parts${suffix}`)
    return partScore(known, asked, spec.width)
  }
  const { commonest, ...scores } = await through(null)
  const baselines: Found['baselines'] = { commonest: { accuracy: commonest } }
  if (request.baselines.includes('untrained')) {
    const { accuracy, balanced } = await through(request.settings.seed ?? 0)
    baselines['untrained'] = { accuracy, balanced }
  }
  return { scores, baselines }
}

/** Masks of what the network saw of a picture. Throws Failure where the data has none. */
function maskReader({
  data,
  request,
}: Evaluation): (seen: Pick<Seen, 'item'> & { region: Seen['region'] | null }) => Promise<Masks> {
  const { masks } = data
  if (!masks)
    throw new Failure(
      'bad-data',
      `${data.name} has no masks, and --protocol ${request.protocol} needs them.`,
      'Use critters, or a folder made by data make critters --masks.',
    )
  return async ({ item, region }) => {
    const whole = await masks(item)
    return region ? cutOut(whole, region) : whole
  }
}

function cutOut(masks: Masks, region: Seen['region']): Masks {
  const [x, y] = [Math.round(region.x), Math.round(region.y)]
  const width = Math.min(masks.width - x, Math.max(1, Math.round(region.width)))
  const height = Math.min(masks.height - y, Math.max(1, Math.round(region.height)))
  if (width === masks.width && height === masks.height) return masks
  const cut = (from: Uint8Array): Uint8Array => {
    const to = new Uint8Array(width * height)
    for (let row = 0; row < height; row++) {
      const start = (y + row) * masks.width + x
      to.set(from.subarray(start, start + width), row * width)
    }
    return to
  }
  return { ...masks, width, height, foreground: cut(masks.foreground), parts: cut(masks.parts) }
}

/** The patches that lie on the animal, each with the part that most of its pixels are of. */
function onAnimal(
  tokens: Float32Array,
  { width, height, parts }: Masks,
  [rows, columns]: readonly [number, number],
  columnsOfTokens: number,
): PartPatches {
  const most = Math.max(...parts) + 1
  const counts = new Int32Array(rows * columns * most)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const patch = Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width)
      counts[patch * most + parts[y * width + x]!]!++
    }
  const chosen: number[] = []
  const named: number[] = []
  for (let patch = 0; patch < rows * columns; patch++) {
    const own = counts.subarray(patch * most, (patch + 1) * most)
    const all = own.reduce((sum, count) => sum + count, 0)
    if (all === 0 || own[0]! > (1 - leastAnimal) * all) continue
    const animal = own.slice(1)
    chosen.push(patch)
    named.push(1 + animal.indexOf(Math.max(...animal)))
  }
  const some = new Float32Array(chosen.length * columnsOfTokens)
  chosen.forEach((patch, i) =>
    some.set(tokens.subarray(patch * columnsOfTokens, (patch + 1) * columnsOfTokens), i * columnsOfTokens),
  )
  return { tokens: some, parts: named }
}

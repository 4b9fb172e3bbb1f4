// Answers `describeData` and `previewCrops`: what a data set holds, and what a network would get of one picture.
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { Pin } from '../../../src-shared/domain/run.ts'
import { permutation, random } from '../../../src-shared/numerics/random.ts'
import type { Request, Result } from '../../../src-shared/protocol/calls.ts'
import { cancelled } from '../../../src-shared/protocol/errors.ts'
import { augment } from '../../datasets/augment.ts'
import { fromTensor } from '../../datasets/fit.ts'
import { listPictures } from '../../datasets/listPictures.ts'
import type { PictureSet } from '../../datasets/pictureSet.ts'
import { decode } from '../../datasets/pictures.ts'
import type { RgbPicture } from '../../datasets/reader.ts'
import { resize } from '../../datasets/resize.ts'
import { openData } from '../../datasets/source.ts'
import { methodNamed } from '../../methods/registry.ts'
import type { Job } from '../job.ts'

/** Longest sides of samples, and of the picture whose crops are shown, in pixels. */
const [sampleSide, pictureSide] = [128, 512]

export const describeData: Job<'describeData'> =
  () =>
  async ({ data: source, samples: wanted }, { signal }) => {
    const data = await openData(source)
    try {
      const classes = (data.classes ?? []).map((name) => ({ name, items: 0 }))
      for (let i = 0; i < data.items; i++) {
        const label = data.label(i)
        if (label !== null) classes[label]!.items++
      }
      const skipped = [...data.skipped]
      const samples: Result<'describeData'>['samples'] = []
      for (const i of some(data.items, wanted)) {
        if (signal.aborted) throw cancelled()
        try {
          const label = data.label(i)
          const name = label === null ? '' : (data.classes?.[label] ?? '')
          const { width, height, rgb } = within(await data.read(i), sampleSide).picture
          samples.push({ name: data.id(i), width, height, rgb, label: name })
        } catch (error) {
          if (!(error instanceof Failure)) throw error
          skipped.push({ name: data.id(i), reason: error.message })
        }
      }
      return {
        items: data.items,
        classes,
        splits: data.splits.map(({ name, items }) => ({ name, items: items.length })),
        masks: data.masks !== undefined,
        skipped,
        samples,
      }
    } finally {
      data.close()
    }
  }

/** `count` items drawn by chance, the same every time, ascending. */
function some(items: number, count: number): number[] {
  const order = permutation(random(0), items)
  return [...order.subarray(0, count)].sort((a, b) => a - b)
}

export const previewCrops: Job<'previewCrops'> =
  () =>
  async ({ method, settings, picture: asked, seed }) => {
    const { name, picture } = await pictureOf(asked)
    const { views } = methodNamed(method).prepare(settings, 2)
    const shown = within(picture, pictureSide)
    const source = random(seed)
    const crops = views.flatMap((recipe) =>
      Array.from({ length: recipe.count }, (_, i) => {
        const stream = source.split(recipe.name).split(i)
        const { data, area, flipped, done } = augment(picture, recipe, i, stream)
        const { side } = recipe
        return {
          view: recipe.name,
          side,
          rgb: fromTensor(
            data,
            { width: side, height: side },
            { mean: [...recipe.mean], std: [...recipe.std] },
          ).rgb,
          area: {
            x: area.x * shown.scale,
            y: area.y * shown.scale,
            width: area.width * shown.scale,
            height: area.height * shown.scale,
          },
          flipped,
          done,
        }
      }),
    )
    const { width, height, rgb } = shown.picture
    const pin: Pin = { name, width, height, rgb }
    return { picture: pin, crops }
  }

async function pictureOf(
  asked: Request<'previewCrops'>['picture'],
): Promise<{ name: string; picture: RgbPicture }> {
  if (asked.kind === 'bytes') return { name: asked.name, picture: await decode(asked.bytes, asked.name) }
  if (asked.kind === 'path') {
    const [{ name, path }] = (await listPictures([asked.path])) as [{ name: string; path: string }]
    return { name, picture: await decode(path) }
  }
  const data: PictureSet = await openData(asked.data)
  try {
    if (asked.index >= data.items)
      throw new Failure('bad-argument', `There is no picture ${asked.index}: ${data.name} has ${data.items}.`)
    return { name: data.id(asked.index), picture: await data.read(asked.index) }
  } finally {
    data.close()
  }
}

/** The picture with its longest side at most `side` pixels, and how much smaller that is. */
function within(picture: RgbPicture, side: number): { picture: RgbPicture; scale: number } {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height))
  if (scale === 1) return { picture, scale }
  const wanted = {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  }
  return { picture: resize(picture, wanted), scale }
}

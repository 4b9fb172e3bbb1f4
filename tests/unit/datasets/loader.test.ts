// Do batches depend on the seed and their number alone, and do bad pictures only cost a sentence?
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { imageNetNormalisation } from '../../../src-main/datasets/augment.ts'
import type { ViewRecipe } from '../../../src-main/datasets/augment.ts'
import { startLoader } from '../../../src-main/datasets/loader.ts'
import type { Batch, LoaderOptions } from '../../../src-main/datasets/loader.ts'
import { firstTake, takePicture } from '../../../src-main/datasets/loaderMemory.ts'
import { cacheMemory, pictureCache } from '../../../src-main/datasets/pictureCache.ts'
import type { PictureSet } from '../../../src-main/datasets/pictureSet.ts'
import { encodePng } from '../../../src-main/datasets/pictures.ts'
import { openData } from '../../../src-main/datasets/source.ts'

const recipe: ViewRecipe = {
  name: 'global',
  side: 16,
  count: 2,
  scale: [0.3, 1],
  ratio: [3 / 4, 4 / 3],
  flip: 0.5,
  jitter: { p: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1 },
  greyscale: 0.2,
  blur: [1, 0.1],
  blurSigma: [0.1, 2],
  solarise: [0, 0.2],
  ...imageNetNormalisation,
}
const recipes = [recipe, { ...recipe, name: 'local', side: 8, count: 3, blur: 0.5 }]

let data: PictureSet
let root: string
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'emergence-loader-'))
  data = await openData({ kind: 'critters', count: 24, seed: 0, difficulty: 'easy', size: 24 })
})
afterAll(() => rmSync(root, { recursive: true }))

const all = (set: PictureSet) => Int32Array.from({ length: set.items }, (_, i) => i)

/** Batches with copies of their numbers. */
async function batches(count: number, options: Partial<LoaderOptions> = {}): Promise<Batch[]> {
  const set = options.data ?? data
  const loader = startLoader({
    data: set,
    items: all(set),
    batch: 5,
    recipes,
    seed: 3,
    workers: 1,
    ...options,
  })
  try {
    const got: Batch[] = []
    for (let i = 0; i < count; i++) {
      const batch = await loader.next()
      const views = Object.entries(batch.views).map(([name, numbers]) => [name, numbers.slice()])
      got.push({ ...batch, views: Object.fromEntries(views) as Batch['views'] })
    }
    return got
  } finally {
    await loader.close()
  }
}

describe('batches', () => {
  it('are the same with one thread, with three, and from the middle on', async () => {
    const whole = await batches(7)
    expect(await batches(7, { workers: 3 })).toEqual(whole)
    expect(await batches(3, { from: 4, cacheBytes: 0 })).toEqual(whole.slice(4))
    expect(await batches(1, { seed: 4 })).not.toEqual(whole.slice(0, 1))
  })

  it('show every picture at most once in an epoch, and another order in the next', async () => {
    const got = await batches(8)
    expect(got.map(({ number, epoch }) => [number, epoch])).toEqual(
      Array.from({ length: 8 }, (_, i) => [i, Math.floor(i / 4)]),
    )
    const epochs = [0, 1].map((epoch) =>
      got.filter((batch) => batch.epoch === epoch).flatMap(({ items }) => [...items]),
    )
    for (const items of epochs) expect(new Set(items).size).toBe(20)
    expect(epochs[0]).not.toEqual(epochs[1])
    for (const { items, labels } of got) expect([...labels]).toEqual([...items].map((item) => item % 10))
  })

  it('hold all first crops, then all second ones', async () => {
    const [batch] = await batches(1)
    expect(batch!.views['global']).toHaveLength(2 * 5 * 3 * 16 * 16)
    expect(batch!.views['local']).toHaveLength(3 * 5 * 3 * 8 * 8)
    // One picture in a batch of its own has the same first crop only where the order is by crop.
    expect(batch!.views['global']!.every(Number.isFinite)).toBe(true)
  })
})

describe('a picture that cannot be used', () => {
  let folder: string
  beforeAll(async () => {
    folder = join(root, 'some')
    mkdirSync(folder)
    for (let i = 0; i < 6; i++) {
      const side = i === 4 ? 3 : 12
      const pixels = new Uint8Array(side * side * 3).fill(40 * i)
      const png = await encodePng({ width: side, height: side, channels: 3, data: pixels })
      // The second is cut off within its head, the fifth is smaller than a patch.
      writeFileSync(join(folder, `${i}.png`), i === 1 ? png.subarray(0, 30) : png)
    }
  })

  it('is left out, listed, and another taken in its place, always the same one', async () => {
    const set = await openData({ kind: 'path', path: folder })
    const options = { data: set, items: all(set), batch: 6, recipes, seed: 1, least: 8 }
    const seen: number[][] = []
    for (const workers of [1, 2]) {
      const loader = startLoader({ ...options, workers })
      seen.push([...(await loader.next()).items])
      expect(loader.skipped().map(({ name }) => name)).toEqual(['1.png', '4.png'])
      expect(loader.skipped()[1]!.reason).toMatch(/3 × 3 px, smaller than one patch of 8/)
      await loader.close()
    }
    expect(seen[0]).toEqual(seen[1])
    expect(seen[0]).not.toContain(1)
    expect(seen[0]).not.toContain(4)
  })

  it('is all there is: a sentence', async () => {
    const set = await openData({ kind: 'path', path: folder })
    const loader = startLoader({
      data: set,
      items: all(set),
      batch: 2,
      recipes,
      seed: 1,
      workers: 1,
      least: 40,
    })
    await expect(loader.next()).rejects.toThrow(/^None of the pictures can be used: 1\.png cannot be decoded/)
    await loader.close()
  })
})

describe('too few pictures', () => {
  const start = (items: number[], batch: number) => () =>
    startLoader({ data, items: Int32Array.from(items), batch, recipes, seed: 0, workers: 1 })
  it('are refused in a sentence', () => {
    expect(start([4], 1)).toThrow(/one picture to learn from/)
    expect(start([1, 2, 3], 4)).toThrow(/A batch of 4 is larger than the data: there are 3 pictures/)
    expect(start([], 4)).toThrow(/there are 0 pictures/)
  })
})

describe('the pictures that are kept', () => {
  const picture = (value: number) => ({ width: 4, height: 2, rgb: new Uint8Array(24).fill(value) })
  it('are those that fit, and come back as they were', () => {
    const memory = cacheMemory(3, 80)
    const [one, other] = [pictureCache(memory), pictureCache(memory)]
    one.put(1, picture(7))
    expect(other.get(1)).toEqual(picture(7))
    expect(other.get(0)).toBeNull()
    one.put(0, picture(8))
    one.put(2, picture(9))
    expect([one.get(0), one.get(2)]).toEqual([picture(8), null])
  })
})

describe('taking pictures of a batch', () => {
  it('gives each once, and none to one who comes late from another batch', () => {
    const counters = new Int32Array(3)
    counters[0] = firstTake(9)
    expect(takePicture(counters, 8, 2)).toBeNull()
    expect([takePicture(counters, 9, 2), takePicture(counters, 9, 2), takePicture(counters, 9, 2)]).toEqual([
      0,
      1,
      null,
    ])
    counters[0] = firstTake(65_536 + 9)
    expect(takePicture(counters, 65_536 + 9, 2)).toBe(0)
  })
})

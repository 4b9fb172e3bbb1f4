// Are drawn data sets written whole, described as they are, and crops previewed as the networks get them?
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openData } from '../../../src-main/datasets/source.ts'
import { describeData, previewCrops } from '../../../src-main/engine/jobs/data.ts'
import { makeCritters } from '../../../src-main/engine/jobs/makeCritters.ts'
import type { Tools } from '../../../src-main/engine/job.ts'
import type { CallContext } from '../../../src-shared/protocol/peer.ts'

const root = mkdtempSync(join(tmpdir(), 'emergence-made-'))
afterAll(() => rmSync(root, { recursive: true }))
const tools = {} as Tools
const context = (signal = new AbortController().signal): CallContext => ({
  signal,
  event: () => {},
  item: () => Promise.resolve(),
})
const wanted = { count: 12, size: 32, seed: 2, difficulty: 'easy', masks: true, force: false } as const

describe('makeCritters', () => {
  it('writes class folders with masks that read back as the drawn data set', async () => {
    const output = join(root, 'critters')
    const result = await makeCritters(tools)({ ...wanted, output }, context())
    expect(result).toMatchObject({ rows: 12, output })
    const [made, drawn] = [
      await openData({ kind: 'path', path: output }),
      await openData({ kind: 'critters', count: 12, seed: 2, difficulty: 'easy', size: 32 }),
    ]
    expect([made.items, made.skipped]).toEqual([12, []])
    expect([...made.classes!].sort()).toEqual([...drawn.classes!].sort())
    for (let i = 0; i < made.items; i++) {
      const number = Number(/(\d+)\.png$/.exec(made.id(i))![1])
      expect(made.classes![made.label(i)!]).toBe(drawn.classes![drawn.label(number)!])
      expect((await made.read(i)).rgb).toEqual((await drawn.read(number)).rgb)
      expect(await made.masks!(i)).toEqual(await drawn.masks!(number))
    }
  })

  it('replaces its own folder only with force, and other people’s never', async () => {
    const output = join(root, 'again')
    await makeCritters(tools)({ ...wanted, output }, context())
    const again = makeCritters(tools)({ ...wanted, count: 5, output }, context())
    await expect(again).rejects.toThrow(/is already there/)
    await makeCritters(tools)({ ...wanted, count: 5, masks: false, output, force: true }, context())
    expect((await openData({ kind: 'path', path: output })).items).toBe(5)
    expect(existsSync(join(output, 'masks'))).toBe(false)
    writeFileSync(join(output, 'critters.json'), '{}')
    const strange = makeCritters(tools)({ ...wanted, output, force: true }, context())
    await expect(strange).rejects.toThrow(/was not made by this command/)
  })

  it('leaves nothing behind when it is cancelled', async () => {
    const controller = new AbortController()
    const cancelling = { ...context(controller.signal), event: () => controller.abort() }
    const making = makeCritters(tools)({ ...wanted, output: join(root, 'never') }, cancelling)
    await expect(making).rejects.toMatchObject({ code: 'cancelled' })
    expect(readdirSync(root).filter((name) => name.startsWith('never'))).toEqual([])
  })
})

describe('describeData', () => {
  it('counts pictures, classes and splits, and shows some', async () => {
    const data = { kind: 'critters', count: 25, seed: 0, difficulty: 'hard', size: 160 } as const
    const found = await describeData(tools)({ data, samples: 6 }, context())
    expect(found).toMatchObject({ items: 25, masks: true, splits: [], skipped: [] })
    expect(found.classes.map(({ items }) => items)).toEqual([3, 3, 3, 3, 3, 2, 2, 2, 2, 2])
    expect(found.samples).toHaveLength(6)
    expect(found.samples[0]).toMatchObject({ width: 128, height: 128 })
    expect(new Set(found.samples.map(({ label }) => label)).size).toBeGreaterThan(3)
  })
})

describe('previewCrops', () => {
  const photo = readFileSync(new URL('../../../resources/pictures/cat-chelsea.jpg', import.meta.url))
  const picture = { kind: 'bytes', name: 'cat', bytes: new Uint8Array(photo) } as const
  it('shows every crop of every view, where it was cut and what was done', async () => {
    const request = { method: 'dino', settings: { local_crops_number: 3 }, picture, seed: 5 }
    const { picture: shown, crops } = await previewCrops(tools)(request, context())
    expect(Math.max(shown.width, shown.height)).toBeLessThanOrEqual(512)
    expect(crops.map(({ view }) => view)).toEqual(['global', 'global', 'local', 'local', 'local'])
    for (const { side, rgb, area } of crops) {
      expect(rgb).toHaveLength(side * side * 3)
      expect(area.x + area.width).toBeLessThanOrEqual(shown.width + 0.01)
      expect(area.y + area.height).toBeLessThanOrEqual(shown.height + 0.01)
    }
    expect(crops[0]!.done.join(' ')).toMatch(/blur of/)
    expect((await previewCrops(tools)(request, context())).crops).toEqual(crops)
    const other = await previewCrops(tools)({ ...request, seed: 6 }, context())
    expect(other.crops[0]!.rgb).not.toEqual(crops[0]!.rgb)
  })

  it('of a picture of a data set that is not there says so', async () => {
    const data = { kind: 'critters', count: 3, seed: 0, difficulty: 'easy', size: 32 } as const
    const asked = previewCrops(tools)(
      { method: 'dino', settings: {}, picture: { kind: 'item', data, index: 9 }, seed: 0 },
      context(),
    )
    await expect(asked).rejects.toThrow(/There is no picture 9/)
  })
})

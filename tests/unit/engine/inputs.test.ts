// Do pictures and tensors arrive as the network wants them, and are bad ones named?
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { inputBatches } from '../../../src-main/engine/inputs.ts'
import type { InputBatch } from '../../../src-main/engine/inputs.ts'
import { presets } from '../../../src-main/networks/presets.ts'
import type { InputChoice } from '../../../src-shared/protocol/calls/common.ts'
import { writeNpy } from '../../../src-shared/numerics/npy.ts'

const root = mkdtempSync(join(tmpdir(), 'inputs-'))
afterAll(() => rmSync(root, { recursive: true }))
const pictures = 'resources/pictures'
const spec = presets['vit-s16']

async function all(input: InputChoice, notices: string[] = []): Promise<InputBatch[]> {
  const batches: InputBatch[] = []
  for await (const batch of inputBatches(input, Promise.resolve(spec), (text) => notices.push(text)))
    batches.push(batch)
  return batches
}
const paths = (...names: string[]): InputChoice => ({
  kind: 'pictures',
  sources: names.map((path) => ({ kind: 'path', path })),
  fit: 'crop',
  size: { width: 64, height: 48 },
})

describe('pictures', () => {
  test('keep their order and have names of their own', async () => {
    const cat = join(pictures, 'cat-chelsea.jpg')
    const bytes = { kind: 'bytes' as const, name: 'stdin', bytes: await readFile(cat) }
    const input = paths(cat, join(pictures, 'bear-night.jpg'), cat)
    const batches = await all({
      ...input,
      sources: [...(input.kind === 'pictures' ? input.sources : []), bytes],
    } as InputChoice)
    expect(batches.map((batch) => batch.pictures[0]?.name)).toEqual([
      'cat-chelsea',
      'bear-night',
      'cat-chelsea-2',
      'stdin',
    ])
    expect(batches[0]?.images).toMatchObject({ batch: 1, width: 64, height: 48 })
    expect(batches[3]?.images.data).toEqual(batches[0]?.images.data)
    expect(batches.map(({ done, total }) => [done, total])).toEqual([
      [0, 4],
      [1, 4],
      [2, 4],
      [3, 4],
    ])
  })

  test('are not enlarged to what no memory can hold', async () => {
    const cat = join(pictures, 'cat-chelsea.jpg')
    for (const fit of ['native', 'resize', 'crop', 'model'] as const) {
      const size = { width: 99_999, height: 99_999 }
      const input = { ...paths(cat), fit, size } as InputChoice
      await expect(all(input)).rejects.toThrow(/× 6249 patches need about .* of memory/)
    }
  })

  test('that cannot be read stop the work when they were named, and are passed over in a folder', async () => {
    const folder = join(root, 'mixed')
    mkdirSync(folder)
    writeFileSync(join(folder, 'a.jpg'), 'no picture')
    copyFileSync(join(pictures, 'bear-night.jpg'), join(folder, 'b.jpg'))
    const notices: string[] = []
    const batches = await all(paths(folder), notices)
    expect(batches.map((batch) => batch.pictures[0]?.name)).toEqual(['b'])
    expect(notices.join()).toMatch(/^a is passed over: /)
    await expect(all(paths(join(folder, 'a.jpg')))).rejects.toMatchObject({ code: 'bad-picture' })
  })

  test('a folder in which none can be read is refused', async () => {
    const folder = join(root, 'bad')
    mkdirSync(folder)
    writeFileSync(join(folder, 'a.jpg'), 'no picture')
    await expect(all(paths(folder))).rejects.toMatchObject({ code: 'bad-picture' })
  })

  test('a model that cannot be read is told before a picture that cannot', async () => {
    const failing = Promise.reject(new Error('no model'))
    await expect(inputBatches(paths('/nowhere.jpg', pictures), failing, () => {}).next()).rejects.toThrow()
  })
})

describe('a tensor', () => {
  const file = (name: string, shape: number[], data = new Float32Array(shape.reduce((a, b) => a * b, 1))) => {
    const path = join(root, name)
    writeFileSync(path, writeNpy({ shape, data }))
    return { kind: 'tensor' as const, path }
  }
  test('goes in as it stands', async () => {
    const data = Float32Array.from({ length: 2 * 3 * 16 * 32 }, (_, i) => i / 100)
    const [batch] = await all(file('ok.npy', [2, 3, 16, 32], data))
    expect(batch?.images).toEqual({ batch: 2, height: 16, width: 32, data })
    expect(batch?.pictures.map(({ name }) => name)).toEqual(['tensor-0', 'tensor-1'])
    expect(batch?.tensor).toBe(true)
  })
  test.each([
    ['of three axes', [3, 16, 16], /\[batch, 3, height, width\]/],
    ['of four channels', [1, 4, 16, 16], /\[batch, 3, height, width\]/],
    ['no multiple of the patch', [1, 3, 16, 24], /multiples of this network's patch of 16 px/],
    ['smaller than a patch', [1, 3, 8, 16], /multiples/],
  ])('%s is refused', async (name, shape, words) => {
    await expect(all(file(`${name}.npy`, shape))).rejects.toThrow(words)
  })
  test('that is no .npy file is refused', async () => {
    await expect(all({ kind: 'tensor', path: join(pictures, 'bear-night.jpg') })).rejects.toMatchObject({
      code: 'bad-data',
    })
    await expect(all({ kind: 'tensor', path: '/nowhere.npy' })).rejects.toMatchObject({
      code: 'unreadable-file',
    })
  })
})

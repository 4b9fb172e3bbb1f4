// Does every kind of data set open with its pictures, classes and splits, and every broken one with a sentence?
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodePng } from '../../../src-main/datasets/pictures.ts'
import { holdOut, openData } from '../../../src-main/datasets/source.ts'
import { dataWords } from '../../../src-shared/domain/dataWords.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { writeNpy } from '../../../src-shared/numerics/npy.ts'

let root: string
let png: Uint8Array
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'emergence-data-'))
  const data = Uint8Array.from({ length: 4 * 3 * 3 }, (_, i) => i * 5)
  png = await encodePng({ width: 4, height: 3, channels: 3, data })
})
afterAll(() => rmSync(root, { recursive: true }))

function put(name: string, bytes: Uint8Array | string = png): void {
  const path = join(root, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
}
const open = (name: string) => openData({ kind: 'path', path: join(root, name) })
async function said(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(Failure)
  return (error as Failure).message
}
const ids = (set: { items: number; id(i: number): string }) =>
  Array.from({ length: set.items }, (_, i) => set.id(i))

describe('a folder', () => {
  it('of class folders has classes in natural order, folders in them counted in', async () => {
    for (const name of [
      'b/2.png',
      'b/10.png',
      'a2/x.png',
      'a10/deep/er/y.png',
      'a2/.hidden.png',
      'a2/readme.txt',
    ])
      put(`classes/${name}`)
    const set = await open('classes')
    expect(set.classes).toEqual(['a2', 'a10', 'b'])
    expect(ids(set)).toEqual(['a2/x.png', 'a10/deep/er/y.png', 'b/2.png', 'b/10.png'])
    expect([0, 1, 2, 3].map((i) => set.label(i))).toEqual([0, 1, 2, 2])
    expect(set.splits).toEqual([])
    const { width, height, rgb } = await set.read(1)
    expect([width, height, rgb[3]]).toEqual([4, 3, 15])
  })

  it('of pictures side by side has no classes', async () => {
    put('flat/1.png')
    put('flat/2.png')
    const set = await open('flat')
    expect([set.items, set.classes, set.label(0)]).toEqual([2, null, null])
  })

  it('with splits keeps them, of class folders or flat', async () => {
    for (const name of ['train/a/1.png', 'train/b/2.png', 'val/b/3.png', 'stray.png']) put(`split/${name}`)
    const set = await open('split')
    expect(set.splits).toEqual([
      { name: 'train', items: Int32Array.of(0, 1) },
      { name: 'val', items: Int32Array.of(2) },
    ])
    expect(set.classes).toEqual(['a', 'b'])
    expect(set.skipped).toEqual([{ name: 'stray.png', reason: 'it lies beside the splits' }])
    expect(holdOut(set, 0.5, 1)).toEqual({ train: Int32Array.of(0, 1), held: Int32Array.of(2) })
    for (const name of ['train/1.png', 'test/2.png']) put(`splitFlat/${name}`)
    expect(await open('splitFlat')).toMatchObject({ items: 2, classes: null })
  })

  it('lists what cannot be a picture and leaves it out', async () => {
    put('broken/good.png')
    put('broken/empty.png', '')
    put('broken/words.jpg', 'these are only words')
    const set = await open('broken')
    expect(ids(set)).toEqual(['good.png'])
    expect(set.skipped).toEqual([
      { name: 'empty.png', reason: 'it is empty' },
      { name: 'words.jpg', reason: 'it does not begin as a picture does' },
    ])
  })

  it('has another hash when a picture comes, goes or is renamed', async () => {
    put('hash/1.png')
    put('hash/2.png')
    const before = (await open('hash')).hash
    expect((await open('hash')).hash).toBe(before)
    put('hash/3.png')
    expect((await open('hash')).hash).not.toBe(before)
  })

  it('without pictures is refused in a sentence', async () => {
    mkdirSync(join(root, 'empty'))
    expect(await said(open('empty'))).toMatch(/holds no pictures that can be used\.$/)
    put('onlyBroken/1.png', '')
    expect(await said(open('onlyBroken'))).toMatch(/1 cannot be read, 1\.png first \(it is empty\)/)
    expect(await said(open('nowhere'))).toMatch(/^There is no file or folder .*nowhere\.$/)
    put('notes.txt', 'hello')
    expect(await said(open('notes.txt'))).toMatch(/notes\.txt is no data set/)
  })

  it('brings its masks along where there are some', async () => {
    put('masked/cat/1.png')
    put('masked/masks/parts.json', JSON.stringify({ partNames: ['background', 'head'] }))
    const parts = Uint8Array.of(0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0)
    put('masked/masks/cat/1.png', await encodePng({ width: 4, height: 3, channels: 1, data: parts }))
    const set = await open('masked')
    expect(set.classes).toEqual(['cat'])
    const masks = await set.masks!(0)
    expect(masks.parts).toEqual(parts)
    expect([...masks.foreground]).toEqual([...parts])
    put('masked/masks/parts.json', '{}')
    expect(await said(open('masked'))).toMatch(/does not name the parts/)
  })
})

function idx(sizes: number[], values: number[]): Uint8Array {
  const head = new DataView(new ArrayBuffer(4 + 4 * sizes.length))
  head.setUint32(0, 0x0800 + sizes.length)
  sizes.forEach((size, i) => head.setUint32(4 + 4 * i, size))
  return Uint8Array.of(...new Uint8Array(head.buffer), ...values)
}

describe('IDX files', () => {
  it('are read packed or not, with labels and splits', async () => {
    put('idx/train-images-idx3-ubyte.gz', gzipSync(idx([2, 1, 2], [1, 2, 3, 4])))
    put('idx/train-labels-idx1-ubyte', idx([2], [1, 0]))
    put('idx/t10k-images-idx3-ubyte', idx([1, 1, 2], [5, 6]))
    put('idx/t10k-labels-idx1-ubyte.gz', gzipSync(idx([1], [2])))
    const set = await open('idx')
    expect(set.classes).toEqual(['0', '1', '2'])
    expect([0, 1, 2].map((i) => set.label(i))).toEqual([1, 0, 2])
    expect(set.splits).toEqual([
      { name: 'train', items: Int32Array.of(0, 1) },
      { name: 'test', items: Int32Array.of(2) },
    ])
    expect(await set.read(1)).toEqual({ width: 2, height: 1, rgb: Uint8Array.of(3, 3, 3, 4, 4, 4) })
    const one = await open('idx/t10k-images-idx3-ubyte')
    expect([one.items, one.label(0)]).toEqual([1, 2])
  })

  it('that are damaged are refused in a sentence', async () => {
    put('cut/x-images-idx3-ubyte', idx([3, 2, 2], [1, 2, 3]))
    expect(await said(open('cut'))).toMatch(/is cut off: 3 × 2 × 2 needs 12 bytes, and 3 are there/)
    put('packed/x-images-idx3-ubyte.gz', Uint8Array.of(0x1f, 0x8b, 1, 2, 3))
    expect(await said(open('packed'))).toMatch(/cannot be unpacked/)
    put('labels/x-images-idx3-ubyte', idx([1, 1, 1], [1]))
    put('labels/x-labels-idx1-ubyte', idx([2], [1, 1]))
    expect(await said(open('labels'))).toMatch(/holds 2 labels, and .* holds 1 pictures/)
  })
})

describe('CIFAR binaries', () => {
  const record = (label: number[], first: number) =>
    Uint8Array.of(
      ...label,
      ...Array.from({ length: 3072 }, (_, i) => (i % 1024 === 0 ? first + i / 1024 : 0)),
    )

  it('of ten classes are read with their names and splits', async () => {
    put('cifar10/data_batch_1.bin', Uint8Array.of(...record([1], 10), ...record([0], 20)))
    put('cifar10/test_batch.bin', record([1], 30))
    put('cifar10/batches.meta.txt', 'airplane\nbird\n\n')
    const set = await open('cifar10')
    expect(set.classes).toEqual(['airplane', 'bird'])
    expect([0, 1, 2].map((i) => set.label(i))).toEqual([1, 0, 1])
    expect(set.splits.map(({ name, items }) => [name, ...items])).toEqual([
      ['train', 0, 1],
      ['test', 2],
    ])
    expect([...(await set.read(2)).rgb.subarray(0, 4)]).toEqual([30, 31, 32, 0])
    set.close()
  })

  it('of a hundred classes have the fine label', async () => {
    put('cifar100/train.bin', record([3, 7], 1))
    const set = await open('cifar100')
    expect([set.items, set.label(0), set.classes?.length]).toEqual([1, 7, 8])
  })

  it('of another length are refused', async () => {
    put('cifarCut/data_batch_1.bin', record([1], 1).subarray(0, 3000))
    expect(await said(open('cifarCut'))).toMatch(/no whole number of records of 3073 bytes/)
  })
})

describe('an .npy of pictures', () => {
  const bytes = Uint8Array.from({ length: 2 * 3 * 2 * 3 }, (_, i) => i)

  it('may have its colours last or first, be grey, or float', async () => {
    put('a.npy', writeNpy({ shape: [2, 3, 2, 3], data: bytes }))
    expect(await (await open('a.npy')).read(1)).toEqual({ width: 2, height: 3, rgb: bytes.slice(18) })
    const planes = new Float32Array(2 * 3 * 2 * 2).fill(0.2)
    put('planes/p.npy', writeNpy({ shape: [2, 3, 2, 2], data: planes }))
    expect((await (await open('planes/p.npy')).read(0)).rgb).toEqual(new Uint8Array(12).fill(51))
    put('grey/g.npy', writeNpy({ shape: [1, 1, 2], data: Uint8Array.of(7, 9) }))
    expect((await (await open('grey/g.npy')).read(0)).rgb).toEqual(Uint8Array.of(7, 7, 7, 9, 9, 9))
  })

  it('takes its labels from beside it', async () => {
    put('labelled/x.npy', writeNpy({ shape: [2, 3, 2, 3], data: bytes }))
    put('labelled/x.labels.npy', writeNpy({ shape: [2], data: Int32Array.of(2, 0) }))
    const set = await open('labelled/x.npy')
    expect([set.label(0), set.label(1), set.classes]).toEqual([2, 0, ['0', '1', '2']])
  })

  it('that cannot be one is refused in a sentence', async () => {
    put('zero.npy', '')
    expect(await said(open('zero.npy'))).toBe('zero.npy is empty (0 bytes).')
    put('cut.npy', writeNpy({ shape: [2, 3, 2, 3], data: bytes }).subarray(0, -4))
    expect(await said(open('cut.npy'))).toMatch(/cut off/)
    put('flat.npy', writeNpy({ shape: [4, 9], data: bytes }))
    expect(await said(open('flat.npy'))).toMatch(/is \[4, 9\] of uint8; pictures are/)
    put('text.npy', 'no numbers here')
    expect(await said(open('text.npy'))).toMatch(/does not begin as a \.npy file does/)
  })
})

describe('critters', () => {
  it('are said by words', () => {
    expect(dataWords('critters:50:3:hard')).toMatchObject({
      kind: 'critters',
      count: 50,
      seed: 3,
      difficulty: 'hard',
    })
    expect(dataWords('critters')).toMatchObject({ count: 6000, seed: 0, difficulty: 'medium', size: 96 })
    expect(dataWords('./critters')).toEqual({ kind: 'path', path: './critters' })
    for (const word of ['critters:0', 'critters:x', 'critters:5:1:harder', 'critters:5:1:easy:2'])
      expect(() => dataWords(word)).toThrow(/does not say which critters/)
  })

  it('have classes, masks, and nothing on disk', async () => {
    const set = await openData({ kind: 'critters', count: 12, seed: 1, difficulty: 'easy', size: 32 })
    expect([set.items, set.classes?.length, set.label(11)]).toEqual([12, 10, 1])
    expect((await set.masks!(3)).foreground.some((value) => value === 1)).toBe(true)
    expect((await set.read(3)).rgb).toHaveLength(32 * 32 * 3)
  })
})

describe('held-out pictures', () => {
  it('are a share of every class, the same for the same seed, and no others', async () => {
    const set = await openData({ kind: 'critters', count: 200, seed: 1, difficulty: 'easy', size: 32 })
    const { train, held } = holdOut(set, 0.2, 5)
    expect([train.length, held.length]).toEqual([160, 40])
    expect([...train, ...held].sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i))
    const perClass = new Map<number, number>()
    for (const item of held) perClass.set(item % 10, (perClass.get(item % 10) ?? 0) + 1)
    expect([...perClass.values()]).toEqual(Array(10).fill(4))
    expect(holdOut(set, 0.2, 5)).toEqual({ train, held })
    expect(holdOut(set, 0.2, 6).held).not.toEqual(held)
    expect(holdOut(set, 0, 5).held).toHaveLength(0)
  })
})

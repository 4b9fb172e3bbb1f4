// Do paths expand to the right files with names of their own?
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listPictures, uniqueNames } from '../../../src-main/datasets/listPictures.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'emergence-list-'))
  mkdirSync(join(folder, 'cats'))
  mkdirSync(join(folder, 'empty', '.hidden'), { recursive: true })
  for (const file of [
    'cat-10.jpg',
    'cat-2.JPG',
    'cat-1.png',
    'notes.txt',
    '.thumb.jpg',
    'cats/cat-1.webp',
    'cats/odd.dat',
  ])
    writeFileSync(join(folder, file), '')
  writeFileSync(join(folder, 'empty', '.hidden', 'a.jpg'), '')
})
afterAll(() => rmSync(folder, { recursive: true }))
const names = async (...paths: string[]) => (await listPictures(paths)).map(({ name }) => name)

describe('listPictures', () => {
  it('expands a folder in natural order, only what looks like pictures, folders inside too', async () => {
    const listed = await listPictures([folder])
    expect(listed.map(({ path }) => path.slice(folder.length + 1))).toEqual([
      'cat-1.png',
      'cat-2.JPG',
      'cat-10.jpg',
      join('cats', 'cat-1.webp'),
    ])
    expect(listed.map(({ name }) => name)).toEqual(['cat-1', 'cat-2', 'cat-10', 'cat-1-2'])
  })

  it('keeps the order given and takes a named file whatever its ending', async () => {
    const odd = join(folder, 'cats', 'odd.dat')
    expect(await names(odd, '-', join(folder, 'cat-2.JPG'), odd)).toEqual(['odd', 'stdin', 'cat-2', 'odd-2'])
  })

  it('refuses a folder without pictures and a path that is not there', async () => {
    await expect(listPictures([join(folder, 'empty')])).rejects.toThrow(/holds no pictures/)
    await expect(listPictures([join(folder, 'nowhere')])).rejects.toThrow(Failure)
    await expect(listPictures([join(folder, 'cat-1.png', 'x')])).rejects.toThrow(/no file or folder/)
  })

  it.skipIf(process.platform === 'win32')('does not follow a folder into itself', async () => {
    symlinkSync(folder, join(folder, 'cats', 'round'))
    symlinkSync(join(folder, 'cat-1.png'), join(folder, 'cats', 'linked.png'))
    expect(await names(join(folder, 'cats'))).toEqual(['cat-1', 'linked'])
  })
})

describe('uniqueNames', () => {
  it('counts from 2 and leaves alone a name that another picture has by itself', () => {
    expect(uniqueNames(['a', 'a', 'A', 'b'])).toEqual(['a', 'a-2', 'A-3', 'b'])
    expect(uniqueNames(['a', 'a', 'a-2'])).toEqual(['a', 'a-3', 'a-2'])
    const many = uniqueNames(['x', 'x-2', 'x', 'x-2', 'x'])
    expect(new Set(many).size).toBe(5)
  })
})

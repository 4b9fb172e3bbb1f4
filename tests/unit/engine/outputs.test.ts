// Are results written whole, where they belong, and never over something that nobody gave up?
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { diskFailure, openOutputs } from '../../../src-main/engine/outputs.ts'

const root = mkdtempSync(join(tmpdir(), 'outputs-'))
afterAll(() => rmSync(root, { recursive: true }))
const folder = (name: string) => join(root, name)

test('the folder is made with the first file, and nothing but the file is left in it', async () => {
  const outputs = await openOutputs({ folder: folder('a/b'), force: false })
  expect(readdirSync(root)).not.toContain('a')
  await outputs.claim(['x.npy'])
  const path = await outputs.write('x.npy', Uint8Array.of(1, 2))
  expect(path).toBe(folder('a/b/x.npy'))
  expect(readdirSync(folder('a/b'))).toEqual(['x.npy'])
  expect([...readFileSync(path)]).toEqual([1, 2])
})

test('many files at once make their folders together', async () => {
  const outputs = await openOutputs({ folder: folder('deep/er/est'), force: false })
  const names = Array.from({ length: 12 }, (_, i) => `${i}.npy`)
  await Promise.all(names.map((name) => outputs.write(name, Uint8Array.of(1))))
  expect(readdirSync(folder('deep/er/est')).length).toBe(12)
})

test('a file that is there stops the work before it begins, unless it may be replaced', async () => {
  writeFileSync(folder('there.npy'), 'old')
  const careful = await openOutputs({ folder: root, force: false })
  await expect(careful.claim(['new.npy', 'there.npy'])).rejects.toMatchObject({ code: 'output-exists' })
  const bold = await openOutputs({ folder: root, force: true })
  await bold.claim(['there.npy'])
  await bold.write('there.npy', Uint8Array.of(7))
  expect(readFileSync(folder('there.npy'))[0]).toBe(7)
})

test('a file that stands where a folder is needed is refused', async () => {
  writeFileSync(folder('file'), '')
  await expect(openOutputs({ folder: folder('file'), force: true })).rejects.toMatchObject({ code: 'disk' })
  await expect(openOutputs({ folder: folder('file/below'), force: true })).rejects.toMatchObject({
    code: 'disk',
  })
})

test.skipIf(process.platform !== 'linux')(
  'a folder where nothing can be made is refused at once',
  async () => {
    await expect(openOutputs({ folder: '/proc/nowhere', force: true })).rejects.toMatchObject({
      code: 'disk',
    })
    await expect(openOutputs({ folder: '/proc/nowhere/below', force: true })).rejects.toMatchObject({
      code: 'disk',
    })
  },
)

test('the file system’s refusals become sentences', () => {
  const full = diskFailure('/a/x.npy', Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }))
  expect(full.message).toBe('/a/x.npy could not be written: the disk is full.')
})

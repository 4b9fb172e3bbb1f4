// How are Hugging Face folders opened: parts, links of the cache, settings beside the weights, indices that lie?
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  isMap,
  openContainer,
  type Container,
} from '../../../../src-main/checkpoints/containers/container.ts'
import { floats } from '../../../tools/files/bytes.ts'
import { safetensors, torchZip } from '../../../tools/files/checkpointFiles.ts'
import { call, dict, dumps, storage, tensor } from '../../../tools/files/pickleAssembler.ts'
import { temporaryFolder } from './temporary.ts'

const folder = temporaryFolder()
const one = (name: string, value: number): Uint8Array =>
  safetensors({ [name]: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, floats(value))
const index = (map: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ metadata: {}, weight_map: map })

/** A folder of its own with these files. */
function modelFolder(name: string, files: Readonly<Record<string, Uint8Array | string>>): string {
  mkdirSync(join(folder.path, name), { recursive: true })
  for (const [file, content] of Object.entries(files)) folder.file(join(name, file), content)
  return join(folder.path, name)
}
function numbersOf(container: Container): Record<string, number[]> {
  const numbers: Record<string, number[]> = {}
  if (isMap(container.root))
    for (const [key, value] of container.root)
      if (typeof value === 'object' && value !== null && 'read' in value)
        numbers[String(key)] = [...value.read()]
  return numbers
}
function opened<T>(path: string, look: (container: Container) => T): T {
  const container = openContainer(path)
  try {
    return look(container)
  } finally {
    container.close()
  }
}
const indexName = 'model.safetensors.index.json'

describe('a Hugging Face folder', () => {
  it('with one file is opened with its settings', () => {
    const path = modelFolder('whole', {
      'model.safetensors': one('a', 1),
      'config.json': '{"hidden_size":48}',
      'preprocessor_config.json': '{"size":224}',
    })
    opened(path, (container) => {
      expect(numbersOf(container)).toEqual({ a: [1] })
      expect(container).toMatchObject({
        path,
        format: 'safetensors',
        config: { hidden_size: 48 },
        preprocessor: { size: 224 },
      })
      expect(container.files).toEqual([
        { path: join(path, 'model.safetensors'), bytes: expect.any(Number) as number },
      ])
    })
  })
  it('with safetensors and a pickle takes the safetensors', () => {
    const path = modelFolder('both', {
      'model.safetensors': one('a', 1),
      'pytorch_model.bin': torchZip(dumps(call('os', 'system', 'x'))),
    })
    opened(path, (container) => expect([container.format, container.inert]).toEqual(['safetensors', []]))
  })
  it('with a pickle alone takes the pickle', () => {
    const weights = torchZip(dumps(dict(['a', tensor(storage('0', 1), 0, [1], [1])])), { 0: floats(5) })
    opened(modelFolder('pickle', { 'pytorch_model.bin': weights }), (container) =>
      expect(numbersOf(container)).toEqual({ a: [5] }),
    )
  })
  it('in parts is put together', () => {
    const path = modelFolder('parts', {
      [indexName]: index({ a: 'x.safetensors', b: 'y.safetensors' }),
      'x.safetensors': one('a', 1),
      'y.safetensors': one('b', 2),
    })
    opened(path, (container) => {
      expect(numbersOf(container)).toEqual({ a: [1], b: [2] })
      expect(container.format).toBe('safetensors-sharded')
      expect(container.files.length).toBe(2)
    })
  })
  it('with pickles in parts is put together', () => {
    const part = (name: string, value: number): Uint8Array =>
      torchZip(dumps(dict([name, tensor(storage('0', 1), 0, [1], [1])])), { 0: floats(value) })
    const path = modelFolder('pickles', {
      'pytorch_model.bin.index.json': index({ a: 'x.bin', b: 'y.bin' }),
      'x.bin': part('a', 1),
      'y.bin': part('b', 2),
    })
    opened(path, (container) =>
      expect([container.format, numbersOf(container)]).toEqual(['torch-zip-sharded', { a: [1], b: [2] }]),
    )
  })
  it.skipIf(process.platform === 'win32')('of the cache is followed through its links', () => {
    const cache = modelFolder('models--org--vit', {
      'blobs/abc': one('a', 7),
      'blobs/cfg': '{"x":1}',
      'refs/main': '0123456789abcdef',
      'snapshots/other/readme': '',
    })
    const snapshot = join(cache, 'snapshots', '0123456789abcdef')
    mkdirSync(snapshot, { recursive: true })
    symlinkSync('../../blobs/abc', join(snapshot, 'model.safetensors'))
    symlinkSync('../../blobs/cfg', join(snapshot, 'config.json'))
    for (const path of [snapshot, cache])
      opened(path, (container) =>
        expect([numbersOf(container), container.config]).toEqual([{ a: [7] }, { x: 1 }]),
      )
  })
  it('whose settings are damaged is opened without them, and says so', () => {
    for (const config of ['{"a":', '[1]', '['.repeat(100_000), '\u0000'])
      opened(
        modelFolder('settings', { 'model.safetensors': one('a', 1), 'config.json': config }),
        (container) => {
          expect(container.config).toEqual({})
          expect(container.notices).toEqual([expect.stringMatching(/^config\.json was left out: /)])
        },
      )
  })
  it('a config.json beside a file of another name is not about it', () => {
    const path = modelFolder('other', {
      'dino.safetensors': one('a', 1),
      'config.json': '{"hidden_size":48}',
    })
    opened(join(path, 'dino.safetensors'), (container) => expect(container.config).toEqual({}))
  })
})

describe('an index of parts that lies', () => {
  const parts = { 'x.safetensors': one('a', 1), 'y.safetensors': one('b', 2) }
  it.each([
    ['leads out of its folder', { a: '../secret.safetensors' }, 'unsafe-file', /not in its folder/],
    ['leads to the root', { a: '/etc/passwd' }, 'unsafe-file', /not in its folder/],
    ['leads into another folder', { a: 'sub/x.safetensors' }, 'unsafe-file', /not in its folder/],
    ['uses backslashes', { a: '..\\x.safetensors' }, 'unsafe-file', /not in its folder/],
    ['names a drive', { a: 'C:x.safetensors' }, 'unsafe-file', /not in its folder/],
    ['names the folder itself', { a: '..' }, 'unsafe-file', /not in its folder/],
    ['names a file with a zero', { a: 'x\0.safetensors' }, 'unsafe-file', /not in its folder/],
    ['names a number', { a: 5 }, 'damaged-file', /names no file/],
    ['names nothing', {}, 'damaged-file', /no weight_map/],
    ['names a missing file', { a: 'z.safetensors' }, 'unreadable-file', /does not exist/],
    [
      'names a missing tensor',
      { a: 'x.safetensors', c: 'y.safetensors' },
      'damaged-file',
      /says that it holds c/,
    ],
    ['names the wrong file', { a: 'y.safetensors', b: 'x.safetensors' }, 'damaged-file', /but it is in/],
    [
      'names a thousand files',
      Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`t${i}`, `f${i}`])),
      'unsafe-file',
      /names 1000 files/,
    ],
  ] as const)('%s and is refused', (name, map, code, says) => {
    const path = modelFolder(`lie ${name}`, { [indexName]: index(map), ...parts })
    let failure: unknown
    try {
      openContainer(path)
    } catch (error) {
      failure = error
    }
    expect(failure).toMatchObject({ code, message: expect.stringMatching(says) as string })
  })
  it.each(['{"weight_map":{"a":"x.safetensors","a":"y.safetensors"}}', '[]', 'x'])(
    'in a broken text is refused: %s',
    (text) => {
      expect(() => openContainer(modelFolder('text', { [indexName]: text, ...parts }))).toThrow(/damaged/)
    },
  )
  it('with a tensor in two files is refused, whether it names it or not', () => {
    const two = (first: string): Uint8Array =>
      safetensors(
        {
          [first]: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
          c: { dtype: 'F32', shape: [1], data_offsets: [4, 8] },
        },
        floats(1, 2),
      )
    const files = { 'x.safetensors': two('a'), 'y.safetensors': two('b') }
    const names = { a: 'x.safetensors', b: 'y.safetensors' }
    expect(() => openContainer(modelFolder('twice', { [indexName]: index(names), ...files }))).toThrow(
      /second time/,
    )
    const all = index({ ...names, c: 'x.safetensors' })
    expect(() => openContainer(modelFolder('twice', { [indexName]: all, ...files }))).toThrow(
      /second time|but it is in/,
    )
  })
  it('with tensors that it does not name says so', () => {
    const path = modelFolder('more', {
      [indexName]: index({ a: 'x.safetensors' }),
      'x.safetensors': safetensors(
        {
          a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
          b: { dtype: 'F32', shape: [1], data_offsets: [4, 8] },
        },
        floats(1, 2),
      ),
    })
    opened(path, (container) =>
      expect(container.notices).toEqual([expect.stringMatching(/^1 tensors are in the files/)]),
    )
  })
})

// Are files read lazily, and is it noticed when they change, shrink or vanish while they are open?
import {
  closeSync,
  ftruncateSync,
  openSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  isMap,
  isTensor,
  openContainer,
  type Container,
} from '../../../../src-main/checkpoints/containers/container.ts'
import { floats } from '../../../tools/files/bytes.ts'
import { safetensors, torchLegacy, torchZip } from '../../../tools/files/checkpointFiles.ts'
import { dict, dumps, storage, tensor } from '../../../tools/files/pickleAssembler.ts'
import { temporaryFolder } from './temporary.ts'

const folder = temporaryFolder()
const weights = safetensors({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, floats(1, 2))
const read = (container: Container): number[] => {
  const value = isMap(container.root) ? container.root.get('a') : null
  return isTensor(value ?? undefined) && value && typeof value === 'object' && 'read' in value
    ? [...value.read()]
    : []
}

describe('an open checkpoint', () => {
  it('of many gigabytes costs its index only', () => {
    const gigabytes = 16
    const bytes = gigabytes * 2 ** 30
    const path = join(folder.path, 'huge.safetensors')
    const descriptor = openSync(path, 'w')
    writeSync(descriptor, safetensors({ a: { dtype: 'F32', shape: [bytes / 4], data_offsets: [0, bytes] } }))
    const header = safetensors({ a: { dtype: 'F32', shape: [bytes / 4], data_offsets: [0, bytes] } }).length
    ftruncateSync(descriptor, header + bytes)
    closeSync(descriptor)
    const before = process.memoryUsage().rss
    const container = openContainer(path)
    expect(process.memoryUsage().rss - before).toBeLessThan(50e6)
    expect(container.files[0]?.bytes).toBe(header + bytes)
    container.close()
    rmSync(path)
  })
  it('that is closed says so when it is read', () => {
    const container = openContainer(folder.file('closed.safetensors', weights))
    container.close()
    container.close()
    expect(() => read(container)).toThrow(/was closed/)
  })
  it('is read on after its name has gone', () => {
    const path = folder.file('gone.safetensors', weights)
    const container = openContainer(path)
    // Windows keeps a file that is open.
    if (process.platform !== 'win32') rmSync(path)
    expect(read(container)).toEqual([1, 2])
    container.close()
  })
  it('that shrinks is noticed', () => {
    const path = folder.file('short.safetensors', weights)
    const container = openContainer(path)
    truncateSync(path, weights.length - 4)
    expect(() => read(container)).toThrow(/changed while it was being read/)
    container.close()
  })
  it('that is written to is noticed', () => {
    const path = folder.file('written.safetensors', weights)
    const container = openContainer(path)
    writeFileSync(path, weights)
    utimesSync(path, new Date(), new Date(Date.now() + 5000))
    expect(() => read(container)).toThrow(/changed while it was being read/)
    container.close()
  })
  it.each([
    [
      'zip',
      () => torchZip(dumps(dict(['a', tensor(storage('0', 4), 0, [2], [1])])), { 0: floats(1, 2, 3, 4) }),
    ],
    [
      'legacy',
      () =>
        torchLegacy(dumps(dict(['a', tensor(storage('0', 4), 0, [2], [1])])), [
          { key: '0', count: 4, data: floats(1, 2, 3, 4) },
        ]),
    ],
  ] as const)('of the %s format reads the same tensor again and again', (format, bytes) => {
    const container = openContainer(folder.file(`again-${format}.pth`, bytes()))
    expect([read(container), read(container)]).toEqual([
      [1, 2],
      [1, 2],
    ])
    container.close()
  })
  it('whose storage is damaged says so when it is read whole', () => {
    const bytes = torchZip(dumps(dict(['a', tensor(storage('0', 2), 0, [2], [1])])), { 0: floats(1, 2) })
    const at = Buffer.from(bytes).indexOf(Buffer.from(floats(1, 2)))
    bytes[at]! ^= 1
    const container = openContainer(folder.file('flipped.pth', bytes))
    expect(() => read(container)).toThrow(/checksum/)
    container.close()
  })
})

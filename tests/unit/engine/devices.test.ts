// Is `auto` the fastest real device, and is a machine tried only once?
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { autoDevice, cacheFile, mayHaveMore } from '../../../src-main/engine/devices.ts'
import type { DeviceId, DeviceReport } from '../../../src-shared/domain/device.ts'

const root = mkdtempSync(join(tmpdir(), 'devices-'))
afterAll(() => rmSync(root, { recursive: true }))

const report = (id: DeviceId, gflops: number, software = false): DeviceReport => ({
  id,
  available: true,
  adapter: id,
  software,
  gflops,
  reason: '',
  remedy: '',
})

test('a machine with nothing but a processor is not tried at all', async () => {
  expect(mayHaveMore('linux', () => false)).toBe(false)
  expect(mayHaveMore('linux', (path) => path === '/dev/nvidia0')).toBe(true)
  expect(mayHaveMore('darwin', () => false)).toBe(true)
  const probe = () => Promise.reject(new Error('tried'))
  expect(await autoDevice(probe, () => {}, { more: false, file: join(root, 'none') })).toBe('cpu')
})

test('a machine that may have more is tried once, with a word, and remembered', async () => {
  const file = join(root, 'a', 'devices.json')
  let tried = 0
  const notices: string[] = []
  const probe = () => {
    tried++
    return Promise.resolve([report('cpu', 100), report('webgpu', 900)])
  }
  for (let i = 0; i < 3; i++)
    expect(await autoDevice(probe, (text) => notices.push(text), { more: true, file })).toBe('webgpu')
  expect(tried).toBe(1)
  expect(notices.length).toBe(1)
})

test('findings of another machine or of a damaged cache do not count', async () => {
  const file = join(root, 'other.json')
  const probe = () => Promise.resolve([report('cpu', 100), report('webgpu', 900, true)])
  for (const kept of ['{', JSON.stringify({ machine: 'another', reports: [report('cuda', 9000)] })]) {
    writeFileSync(file, kept)
    expect(await autoDevice(probe, () => {}, { more: true, file })).toBe('cpu')
    expect(readFileSync(file, 'utf8')).toContain('webgpu')
  }
})

test('what was found out lies where the system keeps caches', () => {
  expect(cacheFile({ XDG_CACHE_HOME: '/c' }, 'linux')).toBe(join('/c', 'emergence', 'devices.json'))
  expect(cacheFile({}, 'darwin')).toMatch(/Library.Caches.emergence/)
  expect(cacheFile({ LOCALAPPDATA: 'L' }, 'win32')).toBe(join('L', 'emergence', 'devices.json'))
})

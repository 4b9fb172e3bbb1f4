import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { graphicsAdapter } from '../../../src-main/compute/devices/adapters.ts'
import { probeDevices, whyMissing } from '../../../src-main/compute/devices/devices.ts'
import { fastestDevice } from '../../../src-shared/domain/device.ts'
import type { DeviceReport } from '../../../src-shared/domain/device.ts'

const probe = fileURLToPath(new URL('../../../src-main/compute/devices/probe.ts', import.meta.url))
const report = (facts: Partial<DeviceReport>): DeviceReport => ({
  id: 'cpu',
  available: true,
  adapter: '',
  software: false,
  gflops: 100,
  reason: '',
  remedy: '',
  ...facts,
})
const linux = { platform: 'linux' as const, libraries: [], deviceFile: false, names: [] }

describe('auto', () => {
  it('is the fastest device that is real hardware', () => {
    const drawn = report({ id: 'webgpu', gflops: 900, software: true })
    expect(fastestDevice([report({}), drawn])).toBe('cpu')
    expect(fastestDevice([report({}), report({ id: 'webgpu', gflops: 900 })])).toBe('webgpu')
    expect(fastestDevice([report({}), report({ id: 'cuda', gflops: 9000, available: false })])).toBe('cpu')
  })

  it('is the processor where nothing was measured', () => {
    expect(fastestDevice([])).toBe('cpu')
    expect(fastestDevice([report({ id: 'webgpu', gflops: null })])).toBe('cpu')
  })
})

describe('an adapter', () => {
  const mesa = ['/usr/lib/libvulkan_lvp.so', '/usr/lib/libvulkan_radeon.so', '/usr/lib/libvulkan_intel.so']

  it('is software where only software draws it', () => {
    const swiftShader = { ...linux, libraries: ['/usr/lib/chromium/libvk_swiftshader.so'], deviceFile: true }
    expect(graphicsAdapter(swiftShader)).toEqual({ adapter: 'SwiftShader', software: true })
    expect(graphicsAdapter({ ...linux, libraries: mesa }).software).toBe(true)
    const basic = { ...linux, platform: 'win32' as const, names: ['Microsoft Basic Render Driver'] }
    expect(graphicsAdapter(basic)).toEqual({ adapter: 'Microsoft Basic Render Driver', software: true })
  })

  it('is hardware where a driver of hardware and its device file are there', () => {
    const names = ['AMD Navi 31']
    const both = graphicsAdapter({ ...linux, libraries: mesa, deviceFile: true, names })
    expect(both).toEqual({ adapter: 'AMD Navi 31', software: false })
    expect(graphicsAdapter({ ...linux, platform: 'darwin', names: ['Apple M2'] })).toEqual({
      adapter: 'Apple M2',
      software: false,
    })
  })
})

describe('a probe', () => {
  it('measures the processor and TensorFlow.js', { timeout: 60_000 }, async () => {
    const [cpu, plain] = await probeDevices(probe, ['cpu', 'tfjs-cpu'])
    expect(cpu).toMatchObject({ id: 'cpu', available: true, software: false, reason: '' })
    expect(cpu?.adapter).not.toBe('')
    expect(cpu?.gflops).toBeGreaterThan(0)
    expect(plain).toMatchObject({ id: 'tfjs-cpu', available: true })
  })

  it('survives a driver that crashes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'probe-'))
    const crashing = join(folder, 'crash.mjs')
    writeFileSync(crashing, 'process.abort()')
    const [webgpu] = await probeDevices(crashing, ['webgpu'])
    rmSync(folder, { recursive: true })
    expect(webgpu).toMatchObject({ available: false, gflops: null })
    expect(webgpu?.reason).toBe('It does not work: its driver crashed (SIGABRT).')
  })

  it('says what is missing and what adds it', () => {
    const machine = { platform: 'linux-x64', nvidia: true }
    expect(
      whyMissing('webgpu', "Couldn't load Vulkan: libvulkan.so.1: cannot open", machine).remedy,
    ).toContain('apt')
    expect(whyMissing('cuda', 'Failed to load shared library', machine).remedy).toContain(
      '--onnxruntime-node-install=cuda12',
    )
    expect(whyMissing('cuda', 'Failed to load', { ...machine, nvidia: false }).reason).toContain(
      'no NVIDIA adapter',
    )
    expect(whyMissing('cuda', 'unsupported', { ...machine, platform: 'darwin-arm64' }).reason).toContain(
      'Linux',
    )
    expect(
      whyMissing('tfjs-gpu', "Cannot find module '@tensorflow/tfjs-node-gpu'", machine).remedy,
    ).toContain('npm')
    expect(whyMissing('wasm', 'it is broken', machine).reason).toBe('It does not work: it is broken.')
  })
})

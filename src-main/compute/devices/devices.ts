// What can this machine compute with? Each device is tried in a process of its own.
import { execFile } from 'node:child_process'
import { deviceIds } from '../../../src-shared/domain/device.ts'
import type { DeviceId, DeviceReport } from '../../../src-shared/domain/device.ts'
import { nvidiaIsThere } from './adapters.ts'
import type { ProbeResult } from './probe.ts'

/** A driver that answers slower than this is taken for one that hangs, in milliseconds. */
const patience = 60_000

/**
 * Tries devices one after another, each with a matrix product in a process of its own, and measures them.
 * `entry` is the file of that process (`probe.ts`, or the bundle's `device-probe.js`).
 */
export async function probeDevices(
  entry: string,
  ids: readonly DeviceId[] = deviceIds,
): Promise<DeviceReport[]> {
  const reports: DeviceReport[] = []
  // Not at once: each would be measured while the others compute.
  for (const id of ids) reports.push(await probeDevice(entry, id))
  return reports
}

async function probeDevice(entry: string, id: DeviceId): Promise<DeviceReport> {
  const { result, stderr } = await runProbe(entry, id)
  if ('gflops' in result) {
    const { gflops, adapter, software } = result
    return { id, available: true, adapter, software, gflops, reason: '', remedy: '' }
  }
  const why = whyMissing(id, `${result.error}\n${stderr}`, { platform, nvidia: nvidiaIsThere() })
  return { id, available: false, adapter: '', software: false, gflops: null, ...why }
}

function runProbe(entry: string, id: DeviceId): Promise<{ result: ProbeResult; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, id], { timeout: patience }, (error, stdout, stderr) => {
      const line = stdout.trim().split('\n').at(-1) ?? ''
      if (line.startsWith('{')) return resolve({ result: JSON.parse(line) as ProbeResult, stderr })
      const ended =
        error?.killed === true
          ? 'its driver did not answer'
          : `its driver crashed (${error?.signal ?? error?.code})`
      resolve({ result: { error: ended }, stderr })
    })
  })
}

const platform = `${process.platform}-${process.arch}`

/** Why a device is missing and what adds it, from what its probe said. */
export function whyMissing(
  id: DeviceId,
  said: string,
  machine: { platform: string; nvidia: boolean },
): { reason: string; remedy: string } {
  for (const [device, pattern, reason, remedy] of explanations)
    if (device === id && pattern.test(said) && (remedy.needs ?? (() => true))(machine))
      return { reason, remedy: remedy.text }
  const first = said.split('\n').find((line) => line.trim() !== '') ?? 'it did not answer'
  return { reason: `It does not work: ${first.replace(/\.?$/, '.')}`, remedy: '' }
}

interface Remedy {
  text: string
  /** Holds for machines of this kind only. */
  needs?: (machine: { platform: string; nvidia: boolean }) => boolean
}

const everywhere = /(?:)/
const explanations: readonly (readonly [DeviceId, RegExp, string, Remedy])[] = [
  [
    'webgpu',
    /libvulkan/,
    'The Vulkan loader is not installed.',
    { text: 'sudo apt install libvulkan1 mesa-vulkan-drivers' },
  ],
  [
    'webgpu',
    /No supported adapters|Failed to get a WebGPU adapter/,
    'There is no graphics adapter that WebGPU can use.',
    { text: 'Install the driver of your graphics adapter.' },
  ],
  [
    'cuda',
    everywhere,
    'ONNX Runtime has CUDA on Linux (x64) only.',
    { text: '', needs: ({ platform }) => platform !== 'linux-x64' },
  ],
  [
    'cuda',
    everywhere,
    'There is no NVIDIA adapter, or its driver is not installed.',
    { text: '', needs: ({ nvidia }) => !nvidia },
  ],
  [
    'cuda',
    /Failed to load (shared )?library|providers_shared/,
    'ONNX Runtime’s CUDA files are not installed.',
    { text: 'npm rebuild onnxruntime-node --ignore-scripts=false --onnxruntime-node-install=cuda12' },
  ],
  [
    'tfjs-gpu',
    /Cannot find module '@tensorflow\/tfjs-node-gpu'/,
    'The package @tensorflow/tfjs-node-gpu is not installed.',
    { text: 'npm install --no-save --ignore-scripts=false @tensorflow/tfjs-node-gpu@4.22.0' },
  ],
  [
    'tfjs-gpu',
    /native addon module|tfjs_binding|libtensorflow/,
    'The package @tensorflow/tfjs-node-gpu has no libtensorflow yet.',
    { text: 'npm rebuild @tensorflow/tfjs-node-gpu --ignore-scripts=false' },
  ],
  [
    'tfjs-gpu',
    /found no GPU/,
    'TensorFlow found no GPU.',
    { text: 'Install CUDA 11.2 and cuDNN 8.1, the versions that TensorFlow.js was built for.' },
  ],
]
